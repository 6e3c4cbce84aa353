# shellcheck shell=bash disable=SC2154
# `tally digest` and coreutils' sha256sum read each other.

mkdir files
cp "$packages/one/$deb" files/package.deb
: >files/empty
echo space >'files/with a space'
echo star >'files/*star'
echo back >'files/back\slash'
echo newline >files/$'new\nline'
echo return >files/$'carriage\rreturn'
echo both >files/$'both\\and\n'
names=(files/*)

exits "digest: files" 0 digest "${names[@]}"
cp out ours
holds "digest: sha256sum -c takes it" sha256sum -c --strict --quiet ours
sha256sum -- "${names[@]}" >theirs
exits "digest: -c takes what sha256sum writes" 0 digest -c theirs
sha256sum -b -- "${names[@]}" >binary
exits "digest: -c takes what sha256sum -b writes" 0 digest -c binary
exits "digest: -c takes its own" 0 digest -c ours
holds "digest: the same digests" cmp <(cut -c 1-65 ours) <(cut -c 1-65 theirs)
holds "digest: one line per file" [ "$(wc -l <ours)" -eq "${#names[@]}" ]
holds "digest: a name with a line feed is escaped" grep -Fq 'new\nline' ours
holds "digest: such a line starts with a backslash" grep -q '^[\]' ours

exits "digest: standard input" 0 digest - <files/empty
holds "digest: of nothing" \
    grep -q '^e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' out

echo changed >>'files/with a space'
exits "digest: -c, a changed file" 1 digest -c ours
holds "digest: it is named" grep -q 'with a space' out err
rm files/empty
exits "digest: -c, a missing file" "1|2" digest -c ours
exits "digest: a missing file" 2 digest files/empty
exits "digest: -c, no such list" 2 digest -c absent
echo 'this is no list' >garbage
exits "digest: -c, a list without a digest" 2 digest -c garbage
: >nothing
exits "digest: -c, an empty list" 2 digest -c nothing
exits "digest: no arguments" 64 digest

unpack one tree
exits "digest: a folder" 0 digest tree
cp out before
find tree -exec touch -h -d @1 {} +
exits "digest: a folder with other times" 0 digest tree
holds "digest: times do not count" cmp before out
chmod a-x tree/libtally-sample-1.0/usr/bin/tally-sample
exits "digest: a folder with another mode" 0 digest tree
fails "digest: an execute bit counts" cmp before out

# Names on the command line are bytes, as they are everywhere else.
odd=$'latin-\xe9\xff.bin'
if (: >"$odd") 2>/dev/null; then
    printf 'odd\n' >"$odd"
    exits "digest: a name on the command line that is no UTF-8" 0 digest "$odd"
    cp out ours
    holds "digest: sha256sum -c takes such a name" sha256sum -c --quiet ours
    exits "digest: -c takes such a name" 0 digest -c ours
    exits "compare: names on the command line that are no UTF-8" 0 \
        compare "$odd" "$odd" --json $'report-\xff.json'
    holds "compare: a report under such a name" [ -s $'report-\xff.json' ]
    holds "compare: the name is escaped in the text" grep -Fq 'latin-\xe9\xff.bin' out
    exits "compare: a missing name that is no UTF-8" 2 compare $'absent-\xfe' "$odd"
    holds "compare: it is escaped in the error" grep -Fq 'absent-\xfe' err
else
    skip "digest: a name that is no UTF-8" "this file system refuses them"
fi
