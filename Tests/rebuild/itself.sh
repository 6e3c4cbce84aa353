#!/usr/bin/env bash
# Rebuilds tally itself, twice and varied: both builds, and the binary given, are the same bytes.
#
#   Tests/rebuild/itself.sh [BINARY]     (default .build/release/tally, as "make build" makes it)
#
# Builds what lies here, as tally.toml says. One build takes some minutes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
binary=$(realpath -- "${1:-.build/release/tally}")
[ -x "$binary" ] || {
    echo "itself: there is no $binary; run 'make build' first" >&2
    exit 2
}

work=$(mktemp -d /var/tmp/itself-XXXXXX)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

note() {
    if [ "$1" = ok ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
    echo "$1 itself: $2"
}

# run WHAT COMMAND…: a command that has to succeed.
run() {
    local what=$1 status=0 start=$SECONDS
    shift
    "$@" >"$work/said" 2>&1 || status=$?
    if [ "$status" -eq 0 ]; then
        note ok "$what, $((SECONDS - start)) s"
    else
        note "not ok" "$what: exit $status"
        sed 's/^/  # /' "$work/said" | tail -n 40
        [ ! -e "$work/log" ] || tail -n 20 "$work/log" | sed 's/^/  # log: /'
        exit 1
    fi
}

# The packages that it depends on, which SwiftPM fetches, are inputs.
swift package resolve
run "inputs are locked" "$binary" lock tally.toml -o "$work/tally.lock"
run "two builds under varied conditions are the same bytes" "$binary" rebuild tally.toml \
    --lock "$work/tally.lock" --log "$work/log" --output "$work/sides" --json "$work/record.json"

# A variation that was not applied says nothing about the build.
if python3 - "$work/record.json" >"$work/said" <<'PYTHON'; then
import json
import sys

entries = json.load(open(sys.argv[1]))["plan"]["variations"]
left = [f'{entry["name"]}: {entry["detail"]}' for entry in entries if entry["effect"] != "applied"]
print("; ".join(left) if left else f"all {len(entries)} variations were applied")
sys.exit(bool(left))
PYTHON
    note ok "$(cat "$work/said")"
else
    note "not ok" "not varied: $(cat "$work/said")"
fi

if cmp "$binary" "$work/sides/left/tally" >"$work/said" 2>&1; then
    note ok "they are those of $(basename "$binary"), $(sha256sum "$binary" | cut -d ' ' -f 1)"
else
    note "not ok" "they are not those of $binary: $(cat "$work/said")"
fi

echo "itself: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
