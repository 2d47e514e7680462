"""Roadworks: one export speaks for a day."""

import math
import re
from collections import Counter, defaultdict
from datetime import timedelta

from common import (EARTH_RADIUS_M, UNREADABLE, Ledger, known, last_date_in, lon_lat, objects_under, parse_date,
                    parse_number, parse_point, read_rows, read_shape, text_or_none, total, without_accents, zone_of)

ALIASES = {
    "id": ["Identifiant"], "postcode": ["Code postal de l'arrondissement", "cp_arrondissement"],
    "typology": ["Typologie"], "object": ["Objet"], "description": ["Description"],
    "street": ["Voie(s)", "voie"], "begin": ["Date de début", "date_debut"], "end": ["Date de fin", "date_fin"],
    "impact": ["Impact sur la circulation", "impact_circulation"],
    "level": ["Niveau de perturbation", "niveau_perturbation"], "status": ["Statut"],
    "shape": ["geo_shape"], "point": ["geo_point_2d"],
}
REQUIRED = [("id",), ("begin",), ("end",)]
WEIGHTS = {"BARRAGE_TOTAL": 100, "IMPASSE": 80, "RESTREINTE": 50, "SENS_UNIQUE": 30}
CRITICAL_ZONE_OVER = 3


def choose_export(root, day):
    """The newest export not later than the day, else the oldest; an undated one is older than all."""
    names = objects_under(root, "batch/chantiers")
    if not names:
        return None
    age = lambda name: (str(last_date_in(name) or ""), name.encode())
    usable = [name for name in names if (last_date_in(name) or day) <= day]
    oldest = min(age(name)[0] for name in names)
    return max(usable or [name for name in names if age(name)[0] == oldest], key=age)


def metrics(root, zones, day):
    name = choose_export(root, day)
    if name is None:
        return None
    export_date = last_date_in(name)
    ledger = Ledger()
    works = read_works(root, name, ledger)
    if name in UNREADABLE:
        return None
    later = export_date is not None and export_date > day
    if later:
        ledger.undated["export_posterieur"] += 1
    contradictions = contradictions_of(works, export_date, ledger)
    active = [work for _, work in sorted(works.items()) if is_active(work, day, later)]
    rows = [active_row(work, zones, day) for work in active]
    members = defaultdict(list)
    for row in rows:
        if row["arrondissement"]:
            members[row["arrondissement"]].append(row)
    critical = [{"zone": zone, "nombre_chantiers": len(group)} for zone, group in members.items()
                if len(group) > CRITICAL_ZONE_OVER]
    surface = total(row["surface_m2"] for row in rows)
    return {
        "total_chantiers_actifs": len(rows),
        "chantiers_actifs": rows,
        "impact_by_arrondissement": {zone: sum(WEIGHTS.get(row["impact"], 0) for row in group)
                                     for zone, group in sorted(members.items())},
        "by_impact": dict(sorted(Counter(row["impact"] for row in rows).items())),
        "zones_critiques": sorted(critical, key=lambda row: (-row["nombre_chantiers"], row["zone"])),
        "surface_totale_impactee_m2": 0 if not rows else surface,
        "nouveaux": [work["id"] for work in active if work["begin"] == day],
        "se_terminent": [work["id"] for work in active if work["end"] <= day + timedelta(days=7)],
        "contradictions": contradictions,
        "export_date": str(export_date) if export_date else None,
        "export_age_jours": (day - export_date).days if export_date else None,
        "qualite": ledger.quality(day, len(works)),
    }


def read_works(root, name, ledger):
    works = {}
    for row in read_rows(root, name, ALIASES, REQUIRED, ledger.undated):
        ledger.read += 1
        if row is None:
            ledger.undated["ligne_mal_formee"] += 1
            continue
        work = {field: raw if field in ("shape", "point") else text_or_none(raw) for field, raw in row.items()}
        # The feeds write `*` for an id that is not there.
        if not any(character.isalnum() for character in work.get("id") or ""):
            ledger.undated["identifiant_illisible"] += 1
            continue
        check_period(work, ledger)
        work["point"], problem = parse_point(work.get("point"))
        work["shape"], other = read_shape(work.get("shape"))
        for found in known([problem, other]):
            ledger.undated[found] += 1
        for field in ("status", "level"):
            work[field] = code(work.get(field), ledger)
        if work.get("impact"):
            work["impact"] = "_".join(re.findall(r"[A-Z0-9]+", without_accents(work["impact"]).upper())) or None
        if work["id"] in works:
            held = works[work["id"]]
            conflict = any(value is not None and held.get(key) is not None and value != held[key] for key, value in work.items())
            ledger.undated["doublons_conflictuels" if conflict else "doublons"] += 1
            work = held | {key: value for key, value in work.items() if value is not None}
        works[work["id"]] = work
    return works


