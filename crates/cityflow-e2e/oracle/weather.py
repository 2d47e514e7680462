"""Daily weather: Open-Meteo (hourly and daily blocks) or Visual Crossing timelines."""

from datetime import datetime, timedelta, timezone

from common import (HOUR, PARIS, Ledger, day_slots, iso, known, local_to_instant, mean, objects_under, parse_number,
                    read_json, total)

RAINY_MM, WINDY_KMH, COLD_C, HOT_C = 5, 30, 10, 25
TEMPERATURE_LIMITS = (-30, 50)


def metrics(root, day):
    ledger = Ledger()
    slots = day_slots(day)
    chosen = None
    for name in objects_under(root, f"api/weather/dt={day}"):
        body = read_json(root, name) or {}
        read = open_meteo if "hourly" in body else visual_crossing
        chosen = read(body, day, slots, ledger) or chosen
    if chosen is None:
        return None
    daily, hours = chosen
    value = lambda key, computed: daily[key] if daily.get(key) is not None else computed
    figures = {
        "temp_moyenne": value("temp_moyenne", mean(hour["temp"] for hour in hours)),
        "temp_min": value("temp_min", min(known(hour["temp"] for hour in hours), default=None)),
        "temp_max": value("temp_max", max(known(hour["temp"] for hour in hours), default=None)),
        "precip_totale": value("precip_totale", total(hour["precip"] for hour in hours)),
        "vent_max": value("vent_max", max(known(hour["vent"] for hour in hours), default=None)),
        "humidite_moyenne": value("humidite_moyenne", mean(hour["humidite"] for hour in hours)),
    }
    wind = mean(hour["vent"] for hour in hours)
    kept = sum(any(hour[key] is not None for key in ("temp", "precip", "vent", "humidite")) for hour in hours)
    categories = categories_of(figures)
    return {
        "date": str(day),
        **figures,
        "vent_moyen": daily.get("vent_moyen") if wind is None else wind,
        "ensoleillement_heures": daily.get("ensoleillement_heures"),
        "horaire": hours,
        "categories": categories,
        "impact_mobilite": impact(figures, categories),
        "qualite": ledger.quality(day, kept),
    }


def categories_of(figures):
    rain, wind, warmth = figures["precip_totale"], figures["vent_max"], figures["temp_moyenne"]
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


def bounded(raw, issues):
    number, unreadable = parse_number(raw)
    issues["nombre_illisible"] += unreadable
    if number is not None and not TEMPERATURE_LIMITS[0] <= number <= TEMPERATURE_LIMITS[1]:
        issues["temperature_hors_limites"] += 1
        return None
    return number


def open_meteo(body, day, slots, ledger):
    """(daily values, hours) of a payload that covers the day; sums are stamped at the END of their hour."""
    hourly = body["hourly"]
    offset = timezone(timedelta(seconds=body.get("utc_offset_seconds") or 0))
    issues = ledger.by_day[day]
    stamps = []
    for raw in hourly["time"]:
        stamp = datetime.fromtimestamp(raw, timezone.utc) if isinstance(raw, int) else datetime.fromisoformat(raw)
        stamps.append(int((stamp if stamp.tzinfo else stamp.replace(tzinfo=offset)).timestamp()))
    ledger.read += len(stamps)
    place = {stamp: number for number, stamp in enumerate(stamps)}
    if not any(slot in place for slot in slots):
        return None

    def at(name, stamp):
        column = hourly.get(name) or []
        return column[place[stamp]] if stamp in place and place[stamp] < len(column) else None

    hours = [{
        "heure": iso(slot),
        "temp": bounded(at("temperature_2m", slot), issues),
        "precip": parse_number(at("precipitation", slot + HOUR))[0],
        "vent": parse_number(at("wind_speed_10m", slot))[0],
        "humidite": parse_number(at("relative_humidity_2m", slot))[0],
    } for slot in slots]
    sunshine = total(parse_number(at("sunshine_duration", slot + HOUR))[0] for slot in slots)
    daily = open_meteo_daily(body, day)
    if daily.get("ensoleillement_heures") is None:
        daily["ensoleillement_heures"] = None if sunshine is None else sunshine / HOUR
    return daily, hours


def open_meteo_daily(body, day):
    """The provider's own daily values, which count only when its day is the city's day."""
    block = body.get("daily") or {}
    if body.get("timezone") != PARIS.key or str(day) not in block.get("time", []):
        return {}
    place = block["time"].index(str(day))
    value = lambda name: parse_number((block.get(name) or [None] * (place + 1))[place])[0]
    sunshine = value("sunshine_duration")
    return {
        "temp_moyenne": value("temperature_2m_mean"), "temp_min": value("temperature_2m_min"),
        "temp_max": value("temperature_2m_max"), "precip_totale": value("precipitation_sum"),
        "vent_max": value("wind_speed_10m_max"), "humidite_moyenne": value("relative_humidity_2m_mean"),
        "ensoleillement_heures": None if sunshine is None else sunshine / HOUR,
    }


def visual_crossing(body, day, slots, ledger):
    """(daily values, hours) of a metric timeline; its daily windspeed is the largest hourly wind."""
    found = None
    for record in body.get("days") or []:
        ledger.read += 1 + len(record.get("hours") or [])
        if record.get("datetime") == str(day):
            found = record
    if found is None:
        return None
    issues = ledger.by_day[day]
    number = lambda row, key: parse_number(row.get(key))[0]
    by_slot = {row.get("datetimeEpoch") or local_to_instant(datetime.fromisoformat(f"{day}T{row['datetime']}")): row
               for row in found.get("hours") or []}
    hours = [{
        "heure": iso(slot),
        "temp": bounded(by_slot.get(slot, {}).get("temp"), issues),
        "precip": number(by_slot.get(slot, {}), "precip"),
        "vent": number(by_slot.get(slot, {}), "windspeed"),
        "humidite": number(by_slot.get(slot, {}), "humidity"),
    } for slot in slots]
    coldest, hottest = bounded(found.get("tempmin"), issues), bounded(found.get("tempmax"), issues)
    if None not in (coldest, hottest) and coldest > hottest:
        issues["tempmin_sup_tempmax"] += 1
        coldest = hottest = None
    return {
        "temp_moyenne": bounded(found.get("temp"), issues), "temp_min": coldest, "temp_max": hottest,
        "precip_totale": number(found, "precip"), "vent_max": number(found, "windspeed"),
        "vent_moyen": number(found, "windspeedmean"), "humidite_moyenne": number(found, "humidity"),
    }, hours
