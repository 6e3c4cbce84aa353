# shellcheck shell=bash disable=SC2154,SC2034
# Lists with detached OpenPGP signatures, laid out as guix.sigs has them, checked by gpgv and by sqv.

if ! command -v gpg >/dev/null || ! command -v gpgv >/dev/null; then
    skip "openpgp" "no gpg or no gpgv"
    return 0
fi

# A socket's path must be short, so the keys have a folder of their own.
GNUPGHOME=$(mktemp -d)
export GNUPGHOME
quietly=(gpg --batch --quiet --no-tty --no-autostart --passphrase '')
gpg --batch --quiet --list-keys >/dev/null 2>&1
gpg-connect-agent /bye >/dev/null 2>&1

# at TIME ARGUMENTS…: gpg with another clock
at() {
    local time=$1
    shift
    "${quietly[@]}" --ignore-time-conflict --faked-system-time "$time" "$@" 2>/dev/null
}

# fingerprint NAME
fingerprint() {
    gpg --batch --list-keys --with-colons "$1" 2>/dev/null | awk -F: '/^fpr/ { print $10; exit }'
}

at 20250101T000000 --quick-gen-key alice ed25519 sign never
at 20250101T000000 --quick-gen-key bob nistp256 cert never
at 20250101T000000 --quick-add-key "$(fingerprint bob)" ed25519 sign never
at 20200101T000000 --quick-gen-key carol ed25519 sign 2020-12-31
at 20250101T000000 --quick-gen-key dora ed25519 sign never
at 20250101T000000 --quick-gen-key eve ed25519 sign never

# One folder for each signer.
mkdir -p sigs/1.0/{alice,bob,carol,dora,eve}
cp "$packages/one/$deb" "$deb"
for name in alice bob carol dora eve; do
    sha256sum "$deb" >"sigs/1.0/$name/all.SHA256SUMS"
    time=20251201T000000
    [ "$name" != carol ] || time=20200601T000000
    at "$time" --armor --detach-sign -u "$name" "sigs/1.0/$name/all.SHA256SUMS"
    mv "sigs/1.0/$name/all.SHA256SUMS.asc" "$name.asc"
    cp "$name.asc" "sigs/1.0/$name/all.SHA256SUMS.asc"
done
sed 's/^:-----BEGIN/-----BEGIN/' "$GNUPGHOME/openpgp-revocs.d/$(fingerprint dora).rev" |
    "${quietly[@]}" --import 2>/dev/null
at 20251201T000000 --detach-sign -u alice -o binary.sig sigs/1.0/alice/all.SHA256SUMS
at 20251201T000000 --armor --detach-sign -u alice -u bob -o both.asc sigs/1.0/alice/all.SHA256SUMS
at 20251201T000000 --armor --textmode --detach-sign -u alice -o text.asc \
    sigs/1.0/alice/all.SHA256SUMS
at 20251201T000000 --armor --digest-algo SHA1 --detach-sign -u alice -o sha1.asc \
    sigs/1.0/alice/all.SHA256SUMS
at 20251201T000000 --armor --sign -u alice -o inline.asc sigs/1.0/alice/all.SHA256SUMS
at 20251201T000000 --clearsign -u alice -o clear.asc sigs/1.0/alice/all.SHA256SUMS

"$tally" key generate --output root --quiet
# policy THRESHOLD MORE…
policy() {
    local name threshold=$1
    shift
    printf 'format = "tallystick/policy/v1"\nname = "guix"\nversion = 1\n'
    printf 'expires = 2027-01-01T00:00:00Z\n[root]\nkeys = ["root"]\nthreshold = 1\n'
    printf '[key.root]\npublic = """\n%s\n"""\noperator = "root"\n' "$(cat root.pub)"
    for name in alice bob carol dora; do
        printf '[key.%s]\nopenpgp = """\n%s\n"""\nfingerprint = "%s"\n' "$name" \
            "$(gpg --batch --armor --export "$name" 2>/dev/null)" "$(fingerprint "$name")"
        printf 'operator = "%s"\nroles = ["rebuilder"]\n' "$name"
    done
    printf '[group.signers]\nkeys = ["alice", "bob", "carol", "dora"]\n'
    printf '[[agreement]]\ngroup = "signers"\nthreshold = %s\n' "$threshold"
    printf 'evidence = ["list"]\nbasis = ["digest-only"]\n'
    printf '%s\n' "$@"
}
policy 2 >two.toml
policy 1 >one.toml
policy 3 >three.toml
policy 1 'max-age = "90d"' >young.toml
exits "openpgp: the policy says whose key it is" 0 policy check two.toml
holds "openpgp: by its fingerprint" grep -q "OpenPGP $(fingerprint alice)" out

# by NAME CODES POLICY EVIDENCE…
by() {
    local name=$1 expected=$2 policy=$3 words=()
    shift 3
    for file in "$@"; do words+=(--attestation "$file"); done
    exits "openpgp: $name" "$expected" verify "$deb" "${words[@]}" --policy "$policy" \
        --unsigned-policy --at 2026-01-02T00:00:00Z
}

