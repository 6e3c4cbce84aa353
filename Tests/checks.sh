#!/usr/bin/env bash
# What documents promise, checked against a binary: the pages made from the code are current,
# reports fit their schema, and a second implementation reaches the same normal forms.
#
#   Tests/checks.sh BINARY
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
binary=$(realpath -- "$1")

# A python3 that has jsonschema, if any of those here has it.
python=python3
for candidate in python3 /usr/bin/python3; do
    if "$candidate" -c 'import jsonschema' 2>/dev/null; then
        python=$candidate
        break
    fi
done

"$python" Docs/generate.py --check "$binary"
status=0
"$python" Tests/schema/validate.py --binary "$binary" || status=$?
[ "$status" -eq 0 ] || [ "$status" -eq 77 ] || exit "$status"
Tests/normalform/check.sh "$binary"
