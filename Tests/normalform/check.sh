#!/usr/bin/env bash
# Compares the normal forms that tally reports with those of the second implementation beside this.
#
#   Tests/normalform/check.sh [BINARY]   (default .build/debug/tally)
#
# A report holds normal forms only when the verdict is `equivalent`. A file that has no equivalent
# twin gets one: it is compressed by gzip at two levels, and the form of the whole covers that of
# the file. VERBOSE=1 names the files that have no normal form even so.
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

agreed=0 failed=0 skipped=0 formless=0

# check NAME LEFT RIGHT [OPTION…]: both sides must be equivalent and have the forms found here.
check() {
    local status=0
    examine "$@" || status=$?
    if [ "$status" -eq 3 ]; then
        failed=$((failed + 1))
        echo "not ok $1: not equivalent"
    fi
}

# examine NAME LEFT RIGHT [OPTION…]: the same, but returns 3 if the two are not equivalent.
examine() {
    local name=$1 code=0 said
    shift
    "$tally" compare "$@" --accept equivalent --quiet --json "$work/report.json" || code=$?
    [ "$code" -eq 0 ] || return 3
    said=$("$here/normal_form.py" --report "$work/report.json") || code=$?
    case $code in
        0) agreed=$((agreed + 1)) ;;
        77)
            skipped=$((skipped + 1))
            echo "skipped $name: $said"
            ;;
        *)
            failed=$((failed + 1))
            printf 'not ok %s\n%s\n' "$name" "$said"
            ;;
    esac
}

# wrapped NAME FILE [OPTION…]: the form of one file, inside a gzip of its own. Nothing is said of a
# file that tally finds malformed or ambiguous: it has no normal form.
wrapped() {
    local name=$1 file=$2
    shift 2
    gzip -n1 <"$file" >"$work/left.gz"
    gzip -n9 <"$file" >"$work/right.gz"
    if ! examine "$name" "$work/left.gz" "$work/right.gz" "$@"; then
        formless=$((formless + 1))
        [ -z "${VERBOSE:-}" ] || echo "no form: $name"
    fi
}

# 1. The sample packages, each by itself, and those that are equivalent.
packages=$root/Fixtures/packages
for file in "$packages"/*/libtally-sample*; do
    wrapped "${file#"$root"/}" "$file"
done
for file in "$packages"/later/libtally-sample*; do
    name=$(basename "$file")
    check "one and later: $name" "$packages/one/$name" "$file"
    check "two and later: $name" "$packages/two/$name" "$file"
done
check "one and later, as trees" "$packages/one" "$packages/later"
check "later and two, as trees" "$packages/later" "$packages/two"

# 2. The hostile vectors: the benign ones, and every file by itself.
hostile=$work/hostile
mkdir "$hostile"
"$root/Fixtures/hostile/split.py" --all "$hostile"
while IFS=$'\t' read -r left right verdict profile _; do
    [ "$profile" = - ] || continue
    if [ "$verdict" = equivalent ]; then
        check "hostile: $left" "$hostile/$left" "$hostile/$right"
    fi
    wrapped "hostile: $left, by itself" "$hostile/$left"
    wrapped "hostile: $right, by itself" "$hostile/$right"
done <"$hostile/expect.tsv"

# 3. What the fixtures lack, as the programs of this machine write it.
cd "$work"
"$here/samples.py" made
for file in made/*; do
    wrapped "made: ${file##*/}" "$file"
    # Other rules leave other records.
    wrapped "made: ${file##*/}, few rules" "$file" --profile none --allow gzip.compression
    wrapped "made: ${file##*/}, one rule more" "$file" --allow tar.owner
done

# 4. A folder against an archive, and trees in the full view.
mkdir folder
tar -xzf "$packages/one/libtally-sample-1.0.tar.gz" -C folder --no-same-owner
check "a folder and a .tar.gz" folder "$packages/one/libtally-sample-1.0.tar.gz"
# In a zip the target of a link is content, so a zip with links is no match for its folder.
mkdir plain
python3 -m zipfile -e made/streamed.zip plain
check "a .zip and a folder" made/streamed.zip plain
cp -a folder other
gzip -n1 <made/gnu.tar >folder/packed.gz
gzip -n9 <made/gnu.tar >other/packed.gz
ln folder/packed.gz folder/second.gz
ln other/packed.gz other/second.gz
touch -r made/gnu.tar folder folder/packed.gz other other/packed.gz
check "trees, portable view" folder other
check "trees, full view" folder other --tree full

printf 'normal forms: %d agree, %d disagree, %d skipped; %d comparisons had none\n' \
    "$agreed" "$failed" "$skipped" "$formless"
[ "$failed" -eq 0 ]
