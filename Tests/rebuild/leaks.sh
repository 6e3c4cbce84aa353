#!/usr/bin/env bash
# Plants leaks in small builds; `tally rebuild --bisect` has to name each, and the bytes that it changes.
#
#   Tests/rebuild/leaks.sh [BINARY [LEAK…]]     (default .build/debug/tally, and all of them)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
binary=$(realpath -- "${1:-.build/debug/tally}")
shift $(($# > 0 ? 1 : 0))
work=$(mktemp -d /var/tmp/leaks-XXXXXX)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
Tests/rebuild/toolbox.sh "$work/usr" sh uname date nproc ls tr cut id grep sed env cat
cp Tests/rebuild/leaks.py "$work/leaks.py"
chmod 0755 "$work"
mkdir -m 1777 "$work/tmp"
TMPDIR=$work/tmp python3 "$work/leaks.py" "$binary" "$work/usr" "$@"
