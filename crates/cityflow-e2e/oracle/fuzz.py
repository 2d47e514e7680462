"""Random messy buckets, through the program and through the oracle: fuzz.py <binary> --seed N --cases K [--feeds ...].

Case n of seed N is always the same bucket; `--only n --keep DIR` makes that one alone and leaves it in DIR. It fails on
the first kind of disagreement it meets in a case and goes on with the next case.
"""

import argparse
import csv
import io
import json
import random
import shutil
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

import common
import messy_bikes
import messy_roads
from compare import compare_day, read_json, shown
from compute import compute, load

# Days on which something changes: the clock, the year, the speed table, February.
TURNS = ["2023-03-26", "2023-10-29", "2024-03-31", "2024-10-27", "2023-12-31", "2024-01-01", "2024-02-29", "2024-03-01",
         "2021-08-29", "2021-08-30", "2024-09-30", "2024-10-01"]
FEEDS = ("comptages", "bikes")
DONE, FAILED, FEED_IN_ERROR = 0, 1, 3
MAX_SHOWN = 5
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def choose_day(rng):
    if rng.random() < 0.3:
        return date(2023, 1, 1) + timedelta(days=rng.randint(0, 800))
    return date.fromisoformat(rng.choice(TURNS)) + timedelta(days=rng.choice([0, 0, 0, -1, 1, 7, 2]))


def make_bucket(rng, root, feeds):
    """Fills a bucket; the day that it is about."""
    day = choose_day(rng)
    span = rng.choice([1, 1, 2, 3, 8, 9, 10, 14, 30, 35])
    first, last = day - timedelta(days=span - 1), day + timedelta(days=rng.choice([0, 0, 1]))
    if "comptages" in feeds:
        arcs = messy_roads.counts(rng, root, day, first, last)
        if rng.random() < 0.7:
            messy_roads.reference(rng, root, arcs)
    if "bikes" in feeds:
        if rng.random() < 0.9:
            messy_bikes.counters(rng, root, day, first, last)
        if rng.random() < 0.4:
            messy_bikes.snapshots(rng, root, day)
    if rng.random() < 0.5:
        messy_roads.polygons(rng, root)
    return day


def run(binary, raw, out, day, *more):
    command = [binary, "run", "--raw", str(raw), "--out", str(out), "--date", str(day), "--quiet", *more]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    return done.returncode, done.stderr


def check_day(binary, raw, out, day):
    """The complaints about one day: (path, expected, found)."""
    common.UNREADABLE.clear()
    code, said = run(binary, raw, out, day)
    if code == FAILED:
        expected = compute(load(str(raw)), day)
        held = [kind for kind in FEEDS if expected[kind] is not None]
        return [("exit code", held, said[-300:])] if held or "no data" not in said else []
    if code not in (DONE, FEED_IN_ERROR):
        return [("exit code", "0 or 3", f"{code}: {said[-400:]}")]
    found = compare_day(load(str(raw)), out, day)[1]
    return found + csv_complaints(out, day)


def csv_complaints(out, day):
    """What is wrong with the report's CSV by itself and against the report."""
    path = out / f"reports/daily_report_{day}.csv"
    data = path.read_bytes()
    report = read_json(path.with_suffix(".json"))
    if not data.startswith(b"\xef\xbb\xbf"):
        yield_early = [("csv", "a byte order mark", "none")]
        return yield_early
    text = data.decode("utf-8-sig")
    complaints = []
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    for row in rows:
        for cell in row:
            if cell.startswith(FORMULA) and not is_number(cell):
                complaints.append(("csv", "no formula", cell))
    sections, title = {}, None
    for row in rows:
        if not row:
            title = None
        elif title is None:
            title = row[0]
            sections[title] = [row]
        else:
            sections[title].append(row)
    if rows[0] != ["Section", "Valeur"]:
        complaints.append(("csv", ["Section", "Valeur"], rows[0]))
    summary = dict(sections.get("Section", [])[1:])
    for key in ("total_vehicules_paris", "total_velos_paris", "temps_perdu_total_minutes", "vehicules_km"):
        value = report["summary"][key]
        if (None if summary.get(key) == "" else float(summary[key])) != value:
            complaints.append((f"csv.{key}", value, summary.get(key)))
    lists = ["top_10_troncons_frequentes", "top_10_zones_congestionnees", "capteurs_defaillants", "alertes_congestion", "chantiers_actifs"]
    for (title, held), key in zip(list(sections.items())[1:], lists):
        if len(held) - 2 != len(report[key] or []):
            complaints.append((f"csv.{title}", len(report[key] or []), len(held) - 2))
    if len(sections) != 6:
        complaints.append(("csv.sections", 6, list(sections)))
    bare = text.replace("\r\n", "")
    if "\r" in bare:
        complaints.append(("csv", "CRLF", "a lone CR"))
    return complaints


def is_number(cell):
    try:
        return abs(float(cell)) < float("inf")
    except ValueError:
        return False


def same_bytes(one, other, day):
    """Complaints about two outputs of one day that must be alike but for their time stamps."""
    complaints = []
    for path in sorted(one.glob(f"*/*{day}*")):
        texts = [side.read_text(encoding="utf-8") if side.is_file() else None for side in (path, other / path.relative_to(one))]
        if path.suffix == ".json" and None not in texts:
            texts = [json.dumps({key: value for key, value in json.loads(text).items() if key not in ("timestamp", "generated_at")})
                     for text in texts]
        if texts[0] != texts[1]:
            complaints.append((f"bytes of {path.name}", "the same", "another"))
    return complaints


def run_case(binary, seed, number, feeds, place):
    rng = random.Random(f"{seed}/{number}")
    raw, out = place / "raw", place / "out"
    day = make_bucket(rng, raw, feeds)
    complaints = [(str(day), item) for item in check_day(binary, raw, out, day)]
    # The same output folder, another day: what was landed is read back.
    if rng.random() < 0.4:
        other = day + timedelta(days=rng.choice([-7, -1, 1, 7]))
        complaints += [(str(other), item) for item in check_day(binary, raw, out, other)]
    # More raw data after a run: what was landed is stale.
    if rng.random() < 0.25 and "comptages" in feeds:
        messy_roads.counts(rng, raw, day, day - timedelta(days=1), day)
        complaints += [(f"{day} again", item) for item in check_day(binary, raw, out, day)]
        fresh = place / "fresh"
        code, _ = run(binary, raw, fresh, day, "--threads", "1")
        if code in (DONE, FEED_IN_ERROR):
            complaints += [(f"{day} fresh", item) for item in same_bytes(fresh, out, day)]
    return complaints


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=20)
    parser.add_argument("--feeds", default=",".join(FEEDS))
    parser.add_argument("--only", type=int)
    parser.add_argument("--keep", type=Path)
    chosen = parser.parse_args()
    numbers = [chosen.only] if chosen.only is not None else range(chosen.cases)
    feeds = chosen.feeds.split(",")
    failed = 0
    for number in numbers:
        with tempfile.TemporaryDirectory() as folder:
            place = chosen.keep or Path(folder)
            complaints = run_case(chosen.binary, chosen.seed, number, feeds, place)
        if complaints:
            failed += 1
            print(f"seed {chosen.seed} case {number}: {len(complaints)} differences", flush=True)
            for day, (path, expected, found) in complaints[:MAX_SHOWN]:
                print(f"  {day} {path}: expected {shown(expected)}, found {shown(found)}", flush=True)
    print(f"{len(numbers)} cases, {failed} with differences")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
