#!/usr/bin/env bash
# Installs what the tests need and runs them all.
set -euo pipefail
cd "$(dirname "$0")/.."
CITYFLOW_PYTHON="$(./scripts/python.sh)"
export CITYFLOW_PYTHON
# Said before the tests and again after them, whatever their end: a green run without real records proves less.
say_what_is_skipped() {
    if [ ! -d ../shared/data/bucket ]; then
        echo "note: no real records at ../shared/data/bucket: the tests on real days are skipped"
    fi
}
say_what_is_skipped
trap say_what_is_skipped EXIT
# The end-to-end tests drive this binary.
cargo build --locked --package cityflow
if cargo nextest --version >/dev/null 2>&1; then
    cargo nextest run --workspace --locked
    # nextest does not run the examples in the documentation.
    cargo test --workspace --locked --doc --quiet
else
    cargo test --workspace --locked
fi
