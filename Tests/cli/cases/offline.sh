# shellcheck shell=bash disable=SC2034,SC2154
# Without any network, everything is as with one.

isolate=()
if unshare --net true 2>/dev/null; then
    isolate=(unshare --net)
elif unshare --user --map-root-user --net true 2>/dev/null; then
    isolate=(unshare --user --map-root-user --net)
fi

# offline NAME CODE ARGUMENTS…
offline() {
    local name=$1 expected=$2
    shift 2
    status=0
    timeout "$patience" "${isolate[@]}" "$tally" "$@" >out 2>err || status=$?
    judge "offline: $name" "$expected" "unshare --net tally $*"
}

if [ ${#isolate[@]} -eq 0 ]; then
    skip "offline" "no network namespace may be made here"
else
    cp "$packages/one/$deb" one.deb
    cp "$packages/two/$deb" two.deb
    cp "$packages/changed/$deb" changed.deb
    run key generate --output builder
    run compare one.deb changed.deb --json online.json
    run attest online.json --key builder.key --output online.att --time 2024-03-01T12:00:00Z

    offline "compare, different" 1 compare one.deb changed.deb --json offline.json
    holds "offline: the same report" cmp online.json offline.json
    offline "attest" 0 attest offline.json --key builder.key --output offline.att \
        --time 2024-03-01T12:00:00Z
    holds "offline: the same attestation" cmp online.att offline.att
    offline "verify, denied" 1 verify one.deb --attestation offline.att --key builder.pub
    offline "compare, identical" 0 compare one.deb two.deb --json same.json
    offline "attest, identical" 0 attest same.json --key builder.key --output same.att
    offline "verify" 0 verify one.deb --attestation same.att --key builder.pub
    offline "digest" 0 digest one.deb
fi
