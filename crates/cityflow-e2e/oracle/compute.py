"""Prints what the contract says of one day: compute.py <raw root> <date>."""

import json
import sys
from datetime import date, timedelta

import bikes
import chantiers
import comptages
import referentiel
import report
import traffic
import weather
from common import load_zones, objects_under

DATA_TYPES = ("bikes", "traffic", "weather", "comptages", "chantiers", "referentiel")


def load(root):
    """What every day of a bucket shares; read once."""
    return {"root": root, "zones": load_zones(root), "bikes": bikes.opener(root),
            "reference": referentiel.load(root), "counts": comptages.load(root)}


def metrics_of(bucket, day):
    root, zones, reference, counts = bucket["root"], bucket["zones"], bucket["reference"], bucket["counts"]
    return {
        "bikes": bikes.metrics(bucket["bikes"], zones, day),
        "traffic": traffic.metrics(root, day),
        "weather": weather.metrics(root, day),
        "comptages": comptages.metrics(counts, reference, zones, day),
        "chantiers": chantiers.metrics(root, zones, day),
        "referentiel": referentiel.metrics(reference, zones, counts, day),
    }


def objects_for(root, day):
    """The objects that can hold a day, per feed."""
    window = [day + timedelta(days=offset) for offset in (-1, 0, 1, 2)]
    export = chantiers.choose_export(root, day)
    return {
        "bikes": [name for pulled in window for name in objects_under(root, f"api/bikes/dt={pulled}")],
        "traffic": objects_under(root, f"api/traffic_ratp/dt={day}"),
        "weather": objects_under(root, f"api/weather/dt={day}"),
        "comptages": objects_under(root, "batch/comptages_routiers"),
        "chantiers": [export] if export else [],
        "referentiel": objects_under(root, "batch/referentiel_voies"),
    }


def compute(bucket, day):
    today = metrics_of(bucket, day)
    before = metrics_of(bucket, day - timedelta(days=7))
    return {**today, "report": report.report(day, today, before, objects_for(bucket["root"], day))}


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: compute.py <raw root> <date>")
    result = compute(load(sys.argv[1]), date.fromisoformat(sys.argv[2]))
    json.dump(result, sys.stdout, ensure_ascii=False, indent=1, allow_nan=False)
    print()


if __name__ == "__main__":
    main()
