"""Daily weather: Open-Meteo (hourly and daily blocks) or Visual Crossing timelines, in the units they name."""

from collections import defaultdict
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from common import (HOUR, PARIS, UNREADABLE, Ledger, day_slots, iso, known, local, mean, merge_values, objects_under,
                    parse_date, parse_number, read_json, total)

RAINY_MM, WINDY_KMH, COLD_C, HOT_C = 5, 30, 10, 25
TEMPERATURE_LIMITS = (-30, 50)
IDENTITY = lambda value: value
TO_CELSIUS = {"°F": lambda value: (value - 32) / 1.8, "K": lambda value: value - 273.15}
TO_MM = {"inch": lambda value: value * 25.4}
TO_KMH = {"mp/h": lambda value: value * 1.609344, "m/s": lambda value: value * 3.6, "kn": lambda value: value * 1.852}
# Unit groups of Visual Crossing: temperature, rain, wind.
UNIT_GROUPS = {"metric": ("°C", "mm", "km/h"), "us": ("°F", "inch", "mp/h"), "uk": ("°C", "mm", "mp/h"), "base": ("K", "mm", "m/s")}
FIELDS = ("temp", "precip", "vent", "humidite", "sunshine")


def metrics(root, day, units="metric"):
    ledger = Ledger()
    chosen = None
    for name in objects_under(root, f"api/weather/dt={day}"):
        body = read_json(root, name)
        if isinstance(body, dict) and isinstance(body.get("days"), list):
            payload = visual_crossing(body, ledger, UNIT_GROUPS[units])
        elif isinstance(body, dict) and (is_block(body, "hourly") or is_block(body, "daily")):
            payload = open_meteo(body, ledger)
        else:
            UNREADABLE.add(name)
            continue
        if day in payload.rows or day in payload.daily:
            chosen = payload
    if chosen is None:
        return None
    ledger.by_day[day] += chosen.repeated[day]
    daily = chosen.daily.get(day, {})
    hours = [dict(zip(FIELDS, chosen.hours.get(slot, [None] * len(FIELDS)))) for slot in day_slots(day)]
    column = lambda key: known(hour[key] for hour in hours)
    value = lambda key, computed: daily[key] if daily.get(key) is not None else computed
    figures = {
        "temp_moyenne": value("temp_moyenne", mean(column("temp"))),
        "temp_min": value("temp_min", min(column("temp"), default=None)),
        "temp_max": value("temp_max", max(column("temp"), default=None)),
        "precip_totale": value("precip_totale", total(column("precip"))),
        "vent_max": value("vent_max", max(column("vent"), default=None)),
        "humidite_moyenne": value("humidite_moyenne", mean(column("humidite"))),
    }
    wind = mean(column("vent"))
    sunshine = value("sunshine", total(column("sunshine")))
    categories = categories_of(figures)
    return {
        "date": str(day),
        **figures,
        "vent_moyen": daily.get("vent_moyen") if wind is None else wind,
        "ensoleillement_heures": None if sunshine is None else sunshine / HOUR,
        "horaire": [{"heure": iso(slot), **{key: hour[key] for key in FIELDS[:4]}} for slot, hour in zip(day_slots(day), hours)],
        "categories": categories,
        "impact_mobilite": impact(figures, categories),
        "qualite": ledger.quality(day, chosen.rows.get(day, 1)),
    }


def categories_of(figures):
    # Providers give tenths; sums and means of tenths carry binary noise.
    rain, wind, warmth = (None if figures[key] is None else round(figures[key], 6) for key in ("precip_totale", "vent_max", "temp_moyenne"))
    rules = [
        ("Pluvieux", rain is not None and rain >= RAINY_MM),
        ("Venteux", wind is not None and wind >= WINDY_KMH),
        ("Froid", warmth is not None and warmth < COLD_C),
        ("Chaud", warmth is not None and warmth > HOT_C),
    ]
    return [name for name, holds in rules if holds]


def impact(figures, categories):
    if figures["temp_moyenne"] is None or figures["precip_totale"] is None:
        return None
    score = 50 - 20 * ("Pluvieux" in categories) - 10 * ("Froid" in categories) + 5 * ("Chaud" in categories)
    return max(0, min(100, score))


# ---------------------------------------------------------------- what an object says


