# shellcheck shell=bash disable=SC2154
# The same inputs make the same bytes, whoever runs it where.

unpack one left-tree
unpack changed right-tree

# same NAME LEFT RIGHT: the report of a pair under everything that must not matter.
same() {
    local name=$1 left=$2 right=$3 folder
    folder=$(fresh)
    report() {
        local variant=$1 status=0
        shift
        "$@" "$left" "$right" --json "$folder/$variant.json" --text "$folder/$variant.txt" \
            --tolerated "$folder/$variant.jsonl" >/dev/null 2>"$work/err" || status=$?
        echo "exit $status" >>"$folder/$variant.txt"
        [ "$variant" = first ] && return
        for suffix in json txt jsonl; do
            holds "determinism: $name, $variant, $suffix" \
                cmp "$folder/first.$suffix" "$folder/$variant.$suffix"
        done
    }
    report first "$tally" compare
    report again "$tally" compare
    report locale-C env LC_ALL=C "$tally" compare
    report no-locale env -u LC_ALL "$tally" compare
    report odd-locale env LC_ALL=tr_TR.UTF-8 LANG=tr_TR.UTF-8 "$tally" compare
    report time-zone env TZ=Asia/Kathmandu "$tally" compare
    report no-home env -i "$tally" compare
    report one-job "$tally" compare --jobs 1
    report two-jobs "$tally" compare --jobs 2
    report many-jobs "$tally" compare --jobs 7
    report mask bash -c 'umask 077; exec "$@"' - "$tally" compare
    report terminal-width env COLUMNS=40 TERM=dumb "$tally" compare
    cd /
    report other-folder "$tally" compare
    cd "$work" || exit
}

same "package, packed later" "$packages/one/$deb" "$packages/later/$deb"
same "package, changed" "$packages/one/$deb" "$packages/changed/$deb"
same "zip file, changed" "$packages/one/$zipped" "$packages/changed/$zipped"
same "trees" "$work/left-tree" "$work/right-tree"
same "tree against archive" "$work/left-tree" "$packages/one/$tarball"

# The work folder is where large layers go, not something that a report depends on.
mkdir elsewhere
exits "determinism: --work" 1 compare "$packages/one/$deb" "$packages/changed/$deb" \
    --work elsewhere --json work.json
exits "determinism: no --work" 1 compare "$packages/one/$deb" "$packages/changed/$deb" \
    --json no-work.json
holds "determinism: --work changes nothing" cmp work.json no-work.json
holds "determinism: nothing is left in the work folder" rmdir elsewhere
