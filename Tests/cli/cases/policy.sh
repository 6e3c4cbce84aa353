# shellcheck shell=bash disable=SC2154
# Policies: signing, succession, what is demanded, folders, delivery.

mkdir -p one two later
for folder in one two later; do
    cp "$packages/$folder/$deb" "$packages/$folder/$tarball" "$folder/"
done
readonly said=2026-01-01T12:00:00Z now=2026-01-02T00:00:00Z
keys alice bob anna root next third stranger
run compare "one/$deb" "two/$deb" --json same.json
mkdir evidence
for name in alice bob; do
    run attest same.json --key "$name.key" --output "evidence/$name.att" --time "$said"
done

# policy VERSION ROOT: the beginning of a policy and its keys
policy() {
    policy_head "$1" "$2"
    policy_key root root && policy_key next next
    policy_key alice university rebuilder && policy_key bob foundation rebuilder
    policy_key anna anna approver
    printf '[group.approvers]\nkeys = ["anna"]\n'
    policy_agreement 2 alice bob
}
policy 1 root >v1.toml

exits "policy: check" 0 policy check v1.toml
holds "policy: check says who" grep -q 'who: alice of university: rebuilder' out
holds "policy: check says that nobody signed" grep -q 'NOT signed by its own quorum' out
exits "policy: sign" 0 policy sign v1.toml --key root.key --output v1.policy
exits "policy: check, signed" 0 policy check v1.policy
holds "policy: check says who signed" grep -q 'signed by its own quorum: root' out
exits "policy: a stranger may sign, which counts for nothing" 0 \
    policy sign v1.toml --key stranger.key --output stranger.policy
sed 's/threshold = 2/treshold = 2/' v1.toml >misspelt.toml
exits "policy: a misspelt demand" 2 policy check misspelt.toml
holds "policy: is named" grep -q 'agreement\[0\]' err
sed 's/^threshold = 2/threshold = 0/' v1.toml >zero.toml
exits "policy: a threshold of 0" 2 policy sign zero.toml --key root.key --output no.policy
{ cat v1.toml; printf 'verdict = "equivalent"\nrules = ["tar.mtime/9"]\n'; } >rule.toml
exits "policy: a rule that is not known" 2 policy check rule.toml
holds "policy: is named" grep -q 'tar.mtime/9' err
holds "policy: nothing was signed by the failures" [ ! -e no.policy ]

# under NAME CODES ARGUMENTS…: by the signed policy, version 1
under() {
    local name=$1 expected=$2
    shift 2
    exits "policy: $name" "$expected" verify "$@" --policy v1.policy --policy-key root.pub --at "$now"
}
under "two of two" 0 "one/$deb" --attestation evidence
holds "policy: names the policy and the time" \
    grep -q 'policy acme version 1 is met as of 2026-01-02T00:00:00Z, as given by the operator' out
holds "policy: says what was not checked" grep -q 'rollback not checked' out
holds "policy: independence is declared" grep -q '2 operators, as declared in policy acme' out
under "one of two" 1 "one/$deb" --attestation evidence/alice.att
holds "policy: the first line says why" grep -q '^denied: one/.*2 operators of rebuilders must' out
sed -e "s|\"sig\": \"..|\"sig\": \"AA|" evidence/bob.att >bad.att
under "a signature that fails" 3 "one/$deb" --attestation evidence/alice.att --attestation bad.att
under "another artifact" 3 "one/$tarball" --attestation evidence
cp "later/$deb" "$deb"
under "a file in place of another" 3 "$deb" --attestation evidence
holds "policy: is named" grep -q 'it is another file than the' out
cp "one/$deb" promoted.bin
under "the same file under another name" 0 promoted.bin --attestation evidence
holds "policy: is recognized" grep -q "note: it was attested under the name $deb" out
under "evidence that is not there" 2 "one/$deb" --attestation absent.att
under "evidence that is not there, beside enough" 0 "one/$deb" --attestation evidence \
    --attestation absent.att