class Payload:
    """Hours by instant (a value per FIELDS), daily values by date, rows kept and repeated by date."""

    def __init__(self, body, ledger):
        self.issues = ledger.by_day
        self.undated = ledger.undated
        self.hours, self.daily, self.rows = {}, {}, {}
        self.stamps, self.repeated = set(), defaultdict(type(ledger.undated))
        self.zone = zone_of_name(body.get("timezone"))
        self.named = text(body.get("timezone"))

    def number(self, raw, day, convert=IDENTITY):
        found, unreadable = parse_number(raw)
        self.issues[day]["nombre_illisible"] += unreadable
        return None if found is None else convert(found)

    def temperature(self, raw, day, convert=IDENTITY):
        found = self.number(raw, day, convert)
        if found is not None and not TEMPERATURE_LIMITS[0] <= found <= TEMPERATURE_LIMITS[1]:
            self.issues[day]["temperature_hors_limites"] += 1
            return None
        return found

    def extremes(self, low, high, day):
        if None not in (low, high) and low > high:
            self.issues[day]["tempmin_sup_tempmax"] += 1
            return None, None
        return low, high

    def add_hour(self, stamp, at, before):
        """`at` says of the hour that starts at the stamp, `before` of the one that ends there."""
        conflict = merge_values(self.hours.setdefault(stamp, [None] * len(FIELDS)), at)
        conflict = merge_values(self.hours.setdefault(stamp - HOUR, [None] * len(FIELDS)), before) or conflict
        self.count(local(stamp).date(), stamp, conflict)

    def add_day(self, day, values, alone):
        """A day that stands without hours is a row."""
        held = [self.daily.get(day, {}).get(key) for key in values]
        conflict = merge_values(held, values.values())
        self.daily[day] = dict(zip(values, held))
        if alone:
            self.count(day, day, conflict)

    def count(self, day, key, conflict):
        if key in self.stamps:
            self.repeated[day]["doublons_conflictuels" if conflict else "doublons"] += 1
        else:
            self.rows[day] = self.rows.get(day, 0) + 1
        self.stamps.add(key)

    def hour_of(self, raw, offset):
        """The instant of an hourly stamp: an epoch, else a wall time by the offset, the payload's zone or the city's."""
        if isinstance(raw, int):
            instant, named = raw, local(raw).date()
        else:
            try:
                stamp = datetime.fromisoformat(raw)
            except (TypeError, ValueError):
                self.undated["horodatage_illisible"] += 1
                return None
            instant, named = instant_of(stamp, offset, self.zone or PARIS), stamp.date()
            if instant is None:
                self.issues[named]["nonexistent_local_time"] += 1
                return None
        if instant % HOUR:
            self.issues[local(instant).date()]["horodatage_hors_heure"] += 1
            return None
        return instant


def text(raw):
    return raw.strip() or None if isinstance(raw, str) else None


def zone_of_name(name):
    try:
        return ZoneInfo(text(name)) if text(name) else None
    except (KeyError, ValueError, OSError):
        return None


def instant_of(stamp, offset, zone):
    if stamp.tzinfo is None:
        stamp = stamp.replace(tzinfo=zone if offset is None else timezone(timedelta(seconds=offset)))
    instant = int(stamp.timestamp())
    back = datetime.fromtimestamp(instant, stamp.tzinfo).replace(tzinfo=None)
    return instant if back == stamp.replace(tzinfo=None, fold=0) else None


def is_city_day(payload, offset, day):
    """By the zone's name; without one by the offset at either end of the day; a payload without either is the city's."""
    if payload.named is not None:
        return payload.named.lower() == PARIS.key.lower()
    ends = [datetime(at.year, at.month, at.day, tzinfo=PARIS) for at in (day, day + timedelta(days=1))]
    return offset is None or any(end.utcoffset().total_seconds() == offset for end in ends)


# ---------------------------------------------------------------- Open-Meteo


def is_block(body, name):
    return isinstance(body.get(name), dict) and isinstance(body[name].get("time"), list)


