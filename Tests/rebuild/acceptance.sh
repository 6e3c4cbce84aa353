#!/usr/bin/env bash
# Rebuilds official Debian packages to their official bytes, and signs the outcome.
#
#   Tests/rebuild/acceptance.sh [BINARY [SOURCE…]]   (default .build/release/tally, all twelve)
#
# The .buildinfo files and official digests lie beside the project, in ../shared/rebuild; without them
# this says so and ends. Packages are fetched with apt into acceptance/, once; after that the network
# is cut, where the kernel allows it. As root it builds as a plain user.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

binary=$(realpath -- "${1:-.build/release/tally}")
shift $(($# > 0 ? 1 : 0))
readonly binary facts=../shared/rebuild
[ -d "$facts" ] || {
    echo "rebuild: skipped, there is no $facts"
    exit 0
}
mkdir -p acceptance
cache=$(realpath acceptance)/rebuild
readonly cache
mkdir -p "$cache/pool" "$cache/source" "$cache/official"

work=$(mktemp -d /var/tmp/rebuild-XXXXXX)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
passed=0 failed=0

# Fetching is the one thing that uses the network.
fetch() {
    local buildinfo=$1
    "$binary" pool fetch -q "$buildinfo" --pool "$cache/pool" --source "$cache/source"
}

# official NAME_VERSION_ARCH.deb: the official package, by apt, which checks the signed index.
official() {
    local file=$1 name rest
    name=${file%%_*}
    rest=${file#*_}
    [ -e "$cache/official/$file" ] ||
        (cd "$cache/official" && apt-get -qq -o APT::Sandbox::User=root download \
            "$name=${rest%_*}" 2>/dev/null) ||
        (cd "$cache/official" && apt-get -qq -o APT::Sandbox::User=root download "$name")
    # apt writes the colon of an epoch as %3a, and leaves the epoch in the name.
    find "$cache/official" -name "${name}_*%3a${rest}" -exec mv {} "$cache/official/$file" \; -quit
}

# sealed COMMAND…: without network, as a plain user.
sealed() {
    if [ "$(id -u)" -eq 0 ]; then
        unshare -n -- setpriv --reuid=65533 --regid=65533 --clear-groups "$@"
    elif unshare -rn true 2>/dev/null; then
        # In a namespace of its own the user would be root; the sandbox cuts the network anyway.
        "$@"
    else
        "$@"
    fi
}

note() {
    if [ "$1" = ok ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
    echo "$1 $2"
}

# rebuild SOURCE EXPECTED: EXPECTED is same or differs.
rebuild() {
    local source=$1 expected=$2 out=$work/$1 status=0 start seconds buildinfo clock=()
    # It takes the year from the clock; the official one was built in December 2022.
    [ "$source" != hello ] || clock=(--clock 2022-12-27T00:00:00Z)
    buildinfo=$(find "$facts" -name "${source}_*.buildinfo" | head -n 1)
    fetch "$buildinfo"
    while IFS=$'\t' read -r _ _ file _ _; do official "$file"; done \
        < <(awk -F'\t' -v s="$source" '$1 == s' "$facts/official.tsv")
    chmod -R a+rX "$cache"
    mkdir -p "$out"
    chmod 0777 "$out"
    start=$(date +%s.%N)
    sealed "$binary" rebuild -q "$buildinfo" --pool "$cache/pool" --source "$cache/source" \
        --against "$cache/official" --output "$out/sides" --json "$out/record.json" \
        "${clock[@]}" \
        --work "$work/tmp" --key "$work/keys/builder.key" --attestation "$out/comparison.json" \
        --provenance "$out/provenance.json" 2>"$out/errors" || status=$?
    seconds=$(echo "$(date +%s.%N) - $start" | bc)
    case $expected:$status in
        same:0 | differs:1) ;;
        *)
            note "not ok" "$source: exit $status after $seconds s"
            sed 's/^/  # /' "$out/errors" | tail -n 5
            return
            ;;
    esac
    check "$source" "$expected" "$out" || {
        note "not ok" "$source: see above"
        return
    }
    note ok "$source: $(
        [ "$expected" = same ] && echo "the official bytes" || echo "different, as expected"
    ), signed, ${seconds%.*} s"
}

# check SOURCE EXPECTED OUT: the digests are Debian's, and what was signed verifies.
check() {
    local source=$1 expected=$2 out=$3 file digest artifact
    while IFS=$'\t' read -r _ _ file digest _; do
        [ "$(sha256sum <"$out/sides/left/$file")" = "$digest  -" ] || {
            echo "  # $file on the left is not the official one"
            return 1
        }
        artifact=$out/sides/right/$file
        if [ "$expected" = same ]; then
            [ "$(sha256sum <"$artifact")" = "$digest  -" ] || {
                echo "  # $file was not rebuilt to the official bytes"
                return 1
            }
            "$binary" verify -q "$out/sides/left/$file" --attestation "$out/comparison.json" \
                --key "$work/keys/builder.pub" || {
                echo "  # the attestation of $file does not verify"
                return 1
            }
        fi
    done < <(awk -F'\t' -v s="$source" '$1 == s' "$facts/official.tsv")
    local files
    mapfile -t files < <(awk -F'\t' -v s="$source" '$1 == s { print $3 }' "$facts/official.tsv")
    [ "$expected" = same ] || Tests/rebuild/roots.py "$out/record.json" "${files[@]}"
}

mkdir -p "$work/keys" "$work/tmp"
"$binary" key generate -q --output "$work/keys/builder"
chmod 0644 "$work/keys/builder.key"
chmod 0755 "$work" "$work/keys"
chmod 1777 "$work/tmp"

sources=("$@")
[ ${#sources[@]} -gt 0 ] ||
    mapfile -t sources < <(cut -f1 "$facts/official.tsv" | tail -n +2 | sort -u)
for source in "${sources[@]}"; do
    if grep -q "^${source}	.*	differs$" "$facts/official.tsv"; then
        rebuild "$source" differs
    else
        rebuild "$source" same
    fi
done

# One byte of an official package is altered: it is caught, located, and signed as different.
altered() {
    local out=$work/altered status=0 buildinfo file
    buildinfo=$(find "$facts" -name "ucf_*.buildinfo")
    file=$(awk -F'\t' '$1 == "ucf" { print $3 }' "$facts/official.tsv")
    fetch "$buildinfo"
    official "$file"
    mkdir -p "$out/official"
    cp "$cache/official/$file" "$out/official/"
    python3 - "$out/official/$file" <<'PYTHON'
import sys
path = sys.argv[1]
data = bytearray(open(path, "rb").read())
data[70] ^= 1  # inside debian-binary, "2.0": a byte that every reader looks at
open(path, "wb").write(data)
PYTHON
    chmod -R a+rX "$cache" "$out"
    chmod 0777 "$out"
    sealed "$binary" rebuild -q "$buildinfo" --pool "$cache/pool" --source "$cache/source" \
        --against "$out/official" --output "$out/sides" --json "$out/record.json" \
        --work "$work/tmp" --key "$work/keys/builder.key" --attestation "$out/comparison.json" \
        2>"$out/errors" || status=$?
    if [ "$status" -eq 1 ] && grep -q 'attestation/different/v1' <(
        python3 -c 'import base64, json, sys
print(base64.b64decode(json.load(open(sys.argv[1]))["payload"]).decode())' "$out/comparison.json"
    ) && grep -q "\"debian-binary\"" "$out/record.json"; then
        note ok "ucf with one byte altered: different, located, signed"
    else
        note "not ok" "ucf with one byte altered: exit $status"
    fi
}
if [ $# -eq 0 ] || [ "$1" = ucf ]; then altered; fi

echo "rebuild: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
