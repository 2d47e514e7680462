#!/usr/bin/env bash
# Installs what the tests need and runs them all.
set -euo pipefail
cd "$(dirname "$0")/.."
CITYFLOW_PYTHON="$(./scripts/python.sh)"
export CITYFLOW_PYTHON
# The end-to-end tests drive this binary.
cargo build --locked --package cityflow
if cargo nextest --version >/dev/null 2>&1; then
    cargo nextest run --workspace --locked
    # nextest does not run the examples in the documentation.
    cargo test --workspace --locked --doc --quiet
else
    cargo test --workspace --locked
fi
