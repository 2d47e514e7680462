"""Holds the program's files against the oracle: compare.py <raw root> <out root> <date> [<date> ...]."""

import json
import math
import sys
from datetime import date
from pathlib import Path

from compute import DATA_TYPES, compute, load

MAX_SHOWN = 40
TOLERANCE = 1e-9
# Lists to which the contract gives no order, matched by this key.
MATCHED_BY = {"alerts": "id"}
# Maps whose keys are data: one more key is one more answer, hence a difference.
CLOSED_MAPS = {"by_cause", "by_mode", "by_impact", "impact_by_arrondissement", "mapping", "heures_par_etat",
               "disruptions_by_severity", "repartition_etat_trafic", "problemes"}
# Code columns of the roadworks export, as text or as a number.
CODES = {"typologie", "niveau", "statut"}
MISSING = object()


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def same(expected, found, key):
    if is_number(expected) and is_number(found):
        if isinstance(expected, int) and isinstance(found, int):
            return expected == found
        return math.isclose(expected, found, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    if key in CODES and is_number(found):
        return expected == str(found)
    return type(expected) is type(found) and expected == found


def differences(path, key, expected, found, tally):
    """Yields (path, expected, found); tally[0] counts the values compared."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for name in expected:
            yield from differences(f"{path}.{name}", name, expected[name], found.get(name, MISSING), tally)
        for name in sorted(set(found) - set(expected)) if key in CLOSED_MAPS else []:
            tally[0] += 1
            yield f"{path}.{name}", MISSING, found[name]
    elif isinstance(expected, list) and isinstance(found, list) and key in MATCHED_BY:
        name = MATCHED_BY[key]
        closed = [{row.get(name): row for row in rows} for rows in (expected, found)]
        for identity in sorted(set(closed[0]) | set(closed[1]), key=str):
            yield from differences(f"{path}[{identity}]", "", closed[0].get(identity, MISSING),
                                   closed[1].get(identity, MISSING), tally)
    elif isinstance(expected, list) and isinstance(found, list):
        tally[0] += 1
        if len(expected) != len(found):
            yield f"{path}.length", len(expected), len(found)
        for place, (one, other) in enumerate(zip(expected, found)):
            yield from differences(f"{path}[{place}]", key, one, other, tally)
    else:
        tally[0] += 1
        if not same(expected, found, key):
            yield path, expected, found


def shown(value):
    text = "nothing" if value is MISSING else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 160 else text[:157] + "..."


def read_json(path):
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def compare_day(bucket, out, day):
    """(values compared, list of differences)."""
    expected = compute(bucket, day)
    tally, found = [0], []
    for kind in DATA_TYPES:
        envelope = read_json(out / "metrics" / f"{kind}_metrics_{day}.json")
        if envelope is not None:
            wanted = {"data_type": kind, "date": str(day)}
            found += differences(kind, "", wanted, envelope, tally)
        # An absent feed has no file, or one without metrics.
        metrics = envelope.get("metrics") if envelope else None
        found += differences(kind, "", expected[kind], metrics, tally)
    daily = read_json(out / "reports" / f"daily_report_{day}.json")
    found += differences("report", "", expected["report"], daily, tally)
    return tally[0], found


def main():
    if len(sys.argv) < 4:
        sys.exit("usage: compare.py <raw root> <out root> <date> [<date> ...]")
    bucket = load(sys.argv[1])
    failed = False
    for text in sys.argv[3:]:
        values, found = compare_day(bucket, Path(sys.argv[2]), date.fromisoformat(text))
        for path, expected, other in found[:MAX_SHOWN]:
            print(f"{path}: expected {shown(expected)}, found {shown(other)}")
        print(f"{text}: {values} values compared, {len(found)} differences")
        failed = failed or bool(found) or values == 0
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
