"""Messy road counts and a messy road reference."""

import json
from datetime import timedelta

import comptages
from common import HOUR, day_slots, local, midnight
from messy_files import (BAD_NUMBERS, Kind, csv_body, maybe, point_text, random_point, spoil_stamp, stamp_text, write)

COUNTS = Kind({
    "arc": ("Identifiant arc", "iu_ac"),
    "label": ("Libelle", "libelle", "may be missing"),
    "stamp": ("Date et heure de comptage", "t_1h"),
    "flow": ("Débit horaire", "q"),
    "occupancy": ("Taux d'occupation", "k"),
    "traffic": ("Etat trafic", "etat_trafic", "may be missing"),
    "arc_state": ("Etat arc", "etat_barre", "may be missing"),
    "point": ("geo_point_2d", "geo_point_2d", "may be missing"),
    "shape": ("geo_shape", "geo_shape", "may be missing"),
}, points={"point"})
REFERENCE = Kind({
    "arc": ("Identifiant arc", "iu_ac"),
    "begin": ("Date debut dispo data", "date_debut"),
    "label": ("Libelle", "libelle"),
    "down": ("Identifiant noeud aval", "iu_nd_aval"),
    "down_label": ("Libelle noeud aval", "libelle_nd_aval"),
    "up": ("Identifiant noeud amont", "iu_nd_amont"),
    "up_label": ("Libelle noeud amont", "libelle_nd_amont"),
    "point": ("geo_point_2d", "geo_point_2d"),
    "shape": ("geo_shape", "geo_shape"),
}, points={"point"})
EDGES = [0, 14.99, 15, 29.999, 30, 49.99, 50, 69.9, 70, 79.99, 80, 100]
LABELS = ["Av_Test", "PI_Nord", "PE_Sud", "Rue; point-virgule", 'Dite "la belle"', "Rue,virgule", "=SOMME(A1)", "-12", "+x",
          "@y", "Éluard", None, "", "deux\nlignes", "pi_minuscule", "XPI_", "\tTab"]
OFF_LIMITS = [-1, 12000, 12000.5, -0.5, 1e9]
OFF_RATES = [100, 100.01, -0.01, -5]


# ---------------------------------------------------------------- what the sensors saw


def base_day(rng, slots, temper):
    """slot -> (q, k) of one sensor over all days."""
    seen = {}
    for slot in slots:
        hour = local(slot).hour
        if temper == "quiet":
            q, k = rng.choice([0, 0, 0, 1, 2, 19, 20, 21]), rng.choice([0, 0, 0.5, 4.99, 5])
        elif temper == "edges":
            q, k = rng.choice([0, 19, 20, 300]), rng.choice(EDGES)
        elif temper == "tie":
            q, k = rng.choice([100, 200]), rng.choice([10, 20, 60])
        else:
            q = rng.randint(5, 2000) if maybe(rng, 0.7) else round(rng.uniform(0, 3000), 2)
            k = round(rng.uniform(0, 40 + hour), rng.choice([0, 2, 5]))
        seen[slot] = (q, min(k, 100))
    return seen


