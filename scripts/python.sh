#!/usr/bin/env bash
# Prints a Python 3 that knows the city's time zone. The oracle needs the standard library alone; where the
# system has no time zone database, a private environment brings one.
set -euo pipefail
cd "$(dirname "$0")/.."
python="${PYTHON:-python3}"
knows_paris() { "$1" -c 'import zoneinfo; zoneinfo.ZoneInfo("Europe/Paris")' 2>/dev/null; }
if ! knows_paris "$python"; then
    [ -x .venv/bin/python ] || "$python" -m venv .venv >&2
    .venv/bin/python -m pip install --quiet --disable-pip-version-check \
        --requirement crates/cityflow-e2e/oracle/requirements.txt >&2
    python="$PWD/.venv/bin/python"
    knows_paris "$python" || { echo "error: no Python 3.9 or later with a time zone database" >&2; exit 1; }
fi
echo "$python"
