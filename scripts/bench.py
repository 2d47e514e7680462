"""Whole-process times of the program: one generated road-count file, interleaved, medians of several runs; the demonstration, once.

    bench.py SIZE [RUNS]      SIZE such as 300MB or 1.2GB; RUNS defaults to 5
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

TARGET = Path(os.environ.get("CARGO_TARGET_DIR") or "target")
BINARY = (TARGET / "release/cityflow").resolve()
WORK = TARGET / "bench"


def timed(command):
    """Seconds and peak resident MB of a command that must end with 0."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"error: {' '.join(map(str, command))}: {errors.decode()}")
    return seconds, usage.ru_maxrss / 1024


def generated(size):
    """The bucket with one road-count file of about `size`, and its last whole day but one."""
    bucket = WORK / f"bucket-{size}"
    counts = bucket / "batch/comptages_routiers/comptages-routiers-permanents.csv"
    if not counts.exists():
        counts.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [BINARY, "generate", "--counts-only", counts, "--size", size, "--arcs", "3000", "--days", "400", "-q"],
            check=True,
        )
    found = subprocess.run([BINARY, "check", "--raw", bucket, "--json"], capture_output=True, check=True)
    roads = next(feed for feed in json.loads(found.stdout)["types"] if feed["type"] == "comptages")
    return bucket, counts, roads["dernier_jour"], roads["lignes"]


def demonstration():
    """Seconds and peak resident MB of `cityflow demo` in a folder that nothing lies in."""
    demo = WORK / "demo"
    shutil.rmtree(demo, ignore_errors=True)
    return timed([BINARY, "demo", "--raw", demo / "bucket", "--out", demo / "output", "-q"])


def main():
    size = sys.argv[1] if len(sys.argv) > 1 else "300MB"
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    bucket, counts, day, rows = generated(size)
    out = WORK / "output"
    process = [BINARY, "process", "--type", "comptages", "--raw", bucket, "--out", out, "--date", day, "-q"]
    commands = {
        "wc -l": ["wc", "-l", counts],
        "check (read every row)": [BINARY, "check", "--raw", bucket, "--json"],
        "process, empty lake (read, land, compute a day)": process,
        "process, landed lake (compute a day)": process,
    }
    results = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            if "empty" in name:
                shutil.rmtree(out, ignore_errors=True)
            results[name].append(timed(command))
    gigabytes = counts.stat().st_size / 1e9
    print(f"{gigabytes:.2f} GB, {rows} rows, {os.cpu_count()} cores, median of {runs}\n")
    print(f"{'':50} {'s':>8} {'GB/s':>7} {'peak MB':>8} {'x wc -l':>8}")
    base = statistics.median(seconds for seconds, _ in results["wc -l"])
    for name, measured in results.items():
        seconds = statistics.median(seconds for seconds, _ in measured)
        peak = max(peak for _, peak in measured)
        print(f"{name:50} {seconds:8.2f} {gigabytes / seconds:7.2f} {peak:8.0f} {seconds / base:8.1f}")
    seconds, peak = demonstration()
    print(f"{'demo (generate a city, compute its last days), once':50} {seconds:8.2f} {'':7} {peak:8.0f}")


main()
