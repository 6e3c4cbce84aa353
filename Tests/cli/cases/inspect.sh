# shellcheck shell=bash disable=SC2154
# `tally inspect`: the anatomy, and which field owns a byte.

exits "inspect: gzip" 0 inspect "$packages/later/$tarball"
holds "inspect: gzip, the time is a field" grep -q 'gzip.mtime' out
exits "inspect: gzip, byte 4" 0 inspect "$packages/later/$tarball@4"
holds "inspect: gzip, byte 4 is the time" grep -q 'gzip.mtime' out
exits "inspect: tar, byte 100" 0 inspect "$hostile/tar-time-left.tar@100"
holds "inspect: tar, byte 100 is the mode" grep -q 'tar.header.mode' out
exits "inspect: zip" 0 inspect "$packages/one/$zipped"
exits "inspect: ar" 0 inspect "$packages/one/$deb"
holds "inspect: ar, the members are named" grep -q 'data.tar.xz' out
exits "inspect: names are escaped" 0 inspect "$hostile/tar-names-left.tar"
holds "inspect: and fit for a terminal" is_clean out
exits "inspect: a byte behind the end" "2|64" inspect "$packages/one/$deb@999999999"
exits "inspect: no such file" 2 inspect absent
exits "inspect: no arguments" 64 inspect
# A name may hold the sign before an offset.
cp "$packages/one/$deb" 'package@12'
exits "inspect: a name with @" 0 inspect 'package@12'
