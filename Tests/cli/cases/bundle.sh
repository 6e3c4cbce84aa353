# shellcheck shell=bash disable=SC2154
# Bundles: made, added to, inspected, exported, and verified like what is in them.

readonly at=2026-01-01T12:00:00Z
cp "$packages/one/$deb" a.deb
cp "$packages/two/$deb" b.deb
for name in alice bob; do "$tally" key generate --output "$name" --quiet; done
run compare a.deb b.deb --json same.json
mkdir evidence
for name in alice bob; do
    run attest same.json --key "$name.key" --output "evidence/$name.att" --time "$at"
done
printf 'not evidence\n' >evidence/README
printf '{}\n' >sbom.json
cat >policy.toml <<END
format = "tallystick/policy/v1"
name = "acme"
version = 1
expires = 2027-01-01T00:00:00Z
[root]
keys = ["alice"]
threshold = 1
[key.alice]
public = """
$(cat alice.pub)
"""
operator = "university"
roles = ["rebuilder"]
[key.bob]
public = """
$(cat bob.pub)
"""
operator = "foundation"
roles = ["rebuilder"]
[group.rebuilders]
keys = ["alice", "bob"]
[[agreement]]
group = "rebuilders"
threshold = 2
END
run policy sign policy.toml --key alice.key --output signed.policy

exits "bundle: create" 0 bundle create evidence signed.policy --public-key alice.pub \
    --reference application/spdx+json=sbom.json --output stick.bundle
holds "bundle: names what is left out" grep -qx 'evidence/README: nothing for a bundle; left out' out
holds "bundle: counts" grep -q '3 envelopes, 1 public key, 1 reference' out
exits "bundle: from files in another order" 0 bundle create signed.policy evidence/bob.att \
    evidence/alice.att --public-key alice.pub --reference application/spdx+json=sbom.json \
    --output again.bundle
holds "bundle: is the same file" cmp stick.bundle again.bundle
exits "bundle: add" 0 bundle add again.bundle evidence/alice.att stick.bundle
holds "bundle: nothing is there twice" cmp stick.bundle again.bundle

exits "bundle: inspect" 0 bundle inspect stick.bundle
holds "bundle: says that nothing was verified" grep -q 'nothing of it was verified' out
holds "bundle: is clean" is_clean out
exits "bundle: inspect as JSON" 0 bundle inspect stick.bundle --format json
holds "bundle: says so too" grep -Eq '"verified": ?false' out

exits "bundle: one file verifies" 0 verify a.deb --attestation stick.bundle \
    --policy stick.bundle --policy-key alice.pub --at 2026-01-02T00:00:00Z
exits "bundle: its own policy is trusted by nobody" "1|3" verify a.deb --attestation stick.bundle \
    --policy stick.bundle --policy-key bob.pub --at 2026-01-02T00:00:00Z
exits "bundle: of one of two" 0 bundle create evidence/alice.att --output one.bundle
exits "bundle: is not enough" 1 verify a.deb --attestation one.bundle \
    --policy stick.bundle --policy-key alice.pub --at 2026-01-02T00:00:00Z
exits "bundle: by a key" 0 verify a.deb --attestation stick.bundle --key alice.pub \
    --at 2026-01-02T00:00:00Z
exits "bundle: without a policy in it" 2 verify a.deb --attestation stick.bundle \
    --policy one.bundle --policy-key alice.pub

for form in jsonl sigstore; do
    exits "bundle: export as $form" 0 bundle export stick.bundle --as "$form" --output "out.$form"
    holds "bundle: $form has one line for each" [ "$(wc -l <"out.$form")" -eq 2 ]
    exits "bundle: $form verifies" 0 verify a.deb --attestation "out.$form" \
        --policy signed.policy --policy-key alice.pub --at 2026-01-02T00:00:00Z
    exits "bundle: $form goes back" 0 bundle create "out.$form" signed.policy \
        --public-key alice.pub --reference application/spdx+json=sbom.json --output back.bundle
    holds "bundle: $form is as it was" cmp stick.bundle back.bundle
done

exits "bundle: what is none" 2 bundle create sbom.json --output no.bundle
exits "bundle: what is not there" 2 bundle create nowhere --output no.bundle
exits "bundle: nothing" 64 bundle create --output no.bundle
exits "bundle: a reference without a type" 64 bundle create --reference sbom.json --output no.bundle
holds "bundle: failures write nothing" [ ! -e no.bundle ]
