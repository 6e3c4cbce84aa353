# shellcheck shell=bash disable=SC2154
# Lists of files as sides: the files that they name are compared too.

for build in one two later changed; do
    mkdir -p "set/$build"
    cp "$packages/$build/"libtally* "set/$build"
    (cd "set/$build" && sha256sum libtally* >SHA256SUMS)
done

exits "sets: the same files" 0 compare set/one/SHA256SUMS set/two/SHA256SUMS
holds "sets: a verdict per file" test "$(grep -c '^identical     libtally' "$work/out")" = 3
exits "sets: files that rules cover" 3 compare set/one/SHA256SUMS set/later/SHA256SUMS --json s.json
holds "sets: the digests are a rule's matter" grep -q 'list.digests (version 1): 1' "$work/out"
exits "sets: no rule, no match" 1 compare set/one/SHA256SUMS set/later/SHA256SUMS --profile none
exits "sets: files that differ" 1 compare set/one/SHA256SUMS set/changed/SHA256SUMS
holds "sets: the list follows from a file" grep -q 'follows from #1: .*the list' "$work/out"

exits "sets: a key" 0 key generate --output set/k
exits "sets: are attested" 0 \
    compare set/one/SHA256SUMS set/two/SHA256SUMS --key set/k.key --attestation set/a.json
exits "sets: the list is a subject" 0 \
    verify set/one/SHA256SUMS --attestation set/a.json --key set/k.pub
exits "sets: and so is each file" 0 \
    verify "set/one/$deb" "set/one/$zipped" --attestation set/a.json --key set/k.pub
exits "sets: another file is no subject" 3 \
    verify "set/changed/$deb" --attestation set/a.json --key set/k.pub

# Only a file that the list refers to differs: the lists are equal, and one is wrong.
cp -r set/one set/lying && cp "set/changed/$deb" set/lying
exits "sets: a file that is not what its list says" 1 compare set/one/SHA256SUMS set/lying/SHA256SUMS
holds "sets: the list is called wrong" grep -q 'another digest or size than the file has' "$work/out"
cp -r set/one set/short && rm "set/short/$deb"
exits "sets: a file that is missing" 4 compare set/one/SHA256SUMS set/short/SHA256SUMS
holds "sets: is named" grep -q "right $deb: the list names this file, and it is not there" "$work/out"
cp -r set/one set/fewer && (cd set/fewer && sha256sum -- *.zip *.deb >SHA256SUMS)
exits "sets: a list that names fewer files" 1 compare set/one/SHA256SUMS set/fewer/SHA256SUMS

for build in one two; do
    (
        cd "set/$build" || exit
        size=$(stat -c %s "$deb")
        printf 'Format: 1.8\nSource: x\nFiles:\n %s %s libs optional %s\nChecksums-Sha256:\n %s %s %s\n' \
            "$(md5sum "$deb" | cut -c 1-32)" "$size" "$deb" \
            "$(sha256sum "$deb" | cut -c 1-64)" "$size" "$deb" >x.changes
    )
done
exits "sets: .changes" 0 compare set/one/x.changes set/two/x.changes
sed -i 's/libs optional/devel optional/' set/two/x.changes
exits "sets: .changes that say something else" 1 compare set/one/x.changes set/two/x.changes
sed -e 's/libs/devel/' -e "s| $deb| ../$deb|" set/one/x.changes >set/one/out.changes
exits "sets: a name that leads out" 2 compare set/one/out.changes set/two/x.changes
holds "sets: is refused with its name" grep -q 'not below its own folder' "$work/err"
exits "sets: a list against something else is a file" 1 compare set/one/SHA256SUMS "set/one/$deb"

# What changed after the comparison is not signed.
cp -r set/one set/l && cp -r set/two set/r
exits "sets: compared before a change" 0 compare set/l/SHA256SUMS set/r/SHA256SUMS --json set/s.json
echo evil >"set/l/$zipped"
exits "sets: a file that changed is not attested" 2 \
    attest set/s.json --key set/k.key --output set/s.att
fails "sets: and nothing is written" test -e set/s.att
