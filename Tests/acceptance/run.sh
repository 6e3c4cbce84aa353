#!/usr/bin/env bash
# Compares official Debian packages: each with itself, with a copy that has other times, and with a
# copy in which one byte is changed. Fetches them with apt into acceptance/, once.
#
#   Tests/acceptance/run.sh [BINARY]   (default .build/release/tally)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.."

binary=$(realpath -- "${1:-.build/release/tally}")
[ -x "$binary" ] || {
    echo "acceptance: there is no $binary; run 'make build' first" >&2
    exit 2
}
readonly packages=(libmxml1 base-files coreutils)
readonly cache=$PWD/acceptance

passed=0 failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONDONTWRITEBYTECODE=1

# Prints the path of a package, and fetches it before when it is not there. An old list of packages
# may name a version that the archive has no more.
fetch() {
    local found
    mkdir -p "$cache"
    found=$(find "$cache" -name "$1_*.deb" | sort -V | tail -n 1)
    if [ -z "$found" ]; then
        (cd "$cache" && apt-get -qq -o APT::Sandbox::User=root download "$1") >&2 || {
            echo "acceptance: apt cannot fetch $1; run 'apt-get update' and try again" >&2
            exit 2
        }
        found=$(find "$cache" -name "$1_*.deb" | sort -V | tail -n 1)
    fi
    echo "$found"
}

# try NAME EXIT LEFT RIGHT CHECK…: compares, and checks the exit code and the report.
try() {
    local name=$1 expected=$2 left=$3 right=$4 status=0
    shift 4
    rm -f "$work/report.json"
    "$binary" compare "$left" "$right" --json "$work/report.json" >"$work/out" 2>"$work/err" ||
        status=$?
    if [ "$status" -ne "$expected" ]; then
        echo "not ok $name: exit $status, not $expected"
        head -n 5 "$work/out" "$work/err" | sed 's/^/  # /'
    elif ! "$here/check.py" "$work/report.json" "$@" 2>"$work/err"; then
        echo "not ok $name"
        head -n 5 "$work/err" | sed 's/^/  # /'
    else
        echo "ok $name"
        passed=$((passed + 1))
        return
    fi
    failed=$((failed + 1))
}

for package in "${packages[@]}"; do
    file=$(fetch "$package")
    name=$(basename "$file" .deb)

    try "$name: against itself" 0 "$file" "$file" identical
    cp "$file" "$work/copy.deb"
    try "$name: against a copy" 0 "$file" "$work/copy.deb" identical

    # dpkg-deb must take the copies: what tally is tried on are packages, not almost packages.
    "$here/repack.py" times "$file" "$work/times.deb"
    dpkg-deb --contents "$work/times.deb" >/dev/null
    try "$name: with other times" 3 "$file" "$work/times.deb" equivalent tar.mtime ar.mtime

    "$here/repack.py" byte "$file" "$work/byte.deb" >"$work/changed"
    dpkg-deb --contents "$work/byte.deb" >/dev/null
    IFS=$'\t' read -r path offset size <"$work/changed"
    try "$name: byte $offset of $size of $path" 1 "$file" "$work/byte.deb" byte "$path" "$offset"
done

echo "acceptance: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
