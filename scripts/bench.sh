#!/usr/bin/env bash
# Times the reading and landing of one generated road-count file, beside `wc -l` on the same bytes, and the demonstration.
set -euo pipefail
cd "$(dirname "$0")/.."
exec "$(./scripts/python.sh)" scripts/bench.py "$@"
