#!/usr/bin/env bash
# Shows that others take what tally signs, and that tally takes what others sign, without network.
#
#   Tests/interop/run.sh [BINARY]   (default .build/release/tally)
#
# The others are securesystemslib, in-toto, in-toto-attestation and model-signing (for ML-DSA
# pyca/cryptography), installed with pip into a folder of their own, and the commands openssl,
# ssh-keygen, minisign, gpgv and sqv. Where NEWER_LIBCRYPTO names a folder
# with a libcrypto.so.3 of OpenSSL 3.5 or newer, what tally does with that is tried, too.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
tally=$(realpath -- "${1:-.build/release/tally}")
here=$PWD/Tests/interop
interop=$here/interop.py
packages=$PWD/Fixtures/packages

environment=$PWD/.build/interop
python=$environment/bin/python
if ! "$python" -c 'import securesystemslib, in_toto, in_toto_attestation, model_signing, OpenSSL
from cryptography.hazmat.primitives.asymmetric import mldsa' 2>/dev/null; then
    echo "interop: installing securesystemslib, in-toto and model-signing into $environment"
    python3 -m venv "$environment"
    "$environment/bin/pip" install --quiet --disable-pip-version-check \
        'securesystemslib[crypto]==1.6.0' 'in-toto==3.1.0' 'in-toto-attestation==0.9.3' \
        'model-signing==1.1.1' pyOpenSSL 'cryptography>=48'
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
passed=0
alone=(env)
unshare --net true 2>/dev/null && alone=(unshare --net)
echo "interop: running under '${alone[*]}'"

# holds NAME CODES COMMAND…: exit with one of the codes, as 1 or '1|4'
holds() {
    local name=$1 expected=$2 status=0
    shift 2
    "${alone[@]}" "$@" >"$work/out" 2>&1 || status=$?
    if [[ "|$expected|" != *"|$status|"* ]]; then
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
for type in ed25519 ecdsa-p256 ecdsa-p384 rsa-pss-3072 rsa-pss-4096 ml-dsa-65 ml-dsa-87; do
    "$tally" key generate --output "$type" --type "$type" --quiet
    "$tally" key generate --output "other-$type" --type "$type" --quiet
    for verdict in same changed; do
        holds "$type: tally signs '$verdict'" 0 \
            "$tally" attest "$verdict.json" --key "$type.key" --output "$type-$verdict.json"
        holds "$type: others take '$verdict'" 0 \
            "$python" "$interop" accept "$type-$verdict.json" "$type.pub"
        holds "$type: they refuse '$verdict' under another key" 1 \
            "$python" "$interop" accept "$type-$verdict.json" "other-$type.pub"
    done
    "$python" -c '
import base64, json, sys
envelope = json.load(open(sys.argv[1]))
open(sys.argv[2], "wb").write(base64.b64decode(envelope["payload"]))' \
        "$type-same.json" statement.json
    holds "$type: others sign the statement" 0 \
        "$python" "$interop" make statement.json "$type.key" "theirs-$type.json"
    holds "$type: tally takes what others signed" 0 \
        "$tally" verify "$packages/one/$deb" --attestation "theirs-$type.json" --key "$type.pub"
    holds "$type: tally refuses it under another key" 3 "$tally" verify "$packages/one/$deb" \
        --attestation "theirs-$type.json" --key "other-$type.pub"
done
# Keys under a passphrase. openssl 3.0 knows no ML-DSA.
echo hazel >phrase
for type in ed25519 ecdsa-p384 rsa-pss-3072 ml-dsa-65; do
    "$tally" key generate --output "sealed-$type" --type "$type" --encrypt \
        --passphrase-file phrase --quiet
    holds "$type: pyca/cryptography opens what tally encrypts" 0 \
        "$python" "$interop" open "sealed-$type.key" hazel "sealed-$type.pub"
    holds "$type: and not under another passphrase" 1 \
        "$python" "$interop" open "sealed-$type.key" willow "sealed-$type.pub"
    holds "$type: pyca/cryptography encrypts" 0 \
        "$python" "$interop" seal "$type.key" hazel "theirs-$type.key"
    holds "$type: tally signs with that" 0 "$tally" attest same.json --key "theirs-$type.key" \
        --passphrase-file phrase --output "sealed-$type.json"
    holds "$type: and it verifies" 0 "$tally" verify "$packages/one/$deb" \
        --attestation "sealed-$type.json" --key "$type.pub"
    [ "$type" != ml-dsa-65 ] || continue
    holds "$type: openssl opens what tally encrypts" 0 bash -c \
        "openssl pkey -in sealed-$type.key -passin file:phrase -pubout | cmp - sealed-$type.pub"
    for how in '-v2 aes-256-cbc' '-v2 aes-128-cbc -v2prf hmacWithSHA512' '-scrypt'; do
        # shellcheck disable=SC2086 # the words of an option
        openssl pkcs8 -topk8 -in "$type.key" -passout file:phrase $how -out "openssl-$type.key"
        holds "$type: tally opens what openssl encrypts with $how" 0 \
            "$tally" key show "openssl-$type.key" --passphrase-file phrase
    done
done

# shellcheck source=Tests/interop/others.sh
source "$here/others.sh"

# What needs OpenSSL 3.5, and that both libraries have one ML-DSA.
if [ -n "${NEWER_LIBCRYPTO-}" ]; then
    newer=(env "LD_LIBRARY_PATH=$NEWER_LIBCRYPTO")
    for type in ml-dsa-44 ml-dsa-65 ml-dsa-87 slh-dsa-sha2-128s slh-dsa-shake-256f; do
        holds "$type: made with the newer libcrypto" 0 \
            "${newer[@]}" "$tally" key generate --output "newer-$type" --type "$type"
        holds "$type: signs there" 0 "${newer[@]}" "$tally" attest same.json \
            --key "newer-$type.key" --output "newer-$type.json"
        holds "$type: verifies there" 0 "${newer[@]}" "$tally" verify "$packages/one/$deb" \
            --attestation "newer-$type.json" --key "newer-$type.pub"
    done
    for type in ml-dsa-65 ml-dsa-87; do
        holds "$type: swift-crypto verifies what the newer libcrypto signed" 0 "$tally" verify \
            "$packages/one/$deb" --attestation "newer-$type.json" --key "newer-$type.pub"
        holds "$type: swift-crypto signs with its key" 0 "$tally" attest same.json \
            --key "newer-$type.key" --output "crossed-$type.json"
        holds "$type: the newer libcrypto verifies that" 0 "${newer[@]}" "$tally" verify \
            "$packages/one/$deb" --attestation "crossed-$type.json" --key "newer-$type.pub"
        holds "$type: pyca/cryptography verifies it" 0 \
            "$python" "$interop" accept "crossed-$type.json" "newer-$type.pub"
    done
else
    echo "interop: NEWER_LIBCRYPTO names no libcrypto; ML-DSA-44 and SLH-DSA are not tried"
fi
echo "interop: $passed passed, 0 failed"
