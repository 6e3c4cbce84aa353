# shellcheck shell=bash disable=SC2154
# A statement as a side of a comparison: by digest alone, and never taken for the file by accident.

cp "$packages/one/$deb" "$deb"
cp "$packages/changed/$deb" other.deb
sum=$(sha256sum "$deb" | cut -d ' ' -f 1)
long=$(sha512sum "$deb" | cut -d ' ' -f 1)
none=$(printf '%064d' 0)

# statement NAME DIGESTS [TYPE [PREDICATE]], of in_toto_version, which is v1 if nothing else was said
statement() {
    printf '{"_type":"https://in-toto.io/Statement/%s","subject":[{"name":"%s","digest":{%s}}],' \
        "${in_toto_version:-v1}" "$1" "$2"
    printf '"predicateType":"%s","predicate":%s}' "${3:-https://slsa.dev/provenance/v1}" "${4:-{\}}"
}
# envelope FILE
envelope() {
    printf '{"payloadType":"application/vnd.in-toto+json","payload":"%s","signatures":[{"sig":"%s"}]}' \
        "$(base64 -w 0 "$1")" "$(printf x | base64)"
}
# bundle TYPE FILE: as GitHub keeps it, signed by a certificate
bundle() {
    printf '{"mediaType":"%s","verificationMaterial":{"certificate":{"rawBytes":"AAAA"},' "$1"
    printf '"tlogEntries":[]},"dsseEnvelope":%s}' "$(envelope "$2")"
}
readonly sigstore=application/vnd.dev.sigstore.bundle.v0.3+json

statement "build/$deb" "\"sha256\":\"$sum\",\"sha512\":\"$long\"" >good.json
exits "statement: identical by digest is no 0 by itself" 3 compare "$deb" good.json
holds "statement: and says what it is" grep -qx 'IDENTICAL BY DIGEST ALONE: one side was not read' out
holds "statement: and of which subject" grep -q "it is the one subject, build/$deb" out
exits "statement: accepted" 0 compare "$deb" good.json --accept digest-only --json good.report
holds "statement: the verdict" has_verdict good.report identical
holds "statement: the basis" grep -q '"basis": "digest-only"' good.report
exits "statement: --accept equivalent is something else" 3 \
    compare "$deb" good.json --accept equivalent
exits "statement: on the left" 0 compare good.json "$deb" --accept digest-only
exits "statement: on standard input" 0 compare good.json - --accept digest-only <"$deb"
exits "statement: another artifact" 1 compare other.deb good.json --accept digest-only
holds "statement: by digest" grep -q 'compared by digest alone: none of 1 subjects' out
holds "statement: with the digest that it should have" grep -q "right  sha256:$sum" out
exits "statement: nothing can be left out of it" 64 compare "$deb" good.json --exclude x

statement x "\"sha512\":\"$long\"" >long.json
exits "statement: SHA-512 alone" 0 compare "$deb" long.json --accept digest-only
statement x "\"sha256\":\"$sum\",\"sha512\":\"$none$none\"" >torn.json
exits "statement: two digests of two files" 4 compare "$deb" torn.json --accept digest-only
statement x '"sha1":"0000000000000000000000000000000000000000"' >weak.json
exits "statement: a weak digest alone" 4 compare "$deb" weak.json --accept digest-only
statement x "\"sha256\":\"${sum^^}\"" >upper.json
exits "statement: another spelling of a digest" 4 compare "$deb" upper.json --accept digest-only
printf '{"_type":"https://in-toto.io/Statement/v1","subject":[' >cut.json
exits "statement: cut off, it is a file" 1 compare "$deb" cut.json --accept digest-only
in_toto_version=v0.1 statement x "\"sha256\":\"$sum\"" https://slsa.dev/provenance/v0.2 >old.json
exits "statement: version 0.1" 0 compare "$deb" old.json --accept digest-only
in_toto_version=v9 statement x "\"sha256\":\"$sum\"" >new.json
exits "statement: a version that is not known" 4 compare "$deb" new.json --accept digest-only

# Several subjects, several statements.
sed "s/\"subject\":\[/&{\"name\":\"a\",\"digest\":{\"sha256\":\"$none\"}},/" good.json >two.json
exits "statement: one of two subjects" 0 compare "$deb" two.json --accept digest-only
holds "statement: the second" grep -q 'it is subject 2 of 2' out
exits "statement: none of two subjects" 1 compare other.deb two.json
{ cat long.json && echo && cat two.json && echo; } >both.jsonl
exits "statement: JSON Lines" 0 compare "$deb" both.jsonl --accept digest-only
{ cat long.json && printf '\nmore\n'; } >spoilt.jsonl
exits "statement: a line that is none" 4 compare "$deb" spoilt.jsonl --accept digest-only

