#!/usr/bin/env bash
# Shows that others take what tally signs, and that tally takes what others sign, without network.
#
#   Tests/interop/run.sh [BINARY]   (default .build/release/tally)
#
# The others are securesystemslib and in-toto-attestation, installed with pip into a folder of their
# own, and the openssl command.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
tally=$(realpath -- "${1:-.build/release/tally}")
interop=$PWD/Tests/interop/interop.py
packages=$PWD/Fixtures/packages

environment=$PWD/.build/interop
python=$environment/bin/python
if ! "$python" -c 'import securesystemslib, in_toto_attestation' 2>/dev/null; then
    echo "interop: installing securesystemslib and in-toto-attestation into $environment"
    python3 -m venv "$environment"
    "$environment/bin/pip" install --quiet --disable-pip-version-check \
        'securesystemslib[crypto]==1.6.0' 'in-toto-attestation==0.9.3'
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
passed=0
alone=(env)
unshare --net true 2>/dev/null && alone=(unshare --net)
echo "interop: running under '${alone[*]}'"

# holds NAME CODE COMMAND…
holds() {
    local name=$1 expected=$2 status=0
    shift 2
    "${alone[@]}" "$@" >"$work/out" 2>&1 || status=$?
    if [ "$status" -ne "$expected" ]; then
        echo "not ok $name: exit $status, not $expected" >&2
        tail -n 5 "$work/out" >&2
        exit 1
    fi
    passed=$((passed + 1))
    echo "ok $name"
}

deb=libtally-sample_1.0_amd64.deb
"$tally" compare "$packages/one/$deb" "$packages/two/$deb" --json same.json --quiet
"$tally" compare "$packages/one/$deb" "$packages/changed/$deb" --json changed.json --quiet || true
for type in ed25519 ecdsa-p256; do
    "$tally" key generate --output "$type" --type "$type" --quiet
    "$tally" key generate --output "other-$type" --type "$type" --quiet
    for verdict in same changed; do
        holds "$type: tally signs '$verdict'" 0 \
            "$tally" attest "$verdict.json" --key "$type.key" --output "$type-$verdict.json"
        holds "$type: securesystemslib, in-toto-attestation and openssl take '$verdict'" 0 \
            "$python" "$interop" accept "$type-$verdict.json" "$type.pub"
        holds "$type: they refuse '$verdict' under another key" 1 \
            "$python" "$interop" accept "$type-$verdict.json" "other-$type.pub"
    done
    "$python" -c '
import base64, json, sys
envelope = json.load(open(sys.argv[1]))
open(sys.argv[2], "wb").write(base64.b64decode(envelope["payload"]))' \
        "$type-same.json" statement.json
    holds "$type: securesystemslib signs the statement" 0 \
        "$python" "$interop" make statement.json "$type.key" "theirs-$type.json"
    holds "$type: tally takes what securesystemslib signed" 0 \
        "$tally" verify "$packages/one/$deb" --attestation "theirs-$type.json" --key "$type.pub"
    holds "$type: tally refuses it under another key" 3 "$tally" verify "$packages/one/$deb" \
        --attestation "theirs-$type.json" --key "other-$type.pub"
done
echo "interop: $passed passed, 0 failed"
