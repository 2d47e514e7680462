"""Random messy buckets of transit, weather, roadworks and reference: the program against the oracle.

    fuzz_rest.py <binary> --seed N --cases K [--feeds traffic,weather,chantiers,referentiel] [--keep DIR]

Case K of seed N is the bucket of the random seed "N/K", so that a difference can be made again alone
(`--first K --cases 1`). Prints every difference with its seed; the exit code is 1 when there was one.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

import chantiers
import common
import comptages
import messy_batch
import messy_traffic
import messy_weather
import referentiel
import report
import traffic
import weather
from compare import differences, shown
from compute import objects_for
from messy import DAYS, Mess, write

GENERATORS = {"traffic": messy_traffic.generate, "weather": messy_weather.generate,
              "chantiers": messy_batch.roadworks, "referentiel": messy_batch.reference}
UNIT_GROUPS = ["metric", "metric", "us", "uk", "base"]
SHOWN = 12


def expected(root, day, feeds, units):
    """What the oracle says of the feeds, and of how each stands."""
    common.UNREADABLE.clear()
    zones, reference = common.load_zones(root), referentiel.load(root)
    compute = {
        "traffic": lambda: traffic.metrics(root, day),
        "weather": lambda: weather.metrics(root, day, units),
        "chantiers": lambda: chantiers.metrics(root, zones, day),
        "referentiel": lambda: referentiel.metrics(reference, zones, comptages.load(root), day),
    }
    found = {kind: compute[kind]() for kind in feeds}
    objects = objects_for(root, day)
    return {kind: {"metrics": metrics, "statut": report.status(kind, metrics, objects[kind])} for kind, metrics in found.items()}


def produced(out, day, feeds):
    """What the program says."""
    def metrics(kind):
        path = out / "metrics" / f"{kind}_metrics_{day}.json"
        return json.loads(path.read_text())["metrics"] if path.is_file() else None
    path = out / "reports" / f"daily_report_{day}.json"
    sources = json.loads(path.read_text())["sources"] if path.is_file() else {}
    return {kind: {"metrics": metrics(kind), "statut": sources.get(kind, {}).get("statut", "absent")} for kind in feeds}


def run_case(binary, name, feeds, keep):
    """The differences of one case, as lines of text, and the number of values compared."""
    mess = Mess(name)
    day, units = mess.choice(DAYS), mess.choice(UNIT_GROUPS)
    work = Path(tempfile.mkdtemp(prefix="messy-"))
    raw, out = work / "raw", work / "out"
    raw.mkdir()
    tally = [0]
    try:
        messy_batch.zones(raw, mess)
        # A day of which no dated feed has anything is refused; an unreadable object is something.
        write(raw, f"api/bikes/dt={day}/broken.json", "nope", mess)
        for kind in feeds:
            GENERATORS[kind](raw, day, mess)
        command = [binary, "run", "--raw", str(raw), "--out", str(out), "--date", str(day), "--quiet", "--threads", "1"]
        ran = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "CITYFLOW_WEATHER_UNIT_GROUP": units})
        if "panicked" in ran.stderr:
            return [f"panic: {ran.stderr[-600:]}"], 1
        try:
            wanted = expected(raw, day, feeds, units)
        except Exception:
            return ["the oracle failed: " + traceback.format_exc(limit=-3)], 1
        found = differences("", "", wanted, produced(out, day, feeds), tally)
        lines = [f"{day} {units} {path}: expected {shown(one)}, found {shown(other)}" for path, one, other in found]
        if lines and keep:
            shutil.copytree(work, Path(keep) / name.replace("/", "-"), dirs_exist_ok=True)
        return lines, tally[0]
    finally:
        shutil.rmtree(work)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--cases", type=int, default=100)
    parser.add_argument("--feeds", default=",".join(GENERATORS))
    parser.add_argument("--keep", help="folder for the buckets that differ")
    asked = parser.parse_args()
    feeds, failed, values = asked.feeds.split(","), 0, 0
    for number in range(asked.first, asked.first + asked.cases):
        name = f"{asked.seed}/{number}"
        lines, compared = run_case(asked.binary, name, feeds, asked.keep)
        values += compared
        failed += bool(lines)
        for line in lines[:SHOWN]:
            print(f"seed {name}: {line}")
    print(f"{asked.cases} cases, {values} values compared, {failed} cases differ")
    sys.exit(1 if failed or not values else 0)


if __name__ == "__main__":
    main()