# Envelopes and Sigstore bundles, whoever signed them.
envelope good.json >good.dsse
exits "statement: in an envelope" 0 compare "$deb" good.dsse --accept digest-only
for type in $sigstore 'application/vnd.dev.sigstore.bundle+json;version=0.2'; do
    bundle "$type" good.json >good.sigstore
    exits "statement: in a keyless bundle" 0 compare "$deb" good.sigstore --accept digest-only
    holds "statement: which it says" grep -q 'signed by a certificate' out
done
printf '%s\n%s\n' "$(bundle $sigstore good.json)" "$(bundle $sigstore two.json)" >github.jsonl
exits "statement: keyless bundles as lines" 0 compare "$deb" github.jsonl --accept digest-only

# What says no of its subject is no build to agree with.
"$tally" key generate --output me --quiet
run compare "$deb" other.deb --json no.report
run attest no.report --key me.key --output no.att
exits "statement: a comparison that says different" 4 compare "$deb" no.att --accept digest-only
statement x "\"sha256\":\"$sum\"" https://slsa.dev/verification_summary/v1 \
    '{"verificationResult":"FAILED"}' >failed.json
exits "statement: a summary that did not pass" 4 compare "$deb" failed.json --accept digest-only

# Two statements are two files.
exits "statement: against itself" 0 compare good.json good.json
exits "statement: against another" 1 compare good.json two.json

# A folder, by its listing.
mkdir folder && cp "$deb" folder/
run compare folder folder --json folder.report
tree=$(sed -n 's/.*"sha256": "\([0-9a-f]*\)".*/\1/p' folder.report | head -n 1)
statement folder "\"sha256\":\"$tree\"" >folder.json
exits "statement: a folder" 0 compare folder folder.json --accept digest-only
exits "statement: nothing is excluded" 2 compare folder folder.json --exclude x
holds "statement: and it says so" grep -q -- '--exclude' err

# Signed, it says on what it rests; by default nobody takes it.
exits "statement: attested" 0 attest good.report --key me.key --output good.att
exits "statement: not as a link" 2 attest good.report --key me.key --output no --as link
exits "statement: nor as a test result" 2 attest good.report --key me.key --output no --as test-result
exits "statement: not taken as a comparison" 1 verify "$deb" --attestation good.att --key me.pub
holds "statement: the answer says why" grep -q 'identical by digest alone' out
exits "statement: unless that is enough" 0 verify "$deb" --attestation good.att --key me.pub \
    --accept digest-only
run compare good.json "$deb" --json left.report
exits "statement: what was not read is no subject" 2 attest left.report --key me.key --output no
exits "statement: the other side is" 0 \
    attest left.report --key me.key --output right.att --subject right
printf ' ' >>good.json
exits "statement: it must still be what was compared" 2 attest good.report --key me.key --output no
holds "statement: nothing was signed" [ ! -e no ]

# As evidence it counts for nothing, and in a bundle it travels for others.
cat >policy.toml <<END
format = "tallystick/policy/v1"
name = "acme"
version = 1
expires = 2027-01-01T00:00:00Z
[root]
keys = ["me"]
threshold = 1
[key.me]
public = """
$(cat me.pub)
"""
operator = "me"
roles = ["rebuilder"]
[group.rebuilders]
keys = ["me"]
[[agreement]]
group = "rebuilders"
threshold = 1
END
for file in good.json good.sigstore github.jsonl; do
    exits "statement: $file is no evidence" 1 verify "$deb" --attestation "$file" \
        --policy policy.toml --unsigned-policy --at 2026-01-02T00:00:00Z
    holds "statement: $file, and why" grep -q 'counts for nothing\|only plain keys count' out
done
exits "statement: in a bundle" 0 \
    bundle create good.att github.jsonl long.json good.dsse --output all.bundle
exits "statement: the bundle is listed" 0 bundle inspect all.bundle
holds "statement: what nobody checks" grep -q '3 statements that no plain key signed' out
holds "statement: what came from GitHub" grep -q 'signed by a certificate, which is not checked' out
exits "statement: the bundle is read again" 0 bundle add all.bundle old.json
exits "statement: with one more" 0 bundle inspect all.bundle --format json
holds "statement: as JSON" [ "$(grep -c '"keyless"' out)" -eq 4 ]
exits "statement: nothing of it counts" '1|2|3' verify other.deb --attestation all.bundle \
    --policy policy.toml --unsigned-policy --at 2026-01-02T00:00:00Z
