"""Messy weather: both providers, every unit, epochs and wall times, offsets, gaps, daily blocks."""

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from messy import write

ZONES = ["Europe/Paris", "Europe/Paris", "GMT", "Europe/London", "America/New_York", None]
UNITS = {"temperature_2m": ["°C", "°F", "K"], "precipitation": ["mm", "inch"], "wind_speed_10m": ["km/h", "mp/h", "m/s", "kn"]}


def generate(root, day, mess):
    for number in range(mess.choice([0, 1, 1, 2, 3])):
        body = open_meteo(day, mess) if mess.odds(0.6) else visual_crossing(day, mess)
        write(root, f"api/weather/dt={day}/w{number}.json", body, mess)
    if mess.odds(0.03):
        write(root, f"api/weather/dt={day}/odd.json", mess.choice(["{}", "[]", "{"]), mess)


def temperature(mess, unit="°C"):
    celsius = mess.often(round(mess.uniform(-5, 35), 1), mess.choice([-31, 51, -30, 50, 10, 25]), 0.97)
    return number({"°C": celsius, "°F": celsius * 1.8 + 32, "K": celsius + 273.15}[unit], mess)


def number(value, mess):
    """The value, missing or unreadable now and then."""
    if mess.odds(0.94):
        return round(value, 2)
    return mess.choice([None, None, "nan", "", "beau", f"{value:.1f}", True])


def stamps(day, mess, margin=2):
    """Instants of the hours of a day and a few around it, holes included."""
    zone = ZoneInfo("Europe/Paris")
    first = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(timezone.utc)
    last = datetime.combine(day + timedelta(days=1), datetime.min.time(), zone).astimezone(timezone.utc)
    hours = int((last - first).total_seconds() // 3600)
    every = [first + timedelta(hours=hour) for hour in range(-margin, hours + margin)]
    return [stamp for stamp in every if mess.odds(0.97)]


# ---------------------------------------------------------------- Open-Meteo


def open_meteo(day, mess):
    zone = mess.choice(ZONES)
    offset = ZoneInfo(zone).utcoffset(datetime(day.year, day.month, day.day, 12)).total_seconds() if zone else 0
    body = {"timezone": zone, "utc_offset_seconds": int(offset)}
    if mess.odds(0.15):
        del body[mess.choice(["timezone", "utc_offset_seconds"])]
    if mess.odds(0.95):
        body["hourly"], body["hourly_units"] = hourly(day, mess, int(offset))
    if mess.odds(0.5):
        body["daily"], body["daily_units"] = daily(day, mess)
    return body


def hourly(day, mess, offset):
    other = mess.often(day, day + timedelta(days=mess.choice([-1, 1, 3])), 0.85)
    moments = stamps(other, mess)
    if mess.odds(0.1) and moments:
        moments.append(mess.choice(moments))
    epochs = mess.odds(0.3)
    written = [int(moment.timestamp()) if epochs else (moment + timedelta(seconds=offset)).strftime("%Y-%m-%dT%H:%M") for moment in moments]
    if written and mess.odds(0.1):
        written[mess.randrange(len(written))] = mess.choice(["hier", None, f"{day}T10:30", f"{day}T10:00Z", f"{day}T11:00+01:00"])
    units = {name: mess.often(known[0], lambda: mess.choice(known), 0.7) for name, known in UNITS.items()}
    columns = {"time": written,
               "temperature_2m": [temperature(mess, units["temperature_2m"]) for _ in written],
               "relative_humidity_2m": [number(mess.uniform(0, 100), mess) for _ in written],
               "precipitation": [number(mess.choice([0, 0, 0.1, 0.2, 1.5]), mess) for _ in written],
               "wind_speed_10m": [number(mess.uniform(0, 35), mess) for _ in written],
               "sunshine_duration": [number(mess.choice([0, 1800, 3600]), mess) for _ in written]}
    if mess.odds(0.3):
        columns.pop(mess.choice(["temperature_2m", "precipitation", "wind_speed_10m", "sunshine_duration"]))
    if mess.odds(0.1):
        name = mess.choice([name for name in columns if name != "time"])
        columns[name] = columns[name][:-3]
    return columns, {"time": "unixtime" if epochs else "iso8601", **units}


def daily(day, mess):
    days = [day + timedelta(days=shift) for shift in mess.choice([[0], [-1, 0, 1], [1, 2]])]
    units = {"temperature_2m_max": mess.choice(["°C", "°F"]), "precipitation_sum": mess.choice(["mm", "inch"]),
             "wind_speed_10m_max": mess.choice(["km/h", "kn"])}
    units["temperature_2m_min"] = units["temperature_2m_mean"] = units["temperature_2m_max"]
    unit = units["temperature_2m_max"]
    block = {"time": [str(one) for one in days]}
    for name in ("temperature_2m_min", "temperature_2m_max", "temperature_2m_mean"):
        block[name] = [temperature(mess, unit) for _ in days]
    block["precipitation_sum"] = [number(mess.choice([0, 4.9, 5, 12]), mess) for _ in days]
    block["wind_speed_10m_max"] = [number(mess.choice([29.9, 30, 44]), mess) for _ in days]
    block["sunshine_duration"] = [number(mess.uniform(0, 40000), mess) for _ in days]
    block["relative_humidity_2m_mean"] = [number(mess.uniform(0, 100), mess) for _ in days]
    for name in mess.some([name for name in block if name != "time"], 3):
        del block[name]
    return block, units


# ---------------------------------------------------------------- Visual Crossing


def visual_crossing(day, mess):
    days = [day + timedelta(days=shift) for shift in mess.choice([[0], [0], [-1, 0, 1], [1], [0, 1]])]
    body = {"days": [vc_day(one, mess) for one in days], "timezone": mess.often("Europe/Paris", None, 0.9)}
    if mess.odds(0.5):
        body["tzoffset"] = ZoneInfo("Europe/Paris").utcoffset(datetime(day.year, day.month, day.day, 12)).total_seconds() / 3600
    return body


def vc_day(day, mess):
    record = {"datetime": str(day), "temp": temperature(mess), "tempmin": temperature(mess), "tempmax": temperature(mess),
              "precip": number(mess.choice([0, 4.9, 5, 0.3]), mess), "windspeed": number(mess.uniform(0, 60), mess),
              "windspeedmean": number(9, mess), "humidity": number(70, mess), "conditions": "Rain"}
    for name in mess.some([name for name in record if name != "datetime"], 4):
        del record[name]
    if mess.odds(0.85):
        epochs = mess.odds(0.6)
        record["hours"] = [vc_hour(stamp, mess, epochs) for stamp in stamps(day, mess, 0)]
    return record


def vc_hour(stamp, mess, epochs):
    local = stamp.astimezone(ZoneInfo("Europe/Paris"))
    hour = {"datetime": local.strftime("%H:%M:%S"), "temp": temperature(mess), "precip": number(0.2, mess),
            "windspeed": number(12, mess), "humidity": number(60, mess)}
    if epochs and mess.odds(0.97):
        hour["datetimeEpoch"] = int(stamp.timestamp())
    return hour
