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
    # The longest first, so that nothing waits for it in the end.
    topics=(hostile)
    for file in "$here"/cases/*.sh; do
        topic=$(basename "$file" .sh)
        [ "$topic" = hostile ] || topics+=("$topic")
    done
fi

for topic in "${topics[@]}"; do
    [ -r "$here/cases/$topic.sh" ] || {
        echo "cli: there is no cases/$topic.sh" >&2
        exit 64
    }
done

# One topic, in a folder of its own; its counts are left beside it.
run_topic() {
    work=$everything/$1
    mkdir "$work"
    cd "$work"
    # shellcheck source=/dev/null
    source "$here/cases/$1.sh"
    echo "$passed $failed $skipped" >"$everything/$1.counts"
}

# As many at once as there are processors; what they print comes in their order.
for topic in "${topics[@]}"; do
    while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n || true; done
    (run_topic "$topic") >"$everything/$topic.printed" 2>&1 &
done
wait || true
total=(0 0 0)
for topic in "${topics[@]}"; do
    cat "$everything/$topic.printed"
    if [ -e "$everything/$topic.counts" ]; then
        read -r -a counts <"$everything/$topic.counts"
    else
        echo "not ok $topic: ended before its last case"
        counts=(0 1 0)
    fi
    for i in 0 1 2; do total[i]=$((total[i] + counts[i])); done
done

printf 'cli: %d passed, %d failed, %d skipped\n' "${total[@]}"
[ "${total[1]}" -eq 0 ]
