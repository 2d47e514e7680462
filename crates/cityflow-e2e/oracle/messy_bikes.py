"""Messy bike counters and Vélib' snapshots."""

import gzip
import json
from datetime import timedelta

from common import HOUR, day_slots, local, midnight
from messy_files import BAD_NUMBERS, Kind, maybe, random_point, spoil_stamp, stamp_text, write
from messy_roads import afflict, base_day, place

COUNTERS = Kind({
    "counter": ("Identifiant du compteur", "id_compteur"),
    "name": ("Nom du compteur", "nom_compteur", "may be missing"),
    "count": ("Comptage horaire", "sum_counts"),
    "stamp": ("Date et heure de comptage", "date"),
    "point": ("Coordonnées géographiques", "coordinates", "may be missing"),
}, points={"point"})
NAMES = ["Quai A", "Rue; B", "=1+1", "", None, "Été", "27 quai N-S"]


def counters(rng, root, day, first_day, last_day):
    slots = [slot for n in range((last_day - first_day).days + 1) for slot in day_slots(first_day + timedelta(days=n))]
    sensors = []
    for number in rng.sample(range(1, 400), rng.choice([1, 2, 4, 12, 40] if len(slots) < 400 else [1, 3, 6])):
        seen = base_day(rng, slots, rng.choice(["busy", "quiet", "tie"]))
        for _ in range(rng.choice([1, 1, 2])):
            afflict(rng, seen, slots, day, road=False)
        counter = rng.choice([str(number), f"{number}-10{number}", f"a{number}"])
        sensors.append({"counter": counter, "seen": seen, "name": rng.choice(NAMES), "point": random_point(rng) if maybe(rng, 0.8) else None})
    pulls = rng.choice([1, 1, 2])
    for n in range((last_day - first_day).days + 1):
        date = first_day + timedelta(days=n)
        if maybe(rng, 0.03):
            continue
        for pull in range(pulls):
            hours = set(day_slots(date))
            if maybe(rng, 0.5):
                # A pull lags, or straddles midnights.
                start = midnight(date) + rng.randint(-49, 23) * HOUR
                hours |= set(range(start, start + rng.randint(1, 40) * HOUR, HOUR))
            faults = rng.choice([0, 0, 0.05])
            style = rng.choice(["offset", "utc", "utc", "naive"])
            rows = [counter_row(rng, sensor, slot, style, faults)
                    for slot in sorted(hours) for sensor in sensors if slot in sensor["seen"]]
            if maybe(rng, 0.3):
                rng.shuffle(rows)
            folder = root / f"api/bikes/dt={date}" / rng.choice(["", "", f"hour={rng.randint(0, 23):02}"])
            write(rng, folder / f"{rng.choice('abc')}{pull}", COUNTERS, rows)


def counter_row(rng, sensor, slot, style, faults):
    row = {"counter": sensor["counter"], "name": sensor["name"], "count": sensor["seen"][slot][0],
           "stamp": stamp_text(rng, slot, style), "point": place(rng, sensor["point"])}
    if not maybe(rng, faults):
        return row
    fault = rng.choice(["conflict", "null", "limit", "number", "star", "stamp", "malformed", "text", "spring", "place"])
    if fault == "conflict":
        row["count"] = rng.choice([1, 2, 3])
    elif fault == "null":
        row["count"] = None
    elif fault == "limit":
        row["count"] = rng.choice([-1, 10000, 10000.5, 10001])
    elif fault == "number":
        row["count"] = rng.choice(BAD_NUMBERS)
    elif fault == "star":
        row["counter"] = rng.choice(["*", ""])
    elif fault == "stamp":
        row["stamp"] = spoil_stamp(rng, row["stamp"])
    elif fault == "spring":
        row["stamp"] = rng.choice(["2023-03-26 02:00:00", "2024-03-31T02:00:00", "2024-10-27 02:00:00", "2023-10-29T02:00:00"])
    elif fault == "malformed":
        row["malformed"] = True
    elif fault == "text":
        row["name"] = rng.choice(NAMES)
    else:
        row["point"] = random_point(rng)
    return row


# ---------------------------------------------------------------- Vélib'


def snapshots(rng, root, day):
    stations = [{"id": number, "point": random_point(rng), "capacity": rng.choice([0, 20, 30, None])}
                for number in rng.sample(range(1, 99999), rng.randint(1, 25))]
    edges = [midnight(day) - 1, midnight(day), midnight(day + timedelta(days=1)) - 1, midnight(day + timedelta(days=1))]
    for number in range(rng.randint(1, 8)):
        stamp = rng.choice([rng.choice(edges), midnight(day) + rng.randint(-3600, 90000)])
        body = [status(rng, station, stamp) for station in stations if maybe(rng, 0.95)]
        put(rng, root, day, stamp, f"station_status_{number}", body)
    for number in range(rng.choice([0, 1, 1, 2])):
        stamp = midnight(day) + rng.randint(-90000, 170000)
        body = [information(rng, station) for station in stations if maybe(rng, 0.9)]
        put(rng, root, day, stamp, f"station_information_{number}", body)


def put(rng, root, day, stamp, name, stations):
    """Filed under a day of the window that is not always the day of the stamp."""
    folder = root / f"api/bikes/dt={rng.choice([local(stamp).date(), day, day + timedelta(days=1)])}"
    folder.mkdir(parents=True, exist_ok=True)
    clock = rng.choice(["last_updated", "lastUpdatedOther"])
    data = json.dumps({clock: stamp, "ttl": 60, "data": {"stations": stations}}).encode()
    if maybe(rng, 0.2):
        (folder / f"{name}.json.gz").write_bytes(gzip.compress(data, mtime=0))
    else:
        (folder / f"{name}.json").write_bytes(data)


def status(rng, station, stamp):
    mechanical, electric = rng.choice([0, 0, 1, 5]), rng.choice([0, 0, 2])
    bikes = None if maybe(rng, 0.05) else mechanical + electric
    docks = rng.choice([0, 0, 3, 12, None])
    row = {
        "station_id": station["id"] if maybe(rng, 0.5) else str(station["id"]),
        "num_bikes_available": bikes, "num_docks_available": docks,
        "num_bikes_available_types": [{"mechanical": mechanical}, {"ebike": electric}],
        "is_installed": rng.choice([1, 1, 1, 0, True]), "is_renting": rng.choice([1, 1, 1, 0, False]),
        "last_reported": rng.choice([stamp, stamp - 86400, stamp - 86401, None, stamp - 9999999]),
    }
    if maybe(rng, 0.02):
        row.update(rng.choice([{"station_id": None}, {"station_id": "*"}, {"num_bikes_available": -1}, {"num_docks_available": "many"},
                               {"num_bikes_available": "7"}, {"num_bikes_available": 2.5}, {"is_renting": None},
                               {"num_bikes_available_types": None}, {"last_reported": "x"}, {"is_installed": "1"}, {"is_renting": "0"}]))
    if maybe(rng, 0.3):
        row["numBikesAvailable"] = row["num_bikes_available"]
        row["numDocksAvailable"] = row.pop("num_docks_available")
    if maybe(rng, 0.7):
        row["stationCode"] = f"{station['id']:05}"
    return row


def information(rng, station):
    return {"station_id": station["id"], "stationCode": f"{station['id']:05}", "name": f"Place {station['id']}",
            "lat": station["point"][1], "lon": station["point"][0], "capacity": station["capacity"]}
