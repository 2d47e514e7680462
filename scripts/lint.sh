#!/usr/bin/env bash
# Formatting, clippy with warnings as errors, licences and sources of dependencies, Python syntax.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo fmt --all --check
cargo clippy --workspace --all-targets --locked -- --deny warnings
RUSTDOCFLAGS="--deny warnings" cargo doc --workspace --locked --no-deps --quiet
cargo deny --version >/dev/null 2>&1 || cargo install --locked cargo-deny
# Advisories come from a repository that is not reachable everywhere; they are checked where it is.
cargo deny --locked check licenses bans sources
"$(./scripts/python.sh)" -m compileall -q crates/cityflow-e2e/oracle
