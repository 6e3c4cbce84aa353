#!/usr/bin/env bash
# Feeds every dissector, the comparison and the readers of texts and keys with hostile bytes: libFuzzer, with
# the address sanitizer.
#
#   Tests/fuzz/run.sh [SECONDS [TARGET…]]   (default 10 seconds each, all targets)
#
# Prints a line per target; an input that breaks a promise is kept in .build/fuzz/found/ and named.
# What was learned is kept in .build/fuzz/corpus/ and grows from run to run. Try a kept input again:
#   .build/fuzz/release/fuzz --target=TARGET FILE
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
readonly scratch=.build/fuzz seconds=${1:-10} longest=65536 patience=10
shift $(($# > 0 ? 1 : 0))

# Nothing of Swift's may catch the crash before the fuzzer does. The runtime keeps what it never
# frees, so leaks are not looked for; memory is bounded by the limit on the resident set.
export SWIFT_BACKTRACE=enable=no
export ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1:quarantine_size_mb=32

mkdir -p "$scratch"
# SwiftPM takes one sanitizer for both when they are named apart, and then loses the coverage.
TALLY_FUZZ=1 swift build -c release --scratch-path "$scratch" --product fuzz \
    --sanitize fuzzer -Xswiftc -sanitize=address,fuzzer >"$scratch.log" 2>&1 || {
    grep -E 'error' "$scratch.log" || tail -n 20 "$scratch.log"
    exit 2
}
readonly fuzz=$scratch/release/fuzz

targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
    mapfile -t targets < <("$fuzz" --list)
fi
mkdir -p "$scratch/found"

# run TARGET SECONDS: one process; it ends with the first input that breaks a promise.
run() {
    timeout -k 10 $(($2 + 120)) "$fuzz" --target="$1" -artifact_prefix="$found/" \
        -max_total_time="$2" -timeout="$patience" -rss_limit_mb=2048 -max_len="$longest" \
        -print_final_stats=1 -detect_leaks=0 "$corpus" >"$log" 2>&1
}

# figure NAME: a number of the fuzzer's own statistics.
figure() {
    sed -nE "s/^stat::$1: *([0-9]+)$/\1/p" "$log" | tail -n 1
}

status=0
printf '%-10s %12s %9s %8s %7s %12s %7s\n' \
    target executions crashes hangs 'over' 'peak RSS/MB' seconds
for target in "${targets[@]}"; do
    corpus=$scratch/corpus/$target found=$scratch/found/$target log=$scratch/$target.log
    mkdir -p "$corpus" "$found"
    rm -f "$found"/*
    "$fuzz" --target="$target" --seeds="$corpus" Fixtures/packages/*/* || exit
    executions=0 crashes=0 hangs=0 over=0 peak=0 began=$(date +%s) spent=0
    # After a find it goes on, with what is left of the time, for a few more.
    while left=$((seconds - spent)) && [ "$left" -gt 0 ] && [ $((crashes + hangs + over)) -lt 5 ]; do
        code=0
        run "$target" "$left" || code=$?
        spent=$(($(date +%s) - began))
        executions=$((executions + $(figure number_of_executed_units || echo 0)))
        memory=$(figure peak_rss_mb)
        [ "${memory:-0}" -le "$peak" ] || peak=$memory
        case $code in
            0) ;;
            70 | 124 | 137) hangs=$((hangs + 1)) ;;
            71) over=$((over + 1)) ;;
            *) crashes=$((crashes + 1)) ;;
        esac
        [ "$code" -eq 0 ] || {
            status=1
            grep -E -m 3 'Fatal error|Swift runtime failure|ERROR: ' "$log" | cut -c 1-200 | sed 's/^/  # /'
        }
    done
    printf '%-10s %12d %9d %8d %7d %12d %7d\n' \
        "$target" "$executions" "$crashes" "$hangs" "$over" "$peak" "$spent"
    find "$found" -type f -printf '  # kept: %p\n'
done
exit "$status"
