# shellcheck shell=bash disable=SC2154
# Trees, and trees against archives.

unpack one left
unpack one same
find same -exec touch -h -d @1 {} +
exits "trees: other times are identical in the portable view" 0 compare left same
exits "trees: other times count in the full view" 1 compare left same --tree full

cp -a left more && mkdir more/empty
exits "trees: an empty folder more" 1 compare left more
holds "trees: the empty folder is named" grep -q empty "$work/out"
exits "trees: what is left out is never identical" 3 compare left more --exclude 'empty'
run compare left more --exclude 'empty' --json excluded.json
exits "trees: what is left out can be attested" 0 key generate --output excluded
exits "trees: and the attestation is made" 0 \
    attest excluded.json --key excluded.key --output excluded.att --trust-report
exits "trees: and can be accepted" 0 compare left more --exclude 'empty' --accept equivalent

cp -a left mode && chmod a-x mode/libtally-sample-1.0/usr/bin/tally-sample
exits "trees: an execute bit" 1 compare left mode
cp -a left writable && chmod g+w writable/libtally-sample-1.0/usr/bin/tally-sample
exits "trees: another mode bit does not count in the portable view" 0 compare left writable
exits "trees: another mode bit counts in the full view" 1 compare left writable --tree full
cp -a left setuid && chmod u+s setuid/libtally-sample-1.0/usr/bin/tally-sample
exits "trees: a setuid bit" 1 compare left setuid
cp -a left link
ln -sfn elsewhere link/libtally-sample-1.0/usr/lib/x86_64-linux-gnu/libtallysample.so.1
exits "trees: the target of a link" 1 compare left link
exits "trees: a file against a folder" "1|4" compare left "$packages/README.md"

exits "trees: against its archive, at best equivalent" 3 compare left "$packages/one/$tarball"
holds "trees: by the rule container.unpacked" grep -q 'container.unpacked' "$work/out"
exits "trees: against an archive with another function" 1 compare left "$packages/changed/$tarball"

# Names are bytes. The file system here may refuse some of them, which is no failure of tally.
mkdir odd
if (cd odd && : >$'latin-\xe9\xff' && : >$'red\e[31m' && : >$'two\nlines') 2>/dev/null; then
    cp -a odd other
    for file in other/*; do
        echo changed >"$file"
    done
    exits "trees: names that are no UTF-8" 1 compare odd other --json odd.json
    holds "trees: bad bytes are escaped" grep -Fq 'latin-\xe9\xff' "$work/out"
    holds "trees: control characters are escaped" is_clean "$work/out"
    holds "trees: and in the JSON report" is_clean odd.json
    fails "trees: a name cannot make a line" grep -q '^lines' "$work/out"
    exits "trees: names that are no UTF-8, identical" 0 compare odd odd
else
    skip "trees: names that are no UTF-8" "this file system refuses them"
fi

# What is neither a file nor a folder is compared as what it is, and never opened.
mkdir pipe1 pipe2 && mkfifo pipe1/pipe pipe2/pipe
exits "trees: a pipe is not read from" 0 compare pipe1 pipe2
ln -s loop loop
exits "trees: a link that leads to itself" 2 compare loop left

# A path that begins with a dash, and a folder behind a slash.
cp -a left ./-dash
exits "trees: a path that begins with a dash" 0 compare -- -dash left/
