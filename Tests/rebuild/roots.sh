#!/usr/bin/env bash
# Builds with archives, a tar of a root file system and an OCI layout, and refuses hostile ones.
#
#   Tests/rebuild/roots.sh [BINARY]     (default .build/debug/tally)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
binary=$(realpath -- "${1:-.build/debug/tally}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
Tests/rebuild/make_roots.py "$work"
cd "$work"

passed=0 failed=0

# recipe TOOLS COMMAND: writes recipe.toml, locks it, rebuilds it; the outcome is in $status.
recipe() {
    rm -rf recipe.lock recipe.lock.files result
    printf '%s\n' 'format = "tallystick/recipe/v1"' 'name = "x"' "commands = ['''$2''']" \
        'outputs = ["out"]' 'source-date-epoch = 1700000000' "$1" >recipe.toml
    status=0
    "$binary" lock -q recipe.toml >said 2>&1 &&
        "$binary" rebuild recipe.toml --output result >said 2>&1 || status=$?
}

# expect WHAT WANTED-STATUS [WANTED-TEXT]: the text is that of the output, or of what was said.
expect() {
    local found
    if [ "$2" -eq 0 ]; then found=$(cat result/*/out 2>/dev/null | sort -u) || true; else found=$(cat said); fi
    if [ "$status" -eq "$2" ] && [[ $found == *"${3:-}"* ]]; then
        passed=$((passed + 1))
        echo "ok      $1"
    else
        failed=$((failed + 1))
        echo "FAILED  $1: status $status, not $2, or no '${3:-}' in:"
        printf '%s\n' "$found" | tail -n 20
        tail -n 20 said
    fi
}

rootfs=$'[[tool]]\nrootfs = "root.tar"'
recipe "$rootfs" 'ls -d /bin /usr/bin /proc /etc 2>/dev/null > out || true'
expect "a tar of a root file system is the root" 0 $'/bin\n/proc\n/usr/bin'
recipe "$rootfs"$'\n[[source]]\narchive = "source.tar.gz"' \
    'cat a/soft a/hard > out; ./a/run >> out; ls -l a/run a/one | cat'
expect "a source archive is unpacked into the build folder" 0 $'one\nran'
recipe "$rootfs"$'\n[[tool]]\narchive = "source.tar.gz"\nat = "/opt/x"' \
    '/opt/x/a/run > out; ! echo > /opt/x/a/new'
expect "a tool archive is mounted, read-only" 0 ran
recipe $'[[tool]]\noci = "image"' \
    'ls /data /old > out; cat /data/changed /was >> out'
expect "the layers of an image are one upon the other" 0 $'after\nchanged\nkept\nnew\nnow a file'
recipe $'[[tool]]\noci = "broken"' 'true'
expect "a layer with other bytes than its digest is refused" 6 'has other bytes'

recipe "$rootfs"$'\n[[source]]\narchive = "absolute.tar"' 'cat abs > out'
expect "an absolute name stays inside" 0 'kept inside'
for pair in "upward:leads out of it" "through:is no folder" "twice:twice" \
    "device:is a device" "hard:leads out of it"; do
    recipe "$rootfs"$'\n[[source]]\narchive = "'"${pair%%:*}.tar\"" 'true'
    expect "an archive is refused: ${pair%%:*}" 6 "${pair#*:}"
done
[ ! -e /tmp/outside ] || {
    failed=$((failed + 1))
    echo "FAILED  something was written outside"
}

printf 'roots: %d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
