#!/usr/bin/env bash
# End-to-end tests of the command line: exit codes, files, what is printed.
#
#   Tests/cli/run.sh [BINARY [TOPIC…]]   (default .build/debug/tally, and every file in cases/)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
here=$PWD
root=$(cd ../.. && pwd)

binary=${1:-$root/.build/debug/tally}
case $binary in
    /*) tally=$binary ;;
    *) tally=$root/$binary ;;
esac
[ -x "$tally" ] || {
    echo "cli: there is no $binary; run 'swift build' first" >&2
    exit 2
}
shift $(($# > 0 ? 1 : 0))
packages=$root/Fixtures/packages
# shellcheck disable=SC2034 # the cases use them
readonly tally packages

# Nothing of the caller's surroundings may decide a test; a case sets what it is about.
unset LC_ALL LC_CTYPE LANG LANGUAGE TZ NO_COLOR COLUMNS
export LC_ALL=C.UTF-8 TZ=UTC
umask 022

everything=$(mktemp -d)
trap 'chmod -R u+w "$everything"; rm -rf "$everything"' EXIT

hostile=$everything/hostile.files
mkdir "$hostile"
"$root/Fixtures/hostile/split.py" --all "$hostile"
readonly hostile

# shellcheck source=Tests/cli/lib.sh
source "$here/lib.sh"

topics=("$@")
if [ ${#topics[@]} -eq 0 ]; then
    for file in "$here"/cases/*.sh; do
        topics+=("$(basename "$file" .sh)")
    done
fi

for topic in "${topics[@]}"; do
    [ -r "$here/cases/$topic.sh" ] || {
        echo "cli: there is no cases/$topic.sh" >&2
        exit 64
    }
    work=$everything/$topic
    mkdir "$work"
    cd "$work"
    # shellcheck source=/dev/null
    source "$here/cases/$topic.sh"
done

# shellcheck disable=SC2154 # lib.sh counts
printf 'cli: %d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ]
