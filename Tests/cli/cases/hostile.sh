# shellcheck shell=bash disable=SC2154
# Every vector of Fixtures/hostile gets the verdict of its header. HostileTests turns the sides around.

codes() {
    case $1 in
        equivalent) echo 3 ;;
        different) echo 1 ;;
        inconclusive) echo 4 ;;
        not-accepted) echo '1|4' ;;
        open) echo '1|3|4' ;;
        *) echo "no verdict: $1" ;;
    esac
}

mkdir empty
before=$(ls -d /tmp/absolute /tmp/x ../escape 2>/dev/null || true)
cd empty || exit
while IFS=$'\t' read -r left right verdict profile reason; do
    options=()
    [ "$profile" = - ] || options=(--profile "$profile")
    expected=$(codes "$verdict")
    exits "hostile: $left, $verdict: $reason" "$expected" \
        compare "$hostile/$left" "$hostile/$right" "${options[@]}" --json "$work/pair.json"
    holds "hostile: $left, what is printed is fit for a terminal" is_clean "$work/out"
    holds "hostile: $left, so is the JSON report" is_clean "$work/pair.json"
    accepted=$expected
    [ "$verdict" = equivalent ] && accepted=0
    [ "$verdict" = open ] && accepted='0|1|4'
    exits "hostile: $left, with --accept equivalent" "$accepted" \
        compare "$hostile/$left" "$hostile/$right" "${options[@]}" --accept equivalent
    exits "hostile: $left, inspect does not fall over" "0|1|2|4" inspect "$hostile/$left"
done <"$hostile/expect.tsv"
cd "$work" || exit

holds "hostile: nothing is written where names lead" rmdir empty
holds "hostile: nor outside of it" \
    [ "$(ls -d /tmp/absolute /tmp/x ../escape 2>/dev/null || true)" = "$before" ]

# More depth than any stack has, and more bytes than any member should.
printf 'x' | gzip -n >deep0
for _ in {1..400}; do
    gzip -n <deep0 >deep1 && mv deep1 deep0
done
{ cat deep0; printf 'y' | gzip -n; } >deep1
exits "hostile: four hundred layers" "1|4" compare deep0 deep1
head -c 100000000 /dev/zero | gzip -n9 | gzip -n9 >bomb0
{ head -c 100000000 /dev/zero; echo; } | gzip -n9 | gzip -n9 >bomb1
status=0
(
    ulimit -v 4000000
    run compare bomb0 bomb1
    exit "$status"
) || status=$?
judge "hostile: a hundred million zeros, in a bounded address space" "1|4" "tally compare"
