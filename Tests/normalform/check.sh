#!/usr/bin/env bash
# Compares the normal forms that tally finds with those of the second implementation beside this.
#
#   Tests/normalform/check.sh [BINARY]   (default .build/debug/tally)
#
# Single files by `tally digest --normal`, under several profiles; trees, sets and a folder against
# an archive by the report of `tally compare`, which holds normal forms if the verdict is
# `equivalent`. What tally refuses has no normal form; that the other one finds one is no fault.
# VERBOSE=1 names these files.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
tally=$(realpath -- "${1:-$root/.build/debug/tally}")
[ -x "$tally" ] || {
    echo "normal forms: there is no $tally; run 'swift build' first" >&2
    exit 2
}
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
export LC_ALL=C.UTF-8 TZ=UTC
umask 022

agreed=0 failed=0 skipped=0 refused=0 lenient=0

fail() {
    failed=$((failed + 1))
    printf 'not ok %s\n' "$*"
}

# form FILE… -- [OPTION…]: every file by itself. tally ends with 4 if it refuses one of them.
form() {
    local paths=() code=0 said counts
    while [ "$1" != -- ]; do
        paths+=("$1")
        shift
    done
    shift
    "$tally" digest --normal --quiet "$@" --output "$work/lines" -- "${paths[@]}" \
        2>"$work/errors" || code=$?
    if [ "$code" -ne 0 ] && [ "$code" -ne 4 ]; then
        fail "digest --normal $*: exit code $code"
        head -3 "$work/errors"
        return
    fi
    said=$("$here/normal_form.py" --lines "$work/lines" -- "${paths[@]}") || true
    grep -v '^count ' <<<"$said" || true
    read -r -a counts <<<"$(grep '^count ' <<<"$said" || echo count 0 "${#paths[@]}" 0 0 0)"
    agreed=$((agreed + counts[1]))
    failed=$((failed + counts[2]))
    skipped=$((skipped + counts[3]))
    refused=$((refused + counts[4]))
    lenient=$((lenient + counts[5]))
}

# forms FILE…: under every profile.
forms() {
    local profile
    for profile in none archive packaging; do
        form "$@" -- --profile "$profile"
    done
}

# check NAME LEFT RIGHT [OPTION…]: both sides must be equivalent and have the forms found here.
check() {
    local name=$1 code=0 said
    shift
    "$tally" compare "$@" --accept equivalent --quiet --json "$work/report.json" || code=$?
    if [ "$code" -ne 0 ]; then
        fail "$name: not equivalent"
        return
    fi
    said=$("$here/normal_form.py" --report "$work/report.json") || code=$?
    case $code in
        0) agreed=$((agreed + 1)) ;;
        77)
            skipped=$((skipped + 1))
            echo "skipped $name: $said"
            ;;
        *) fail "$name"$'\n'"$said" ;;
    esac
}

# 1. The sample packages, by themselves and as trees.
packages=$root/Fixtures/packages
forms "$packages"/*/libtally-sample* "$packages"/one "$packages"/source
check "one and later, as trees" "$packages/one" "$packages/later"
check "later and two, as trees" "$packages/later" "$packages/two"

# 2. The hostile vectors, every file by itself.
mkdir "$work/hostile"
"$root/Fixtures/hostile/split.py" --all "$work/hostile"
forms "$work"/hostile/*

# 3. What the fixtures lack, made on the spot; all of it compressed again; and with bytes changed.
cd "$work"
"$here/samples.py" made
forms made/files/* made/files
# Other rules leave other records.
form made/files/* -- --profile none --allow gzip.compression --allow tar.encoding \
    --allow cpio.encoding --allow zip.streaming
form made/files/* -- --profile archive --allow tar.owner --allow cpio.owner --allow apk.signature
form made/files/* -- --profile none --allow png.time --allow mo.date --allow pyc.mtime \
    --allow manifest.date --allow javadoc.generator --allow rpm.buildtime
form made/files/* -- --profile packaging --allow pyc.mtime --allow rpm.signature --allow zip.owner
form made/packed/* -- --profile none
form made/mutants/* -- --profile none
form made/mutants/* -- --profile packaging

# 4. Sets: each of two differs from the other only in how what it lists is compressed.
for list in made/sets/one/*.list; do
    name=$(basename "$list")
    check "set: $name" "$list" "made/sets/two/$name"
    check "set: $name, few rules" "$list" "made/sets/two/$name" --profile none \
        --allow list.digests --allow gzip.compression
done

# 5. A folder against an archive, and trees in the full view.
mkdir folder plain
tar -xzf "$packages/one/libtally-sample-1.0.tar.gz" -C folder --no-same-owner
check "a folder and a .tar.gz" folder "$packages/one/libtally-sample-1.0.tar.gz"
# In a zip the target of a link is content, so a zip with links is no match for its folder.
python3 -m zipfile -e made/files/streamed.zip plain
check "a .zip and a folder" made/files/streamed.zip plain
cp -r made/sets/folder from-cpio
check "a folder and a .cpio" from-cpio made/sets/folder.cpio
cp -a folder other
gzip -n1 <made/files/gnu.tar >folder/packed.gz
gzip -n9 <made/files/gnu.tar >other/packed.gz
ln folder/packed.gz folder/second.gz
ln other/packed.gz other/second.gz
touch -r made/files/gnu.tar folder folder/packed.gz other other/packed.gz
check "trees, portable view" folder other
check "trees, full view" folder other --tree full

printf 'normal forms: %d agree, %d disagree, %d skipped; %d files refused by both, %d only by tally\n' \
    "$agreed" "$failed" "$skipped" "$refused" "$lenient"
[ "$failed" -eq 0 ]
