# shellcheck shell=bash disable=SC2154
# Bundles: made, added to, inspected, exported, and verified like what is in them.

readonly at=2026-01-01T12:00:00Z
same_packages
keys alice bob
mkdir evidence
for name in alice bob; do
    run attest same.json --key "$name.key" --output "evidence/$name.att" --time "$at"
done
printf 'not evidence\n' >evidence/README
printf '{}\n' >sbom.json
{
    policy_head 1 alice
    policy_key alice university rebuilder
    policy_key bob foundation rebuilder
    policy_agreement 2 alice bob
} >policy.toml
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
fits_schema "bundle: JSON fits its schema" out bundle-listing-v1.schema.json
for file in evidence/alice.att signed.policy; do
    exits "bundle: inspect $file as JSON" 0 bundle inspect "$file" --format json
    fits_schema "bundle: JSON of $file fits its schema" out bundle-listing-v1.schema.json
done

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

# Several versions in a bundle stand in the order of their digests. The newest is the one to sign.
sed 's/^version = 1$/version = 2/' policy.toml >v2.toml
run policy sign v2.toml --key alice.key --output v2.policy
sed 's/^version = 1$/version = 3/' policy.toml >v3.toml
run policy sign v3.toml --key alice.key --output v3.policy
for versions in "v2 v3" "signed v2" "signed v3" "signed v2 v3"; do
    files=()
    for version in $versions; do files+=("$version.policy"); done
    run bundle create "${files[@]}" evidence --output versions.bundle
    exits "bundle: sign the newest of $versions" 0 policy sign versions.bundle --key bob.key \
        --output more.policy
    holds "bundle: which is the last of $versions" \
        grep -q "acme version $(sed -n 's/^version = //p' "${versions##* }.toml"), 2 signatures" out
done
sed 's/^version = 1$/version = 3 # other/' policy.toml >fork.toml
run policy sign fork.toml --key alice.key --output fork.policy
run bundle create v3.policy fork.policy --output fork.bundle
exits "bundle: sign one of two of one version" 2 policy sign fork.bundle --key bob.key \
    --output no.policy
exits "bundle: sign a policy in a bundle without any" 2 policy sign one.bundle --key bob.key \
    --output no.policy
holds "bundle: nothing was signed" [ ! -e no.policy ]
