"""How a messy publisher writes rows: the dialects of CSV, Opendatasoft JSON and JSON lines, compressed or not."""

import csv
import gzip
import io
import json
from datetime import datetime, timezone, timedelta

from common import local

PARIS_BOX = (2.20, 2.50, 48.80, 48.92)  # a little wider than the city
BAD_STAMPS = ["", "garbage", "2024-13-40T00:00:00+01:00", "04/01/2024 08:00", "NaN"]
BAD_NUMBERS = ["abc", "12,5", "1_000", "--3", "0x10"]


class Kind:
    """A feed's columns: field -> (label, technical name); `v1_point` tells fields that are positions."""

    def __init__(self, columns, points):
        self.columns, self.points = columns, points


def maybe(rng, share):
    return rng.random() < share


def stamp_text(rng, instant, style):
    """One instant, spelled; `naive` loses the offset, as the historical file did."""
    if style == "naive":
        return local(instant).strftime(rng.choice(["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"]))
    if style == "utc":
        return datetime.fromtimestamp(instant, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S") + rng.choice(["Z", "+00:00"])
    if style == "abroad":
        return datetime.fromtimestamp(instant, timezone(timedelta(hours=-5))).isoformat()
    return local(instant).isoformat()


def spoil_stamp(rng, text):
    """A stamp that gives no hour: unreadable, or off the full hour."""
    if maybe(rng, 0.5):
        return rng.choice(BAD_STAMPS)
    at = text.rindex(":00:00") if ":00:00" in text else None
    return rng.choice(BAD_STAMPS) if at is None else text[:at] + rng.choice([":30:00", ":00:01", ":59:59"]) + text[at + 6:]


def number_text(rng, value):
    """A number as some spreadsheet would write it."""
    if value is None:
        return rng.choice(["", "", "", "NaN"])
    if isinstance(value, str):
        return value
    if value == int(value):
        return rng.choice([str(int(value)), str(int(value)), f"{int(value)}.0", f" {int(value)} "])
    return repr(value)


def random_point(rng):
    west, east, south, north = PARIS_BOX
    return rng.uniform(west, east), rng.uniform(south, north)


def point_text(rng, point):
    return "" if point is None else point if isinstance(point, str) else f"{point[1]},{' ' if maybe(rng, 0.5) else ''}{point[0]}"


def write(rng, path, kind, rows, dialect=None):
    """Writes rows (field -> value; None is null, a text stands as it is) in one dialect. Names end as the dialect."""
    dialect = dialect or rng.choice(["csv", "csv", "csv", "v1", "v2", "list", "jsonl"])
    body = csv_body(rng, kind, rows) if dialect == "csv" else json_body(rng, kind, rows, dialect)
    ending = {"csv": "csv", "jsonl": "jsonl"}.get(dialect, "json")
    data = spoiled(rng, body) if maybe(rng, 0.02) else body.encode()
    if maybe(rng, 0.2):
        ending, data = ending + ".gz", gzip.compress(data, mtime=0)
        if maybe(rng, 0.03):
            data = data[: len(data) // 2]
    path = path.with_name(f"{path.name}.{ending}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def spoiled(rng, body):
    """An object that cannot be read, or hardly: nothing in it, another schema, half a document, bytes of another encoding."""
    return rng.choice([b"", b"\n \n", b'{"error_code": "quota"}', b"a;b;c\n1;2;3\n", b'{"a": 1}\n', b"[]", b'{"results": []}',
                       body[: len(body) // 2].encode(), body.replace("Identifiant", "Ident").replace('"iu_ac"', '"iu"').encode(),
                       body.encode().replace("é".encode(), b"\xe9")])


def csv_body(rng, kind, rows):
    fields = [field for field in kind.columns if not (kind.columns[field][2:] and maybe(rng, 0.15))]
    rng.shuffle(fields)
    extra = maybe(rng, 0.3)
    style = rng.choice([0, 1])
    titles = [rename(rng, kind.columns[field][style]) for field in fields] + (["colonne en plus"] if extra else [])
    delimiter, end = rng.choice([";", ";", ",", "\t"]), rng.choice(["\r\n", "\n"])
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
    writer.writerow(titles)
    for row in rows:
        cells = [cell(rng, kind, field, row.get(field)) for field in fields] + (["x"] if extra else [])
        if row.get("malformed"):
            cells = cells[:-1] if maybe(rng, 0.5) else cells + ["y", "z"]
        writer.writerow(cells)
        if maybe(rng, 0.005):
            out.write(rng.choice([end, " " + end, delimiter * (len(fields) - 1 + extra) + end]))
    text = out.getvalue()
    if maybe(rng, 0.05):
        text = '"' + text
    if maybe(rng, 0.3):
        text = "\ufeff" + text
    return text


def rename(rng, title):
    return title.upper() if maybe(rng, 0.1) else title


def cell(rng, kind, field, value):
    if field in kind.points:
        return point_text(rng, value)
    if isinstance(value, dict):
        return json.dumps(value)
    return number_text(rng, value) if not isinstance(value, str) else value


def json_body(rng, kind, rows, dialect):
    records = [json_record(rng, kind, row, dialect) for row in rows]
    if dialect == "jsonl":
        end = rng.choice(["\n", "\r\n"])
        lines = [json.dumps(record, ensure_ascii=maybe(rng, 0.5)) if record != "broken" else '{"a": ' for record in records]
        return end.join(lines) + (end if maybe(rng, 0.8) else "")
    records = [7 if record == "broken" else record for record in records]
    if dialect == "v1":
        return json.dumps({"nhits": len(records), "records": records})
    return json.dumps(records if dialect == "list" else {"total_count": len(records), "results": records}, ensure_ascii=False)


def json_record(rng, kind, row, dialect):
    if row.get("malformed"):
        return "broken"
    fields = {}
    for field, names in kind.columns.items():
        value = row.get(field)
        if isinstance(value, str) and value == "":
            value = None
        if field in kind.points and isinstance(value, tuple):
            value = [value[1], value[0]] if dialect == "v1" else {"lon": value[0], "lat": value[1]}
        elif isinstance(value, dict) and dialect != "v1" and maybe(rng, 0.5):
            value = {"type": "Feature", "properties": {}, "geometry": value}
        elif isinstance(value, (int, float)) and maybe(rng, 0.1):
            value = str(value)
        if value is not None or dialect != "v1":
            fields[names[1]] = value
    return {"datasetid": "x", "fields": fields} if dialect == "v1" else fields
