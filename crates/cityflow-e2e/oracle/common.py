"""What every feed shares: Paris time, zones, objects of the raw bucket, lenient reading of rows.

Instants are integers: seconds since 1970 (UTC). A slot is the instant at which an hour starts.
"""

import csv
import gzip
import io
import json
import math
import re
import unicodedata
import zlib
from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
HOUR = 3600
EARTH_RADIUS_M = 6_371_000.0
USABLE_HOURS = 19
COMPLETE_SHARE = 0.9
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
DATE_IN_NAME = re.compile(r"(?<!\d)(\d{4}-\d{2}-\d{2})(?!\d)")
UNREADABLE = set()  # names of the objects that could not be read, whatever the feed

# ---------------------------------------------------------------- time


def local_to_instant(naive, later=False):
    """The instant of a Paris wall time; None when the clock jumps over it."""
    instant = int(naive.replace(tzinfo=PARIS, fold=1 if later else 0).timestamp())
    back = datetime.fromtimestamp(instant, PARIS).replace(tzinfo=None)
    return instant if back == naive.replace(fold=0) else None


def midnight(day):
    return int(datetime.combine(day, time(0), PARIS).timestamp())


def day_slots(day):
    """The 23, 24 or 25 hour starts of a civil day."""
    return list(range(midnight(day), midnight(day + timedelta(days=1)), HOUR))


def local(instant):
    return datetime.fromtimestamp(instant, PARIS)


def iso(instant):
    return None if instant is None else local(instant).isoformat()


def parse_stamp(text, later=False):
    """(instant or None, civil date or None, problem or None) of an hourly stamp."""
    try:
        if len(text.strip()) <= len("2024-01-04"):  # a date names no hour
            raise ValueError
        stamp = datetime.fromisoformat(text.strip())
    except (AttributeError, ValueError):
        return None, None, "horodatage_illisible"
    if stamp.tzinfo is None:
        instant = local_to_instant(stamp, later)
        named = stamp.date()
    else:
        instant = int(stamp.timestamp())
        named = local(instant).date()
    if stamp.minute or stamp.second or stamp.microsecond or (instant is not None and instant % HOUR):
        return None, named, "horodatage_hors_heure"
    if instant is None:
        return None, named, "nonexistent_local_time"
    return instant, named, None


def parse_date(text):
    """A civil date `YYYY-MM-DD`, or the city's date of an instant; None when empty or unreadable."""
    text = text.strip() if isinstance(text, str) else ""
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return date.fromisoformat(text)
        return datetime.fromisoformat(text).astimezone(PARIS).date() if DATE_IN_NAME.match(text) else None
    except ValueError:
        return None


def last_date_in(name):
    dates = [found for found in map(parse_date, DATE_IN_NAME.findall(name)) if found]
    return dates[-1] if dates else None


# ---------------------------------------------------------------- numbers


def parse_number(raw):
    """(value or None, was it unreadable)."""
    if raw is None:
        return None, False
    if isinstance(raw, bool):
        return None, True
    if isinstance(raw, (int, float)):
        return (raw, False) if math.isfinite(raw) else (None, False)
    if not isinstance(raw, str):
        return None, True
    text = raw.strip()
    if text_is_null(text):
        return None, False
    if not NUMBER.fullmatch(text):
        return None, True
    return (int(text) if re.fullmatch(r"[+-]?\d+", text) else float(text)), False


def known(values):
    return [value for value in values if value is not None]


def total(values):
    """Sum of what is known; None when nothing is."""
    values = known(values)
    return sum(values) if values else None


def mean(values):
    values = known(values)
    return sum(values) / len(values) if values else None


def percent(part, whole):
    return 100 * part / whole if whole else None


def quality(valid_hours, expected_hours):
    if valid_hours >= COMPLETE_SHARE * expected_hours:
        return "complet"
    return "utilisable" if valid_hours >= USABLE_HOURS else "partiel"


def largest_first(value):
    """Sort key: descending, nulls last."""
    return (value is None, 0 if value is None else -value)


def peak(slots, values):
    """(local hour, ISO start) of the largest value, the earliest on a tie."""
    best = None
    for slot, value in zip(slots, values):
        if value is not None and (best is None or value > best[1]):
            best = (slot, value)
    return (local(best[0]).hour, iso(best[0])) if best else (None, None)


# ---------------------------------------------------------------- objects and rows


def objects_under(root, folder):
    """Relative names of the objects below a folder, in name order."""
    base = Path(root)
    names = [path.relative_to(base).as_posix() for path in (base / folder).rglob("*") if path.is_file()]
    return sorted(names, key=lambda name: name.encode())


def read_text(root, name):
    """The text of an object; nothing, and a note in UNREADABLE, when it cannot be had."""
    try:
        data = (Path(root) / name).read_bytes()
        if name.endswith(".gz"):
            data = gzip.decompress(data)
        return data.decode("utf-8-sig", errors="replace" if name.endswith((".csv", ".csv.gz")) else "strict")
    except (OSError, EOFError, ValueError, zlib.error):
        UNREADABLE.add(name)
        return ""


