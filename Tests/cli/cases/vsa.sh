# shellcheck shell=bash disable=SC2154
# The answer of verify as a signed summary for others.

same_packages
cp "$packages/one/$tarball" other
keys alice root verifier
run attest same.json --key alice.key --output alice.att --time 2026-01-01T12:00:00Z
{
    policy_head 1 root
    policy_key root root
    policy_key alice university rebuilder
    policy_agreement 1 alice
} >policy.toml
run policy sign policy.toml --key root.key --output signed.policy

# summary NAME CODE ARTIFACT FILE KEY
summary() {
    exits "vsa: $1" "$2" verify "$3" --attestation alice.att --policy signed.policy \
        --policy-key "$5" --at 2026-01-02T00:00:00Z --vsa "$4" --vsa-key verifier.key \
        --verifier-id https://verifier.example --resource-uri pkg:deb/app
}

# says FILE TEXT: whether the payload has a text
says() {
    sed -n 's/.*"payload": *"\([^"]*\)".*/\1/p' "$1" | base64 -d | grep -qF -- "$2"
}

summary "a yes" 0 a.deb yes.vsa root.pub
holds "vsa: says PASSED" says yes.vsa '"verificationResult":"PASSED"'
holds "vsa: of this artifact" says yes.vsa "$(sha256sum a.deb | cut -d ' ' -f 1)"
holds "vsa: under this policy" says yes.vsa "$(sha256sum policy.toml | cut -d ' ' -f 1)"
holds "vsa: and a level that slsa-verifier reads" says yes.vsa \
    '"verifiedLevels":["SLSA_BUILD_LEVEL_0"]'
fails "vsa: reproduced takes provenance" says yes.vsa SLSA_BUILD_REPRODUCED
summary "again" 0 a.deb again.vsa root.pub
holds "vsa: is the same file" cmp yes.vsa again.vsa
summary "a no" "1|3" other no.vsa root.pub
holds "vsa: says FAILED" says no.vsa '"verificationResult":"FAILED"'
holds "vsa: and no level" says no.vsa '"verifiedLevels":["FAILED"]'
summary "a policy that nobody trusts" "1|3" a.deb none.vsa verifier.pub
holds "vsa: is no answer to sign" [ ! -e none.vsa ]
cp yes.vsa stale.vsa
summary "a policy that nobody trusts, again" "1|3" a.deb stale.vsa verifier.pub
holds "vsa: and no earlier answer is left" [ ! -e stale.vsa ]
cp yes.vsa stale.vsa
summary "an artifact that is not there" 2 absent stale.vsa root.pub
holds "vsa: is no answer either" [ ! -e stale.vsa ]

# More files than a statement has subjects.
mkdir many
for ((number = 0; number < 1100; number++)); do cp a.deb "many/$number"; done
summary "a folder of 1,100 files" 0 many many.vsa root.pub
holds "vsa: is one subject, by its listing" says many.vsa "\"subject\":[{\"name\":\"many\""
holds "vsa: which is that of the folder" says many.vsa \
    "$("$tally" digest many | cut -d ' ' -f 1)"
cp other many/1100
summary "a folder of 1,101 files, one of which nothing covers" 3 many many.vsa root.pub
holds "vsa: is a no" says many.vsa '"verificationResult":"FAILED"'
exits "vsa: without a policy" 64 verify a.deb --attestation alice.att --key alice.pub \
    --vsa none.vsa --vsa-key verifier.key --verifier-id u:v --resource-uri u:r
exits "vsa: without who verifies" 64 verify a.deb --attestation alice.att --policy signed.policy \
    --policy-key root.pub --vsa none.vsa --vsa-key verifier.key --resource-uri u:r

# A comparison in the words of others.
exits "test-result: attest" 0 attest same.json --as test-result --key alice.key --output test.att \
    --time 2026-01-01T12:00:00Z
holds "test-result: says PASSED" says test.att '"result":"PASSED"'
exits "test-result: is no comparison to verify" 1 verify a.deb --attestation test.att \
    --key alice.pub
