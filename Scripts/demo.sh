#!/usr/bin/env bash
# Shows what tally does, on the packages in Fixtures/packages, and checks every exit code.
#
#   Scripts/demo.sh [BINARY]   (default .build/release/tally)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

binary=$(realpath -- "${1:-.build/release/tally}")
[ -x "$binary" ] || {
    echo "demo: there is no $binary; run 'make build' first" >&2
    exit 2
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r Fixtures/packages/{one,two,later,changed} "$work"
# A folder that holds nothing but the command, so that what is printed can be typed as it stands.
mkdir "$work/bin"
ln -s "$binary" "$work/bin/tally"
PATH=$work/bin:$PATH
cd "$work"
# Colours and widths of whoever runs this are no part of what is shown.
unset COLUMNS
export NO_COLOR=1

steps=0

say() {
    printf '\n# %s\n' "$*"
}

# Prints a command, runs it, and stops the demonstration unless it exits as expected.
step() {
    local expected=$1 status=0
    shift
    printf '\n$ %s\n' "$*"
    "$@" 2>&1 || status=$?
    echo "(exit $status)"
    steps=$((steps + 1))
    if [ "$status" -ne "$expected" ]; then
        echo "demo: step $steps exited $status, not $expected" >&2
        exit 1
    fi
}

readonly deb=libtally-sample_1.0_amd64.deb tarball=libtally-sample-1.0.tar.gz

say "Two independent builds of one package, and they are the same bytes."
step 0 tally compare one/$deb two/$deb --json same.json

say "The same content packed again later: other bytes, and every difference has a rule's name."
step 3 tally compare one/$deb later/$deb --json later.json
step 0 tally compare one/$tarball later/$tarball --accept equivalent

say "One function was changed. The difference is shown where it is, in the library in the package."
step 1 tally compare one/$deb changed/$deb --json changed.json

say "A key pair, and the report of the identical builds signed with it."
step 0 tally key generate --output builder
step 0 tally attest same.json --key builder.key --output same.intoto.json

say "Whoever has the public half checks the package with it. No network is needed."
step 0 tally verify one/$deb --attestation same.intoto.json --key builder.pub

say "One byte of the package is changed on the way: refused, because nothing was signed about it."
cp one/$deb $deb
step 0 dd if=/dev/zero of=$deb bs=1 seek=4000 count=1 conv=notrunc status=none
step 3 tally verify $deb --attestation same.intoto.json --key builder.pub

say "A valid signature under the verdict 'different' is still no yes: refused."
step 0 tally attest changed.json --key builder.key --output changed.intoto.json
step 1 tally verify one/$deb --attestation changed.intoto.json --key builder.pub

say "'equivalent' is not 'identical' either: refused, until whoever verifies accepts it."
step 0 tally attest later.json --key builder.key --output later.intoto.json
step 1 tally verify one/$deb --attestation later.intoto.json --key builder.pub
step 0 tally verify one/$deb --attestation later.intoto.json --key builder.pub --accept equivalent

printf '\ndemo: all %d steps as expected\n' "$steps"
