#!/usr/bin/env bash
# Builds that reach for what was not declared fail, and say in one line what they tried.
#
#   Tests/rebuild/undeclared.sh [BINARY]     (default .build/debug/tally)
#
# Run by root, everything is tried as root and as a plain user.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
binary=$(realpath -- "${1:-.build/debug/tally}")
work=$(mktemp -d /var/tmp/undeclared-XXXXXX)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
Tests/rebuild/toolbox.sh "$work/usr" sh bash cat cp ls chmod true
cp "$binary" "$work/tally"
cp "$(type -P true)" "$work/tool"
echo secret >"$work/secret.txt"
"$work/tally" key generate -q --output "$work/builder"
chmod 0755 "$work"
chmod 0644 "$work/builder.key"

passed=0 failed=0
users=(me)
if [ "$(id -u)" -eq 0 ]; then users+=(nobody); fi

# as USER COMMAND…
as() {
    local user=$1
    shift
    if [ "$user" = nobody ]; then
        setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
    else
        "$@"
    fi
}

# check WHAT WANTED-STATUS WANTED-LINE COMMAND [OPTION…]: builds by that command, as each user. The text
# has to be in one line of what is said.
check() {
    local what=$1 wanted=$2 text=$3 command=$4 user folder status
    shift 4
    for user in "${users[@]}"; do
        folder=$work/$user
        rm -rf "$folder"
        mkdir -p "$folder/src" "$folder/tmp"
        echo source >"$folder/src/a"
        printf '%s\n' 'format = "tallystick/recipe/v1"' 'name = "reach"' \
            "commands = ['''$command''']" 'outputs = ["out"]' '[[source]]' 'tree = "src"' \
            '[[tool]]' "tree = \"$work/usr\"" 'at = "/usr"' >"$folder/tally.toml"
        chmod -R a+rX "$folder"
        chmod 1777 "$folder" "$folder/tmp"
        status=0
        (cd "$folder" && as "$user" "$work/tally" rebuild tally.toml --work tmp "$@") \
            >"$folder/said" 2>&1 || status=$?
        if [ "$status" -eq "$wanted" ] && grep -qF -- "$text" "$folder/said"; then
            passed=$((passed + 1))
            echo "ok      $what ($user): $(grep -F -m1 -- "$text" "$folder/said")"
        else
            failed=$((failed + 1))
            echo "FAILED  $what ($user): status $status, not $wanted, or no '$text' in:"
            tail -n 20 "$folder/said"
        fi
    done
}

check "an undeclared file is read" 5 \
    "it tried to open $work/secret.txt, which was not declared" "cat $work/secret.txt > out"
check "the same, watched" 5 \
    "it tried to open $work/secret.txt, which was not declared" "cat $work/secret.txt > out" --trace
check "a file of the system is read" 5 \
    "it tried to open /etc/shadow, which was not declared" "cat /etc/shadow > out"
check "an undeclared file is copied" 5 \
    "it tried to find $work/secret.txt, which was not declared" "cp $work/secret.txt out"
check "the signing key is read" 5 \
    "it tried to open $work/builder.key, which was not declared" "cat $work/builder.key > out" \
    --key "$work/builder.key" --attestation tmp/attestation.json --output tmp/sides
check "an undeclared program is started" 5 \
    "it tried to start $work/tool, which was not declared" "$work/tool; cp a out"
check "a file is read that the build may not read" 5 \
    "a, which it may not read" "chmod 0 a; cat a > out"
check "a socket is opened" 5 \
    "it asked for a network socket (IPv4) by bash" "bash -c ': < /dev/tcp/127.0.0.1/80'; cp a out"
check "a socket is opened, and the build does not mind" 5 \
    "the build asked for a network socket (IPv4) by bash" \
    "bash -c ': < /dev/tcp/127.0.0.1/80' || true; cp a out"
check "a read that the build does not mind is told of" 0 \
    "to open $work/secret.txt, which was not declared" \
    "cat $work/secret.txt || true; cp a out" --trace
check "a build that fails for itself blames no file" 5 \
    "ended with status 3" "exit 3"

if grep -q 'which was not declared' "$work"/*/said; then
    failed=$((failed + 1))
    echo "FAILED  a build that fails for itself was said to have tried something"
fi
printf 'undeclared: %d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
