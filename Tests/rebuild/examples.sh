#!/usr/bin/env bash
# Locks and rebuilds every example recipe: each has to come out identical under varied conditions.
#
#   Tests/rebuild/examples.sh [BINARY [EXAMPLE…]]     (default .build/release/tally, and all of them)
#
# Gigabytes are hashed: a debug binary takes TALLY_SHA256=libcrypto, whose code is as fast as ever.
#
# What an example builds with is installed by Docs/examples/rebuild/setup.sh. One whose tools are not
# here is skipped, and counted; TALLY_EXAMPLES=all makes that a failure.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
binary=$(realpath -- "${1:-.build/release/tally}")
[ -x "$binary" ] || {
    echo "examples: there is no $binary; run 'make build' first" >&2
    exit 2
}
shift $(($# > 0 ? 1 : 0))
examples=$PWD/Docs/examples/rebuild

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Whether what an example builds with is here.
has_tools() {
    case $1 in
        c-make) command -v make cc ;;
        c-cmake) command -v cmake make c++ ;;
        python-wheel) /usr/bin/python3 -c 'import setuptools, wheel' ;;
        java-jar) command -v javac jar && [ -d /etc/java-17-openjdk ] ;;
        swift-package) [ -x /opt/swift/usr/bin/swift ] ;;
        debian-source) compgen -G "$examples/debian-source/pool/*.deb" ;;
        *) true ;;
    esac >/dev/null 2>&1
}

names=("$@")
if [ ${#names[@]} -eq 0 ]; then
    for folder in "$examples"/*/; do names+=("$(basename "$folder")"); done
fi

passed=0 failed=0 skipped=0

# run NAME WHAT WANTED-STATUS COMMAND…
run() {
    local name=$1 what=$2 wanted=$3 status=0 start=$SECONDS
    shift 3
    "$@" >"$work/said" 2>&1 || status=$?
    if [ "$status" -eq "$wanted" ]; then
        passed=$((passed + 1))
        echo "ok      $name: $what ($((SECONDS - start)) s)"
    else
        failed=$((failed + 1))
        echo "FAILED  $name: $what ended with $status, not $wanted"
        sed -e 's/^/        /' "$work/said" | tail -n 40
    fi
}

for name in "${names[@]}"; do
    recipe=$examples/$name/tally.toml
    [ -r "$recipe" ] || {
        echo "examples: there is no $name" >&2
        exit 64
    }
    if ! has_tools "$name"; then
        skipped=$((skipped + 1))
        echo "skipped $name: its tools are not here; see Docs/examples/rebuild/setup.sh"
        continue
    fi
    lock=$work/$name.lock
    run "$name" "is locked" 0 "$binary" lock "$recipe" -o "$lock"
    run "$name" "is rebuilt, identically" 0 \
        "$binary" rebuild "$recipe" --lock "$lock" --log "$work/log"
    rm -f "$lock.files"
done

# What the lock does not have is refused, and named.
copy=$work/copy
cp -r "$examples/c-make" "$copy"
run refusal "is locked" 0 "$binary" lock "$copy/tally.toml"
run refusal "the lock holds" 0 "$binary" lock --check "$copy/tally.toml"
touch "$copy/src/extra.c"
run refusal "an extra file is refused" 6 "$binary" rebuild "$copy/tally.toml"
grep -q 'source "src" is different: extra.c is extra' "$work/said" || {
    failed=$((failed + 1))
    echo "FAILED  refusal: the extra file is not named"
}
run refusal "the lock does not hold" 1 "$binary" lock --check "$copy/tally.toml"

printf 'examples: %d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ]
[ "$skipped" -eq 0 ] || [ "${TALLY_EXAMPLES:-}" != all ]
