# shellcheck shell=bash disable=SC2154
# Programs with forms of their own: openssl, in-toto, in-toto-attestation, model-signing, ssh-keygen,
# minisign, gpgv, sqv. Sourced by run.sh.

# openssl signs what tally prepared, and tally takes it. That it verifies what tally signs is shown
# above.
"${alone[@]}" "$tally" attest same.json --prepare todo --quiet
for type in ed25519 ecdsa-p256 ecdsa-p384 rsa-pss-3072; do
    sign=(pkeyutl -sign -rawin -inkey "$type.key" -in todo.pae -out todo.sig)
    case $type in
        ecdsa-p256) sign=(dgst -sha256 -sign "$type.key" -out todo.sig todo.pae) ;;
        ecdsa-p384) sign=(dgst -sha384 -sign "$type.key" -out todo.sig todo.pae) ;;
        rsa-*) sign=(dgst -sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest
            -sign "$type.key" -out todo.sig todo.pae) ;;
    esac
    holds "$type: openssl signs what tally prepared" 0 openssl "${sign[@]}"
    holds "$type: tally joins it" 0 "$tally" attest --complete todo.json \
        --public-key "$type.pub" --signature todo.sig --output "openssl-$type.json"
    holds "$type: tally takes it" 0 "$tally" verify "$packages/one/$deb" \
        --attestation "openssl-$type.json" --key "$type.pub"
    holds "$type: others take it" 0 \
        "$python" "$interop" accept "openssl-$type.json" "$type.pub"
done

"$tally" key generate --output owner --quiet
# beginning FORM TEXT MORE ROLE: a policy but for its demands
beginning() {
    printf 'format = "tallystick/policy/v1"\nname = "others"\nversion = 1\n'
    printf 'expires = 2999-01-01T00:00:00Z\n[root]\nkeys = ["owner"]\nthreshold = 1\n'
    printf '[key.owner]\npublic = """\n%s\n"""\noperator = "owner"\n' "$(cat owner.pub)"
    printf '[key.one]\n%s = """\n%s\n"""\n%s\noperator = "one"\nroles = ["%s"]\n' "$@"
    printf '[group.all]\nkeys = ["one"]\n'
}
# policy FORM TEXT MORE: a policy that takes links and lists by one key
policy() {
    beginning "$@" rebuilder
    printf '[[agreement]]\ngroup = "all"\nthreshold = 1\n'
    printf 'evidence = ["rebuilderd", "list"]\nbasis = ["rebuilt", "digest-only"]\n'
}
# counts NAME CODES ARTIFACT EVIDENCE
counts() {
    holds "$1" "$2" "$tally" verify "$3" --attestation "$4" --policy others.toml --unsigned-policy
}

# in-toto-attestation builds provenance, securesystemslib signs it, tally counts it; that
# in-toto-attestation reads the statements of tally is shown above.
holds "in-toto-attestation: builds provenance" 0 \
    "$python" "$interop" provenance "$packages/one/$deb" https://ci.example/1 built.json
holds "in-toto-attestation: securesystemslib signs it" 0 \
    "$python" "$interop" make built.json ed25519.key built.att
for id in 1 2; do
    {
        beginning public "$(cat ed25519.pub)" '' builder
        printf '[[provenance]]\ngroup = "all"\nthreshold = 1\n'
        printf 'builders = { one = ["https://ci.example/%s"] }\n' "$id"
        printf 'source = { repository = "git+https://example.org/app" }\n'
    } >others.toml
    counts "in-toto-attestation: tally counts it for builder $id" "$((id - 1))" \
        "$packages/one/$deb" built.att
done
holds "in-toto-attestation: unsigned, it compares by digest" 0 \
    "$tally" compare "$packages/one/$deb" built.json --accept digest-only
holds "in-toto-attestation: and differs from another" 1 \
    "$tally" compare "$packages/changed/$deb" built.json --accept digest-only

# in-toto-verify counts links of two functionaries.
verify=("$environment/bin/in-toto-verify" --layout root.layout --verification-keys ed25519.pub)
mkdir links mixed
for type in ed25519 ecdsa-p256; do
    "$tally" key generate --output "worker-$type" --type "$type" --quiet
    holds "in-toto: tally writes the link of $type" 0 \
        "$tally" attest same.json --as link --key "worker-$type.key" --output links
