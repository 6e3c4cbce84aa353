# shellcheck shell=bash disable=SC2154
# Keys, attestations, and who is believed.

mkdir -p one two later changed
for folder in one two later changed; do
    cp "$packages/$folder/$deb" "$packages/$folder/$tarball" "$folder/"
done

# Keys.
exits "key: generate" 0 key generate --output builder
holds "key: the private half is for its owner only" [ "$(stat -c %a builder.key)" = 600 ]
holds "key: the private half is PKCS#8 PEM" grep -qx -- '-----BEGIN PRIVATE KEY-----' builder.key
holds "key: the public half is SPKI PEM" grep -qx -- '-----BEGIN PUBLIC KEY-----' builder.pub
cp builder.key before.key
exits "key: it does not overwrite" 2 key generate --output builder
holds "key: the key is still there" cmp builder.key before.key
: >lone.pub
exits "key: nor a public half alone" 2 key generate --output lone
holds "key: and leaves no private half" [ ! -e lone.key ]
exits "key: ECDSA P-256" 0 key generate --output other --type ecdsa-p256
exits "key: an unknown type" 64 key generate --output unknown --type rsa-512
exits "key: a folder that does not exist" 2 key generate --output absent/builder
umask 000
exits "key: under a mask of 0" 0 key generate --output open
umask 022
holds "key: mode 0600 all the same" [ "$(stat -c %a open.key)" = 600 ]
if command -v openssl >/dev/null; then
    for name in builder other; do
        holds "key: openssl makes the same public half of $name" \
            cmp <(openssl pkey -in "$name.key" -pubout) "$name.pub"
    done
else
    skip "key: openssl reads it" "there is no openssl here"
fi

# Attestations.
readonly day=2024-03-01T12:00:00Z
run compare "one/$deb" "two/$deb" --json same.json
run compare "one/$deb" "later/$deb" --json later.json
run compare "one/$deb" "changed/$deb" --json changed.json
run compare "$hostile/gzip-crc-both-left.gz" "$hostile/gzip-crc-both-right.gz" --json unread.json
for verdict in same later changed unread; do
    exits "attest: $verdict" 0 attest "$verdict.json" --key builder.key --output "$verdict.att" \
        --time "$day"
done
exits "attest: with ECDSA" 0 attest same.json --key other.key --output ecdsa.att
exits "attest: again" 0 attest same.json --key builder.key --output again.att --time "$day"
holds "attest: the same bytes" cmp same.att again.att
exits "attest: with the public half" "2|64" attest same.json --key builder.pub --output no.att
exits "attest: no such report" 2 attest absent.json --key builder.key --output no.att
exits "attest: what is no report" 2 attest builder.pub --key builder.key --output no.att
run compare "one/$deb" "two/$deb" --no-digest --json bare.json
exits "attest: a report without digests" 2 attest bare.json --key builder.key --output no.att
cp "changed/$tarball" moving && run compare moving moving --json moving.json
echo more >>moving
exits "attest: an artifact that changed since" 2 \
    attest moving.json --key builder.key --output no.att
exits "attest: --trust-report does not look" 0 \
    attest moving.json --key builder.key --output trusted.att --trust-report
holds "attest: nothing was signed by the failures" [ ! -e no.att ]
exits "compare: --key and --attestation in one go" 0 compare "one/$deb" "two/$deb" \
    --key builder.key --attestation once.att --time "$day"

# verify NAME CODES ATTESTATION ARTIFACT [OPTIONS…]
check() {
    local name=$1 expected=$2 attestation=$3
    shift 3
    exits "verify: $name" "$expected" verify "$@" --attestation "$attestation" --key builder.pub
}
check "identical" 0 same.att "one/$deb"
check "signed in one go" 0 once.att "one/$deb"
check "the same bytes under another name" 0 same.att "two/$deb"
check "equivalent" 1 later.att "one/$deb"
check "equivalent, accepted" 0 later.att "one/$deb" --accept equivalent
check "different, validly signed" 1 changed.att "one/$deb"
check "different is never accepted" 1 changed.att "one/$deb" --accept equivalent
check "inconclusive, validly signed" 1 unread.att "$hostile/gzip-crc-both-left.gz"
check "the right side is no subject" 3 later.att "later/$deb" --accept equivalent
exits "attest: --subject right" 0 \
    attest later.json --key builder.key --output right.att --subject right
check "--subject right makes it one" 0 right.att "later/$deb" --accept equivalent
check "and the left is none then" 3 right.att "one/$deb" --accept equivalent

cp "one/$deb" tampered
printf '\0' | dd of=tampered bs=1 seek=4000 conv=notrunc status=none
check "a tampered artifact" 3 same.att tampered
check "an artifact that nothing was signed about" 3 same.att "one/$tarball"
check "one good artifact and one tampered" 3 same.att "one/$deb" tampered
exits "verify: another key" 3 verify "one/$deb" --attestation same.att --key other.pub
exits "verify: ECDSA" 0 verify "one/$deb" --attestation ecdsa.att --key other.pub
exits "verify: ECDSA under another key" 3 \
    verify "one/$deb" --attestation ecdsa.att --key builder.pub

# The signature of one statement under another one.
signature() {
    sed -nE 's/.*"sig": ?"([^"]+)".*/\1/p' "$1"
}
sed -e "s|$(signature same.att)|$(signature changed.att)|" same.att >swapped.att
check "the signature of another statement" 3 swapped.att "one/$deb"

# What cannot be read is neither yes nor no.
check "no such artifact" 2 same.att absent
check "no such attestation" 2 absent.att "one/$deb"
: >empty.att
head -c 200 same.att >cut.att
{ cat same.att; echo '{}'; } >trailing.att
sed 's/^{/{"payloadType":"x",/' same.att >twice.att
head -c 300 /dev/urandom >noise.att
{ printf '[%.0s' {1..100000}; } >deep.att
for bad in empty cut trailing twice noise deep; do
    check "a malformed attestation, $bad" 2 "$bad.att" "one/$deb"
done
exits "verify: a malformed key" 2 verify "one/$deb" --attestation same.att --key noise.att
exits "verify: no attestation named" 64 verify "one/$deb" --key builder.pub
exits "verify: no artifact named" 64 verify --attestation same.att --key builder.pub

check "--format json" 0 same.att "one/$deb" --format json
cp out once.out
check "--format json, again" 0 same.att "one/$deb" --format json --at "$day"
check "--format json, at the same time" 0 same.att "one/$deb" --format json --at "$day"
holds "verify: JSON is one object" grep -q '^{' once.out
check "what was not checked is said" 0 same.att "one/$deb"
holds "verify: one signer, no more" grep -q '1 signer' out