def check_period(work, ledger):
    """Dates instead of texts; at most one issue, an unreadable date before an empty one."""
    written = [text if text and text.lower() not in ("nan", "null") else None for text in (work.get("begin"), work.get("end"))]
    work["begin"], work["end"] = map(parse_date, written)
    if any(text and found is None for text, found in zip(written, (work["begin"], work["end"]))):
        ledger.undated["periode_illisible"] += 1
    elif None in written:
        ledger.undated["date_absente"] += 1
    elif work["end"] < work["begin"]:
        ledger.undated["periode_inversee"] += 1


def code(raw, ledger):
    """A code column: a small whole number, as text; anything else is unreadable."""
    number, unreadable = parse_number(raw)
    if unreadable or (number is not None and (number != int(number) or not 0 <= number <= 99)):
        ledger.undated["nombre_illisible"] += 1
        return None
    return None if number is None else str(int(number))


def is_active(work, day, later_export):
    if work["begin"] is None or work["end"] is None or not work["begin"] <= day <= work["end"]:
        return False
    return later_export or work.get("status") not in ("3", "5")


def contradictions_of(works, export_date, ledger):
    """Ids whose dates and status disagree on the export's own date."""
    if export_date is None:
        return []
    dated = [work for work in works.values() if work["begin"] and work["end"]]
    wrong = []
    for work in dated:
        inside = work["begin"] <= export_date <= work["end"]
        if work.get("status") in (("1", "5") if inside else ("2", "4")):
            wrong.append(work["id"])
    if 2 * len(wrong) > len(dated):
        ledger.undated["date_export_douteuse"] += 1
        return []
    return sorted(wrong)


def postcode_zone(text):
    # INSEE codes are postcodes plus a hundred; 75116 is both, and the sixteenth either way.
    if text and text.isdigit() and 75101 <= int(text) <= 75120:
        text = str(int(text) - 100)
    return text if text in {str(75000 + number) for number in range(1, 21)} else None


def active_row(work, zones, day):
    return {
        "identifiant": work["id"],
        "objet": work.get("object"),
        "description": work.get("description"),
        "voie": work.get("street"),
        "typologie": work.get("typology"),
        "impact": work.get("impact") or "INCONNU",
        "niveau": work.get("level"),
        "statut": work.get("status"),
        "arrondissement": postcode_zone(work.get("postcode")) or zone_of(work["point"] or middle(work["shape"]), zones),
        "date_debut": str(work["begin"]),
        "date_fin": str(work["end"]),
        "jours_restants": (work["end"] - day).days,
        "surface_m2": area(work["shape"]),
        "geo_point_2d": lon_lat(work["point"]),
    }


def middle(shape):
    """The middle vertex of a shape, for works without a point."""
    polygons = {"Point": lambda c: [[[c]]], "LineString": lambda c: [[c]], "MultiLineString": lambda c: [c],
                "Polygon": lambda c: [c], "MultiPolygon": lambda c: c}[shape["type"]](shape["coordinates"]) if shape else []
    vertices = [vertex for rings in polygons for ring in rings for vertex in ring]
    return tuple(vertices[len(vertices) // 2][:2]) if vertices else None


def area(shape):
    """m², equirectangular about the mean latitude of every position written in the shape."""
    if shape is None or shape["type"] not in ("Polygon", "MultiPolygon"):
        return None
    polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
    latitudes = [vertex[1] for polygon in polygons for ring in polygon for vertex in ring]
    shrink = math.cos(math.radians(sum(latitudes) / len(latitudes)))

    def ring_area(ring):
        flat = [(EARTH_RADIUS_M * math.radians(lon) * shrink, EARTH_RADIUS_M * math.radians(lat)) for lon, lat, *_ in ring]
        x0, y0 = flat[0]
        flat = [(x - x0, y - y0) for x, y in flat]
        return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(flat, flat[1:] + flat[:1]))) / 2

    return sum(ring_area(polygon[0]) - sum(map(ring_area, polygon[1:])) for polygon in polygons)