done
cp links/* mixed/
holds "in-toto: a layout with a threshold of two" 0 "$python" "$interop" layout ed25519.key "$deb" \
    root.layout worker-ed25519.pub worker-ecdsa-p256.pub
holds "in-toto: in-toto-verify takes two links" 0 "${verify[@]}" --link-dir links
mapfile -t files < <(ls links)
rm "links/${files[0]}"
holds "in-toto: in-toto-verify refuses one link" 1 "${verify[@]}" --link-dir links
"$tally" compare "$packages/changed/$deb" "$packages/changed/$deb" --quiet --json alone.json
holds "in-toto: a file compared with itself is no link" 2 \
    "$tally" attest alone.json --as link --key worker-ed25519.key --output links
cp "$packages/changed/$deb" changed.deb
cp changed.deb "$deb"
"$tally" compare "$deb" changed.deb --quiet --json other.json
holds "in-toto: a link with another product" 0 \
    "$tally" attest other.json --as link --key worker-ed25519.key --output mixed
holds "in-toto: in-toto-verify sees that they differ" 1 "${verify[@]}" --link-dir mixed
cp out said
holds "in-toto: and says so" 0 grep -q 'different' said
rm "$deb"

# in-toto-run signs a link as rebuilderd does, and tally counts it as that.
cp "$packages/one/$deb" "$deb"
holds "in-toto: in-toto-run signs a link" 0 "$environment/bin/in-toto-run" --no-command \
    --step-name "rebuild $deb" --products "$deb" --signing-key worker-ed25519.key --quiet
policy public "$(cat worker-ed25519.pub)" '' >others.toml
counts "in-toto: tally counts it" 0 "$deb" "$(echo "rebuild $deb".*.link)"
counts "in-toto: about this file only" 3 changed.deb "$(echo "rebuild $deb".*.link)"
policy public "$(cat ed25519.pub)" '' >others.toml
counts "in-toto: and by this key only" '1|3' "$deb" "$(echo "rebuild $deb".*.link)"

# model-signing signs a folder with a key; tally reads, signs and exports the same statement.
model=("$environment/bin/model_signing")
mkdir model
cp "$deb" model/
holds "model-signing: signs" 0 "${model[@]}" sign key model --signature model.sig \
    --private_key ecdsa-p256.key
holds "model-signing: verifies its own" 0 "${model[@]}" verify key model --signature model.sig \
    --public_key ecdsa-p256.pub
holds "model-signing: tally reads it" 0 "$tally" bundle create model.sig --output model.bundle
holds "model-signing: and exports the envelope" 0 \
    "$tally" bundle export model.bundle --as jsonl --output model.jsonl
holds "model-signing: tally signs it too" 0 "$tally" attest --add model.jsonl \
    --key ecdsa-p384.key --output model.json
holds "model-signing: tally puts it into a bundle" 0 \
    "$tally" bundle create model.json --output signed.bundle
holds "model-signing: exported for the key" 0 "$tally" bundle export signed.bundle \
    --as sigstore --hint-for ecdsa-p384.pub --output ours.sig
holds "model-signing: it takes tally's signature" 0 "${model[@]}" verify key model \
    --signature ours.sig --public_key ecdsa-p384.pub
holds "model-signing: not under another key" 1 "${model[@]}" verify key model \
    --signature ours.sig --public_key other-ecdsa-p384.pub
printf x >>"model/$deb"
holds "model-signing: nor of another folder" 1 "${model[@]}" verify key model \
    --signature ours.sig --public_key ecdsa-p384.pub

# Lists, which these programs sign, and tally reads.
sha256sum "$deb" >SHA256SUMS
if command -v ssh-keygen >/dev/null; then
    for type in ed25519 ecdsa; do
        ssh-keygen -q -t "$type" -N '' -C me -f "ssh-$type"
        holds "ssh-keygen: $type signs a list" 0 \
            ssh-keygen -q -Y sign -f "ssh-$type" -n file SHA256SUMS
        mv SHA256SUMS.sig "SHA256SUMS.$type"
        policy ssh "$(cat "ssh-$type.pub")" '' >others.toml
        counts "ssh-keygen: $type, tally counts it" 0 "$deb" "SHA256SUMS.$type"
    done
    # The other way round: a key that OpenSSH made signs for tally, read by openssl.
    ssh-keygen -q -t ecdsa -b 256 -m PKCS8 -N '' -C me -f ssh-pkcs8
    holds "ssh-keygen: tally signs with its key" 0 \
        "$tally" attest same.json --key ssh-pkcs8 --output ssh.json
    ssh-keygen -e -m PKCS8 -f ssh-pkcs8.pub >ssh.pub
    holds "ssh-keygen: others take that" 0 "$python" "$interop" accept ssh.json ssh.pub
else
    echo "skipped ssh-keygen: it is not there"
fi
if command -v minisign >/dev/null; then
    minisign -G -W -f -p mini.pub -s mini.key >/dev/null
    policy minisign "$(cat mini.pub)" '' >others.toml
    for form in '' -l; do
        # shellcheck disable=SC2086 # no word, or one
        holds "minisign: signs a list ${form:-with a hash}" 0 \
            minisign -S $form -s mini.key -m SHA256SUMS -x SHA256SUMS.minisig
        counts "minisign: tally counts it" 0 "$deb" SHA256SUMS.minisig
    done
else
    echo "skipped minisign: it is not there"
fi
if command -v gpg >/dev/null && command -v gpgv >/dev/null; then
    GNUPGHOME=$(mktemp -d)
    export GNUPGHOME
    gpg=(gpg --batch --quiet --no-tty --passphrase '')
    "${gpg[@]}" --quick-gen-key me ed25519 sign never 2>/dev/null
    "${gpg[@]}" --armor --detach-sign SHA256SUMS
    id=$("${gpg[@]}" --list-keys --with-colons me | awk -F: '/^fpr/ { print $10; exit }')
    policy openpgp "$("${gpg[@]}" --armor --export me)" "fingerprint = \"$id\"" >others.toml
    counts "gpgv: tally counts a list that gpg signed" 0 "$deb" SHA256SUMS.asc
    if command -v sqv >/dev/null; then
        mkdir only
        ln -s "$(command -v sqv)" only/sqv
        holds "sqv: and where gpgv is missing" 0 env "PATH=$work/only" "$tally" verify "$deb" \
            --attestation SHA256SUMS.asc --policy others.toml --unsigned-policy
    else
        echo "skipped sqv: it is not there"
    fi
    gpgconf --kill all
    rm -rf "$GNUPGHOME"
    unset GNUPGHOME
else
    echo "skipped gpgv: there is no gpg or no gpgv"
fi
