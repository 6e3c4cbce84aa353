# shellcheck shell=bash disable=SC2154
# Folders of packages, and filling them from a .buildinfo.

mkdir archive
cp "$packages/one/$deb" archive/misleading_9.9_all.deb
exits "pool: what is in a folder" 0 pool list archive
holds "pool: it is known by its content" grep -q '^libtally-sample 1.0 amd64 [0-9]* archive/misleading' "$work/out"
echo nothing >archive/broken.deb
exits "pool: a broken package" 2 pool list archive
holds "pool: is named" grep -q 'archive/broken.deb' "$work/err"
rm archive/broken.deb
exits "pool: a folder that is not there" 2 pool list nowhere

cat >x.buildinfo <<END
Format: 1.0
Source: tally
Architecture: amd64
Version: 1.0-1
Checksums-Sha256:
 $(printf x | sha256sum | cut -c 1-64) 1 tally_1.0-1_amd64.deb
Build-Architecture: amd64
Installed-Build-Depends: libtally-sample (= 1.0), libgone (= 2:3-4), fakeroot (= 1), libfakeroot (= 1)
END
exits "pool: some packages are gone" 6 \
    pool fetch x.buildinfo --pool filled --fetch-command "cp $PWD/archive/misleading_9.9_all.deb ."
holds "pool: every one is named" grep -q 'missing: libgone=2:3-4 (amd64)' "$work/err"
holds "pool: what came is kept" test -f filled/libtally-sample_1.0_amd64.deb
holds "pool: it says how many" grep -q '^1 fetched, 0 there before, 3 missing$' "$work/out"
sed 's/, libgone.*//' x.buildinfo >y.buildinfo
sed -i 's/^ libtally/libtally/; s/libtally-sample (= 1.0)/libtally-sample (= 1.0 )/' y.buildinfo
exits "pool: a .buildinfo that is not understood" 2 pool fetch y.buildinfo --pool filled
printf 'format = 2\npkgname = zlib\npkgver = 1.3-1\n' >z.BUILDINFO
exits "pool: an Arch package" 6 pool fetch z.BUILDINFO --pool filled
holds "pool: is said to be unsupported" grep -q 'not supported' "$work/err"
exits "pool: no pool" 64 pool fetch x.buildinfo
