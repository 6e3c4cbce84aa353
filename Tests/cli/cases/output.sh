# shellcheck shell=bash disable=SC2154
# Where output goes, and what is left behind when it cannot go there.

one=$packages/one/$deb
changed=$packages/changed/$deb

# piped NAME CODES ARGUMENTS…: into a pipe whose reader is gone before a byte is written.
piped() {
    local name=$1 expected=$2
    shift 2
    { sleep 0.2; status=0; timeout "$patience" "$tally" "$@" 2>"$work/err" || status=$?
        echo "$status" >"$work/status"; } | true
    status=$(cat "$work/status")
    judge "$name" "$expected" "tally $* | true"
}

piped "output: the reader is gone" 2 compare "$one" "$changed"
holds "output: one line says so" [ "$(wc -l <"$work/err")" -le 1 ]
piped "output: the reader of an identical verdict is gone" 2 compare "$one" "$one"
piped "output: the reader of a digest is gone" 2 digest "$one"
piped "output: with --quiet nobody needs a reader" "1|2" compare "$one" "$changed" --quiet

status=0
"$tally" compare "$one" "$changed" >&- 2>"$work/err" || status=$?
judge "output: closed standard output" 2 "tally compare >&-"
# A file opened now would get the number of standard output: the report must not run into it.
status=0
"$tally" compare "$one" "$changed" --json closed.json >&- 2>"$work/err" || status=$?
judge "output: closed standard output, and a file" 2 "tally compare --json closed.json >&-"
fails "output: the file is no mixture" grep -q '^different' closed.json
status=0
"$tally" compare "$one" "$changed" >"$work/out" 2>&- || status=$?
judge "output: closed standard error" 1 "tally compare 2>&-"

if [ -c /dev/full ]; then
    exits "output: --output /dev/full" 2 compare "$one" "$changed" --output /dev/full
    status=0
    "$tally" compare "$one" "$changed" >/dev/full 2>"$work/err" || status=$?
    judge "output: standard output is full" 2 "tally compare >/dev/full"
    exits "output: --json /dev/full" 2 compare "$one" "$changed" --json /dev/full
    # Writing beside and renaming must not put a file in the place of a device.
    holds "output: /dev/full is still a device" [ -c /dev/full ]
else
    skip "output: /dev/full" "there is none here"
fi

mkdir files
exits "output: --json, --text and --output at once" 1 compare "$one" "$changed" \
    --json files/a.json --text files/b.txt --output files/c.txt
holds "output: three files, and no other" [ "$(cd files && echo *)" = "a.json b.txt c.txt" ]
holds "output: --text and --output say the same" cmp files/b.txt files/c.txt
holds "output: --output leaves standard output empty" [ ! -s "$work/out" ]
holds "output: the JSON file ends with a line feed" [ -z "$(tail -c 1 files/a.json)" ]
exits "output: --format json is what --json writes" 1 compare "$one" "$changed" --format json
holds "output: byte for byte" cmp "$work/out" files/a.json

exits "output: a folder that does not exist" 2 \
    compare "$one" "$changed" --json "$work/absent/report.json"
holds "output: the error names it" grep -q absent "$work/err"
mkdir folder
exits "output: a folder in the file's place" 2 compare "$one" "$changed" --json folder
holds "output: it stays an empty folder" rmdir folder

# A run that fails leaves what was there, and nothing beside it.
mkdir kept
echo old >kept/report.json
exits "output: no verdict, no report" 2 compare "$one" "$work/absent" --json kept/report.json
holds "output: the old report is still there" [ "$(cat kept/report.json)" = old ]
holds "output: nothing lies beside it" [ "$(ls -A kept)" = report.json ]
exits "output: a verdict replaces it" 1 compare "$one" "$changed" --json kept/report.json
holds "output: with a report" has_verdict kept/report.json different
holds "output: and leaves nothing beside it" [ "$(ls -A kept)" = report.json ]

# A disk that is really full, where this user may mount one.
full_disk() {
    mount -t tmpfs -o size=64k tmpfs "$1" || return 77
    dd if=/dev/zero of="$1/ballast" bs=4k 2>/dev/null || true
    status=0
    "$tally" compare "$2" "$3" --json "$1/report.json" --output "$1/report.txt" \
        2>"$1/../full.err" || status=$?
    echo "$status" >"$1/../full.status"
    ls -A "$1" >"$1/../full.left"
}
mkdir disk
export tally
export -f full_disk
if unshare --user --map-root-user --mount bash -c 'full_disk "$@"' - \
    "$work/disk" "$one" "$changed" 2>/dev/null ||
    { [ "$(id -u)" -eq 0 ] && unshare --mount bash -c 'full_disk "$@"' - \
        "$work/disk" "$one" "$changed" 2>/dev/null; }; then
    status=$(cat full.status)
    cp full.err err
    judge "output: a full disk" 2 "tally compare --json on a full disk"
    holds "output: a full disk is one line" [ "$(wc -l <full.err)" -eq 1 ]
    holds "output: nothing is left on the full disk" [ "$(cat full.left)" = ballast ]
else
    skip "output: a full disk" "no file system may be mounted here"
fi
