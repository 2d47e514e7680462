"""Bicycle counters: hourly counts, stamped at the START of the hour."""

from collections import defaultdict
from datetime import timedelta

import velib
from common import (Ledger, day_slots, iso, known, largest_first, local, lon_lat, mean, merge_values,
                    objects_under, parse_number, parse_point, parse_stamp, peak, percent, quality, read_rows,
                    text_or_none, total, zone_of, zone_source)
from failing import HISTORY_DAYS, failing_rows

ALIASES = {
    "counter": ["id_compteur", "Identifiant du compteur"],
    "name": ["nom_compteur", "Nom du compteur"],
    "count": ["sum_counts", "counts", "Comptage horaire"],
    "stamp": ["date", "Date et heure de comptage"],
    "point": ["coordinates", "Coordonnées géographiques"],
}
REQUIRED = [("counter",), ("stamp",), ("count",)]
MAX_COUNT = 10_000


def opener(root):
    """A function from a dt= folder to its objects: [(name, rows, header problems, GBFS payload or None)]."""
    held = {}

    def objects(day):
        if day not in held:
            held[day] = [read_object(root, name) for name in objects_under(root, f"api/bikes/dt={day}")]
        return held[day]

    return objects


def read_object(root, name):
    problems = defaultdict(int)
    payload = velib.payload_of(root, name)
    rows = [] if payload else read_rows(root, name, ALIASES, REQUIRED, problems)
    return name, rows, problems, payload


def window(objects, day):
    """The objects that can hold a day: the feed lags and pulls straddle midnight."""
    return [item for offset in (-1, 0, 1, 2) for item in objects(day + timedelta(days=offset))]


def read_day(objects, day):
    """What the day's own window says: hours[counter][slot] = [count, None], names, places, ledger."""
    ledger = Ledger()
    hours, names, points = defaultdict(dict), {}, {}
    for _, rows, header_problems, payload in window(objects, day):
        ledger.undated.update(header_problems)
        ledger.read += len(payload["stations"]) if payload else len(rows)
        for row in rows:
            if row is None:
                ledger.undated["ligne_mal_formee"] += 1
                continue
            counter = text_or_none(row.get("counter"))
            if counter is None or counter == "*":
                ledger.undated["identifiant_illisible"] += 1
                continue
            slot, named_day, problem = parse_stamp(row.get("stamp"))
            if problem:
                (ledger.undated if named_day is None else ledger.by_day[named_day])[problem] += 1
                continue
            if local(slot).date() != day:
                continue
            take_row(row, counter, slot, hours, names, points, ledger.by_day[day])
    return {"hours": hours, "names": {c: name for c, (_, name) in names.items()}, "points": points, "ledger": ledger}


def take_row(row, counter, slot, hours, names, points, issues):
    count, unreadable = parse_number(row.get("count"))
    issues["nombre_illisible"] += unreadable
    if count is not None and not 0 <= count <= MAX_COUNT:
        count = None
        issues["comptage_hors_limites"] += 1
    if slot in hours[counter]:
        conflict = merge_values(hours[counter][slot], [count, None])
        issues["doublons_conflictuels" if conflict else "doublons"] += 1
    else:
        hours[counter][slot] = [count, None]
    name = text_or_none(row.get("name"))
    if name and (counter not in names or slot >= names[counter][0]):
        names[counter] = (slot, name)
    point, problem = parse_point(row.get("point"))
    if problem:
        issues[problem] += 1
    elif point:
        points.setdefault(counter, {}).setdefault(slot, point)


def load(objects, day):
    """The day with the 28 days before it, each read in its own window."""
    today = read_day(objects, day)
    history = defaultdict(dict)
    recent, names, points = set(), {}, {}
    for back in range(HISTORY_DAYS, 0, -1):
        past = read_day(objects, day - timedelta(days=back))
        for counter, held in past["hours"].items():
            history[counter].update(held)
            if back <= 7 and any(known(hour) for hour in held.values()):
                recent.add(counter)
        names.update(past["names"])
        points.update({counter: held[max(held)] for counter, held in past["points"].items()})
    for counter, held in today["hours"].items():
        history[counter].update(held)
    return {
        "present": bool(today["hours"]),
        "sensors": sorted(set(today["hours"]) | recent),
        "hours": history,
        "names": names | today["names"],
        "points": points | {counter: held[min(held)] for counter, held in today["points"].items()},
        "ledger": today["ledger"],
        "kept": sum(map(len, today["hours"].values())),
    }


def metrics(objects, zones, day):
    data = load(objects, day)
    stations = velib.metrics([item[3] for item in window(objects, day) if item[3]], zones, day, data["ledger"])
    if not data["present"] and stations["metrics"] is None:
        return None
    slots = day_slots(day)
    sensors = data["sensors"] if data["present"] else []
    rows = [counter_row(counter, data, zones, slots) for counter in sensors]
    failing, out_of_service = failing_rows(sensors, data["hours"], data["names"], day, "bike", str)
    kept = data["kept"] + stations["kept"]
    return {
        "heures": [iso(slot) for slot in slots],
        "zone_source": zone_source(zones),
        "metrics": rows,
        "top_counters": [{key: row[key] for key in ("id_compteur", "nom_compteur", "total_jour")}
                         for row in sorted(rows, key=lambda row: (largest_first(row["total_jour"]), row["id_compteur"]))[:10]],
        "by_arrondissement": by_zone(rows),
        "failing_sensors": failing,
        "hors_service": out_of_service,
        "summary": summary(rows, slots),
        "velib": stations["metrics"],
        "qualite": data["ledger"].quality(day, kept),
    }


def counter_row(counter, data, zones, slots):
    held = data["hours"][counter]
    counts = [held[slot][0] if slot in held else None for slot in slots]
    valid = len(known(counts))
    peak_hour, peak_start = peak(slots, counts)
    point = data["points"].get(counter)
    return {
        "id_compteur": counter,
        "nom_compteur": data["names"].get(counter),
        "total_jour": total(counts),
        "moyenne_horaire": mean(counts),
        "pic_horaire": peak_hour,
        "pic_horaire_debut": peak_start,
        "profil_horaire": counts,
        "heures_valides": valid,
        "heures_attendues": len(slots),
        "couverture": percent(valid, len(slots)),
        "qualite": quality(valid, len(slots)),
        "arrondissement": zone_of(point, zones),
        "coordinates": lon_lat(point),
    }


def coverage(rows):
    return percent(sum(row["heures_valides"] for row in rows), sum(row["heures_attendues"] for row in rows))


def by_zone(rows):
    members = defaultdict(list)
    for row in rows:
        members[row["arrondissement"]].append(row)
    return [{"arrondissement": zone, "nombre_compteurs": len(members[zone]),
             "total": total(row["total_jour"] for row in members[zone]), "couverture": coverage(members[zone])}
            for zone in sorted(members, key=lambda zone: (zone is None, zone))]


def summary(rows, slots):
    profile = [total(column) for column in zip(*(row["profil_horaire"] for row in rows))]
    return {
        "total_velos": total(row["total_jour"] for row in rows),
        "nombre_compteurs": len(rows),
        "compteurs_actifs": sum(row["heures_valides"] > 0 for row in rows),
        "taux_disponibilite": coverage(rows),
        "heure_pointe": peak(slots, profile)[0],
        "couverture": coverage(rows),
    }
