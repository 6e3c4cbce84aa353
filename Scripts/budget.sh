#!/usr/bin/env bash
# Prints the sizes that the house is measured by, and fails when a file is over 500 lines.
#
#   Scripts/budget.sh   from anywhere
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly file_limit=500 columns=100

# Of numbers on standard input: count, median and 95th percentile.
figures() {
    sort -n | awk '{ v[NR] = $1 } END {
        if (NR == 0) { print "none"; exit }
        printf "%d, median %d, p95 %d, longest %d\n",
            NR, v[int((NR + 1) / 2)], v[int(NR * 0.95 + 0.999999)], v[NR] }'
}

# The length of each function: from the line that opens it to the one whose brace closes it.
# Braces in strings and comments do not count; a requirement of a protocol has no body.
functions() {
    awk '
        FNR == 1 { inside = 0 }
        {
            code = $0
            gsub(/\\./, "", code); gsub(/"[^"]*"/, "", code); sub(/\/\/.*/, "", code)
        }
        !inside && code ~ /^[ \t]*([@a-z][A-Za-z()_: ]* )?(func |init[?!]?[(<])/ {
            inside = 1; depth = 0; seen = 0; start = FNR
        }
        inside {
            depth += gsub(/{/, "{", code) - gsub(/}/, "}", code)
            if (index(code, "{")) seen = 1
            if (seen && depth <= 0) { print FNR - start + 1; inside = 0 }
            else if (!seen && FNR > start + 12) inside = 0
        }' "$@"
}

status=0
for room in Sources Tests Benchmarks; do
    files=()
    if [ -d "$room" ]; then
        mapfile -d '' -t files < <(find "$room" -name .build -prune -o -type f \
            \( -name '*.swift' -o -name '*.c' -o -name '*.h' \) -print0 | sort -z)
    fi
    [ ${#files[@]} -gt 0 ] || continue
    # Functions and doc comments are counted in Swift only.
    mapfile -d '' -t swift < <(printf '%s\0' "${files[@]}" | grep -z '\.swift$' || true)
    [ ${#swift[@]} -gt 0 ] || continue

    echo "budget: $room: files $(for file in "${files[@]}"; do wc -l <"$file"; done | figures)"
    echo "budget: $room: functions $(functions "${swift[@]}" | figures)"
    cat -- "${swift[@]}" | awk -v room="$room" -v columns="$columns" '
        /^[ \t]*\/\/\// { docs++ }
        length > columns { wide++ }
        END { printf "budget: %s: doc share %d %%, lines over %d columns %d\n",
                  room, 100 * docs / NR, columns, wide }'
    for file in "${files[@]}"; do
        lines=$(wc -l <"$file")
        if [ "$lines" -gt "$file_limit" ]; then
            echo "budget: $file has $lines lines, the most is $file_limit; split it by topic" >&2
            status=1
        fi
    done
done
exit "$status"
