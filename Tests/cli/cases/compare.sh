# shellcheck shell=bash disable=SC2154
# Verdicts and exit codes of `tally compare`.

for package in "$deb" "$tarball" "$zipped"; do
    one=$packages/one/$package
    exits "compare: $package, two builds are identical" 0 compare "$one" "$packages/two/$package"
    exits "compare: $package, the same file is identical" 0 compare "$one" "$one"
    exits "compare: $package, packed later is equivalent" 3 \
        compare "$one" "$packages/later/$package"
    holds "compare: $package, people read NOT IDENTICAL" grep -q 'NOT IDENTICAL' "$work/out"
    exits "compare: $package, equivalent can be accepted" 0 \
        compare "$one" "$packages/later/$package" --accept equivalent
    exits "compare: $package, and the other way round" 3 \
        compare "$packages/later/$package" "$one"
    exits "compare: $package, profile none tolerates nothing" 1 \
        compare "$one" "$packages/later/$package" --profile none
    exits "compare: $package, a changed function is different" 1 \
        compare "$one" "$packages/changed/$package" --json "$work/$package.json"
    holds "compare: $package, the report says so" has_verdict "$work/$package.json" different
    holds "compare: $package, the changed library is named" \
        grep -q 'libtallysample.so.1.0' "$work/out"
    holds "compare: $package, the changed line is shown" \
        grep -q 'unless the foil is empty' "$work/out"
    exits "compare: $package, --accept equivalent does not accept different" 1 \
        compare "$one" "$packages/changed/$package" --accept equivalent
done

one=$packages/one/$deb
exits "compare: other formats of the same files are different" 1 \
    compare "$packages/one/$tarball" "$packages/one/$zipped"
exits "compare: wrong checksums on both sides are inconclusive" 4 \
    compare "$hostile/gzip-crc-both-left.gz" "$hostile/gzip-crc-both-right.gz" --json "$work/4.json"
holds "compare: inconclusive, the report says so" has_verdict "$work/4.json" inconclusive
exits "compare: inconclusive is not accepted as equivalent" 4 \
    compare "$hostile/gzip-crc-both-left.gz" "$hostile/gzip-crc-both-right.gz" --accept equivalent

exits "compare: a package's owners are tolerated only when named" 1 \
    compare "$hostile/deb-owner-left.deb" "$hostile/deb-owner-right.deb"
exits "compare: --allow tar.owner names them" 3 compare \
    "$hostile/deb-owner-left.deb" "$hostile/deb-owner-right.deb" --allow tar.owner

exits "compare: a missing left path" 2 compare "$work/absent" "$one"
holds "compare: a missing path is one line" [ "$(wc -l <"$work/err")" -eq 1 ]
holds "compare: a missing path is named" grep -q absent "$work/err"
exits "compare: a missing right path" 2 compare "$one" "$work/absent"
exits "compare: no arguments" 64 compare
exits "compare: one argument" 64 compare "$one"
exits "compare: three arguments" 64 compare "$one" "$one" "$one"
exits "compare: an unknown option" 64 compare "$one" "$one" --no-such-option
exits "compare: an unknown profile" 64 compare "$one" "$one" --profile no-such-profile
exits "compare: an unknown rule" 64 compare "$one" "$one" --allow no.such-rule
exits "an unknown command" 64 no-such-command
exits "--version" 0 --version
exits "--help" 0 --help

# Standard input.
exits "compare: - reads the left side" 0 compare - "$one" <"$packages/two/$deb"
exits "compare: - reads the right side" 1 compare "$one" - <"$packages/changed/$deb"
exits "compare: - twice" 64 compare - - </dev/null
exits "compare: closed standard input" 2 compare - "$one" <&-

# Nothing but the report, unless there is trouble.
exits "compare: --quiet keeps the exit code" 1 compare "$one" "$packages/changed/$deb" --quiet
holds "compare: --quiet says nothing on standard error" [ ! -s "$work/err" ]
exits "compare: --format json" 1 compare "$one" "$packages/changed/$deb" --format json
holds "compare: --format json names the schema" grep -q 'tallystick/report/v1' "$work/out"
holds "compare: no progress in a pipe" [ ! -s "$work/err" ]

# A small spool is a limit reached, and never a match.
exits "compare: a spool that is too small is inconclusive" "1|4" \
    compare - "$packages/later/$deb" --spool 16 <"$one"
exits "compare: a depth that is too small is inconclusive" "1|4" \
    compare "$one" "$packages/later/$deb" --max-depth 1
exits "compare: --no-digest" 1 \
    compare "$one" "$packages/changed/$deb" --no-digest --json "$work/none.json"
holds "compare: --no-digest leaves sha256 null" grep -Eq '"sha256": ?null' "$work/none.json"

# Every limit has an option, and the answer names it.
limit() {
    exits "compare: --max-$1" 4 compare "${@:3}" "--max-$1" "$2"
    holds "compare: --max-$1 is named" grep -q -e "--max-$1" "$work/out"
}
limit depth 1 "$one" "$packages/later/$deb"
limit members 2 "$one" "$packages/later/$deb"
limit name 3 "$one" "$packages/later/$deb"
limit expanded 100 "$one" "$packages/later/$deb"
exits "compare: --max-findings" 1 compare "$one" "$packages/changed/$deb" --max-findings 1
holds "compare: --max-findings counts the rest" grep -q 'more difference' "$work/out"
exits "compare: a limit of nothing" 64 compare "$one" "$one" --max-name 0