def afflict(rng, seen, slots, day, road=True):
    """Puts one fault of section 6 into what a sensor saw, at or around its threshold."""
    today = day_slots(day)
    start = midnight(day)
    fault = rng.choice(["none", "none", "silent", "zero", "constant", "gap", "incoherent", "hours", "sparse", "once",
                        "flow only", "occupancy only", "old", "jam", "all missing", "young"])
    if fault == "silent":
        last = rng.choice([start - HOUR, start - rng.randint(1, 28 * 24 + 30) * HOUR])
        blank(rng, seen, [slot for slot in slots if slot > last])
    elif fault == "zero":
        first = rng.choice([start, start - rng.randint(-2, 29 * 24) * HOUR])
        paint(seen, [slot for slot in slots if slot >= first], 0)
        if maybe(rng, 0.2):
            blank(rng, seen, [rng.choice(today)])
    elif fault == "constant":
        length = rng.choice([11, 12, 13, 12, 30, 24 * 29])
        first = start + rng.randint(-min(length, 24 * 29), 14) * HOUR
        paint(seen, range(first, first + length * HOUR, HOUR), rng.choice([7, 20, 0.5]))
    elif fault == "gap":
        length = rng.choice([5, 6, 7, 6, 12])
        first = start + rng.randint(-length - 1, 24) * HOUR
        blank(rng, seen, range(first, first + length * HOUR, HOUR))
        if maybe(rng, 0.4):
            second = start + rng.randint(0, 20) * HOUR
            blank(rng, seen, range(second, second + length * HOUR, HOUR))
    elif fault == "incoherent":
        both = rng.choice([10, 20, 24, 23, 25, 30])
        wrong = set(rng.sample(today, min(len(today), rng.choice([2, 3, 2, 3, 4]))))
        blank(rng, seen, today[both:])
        for slot in today[:both]:
            seen[slot] = rng.choice([(20, 0), (0, 5)]) if slot in wrong else (19, 0) if maybe(rng, 0.1) else (50, 10)
    elif fault == "hours":
        for back in rng.sample(range(0, 29), 15) + [0, 7]:
            hours = day_slots(day - timedelta(days=back))
            keep = rng.choice([17, 18, 18, 19, 19, 20, 21, 22, 23])
            blank(rng, seen, rng.sample(hours, max(0, len(hours) - keep)))
    elif fault == "sparse":
        for slot in slots:
            if maybe(rng, 0.8):
                seen.pop(slot, None)
    elif fault == "once":
        kept = rng.choice(slots)
        for slot in slots:
            if slot != kept:
                seen.pop(slot, None)
    elif fault in ("flow only", "occupancy only"):
        since = start - rng.choice([0, 24, 24 * 40]) * HOUR
        for slot in [slot for slot in seen if slot >= since and seen[slot]]:
            q, k = seen[slot]
            seen[slot] = (q, None) if fault == "flow only" else (None, k)
    elif fault == "old":
        edge = start - rng.choice([6, 7, 8]) * 24 * HOUR + rng.randint(-1, 1) * HOUR
        for slot in [slot for slot in seen if slot >= edge]:
            seen.pop(slot)
    elif fault == "jam":
        first = start + rng.randint(-2, 22) * HOUR
        for slot in range(first, first + rng.choice([1, 2, 3, 6]) * HOUR, HOUR):
            if slot in seen and seen[slot]:
                seen[slot] = (rng.choice([None, 0, 300]), rng.choice([50, 79.99, 80, 49.99]))
    elif fault == "all missing":
        paint(seen, slots, None)
    elif fault == "young":
        for slot in [slot for slot in seen if slot < start - rng.choice([0, 5, 6, 7, 8]) * 24 * HOUR]:
            seen.pop(slot, None)
    if not road:
        return


def blank(rng, seen, slots):
    """Missing, in either way: no row, or a row without values."""
    for slot in slots:
        if slot in seen:
            if maybe(rng, 0.5):
                del seen[slot]
            else:
                seen[slot] = (None, None)


def paint(seen, slots, flow):
    for slot in slots:
        if slot in seen:
            k = seen[slot][1] if seen[slot] and flow is not None else None
            seen[slot] = (flow, k)


# ---------------------------------------------------------------- files


def line(rng):
    if maybe(rng, 0.02):
        return rng.choice(["nonsense", {"type": "Point", "coordinates": [2.3, 48.8]}, {"type": "LineString", "coordinates": []}])
    start = random_point(rng)
    walk = lambda: [[start[0] + rng.uniform(-0.01, 0.01), start[1] + rng.uniform(-0.01, 0.01)] for _ in range(rng.randint(2, 5))]
    if maybe(rng, 0.2):
        return {"type": "MultiLineString", "coordinates": [walk() for _ in range(rng.randint(1, 3))]}
    return {"type": "LineString", "coordinates": walk()}


def place(rng, usual):
    if maybe(rng, 0.01):
        return rng.choice(["148.8,2.3", "here", "48.8", "48.8,200"])
    return usual


def counts(rng, root, day, first_day, last_day):
    slots = [slot for n in range((last_day - first_day).days + 1) for slot in day_slots(first_day + timedelta(days=n))]
    sensors = []
    for arc in rng.sample(range(1, 9000), rng.choice([1, 2, 3, 6, 12, 40] if len(slots) < 400 else [1, 3, 6, 10])):
        seen = base_day(rng, slots, rng.choice(["busy", "busy", "quiet", "edges", "tie"]))
        for _ in range(rng.choice([1, 1, 2])):
            afflict(rng, seen, slots, day)
        sensors.append({
            "arc": arc, "seen": seen, "label": rng.choice(LABELS), "point": random_point(rng) if maybe(rng, 0.8) else None,
            "shape": line(rng) if maybe(rng, 0.8) else None, "arc_state": rng.choice(["Ouvert", "Invalide", "Barré", "Inconnu", "2", "", "BARRE", "9"]),
        })
    everything = [(sensor, slot) for sensor in sensors for slot in sensor["seen"]]
    rng.shuffle(everything)
    exports = rng.choice([1, 1, 2, 3])
    for number in range(exports):
        share = rng.choice([1, 0.9, 0.5]) if exports > 1 or maybe(rng, 0.2) else 1
        style = rng.choice(["offset", "offset", "utc", "naive", "abroad"])
        faults = rng.choice([0, 0, 0.002, 0.02])
        rows = []
        for sensor, slot in everything:
            if maybe(rng, share):
                rows.append(count_row(rng, sensor, slot, style, faults))
                if maybe(rng, 0.02):
                    rows.append(count_row(rng, sensor, slot, style, faults))
        folder = root / "batch/comptages_routiers" / rng.choice(["", "", "historique", "api", "dt=2024-01-01"])
        write(rng, folder / f"{rng.choice('abc')}{number}", COUNTS, rows)
    return [sensor["arc"] for sensor in sensors]