def open_meteo(body, ledger):
    """Sums are stamped at the END of their hour, the rest at its start."""
    payload = Payload(body, ledger)
    offset = parse_number(body.get("utc_offset_seconds"))[0]
    if is_block(body, "hourly"):
        block, units = body["hourly"], body.get("hourly_units") or {}
        ledger.read += len(block["time"])
        for place, raw in enumerate(block["time"]):
            stamp = payload.hour_of(raw, offset)
            if stamp is None:
                continue
            cell = lambda name: (block.get(name) or [])[place] if place < len(block.get(name) or []) else None
            convert = lambda table, name: table.get(units.get(name), IDENTITY)
            starts, ends = local(stamp).date(), local(stamp - HOUR).date()
            payload.add_hour(stamp, [
                payload.temperature(cell("temperature_2m"), starts, convert(TO_CELSIUS, "temperature_2m")), None,
                payload.number(cell("wind_speed_10m"), starts, convert(TO_KMH, "wind_speed_10m")),
                payload.number(cell("relative_humidity_2m"), starts), None,
            ], [None, payload.number(cell("precipitation"), ends, convert(TO_MM, "precipitation")), None, None,
                payload.number(cell("sunshine_duration"), ends)])
    if is_block(body, "daily"):
        alone = not is_block(body, "hourly")
        ledger.read += len(body["daily"]["time"]) if alone else 0
        for place, raw in enumerate(body["daily"]["time"]):
            open_meteo_day(body, payload, place, raw, offset, alone)
    return payload


def open_meteo_day(body, payload, place, raw, offset, alone):
    """The provider's own daily values, which count only when its day is the city's day."""
    block, units = body["daily"], body.get("daily_units") or {}
    day = parse_date(raw)
    if day is None:
        payload.undated["horodatage_illisible"] += 1
        return
    if not is_city_day(payload, offset, day):
        return
    cell = lambda name: (block.get(name) or [])[place] if place < len(block.get(name) or []) else None
    celsius = lambda name: payload.temperature(cell(name), day, TO_CELSIUS.get(units.get(name), IDENTITY))
    low, high = payload.extremes(celsius("temperature_2m_min"), celsius("temperature_2m_max"), day)
    payload.add_day(day, {
        "temp_moyenne": celsius("temperature_2m_mean"), "temp_min": low, "temp_max": high,
        "precip_totale": payload.number(cell("precipitation_sum"), day, TO_MM.get(units.get("precipitation_sum"), IDENTITY)),
        "vent_max": payload.number(cell("wind_speed_10m_max"), day, TO_KMH.get(units.get("wind_speed_10m_max"), IDENTITY)),
        "humidite_moyenne": payload.number(cell("relative_humidity_2m_mean"), day),
        "sunshine": payload.number(cell("sunshine_duration"), day),
    }, alone)


# ---------------------------------------------------------------- Visual Crossing


def visual_crossing(body, ledger, units):
    """A timeline in the units of its group; its daily windspeed is the largest hourly wind."""
    payload = Payload(body, ledger)
    celsius, mm, kmh = (table.get(unit, IDENTITY) for table, unit in zip((TO_CELSIUS, TO_MM, TO_KMH), units))
    # It writes wall time, so that a zone says more than one offset for every day.
    shift = parse_number(body.get("tzoffset"))[0]
    offset = None if shift is None or payload.zone else shift * HOUR
    for record in body["days"]:
        day, hours = date.fromisoformat(record["datetime"]), record.get("hours") or []
        ledger.read += len(hours) or 1
        if is_city_day(payload, offset, day):
            low, high = (payload.temperature(record.get(key), day, celsius) for key in ("tempmin", "tempmax"))
            low, high = payload.extremes(low, high, day)
            payload.add_day(day, {
                "temp_moyenne": payload.temperature(record.get("temp"), day, celsius), "temp_min": low, "temp_max": high,
                "precip_totale": payload.number(record.get("precip"), day, mm),
                "vent_max": payload.number(record.get("windspeed"), day, kmh),
                "vent_moyen": payload.number(record.get("windspeedmean"), day, kmh),
                "humidite_moyenne": payload.number(record.get("humidity"), day),
            }, not hours)
        for row in hours:
            stamp = payload.hour_of(row.get("datetimeEpoch") or f"{day}T{row['datetime']}", offset)
            if stamp is None:
                continue
            starts = local(stamp).date()
            payload.add_hour(stamp, [
                payload.temperature(row.get("temp"), starts, celsius), payload.number(row.get("precip"), starts, mm),
                payload.number(row.get("windspeed"), starts, kmh), payload.number(row.get("humidity"), starts), None,
            ], [None] * len(FIELDS))
    return payload
