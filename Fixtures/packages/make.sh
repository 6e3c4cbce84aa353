#!/usr/bin/env bash
# Builds the sample packages from source/ and changed-source/ (Debian 12, amd64, gcc 12).
#
#   make.sh           builds them here and writes SHA256SUMS
#   make.sh --check   builds them elsewhere and checks that they are the committed bytes
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# What could leak into a build: the date, the time zone, the locale, the user's mask, compiler flags
# (gcc reads some from the environment), and Python's own cache.
export SOURCE_DATE_EPOCH=1709294400 TZ=UTC LC_ALL=C PYTHONDONTWRITEBYTECODE=1
unset CFLAGS LDFLAGS CPATH C_INCLUDE_PATH LIBRARY_PATH GCC_EXEC_PREFIX
umask 022

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
python3 make.py "$out/packages"

case ${1-} in
    --check)
        [ "$(sha256sum <SHA256SUMS)" = "$(cd "$out/packages" && sums=$(sha256sum -- */*) &&
            printf '%s\n' "$sums" | sha256sum)" ] || {
            (cd "$out/packages" && sha256sum -c --quiet) <SHA256SUMS || true
            echo "Fixtures/packages: the built packages are not the committed ones" >&2
            exit 1
        }
        sha256sum -c --quiet SHA256SUMS
        echo "Fixtures/packages: built again, byte for byte" ;;
    "")
        rm -rf one two later changed
        cp -r "$out/packages/." .
        sha256sum -- {one,two,later,changed}/* | LC_ALL=C sort -k 2 >SHA256SUMS
        echo "Fixtures/packages: built" ;;
    *)
        echo "usage: make.sh [--check]" >&2
        exit 64 ;;
esac
