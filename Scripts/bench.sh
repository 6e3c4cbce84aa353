#!/usr/bin/env bash
# Measures a binary beside its peers, see Docs/Performance.md.
#
#   Scripts/bench.sh BINARY    from anywhere; the runner has to be built
#
# Variables: RUNS (5) of each command; ONLY="digest text", some works; SCALE=0.01, less data;
# WORK, a folder where data stays for the next time. With ONLY or SCALE no page is written.
set -euo pipefail
binary=$(realpath "$1")
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ -n "${WORK:-}" ]; then
    mkdir -p "$WORK"
    work=$(realpath "$WORK")
else
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
fi

Benchmarks/.build/release/Bench --tally "$binary" --work "$work" --keep "${WORK:-}" \
    --page "$PWD/Docs/Performance.md" --only "${ONLY:-}" --runs "${RUNS:-5}" --scale "${SCALE:-1}" \
    --date "${DATE:-$(date -u +%F)}" \
    --commit "$("$binary" --version) ($(git describe --always --dirty --exclude '*' 2>/dev/null))"