def read_json(root, name):
    body = json_or_none(read_text(root, name))
    if body is None:
        UNREADABLE.add(name)
    return body


def without_accents(text):
    return "".join(c for c in unicodedata.normalize("NFKD", str(text)) if not unicodedata.combining(c))


def plain(text):
    """Lower case, no accents, letters and digits only: how names are matched."""
    return "".join(c for c in without_accents(text).casefold() if c.isalnum())


def read_rows(root, name, aliases, required, problems):
    """Rows of a CSV or JSON object as (field -> raw value); None stands for a malformed one.

    `aliases` maps a field to the column names it may bear; of each group in `required` a CSV must
    have one. `problems` counts issues of the object.
    """
    lookup = {plain(alias): field for field, names in aliases.items() for alias in names}
    text = read_text(root, name)
    if is_json(name, text):
        records = json_records(name, text)
        if records is None:
            UNREADABLE.add(name)
            return []
        rows = [rename(record, lookup) for record in records]
        if any(row is not None for row in rows) and not any(rows):
            UNREADABLE.add(name)
            return []
        return rows
    fields, rows = csv_rows(text, lookup, problems)
    if not all(any(field in fields for field in group) for group in required):
        UNREADABLE.add(name)
        return []
    return rows


def rename(record, lookup):
    if not isinstance(record, dict):
        return None
    return {lookup[plain(key)]: value for key, value in record.items() if plain(key) in lookup}


def is_json(name, text):
    """Told by the name, else by the first character."""
    ending = Path(name.removesuffix(".gz")).suffix
    if ending in (".csv", ".json", ".jsonl", ".geojson"):
        return ending != ".csv"
    return text.lstrip()[:1] in ("{", "[")


def json_records(name, text):
    """The records of a document or of its lines; None when it is neither."""
    if name.removesuffix(".gz").endswith(".jsonl"):
        return [json_or_none(line) for line in text.splitlines() if line.strip()]
    body = json_or_none(text)
    if isinstance(body, dict) and isinstance(body.get("features"), list):
        return [feature_row(feature) for feature in body["features"]]
    if isinstance(body, dict):
        body = body.get("results", body.get("records"))
    if not isinstance(body, list):
        return None
    # API v1 wraps each record's columns in "fields"; v2.0 in "record" / "fields".
    unwrapped = [item.get("record", item) if isinstance(item, dict) else item for item in body]
    return [item.get("fields", item) if isinstance(item, dict) else item for item in unwrapped]


def feature_row(feature):
    """A GeoJSON feature as a row: its properties, and its geometry where they hold none; a point is the place."""
    if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
        return feature
    row, drawn = dict(feature["properties"]), feature.get("geometry")
    if isinstance(drawn, dict) and drawn.get("type") == "Point":
        if not row.get("geo_point_2d"):
            row["geo_point_2d"] = drawn["coordinates"][1::-1]
    elif not row.get("geo_shape"):
        row["geo_shape"] = drawn
    return row


def json_or_none(line):
    try:
        return json.loads(line)
    except ValueError:
        return None


def csv_rows(text, lookup, problems):
    first_line = text.split("\n", 1)[0]
    if first_line.startswith('"') and first_line.count('"') % 2:
        text = text[1:]
        problems["entete_guillemet"] += 1
    delimiter = max(";,\t", key=first_line.count)
    csv.field_size_limit(1 << 30)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header = [lookup.get(plain(title)) for title in next(reader, [])]
    rows = []
    for cells in reader:
        if not cells or (len(cells) == 1 and not cells[0].strip()):
            continue
        if len(cells) != len(header):
            rows.append(None)
        else:
            rows.append({field: cell for field, cell in zip(header, cells) if field})
    return header, rows


def text_is_null(raw):
    return raw is None or (isinstance(raw, str) and raw.strip().lower() in ("", "nan"))


def text_or_none(raw):
    return None if text_is_null(raw) else str(raw).strip()


class Ledger:
    """Counts of issues and duplicates: those of one day, and those of rows whose day is unknown."""

    def __init__(self):
        self.read = 0
        self.undated = Counter()
        self.by_day = defaultdict(Counter)

    def quality(self, day, kept):
        counts = self.undated + self.by_day[day]
        repeated = {key: counts.pop(key, 0) for key in ("doublons", "doublons_conflictuels")}
        problems = {code: {"nombre": number} for code, number in sorted(counts.items())}
        return {"lignes_lues": self.read, "lignes_valides": kept, **repeated, "problemes": problems}


def merge_values(held, new):
    """Field by field, the last known value wins; tells whether one known value replaced another."""
    conflict = False
    for place, value in enumerate(new):
        if value is None:
            continue
        conflict = conflict or (held[place] is not None and held[place] != value)
        held[place] = value
    return conflict


# ---------------------------------------------------------------- geometry


