#!/usr/bin/env bash
# Packs real Debian packages anew, with other tools, times, order and levels: tally has to call each
# equivalent under exactly the rules that differ, and must never accept a changed byte.
#
#   Tests/acceptance/repack.sh [BINARY [COUNT]]   (default .build/release/tally, and 200 packages)
#
# Fetches the packages with apt into acceptance/repack/, once; runs 'apt-get update' if it may.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.."
binary=$(realpath -- "${1:-.build/release/tally}") count=${2:-200}
[ -x "$binary" ] || {
    echo "repack: there is no $binary; run 'make build' first" >&2
    exit 2
}
cache=$PWD/acceptance/repack
mkdir -p "$cache"
export PYTHONDONTWRITEBYTECODE=1 LC_ALL=C.UTF-8

if [ ! -s "$cache/names-$count" ]; then
    [ "$(id -u)" -ne 0 ] || apt-get update -qq
    apt-cache dumpavail | "$here/repack_many.py" choose "$count" >"$cache/names-$count"
fi
mapfile -t names <"$cache/names-$count"
missing=()
for name in "${names[@]}"; do
    compgen -G "$cache/${name}_*.deb" >/dev/null || missing+=("$name")
done
if [ ${#missing[@]} -gt 0 ]; then
    (cd "$cache" && apt-get -qq -o APT::Sandbox::User=root download "${missing[@]}") || {
        echo "repack: apt cannot fetch all of them; run 'apt-get update' and try again" >&2
        exit 2
    }
fi

files=()
for name in "${names[@]}"; do
    files+=("$(compgen -G "$cache/${name}_*.deb" | sort -V | tail -n 1)")
done
(cd "$cache" && sha256sum "${files[@]##*/}") | tee "$cache/SHA256SUMS"
"$here/repack_many.py" try "$binary" "${files[@]}"