under "no such artifact" 2 absent --attestation evidence
mkdir hoard && cp evidence/* hoard/ && head -c 100 /dev/urandom >hoard/noise && mkfifo hoard/pipe
ln -s /etc/passwd hoard/link
under "junk in a folder of evidence" 0 "one/$deb" --attestation hoard
exits "policy: expired" 4 verify "one/$deb" --attestation evidence --policy v1.policy \
    --policy-key root.pub --at 2027-01-01T00:00:01Z
exits "policy: said in the future" 4 verify "one/$deb" --attestation evidence --policy v1.policy \
    --policy-key root.pub --at 2025-12-31T00:00:00Z
exits "policy: by another key" 3 verify "one/$deb" --attestation evidence --policy v1.policy \
    --policy-key stranger.pub --at "$now"
exits "policy: signed by a stranger only" 3 verify "one/$deb" --attestation evidence \
    --policy stranger.policy --policy-key stranger.pub --at "$now"
exits "policy: TOML is not signed" 2 verify "one/$deb" --attestation evidence --policy v1.toml \
    --policy-key root.pub --at "$now"
exits "policy: unsigned" 0 verify "one/$deb" --attestation evidence --policy v1.toml \
    --unsigned-policy --at "$now"
holds "policy: and says so" grep -q 'is not signed' out
for options in "--policy v1.policy" "--policy v1.toml --unsigned-policy --floor f" \
    "--policy v1.policy --policy-key root.pub --key root.pub" "--floor f --key root.pub" \
    "--policy v1.policy --policy-key root.pub --policy-threshold 2" \
    "--policy v1.policy --policy-key root.pub --accept equivalent"; do
    # shellcheck disable=SC2086 # these are words
    exits "policy: usage, $options" 64 verify "one/$deb" --attestation evidence $options
done

# Succession and the floor.
policy 2 next >v2.toml
exits "policy: the next version" 0 \
    policy sign v2.toml --after v1.policy --key root.key --key next.key --output v2.policy
holds "policy: the chain travels in one file" [ "$(wc -l <v2.policy)" -eq 2 ]
exits "policy: version 2 from the key of version 1" 0 verify "one/$deb" --attestation evidence \
    --policy v2.policy --policy-key root.pub --at "$now" --floor seen
holds "policy: the floor is written" grep -q '^acme 2 ' seen
exits "policy: again" 0 verify "one/$deb" --attestation evidence \
    --policy v2.policy --policy-key root.pub --at "$now" --floor seen
holds "policy: rollback is checked" grep -q 'no version newer than acme version 2' out
exits "policy: a rollback" 1 verify "one/$deb" --attestation evidence \
    --policy v1.policy --policy-key root.pub --at "$now" --floor seen
holds "policy: is named" grep -q '^denied: the policy acme version 1 is older' out
exits "policy: signed by one quorum only" 0 \
    policy sign v2.toml --after v1.policy --key next.key --output half.policy
exits "policy: is not followed" 0 verify "one/$deb" --attestation evidence \
    --policy half.policy --policy-key root.pub --at "$now"
holds "policy: version 1 stands" grep -q 'policy acme version 1 is met' out
exits "policy: one signature more" 0 policy sign half.policy --key root.key --output whole.policy
exits "policy: then it is followed" 0 verify "one/$deb" --attestation evidence \
    --policy whole.policy --policy-key root.pub --at "$now"
holds "policy: version 2 stands" grep -q 'policy acme version 2 is met' out
# The key of version 1 signed versions 1 and 2, and trusts version 3 through them.
{ policy 3 third; policy_key third third; } >v3.toml
exits "policy: version 3" 0 \
    policy sign v3.toml --after v2.policy --key next.key --key third.key --output v3.policy
exits "policy: version 3 from the key of version 1" 0 verify "one/$deb" --attestation evidence \
    --policy v3.policy --policy-key root.pub --at "$now"
holds "policy: says how" grep -q 'in unbroken succession from version 2' out
sed 1d v3.policy >late.policy && sed 2d v3.policy >gap.policy
exits "policy: from where it is trusted" 0 verify "one/$deb" --attestation evidence \
    --policy late.policy --policy-key root.pub --at "$now"
exits "policy: over a gap" 0 verify "one/$deb" --attestation evidence \
    --policy gap.policy --policy-key root.pub --at "$now"
holds "policy: version 1 stands" grep -q 'policy acme version 1 is met' out
echo damaged >seen
exits "policy: a damaged floor" 2 verify "one/$deb" --attestation evidence \
    --policy v2.policy --policy-key root.pub --at "$now" --floor seen

# Approvals.
{ policy 1 root; printf '[[approval]]\ngroup = "approvers"\nthreshold = 1\n'
  printf 'environment = "production"\nrelies = true\n'; } >approve.toml
run policy sign approve.toml --key root.key --output approve.policy
# approved NAME CODES EVIDENCE
approved() {
    exits "approve: $1" "$2" verify "one/$deb" --attestation evidence --attestation "$3" \
        --policy approve.policy --policy-key root.pub --at "$now"
}
exits "approve: for production" 0 approve "one/$deb" --key anna.key --output anna.att \
    --environment production --relies-on evidence/alice.att --time "$said"
run approve "one/$deb" --key anna.key --output bare.att --environment production --time "$said"
run approve "one/$deb" --key anna.key --output test.att --environment test \
    --relies-on evidence/alice.att --time "$said"
run approve "one/$deb" --key stranger.key --output stranger.att --environment production \
    --relies-on evidence/alice.att --time "$said"
approved "is met" 0 anna.att
approved "none" 1 evidence
approved "that relies on nothing" 1 bare.att
approved "for another environment" 1 test.att
approved "by a stranger" 1 stranger.att

# Folders, and what is delivered.
mkdir release && cp "one/$deb" "one/$tarball" release/
under "a folder, one file of which nothing covers" 3 release --attestation evidence \
    --deliver delivered
holds "policy: is named" grep -q "unproven: release/$tarball" out
holds "policy: and nothing is delivered" [ -z "$(ls -A delivered)" ]
run compare one two --json folder.json
for name in alice bob; do
    run attest folder.json --key "$name.key" --output "evidence/folder-$name.att" --time "$said"
done
chmod 755 "release/$tarball"
under "a folder file by file" 0 release --attestation evidence --deliver delivered
holds "policy: is delivered whole" diff -r release delivered/release
holds "policy: with the right to execute" [ "$(stat -c %a "delivered/release/$tarball")" = 755 ]
holds "policy: and without" [ "$(stat -c %a "delivered/release/$deb")" = 644 ]
under "it does not overwrite" 2 release --attestation evidence --deliver delivered
under "a file" 0 "one/$deb" --attestation evidence --deliver delivered
holds "policy: beside it" cmp "one/$deb" "delivered/$deb"
under "a folder by its listing" 0 one --attestation evidence/folder-alice.att \
    --attestation evidence/folder-bob.att
ln -s /etc/passwd release/link
under "a link in a folder" 1 release --attestation evidence --deliver other
holds "policy: is named" grep -q 'release/link is a symlink' out
holds "policy: nothing of it is delivered" [ -z "$(ls -A other)" ]
rm release/link && mkfifo release/pipe
under "a pipe in a folder" 1 release --attestation evidence
rm release/pipe && mkdir empty
under "an empty folder" "1|3" empty --attestation evidence
ln -s "one/$deb" linked.deb
under "a link" 2 linked.deb --attestation evidence
exits "verify: deliver in the short form" 0 verify "one/$deb" --attestation evidence/alice.att \
    --key alice.pub --deliver short
holds "verify: is what was verified" cmp "one/$deb" "short/$deb"
exits "verify: deliver nothing on a no" 3 verify "one/$tarball" --attestation evidence/alice.att \
    --key alice.pub --deliver short
holds "verify: nothing more is there" [ "$(ls -A short)" = "$deb" ]

under "--format json" 0 release --attestation evidence --format json
holds "policy: JSON is one object" grep -q '"schema": "tallystick/verification/v1"' out
fits_schema "policy: JSON fits its schema" out verification-v1.schema.json