def count_row(rng, sensor, slot, style, faults):
    q, k = sensor["seen"][slot]
    row = {"arc": sensor["arc"], "label": sensor["label"], "stamp": stamp_text(rng, slot + HOUR, style), "flow": q, "occupancy": k,
           "arc_state": sensor["arc_state"], "point": place(rng, sensor["point"]), "shape": sensor["shape"]}
    state = comptages.state_of(k)
    row["traffic"] = rng.choice([state, state, state, plain_code(state), ""])
    if not maybe(rng, faults * 10):
        return row
    fault = rng.choice(["conflict", "null", "limit", "number", "star", "stamp", "malformed", "state", "text", "shape", "spring"])
    if fault == "conflict":
        row["flow"] = rng.choice([1, 2, 3])
    elif fault == "null":
        row[rng.choice(["flow", "occupancy"])] = None
    elif fault == "limit":
        row.update(rng.choice([{"flow": rng.choice(OFF_LIMITS)}, {"occupancy": rng.choice(OFF_RATES)}]))
    elif fault == "number":
        row[rng.choice(["flow", "occupancy"])] = rng.choice(BAD_NUMBERS)
    elif fault == "star":
        row["arc"] = rng.choice(["*", "", "abc", "-4", "12.5"])
    elif fault == "stamp":
        row["stamp"] = spoil_stamp(rng, row["stamp"])
    elif fault == "spring":
        row["stamp"] = rng.choice(["2023-03-26 02:00:00", "2024-03-31T02:00:00", "2024-03-31 02:30:00", "2024-10-27 02:00:00",
                                   "2023-10-29T02:00:00", "2023-10-29T03:00:00+02:00"])
    elif fault == "malformed":
        row["malformed"] = True
    elif fault == "state":
        row["traffic"] = rng.choice(["Bloqué", "fluide", "PRE-SATURE", "4", "0", "Inconnu", "dense", "9"])
    elif fault == "text":
        row["label"], row["arc_state"] = rng.choice(LABELS), rng.choice(["Ouvert", "Fermé", "", "1"])
    elif fault == "shape":
        row["shape"], row["point"] = line(rng), random_point(rng)
    return row


def plain_code(state):
    return str(([comptages.UNKNOWN] + comptages.STATES).index(state))


def reference(rng, root, arcs):
    known = [arc for arc in arcs if maybe(rng, 0.7)] + rng.sample(range(9000, 9999), rng.randint(0, 3))
    for number in range(rng.choice([1, 1, 2])):
        rows = []
        for arc in known:
            usual = random_point(rng)
            nodes = [(rng.randint(1, 50), rng.randint(1, 50)) for _ in range(rng.choice([1, 1, 2]))]
            for _ in range(rng.choice([1, 1, 1, 2, 3, 6])):
                up, down = rng.choice(nodes)
                rows.append({
                    "arc": arc, "begin": rng.choice(["1996-10-10", "2005-01-01", "2023-01-01", "2023-01-01", ""]),
                    "label": rng.choice(LABELS[:10]), "up": str(up), "down": str(down), "up_label": "De", "down_label": "Vers",
                    "point": usual if maybe(rng, 0.8) else None,
                    "shape": rows[-1]["shape"] if rows and maybe(rng, 0.2) else line(rng) if maybe(rng, 0.8) else None,
                })
        rng.shuffle(rows)
        name = rng.choice(["referentiel", f"referentiel_202{number}-01-01"])
        path = root / "batch/referentiel_voies" / f"{name}_{number}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(csv_body(rng, REFERENCE, rows), encoding="utf-8", newline="")


def polygons(rng, root):
    """Some districts as rectangles, one of them in two parts, one with a hole; they do not cover the city."""
    features = []
    for number in rng.sample(range(1, 21), rng.randint(1, 20)):
        west, south = random_point(rng)
        ring = box(west, south, rng.uniform(0.01, 0.1))
        shape = {"type": "Polygon", "coordinates": [ring] + ([box(west + 0.002, south + 0.002, 0.003)] if maybe(rng, 0.3) else [])}
        if maybe(rng, 0.3):
            shape = {"type": "MultiPolygon", "coordinates": [[ring], [box(*random_point(rng), 0.02)]]}
        features.append({"type": "Feature", "properties": {"c_ar": number, "l_ar": f"{number}e"}, "geometry": shape})
    path = root / "batch/arrondissements/a.geojson"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))


def box(west, south, size):
    return [[west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south]]