# place SIGNATURE: beside a list of its own
place() {
    mkdir -p "beside-$1"
    cp sigs/1.0/alice/all.SHA256SUMS "beside-$1/SHA256SUMS"
    cp "$1" "beside-$1/SHA256SUMS.${1##*.}"
}
for file in binary.sig both.asc text.asc sha1.asc inline.asc clear.asc dora.asc carol.asc eve.asc; do
    place "$file"
done

# checked: what holds of both programs
checked() {
    local list=sigs/1.0/alice/all.SHA256SUMS
    by "two signers ($1)" 0 two.toml sigs
    by "one signer of two ($1)" 1 two.toml "$list.asc"
    by "one signer ($1)" 0 one.toml "$list.asc"
    by "a signature that is not armored ($1)" 0 one.toml beside-binary.sig
    by "two signatures in one file ($1)" 0 two.toml beside-both.asc
    by "a key that is revoked ($1)" '3|4' one.toml beside-dora.asc
    by "a stranger ($1)" '1|3' one.toml beside-eve.asc
    by "SHA-1 ($1)" '1|3' one.toml beside-sha1.asc
    by "a message that is not detached ($1)" '2|3' one.toml beside-inline.asc/SHA256SUMS.asc
    by "a message in clear ($1)" '2|3' one.toml beside-clear.asc/SHA256SUMS.asc
    mkdir -p changed && cp "$list" "$list.asc" changed/
    printf '%064d  more\n' 0 >>changed/all.SHA256SUMS
    by "a list that was changed ($1)" 3 one.toml changed
    rm changed/all.SHA256SUMS
    by "no list ($1)" '1|3' one.toml changed
}

checked gpgv
by "a third, of which the key has expired (gpgv)" 4 three.toml sigs
by "a key that has expired (gpgv)" 4 one.toml beside-carol.asc
holds "openpgp: it says so" grep -q 'OpenPGP key that has expired' out
by "a revoked key (gpgv)" 4 one.toml beside-dora.asc
by "a signature over a text (gpgv)" 3 one.toml beside-text.asc
by "the age is that of the signature (gpgv)" 0 young.toml sigs/1.0/alice
by "a stranger is nobody (gpgv)" 1 one.toml beside-eve.asc
holds "openpgp: and is told of" grep -q 'by a key of the policy' out

# Another program in its place: what it writes decides nothing unless it is gpgv's.
mkdir -p bin
# posing NAME CODES SCRIPT
posing() {
    local name=$1 expected=$2
    printf '#!/bin/sh\n%s\n' "$3" >bin/gpgv
    chmod +x bin/gpgv
    status=0
    timeout "$patience" env "PATH=$PWD/bin" "$tally" verify "$deb" --policy one.toml --unsigned-policy \
        --at 2026-01-02T00:00:00Z --attestation sigs/1.0/alice >"$work/out" 2>"$work/err" || status=$?
    judge "openpgp: $name" "$expected" "tally verify with another gpgv"
}
posing "a gpgv that says nothing" 1 'exit 0'
posing "a gpgv that is killed" 2 'kill -9 $$'
posing "a gpgv that writes without end" 2 'while :; do echo x; done'
posing "the child has no environment and no other descriptor" 1 \
    "{ /usr/bin/env; /bin/ls -l /proc/self/fd; } >$PWD/seen; exit 0"
holds "openpgp: no environment but the locale" grep -qx 'LC_ALL=C' seen
fails "openpgp: nothing of the caller's" grep -q 'GNUPGHOME\|HOME=\|^PATH=/.*bin:' seen
fails "openpgp: nothing of the stick" grep -q 'SHA256SUMS\|\.deb' seen
rm -r bin

# Where there is no such program, that is trouble, and no check is left out.
mkdir empty
status=0
PATH=$PWD/empty "$tally" verify "$deb" --policy one.toml --unsigned-policy --attestation sigs \
    --at 2026-01-02T00:00:00Z >"$work/out" 2>"$work/err" || status=$?
judge "openpgp: neither gpgv nor sqv" 2 "tally verify without gpgv"
holds "openpgp: it says what to install" grep -q 'apt install gpgv' "$work/err"

if command -v sqv >/dev/null; then
    mkdir only
    ln -s "$(command -v sqv)" only/sqv
    search=$PATH
    for program in timeout cp rm mkdir printf cat grep tail; do
        ln -s "$(command -v "$program")" "only/$program" 2>/dev/null || true
    done
    # shellcheck disable=SC2123 # the point: nothing but sqv is there
    PATH=$PWD/only
    checked sqv
    PATH=$search
else
    skip "openpgp: sqv" "no sqv"
fi
gpgconf --kill all
rm -rf "$GNUPGHOME"
unset GNUPGHOME
