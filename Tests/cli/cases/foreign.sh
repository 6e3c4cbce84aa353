# shellcheck shell=bash disable=SC2154
# Lists of digests under a policy, signed by the programs that people sign them with.

cp "$packages/one/$deb" "$deb"
sha256sum "$deb" >SHA256SUMS
"$tally" key generate --output root --quiet

# lists FORM KEY: a policy under which one list by a key counts
lists() {
    printf 'format = "tallystick/policy/v1"\nname = "lists"\nversion = 1\n'
    printf 'expires = 2027-01-01T00:00:00Z\n[root]\nkeys = ["root"]\nthreshold = 1\n'
    printf '[key.root]\npublic = """\n%s\n"""\noperator = "root"\n' "$(cat root.pub)"
    printf '[key.one]\n%s = """\n%s\n"""\noperator = "one"\nroles = ["rebuilder"]\n' "$1" "$2"
    printf '[group.signers]\nkeys = ["one"]\n'
    printf '[[agreement]]\ngroup = "signers"\nthreshold = 1\n'
    printf 'evidence = ["list"]\nbasis = ["digest-only"]\n'
}

# by NAME CODES EVIDENCE: what is made of evidence under lists.toml
by() {
    exits "lists: $1" "$2" verify "$deb" --attestation "$3" --policy lists.toml --unsigned-policy \
        --at 2026-01-02T00:00:00Z
}

# signed PROGRAM SIGNATURE: a good list counts, a changed one and one that is not there do not
signed() {
    by "$1" 0 "$2"
    mkdir -p "$1" && cp SHA256SUMS "$2" "$1/"
    by "$1, in a folder" 0 "$1"
    printf '%064d  more\n' 0 >>"$1/SHA256SUMS"
    by "$1, a list that was changed" '1|3' "$1"
    rm "$1/SHA256SUMS"
    by "$1, no list" 1 "$1"
    sed -i '/^evidence/d' lists.toml
    by "$1, where no list is asked for" 1 "$2"
}

if command -v ssh-keygen >/dev/null; then
    for type in ed25519 ecdsa; do
        ssh-keygen -q -t "$type" -N '' -C me -f "$type"
        ssh-keygen -q -Y sign -f "$type" -n file SHA256SUMS 2>/dev/null
        mv SHA256SUMS.sig "SHA256SUMS.$type"
        lists ssh "$(cat "$type.pub")" >lists.toml
        signed "ssh-$type" "SHA256SUMS.$type"
    done
    ssh-keygen -q -Y sign -f ed25519 -n git SHA256SUMS 2>/dev/null
    lists ssh "$(cat ed25519.pub)" >lists.toml
    by "ssh, signed for Git" 2 SHA256SUMS.sig
else
    skip "lists: ssh" "no ssh-keygen"
fi

if command -v minisign >/dev/null; then
    minisign -G -W -f -p mini.pub -s mini.key >/dev/null
    minisign -S -s mini.key -m SHA256SUMS -x SHA256SUMS.minisig >/dev/null
    lists minisign "$(cat mini.pub)" >lists.toml
    signed minisign SHA256SUMS.minisig
    minisign -S -l -s mini.key -m SHA256SUMS -x SHA256SUMS.legacy >/dev/null
    lists minisign "$(cat mini.pub)" >lists.toml
    signed minisign-legacy SHA256SUMS.legacy
else
    skip "lists: minisign" "no minisign"
fi

if command -v signify-openbsd >/dev/null; then
    signify-openbsd -G -n -c tally -p signify.pub -s signify.sec
    signify-openbsd -S -s signify.sec -m SHA256SUMS -x SHA256SUMS.signify
    lists minisign "$(cat signify.pub)" >lists.toml
    signed signify SHA256SUMS.signify
else
    skip "lists: signify" "no signify-openbsd"
fi
