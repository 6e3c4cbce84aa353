# shellcheck shell=bash disable=SC2154
# Every pair of Fixtures/special gets the verdict of its line, from both sides.

codes() {
    case $1 in
        equivalent) echo 3 ;;
        different) echo 1 ;;
        inconclusive) echo 4 ;;
        not-accepted) echo '1|4' ;;
        *) echo "no verdict: $1" ;;
    esac
}

mkdir empty
before=$(ls -d /tmp/absolute /tmp/x ../escape 2>/dev/null || true)
cd empty || exit
while IFS=$'\t' read -r left right verdict reason; do
    expected=$(codes "$verdict")
    exits "special: $left, $verdict: $reason" "$expected" \
        compare "$special/$left" "$special/$right" --json "$work/pair.json"
    holds "special: $left, what is printed is fit for a terminal" is_clean "$work/out"
    holds "special: $left, so is the JSON report" is_clean "$work/pair.json"
    accepted=$expected
    [ "$verdict" = equivalent ] && accepted=0
    exits "special: $left, with --accept equivalent" "$accepted" \
        compare "$special/$left" "$special/$right" --accept equivalent
    exits "special: $right against left" "$expected" compare "$special/$right" "$special/$left"
    exits "special: $left, against itself" 0 compare "$special/$left" "$special/$left"
    exits "special: $left, inspect does not fall over" "0|1|2|4" inspect "$special/$left"
done <"$special/expect.tsv"
cd "$work" || exit

holds "special: nothing is written where names lead" rmdir empty
holds "special: nor outside of it" \
    [ "$(ls -d /tmp/absolute /tmp/x ../escape 2>/dev/null || true)" = "$before" ]

# More depth than any stack has, and more bytes than any member should.
printf 'x' | gzip -n >deep0
for _ in {1..400}; do
    gzip -n <deep0 >deep1 && mv deep1 deep0
done
{ cat deep0; printf 'y' | gzip -n; } >deep1
exits "special: four hundred layers" "1|4" compare deep0 deep1
head -c 100000000 /dev/zero | gzip -n9 | gzip -n9 >bomb0
{ head -c 100000000 /dev/zero; echo; } | gzip -n9 | gzip -n9 >bomb1
status=0
(
    ulimit -v 4000000
    run compare bomb0 bomb1
    exit "$status"
) || status=$?
judge "special: a hundred million zeros, in a bounded address space" "1|4" "tally compare"