def parse_point(raw):
    """(lon, lat) or None, and a problem or None; accepts `lat, lon` text, [lat, lon], {lon, lat}."""
    if text_is_null(raw):
        return None, None
    if isinstance(raw, str):
        raw = raw.split(",")
    if isinstance(raw, dict):
        raw = [raw.get("lat"), raw.get("lon")]
    if not isinstance(raw, list) or len(raw) != 2:
        return None, "geometrie_illisible"
    (lat, _), (lon, _) = parse_number(raw[0]), parse_number(raw[1])
    if lat is None or lon is None:
        return None, "geometrie_illisible"
    if abs(lat) > 90 or abs(lon) > 180:
        return None, "coordonnees_hors_limites"
    return (lon, lat), None


def parse_shape(raw):
    """(geometry, problem or None): a bare GeoJSON geometry, out of text, a geometry or a Feature."""
    if text_is_null(raw):
        return None, None
    if isinstance(raw, str):
        raw = json_or_none(raw)
    if isinstance(raw, dict) and raw.get("type") == "Feature":
        raw = raw.get("geometry")
    return (raw, None) if isinstance(raw, dict) and raw.get("coordinates") else (None, "geometrie_illisible")


def parse_line(raw):
    """(line or several, problem or None)."""
    shape, problem = parse_shape(raw)
    if shape and not (shape["type"] in ("LineString", "MultiLineString") and any(line_parts(shape))):
        return None, "geometrie_illisible"
    return shape, problem


def read_shape(raw):
    """(geometry with coordinates or None, problem or None): every position is two numbers inside WGS84."""
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None, None
    if isinstance(raw, dict) and raw.get("type") == "Feature" and raw.get("geometry") is None:
        return None, None
    shape, _ = parse_shape(raw)
    depth = {"Point": 0, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}.get((shape or {}).get("type"))
    if depth is None:
        return None, "geometrie_illisible"
    positions = [shape["coordinates"]]
    for _ in range(depth):
        if not all(isinstance(part, list) for part in positions):
            return None, "geometrie_illisible"
        positions = [item for part in positions for item in part]
    if not positions or not all(isinstance(item, list) and len(item) >= 2 for item in positions):
        return None, "geometrie_illisible"
    if not all(abs(item[0]) <= 180 and abs(item[1]) <= 90 for item in positions):
        return None, "coordonnees_hors_limites"
    return shape, None


def line_parts(shape):
    """The vertex lists of a LineString or MultiLineString."""
    if shape is None:
        return []
    return [shape["coordinates"]] if shape["type"] == "LineString" else shape["coordinates"]


def haversine(a, b):
    lon1, lat1, lon2, lat2 = map(math.radians, (a[0], a[1], b[0], b[1]))
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(h)))


def line_length(shape):
    return sum(haversine(a, b) for part in line_parts(shape) for a, b in zip(part, part[1:]))


def lon_lat(point):
    return None if point is None else {"lon": point[0], "lat": point[1]}


# ---------------------------------------------------------------- zones

PARIS_BOX = (2.2240, 2.4698, 48.8155, 48.9022)
CENTROIDS = [
    (48.8626, 2.3364), (48.8683, 2.3428), (48.8629, 2.3600), (48.8543, 2.3576), (48.8444, 2.3507),
    (48.8491, 2.3329), (48.8562, 2.3122), (48.8727, 2.3126), (48.8772, 2.3375), (48.8761, 2.3607),
    (48.8591, 2.3801), (48.8350, 2.4213), (48.8284, 2.3623), (48.8292, 2.3265), (48.8401, 2.2928),
    (48.8604, 2.2620), (48.8873, 2.3068), (48.8926, 2.3482), (48.8871, 2.3848), (48.8635, 2.4012),
]


def load_zones(root):
    """[(code, polygons, bounding box)], empty when the bucket has no polygon file."""
    zones = []
    for name in objects_under(root, "batch/arrondissements"):
        for feature in json.loads(read_text(root, name))["features"]:
            properties, shape = feature["properties"], feature["geometry"]
            number = int(properties.get("c_ar") or properties["id"])
            polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
            lons, lats = zip(*(vertex[:2] for polygon in polygons for vertex in polygon[0]))
            zones.append((str(75000 + number % 100), polygons, (min(lons), max(lons), min(lats), max(lats))))
    return sorted(zones, key=lambda zone: zone[0])


def zone_source(zones):
    return "polygones" if zones else "centroides"


def zone_of(point, zones):
    if point is None:
        return None
    if zones:
        return next((code for code, polygons, box in zones if inside_box(point, box)
                     and any(inside_polygon(point, polygon) for polygon in polygons)), None)
    if not inside_box(point, PARIS_BOX):
        return None
    distances = [(haversine(point, (lon, lat)), number) for number, (lat, lon) in enumerate(CENTROIDS, 1)]
    return str(75000 + min(distances)[1])


def inside_box(point, box):
    return box[0] <= point[0] <= box[1] and box[2] <= point[1] <= box[3]


def inside_polygon(point, rings):
    return inside_ring(point, rings[0]) and not any(inside_ring(point, hole) for hole in rings[1:])


def inside_ring(point, ring):
    x, y = point
    inside = False
    for (x1, y1, *_), (x2, y2, *_) in zip(ring, ring[1:] + ring[:1]):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            inside = not inside
    return inside
