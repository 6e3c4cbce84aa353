#!/usr/bin/env bash
# Puts what a Debian 12 machine without network needs to run tally into dist/.
#
#   Scripts/dist.sh [--try] [BINARY]   (default .build/release/tally)
#
# --try installs it in the root of a minimal Debian 12, cut off from every network, and compares two
# packages there. That needs root, and debootstrap to make the root.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly dist=dist release=bookworm

fail() {
    echo "dist: $*" >&2
    exit 2
}

# The package that owns a library. ldd may name a path through the /lib -> /usr/lib link, while dpkg
# knows the library by the other one.
owner() {
    local path candidate
    path=$(realpath -- "$1")
    for candidate in "$1" "$path" "${path#/usr}" "/usr$1"; do
        if dpkg-query -S "$candidate" 2>/dev/null | sed 's/: .*//; s/, .*//' | grep .; then
            return
        fi
    done
    fail "no package owns $1, which the binary loads; install the library from a package"
}

# The packages of all shared libraries that the binary loads, and those that they need in exactly
# their own version. Not libc6: every Debian has it, and it must not be replaced from a folder.
libraries() {
    local binary=$1 loaded path package
    loaded=$(ldd "$binary") || fail "ldd cannot read $binary"
    if grep -q 'not found' <<<"$loaded"; then
        fail "a library is missing here: $(grep 'not found' <<<"$loaded" | tr -s '\t\n' ' ')"
    fi
    while read -r path; do
        package=$(owner "$path")
        echo "$package"
        # An empty field is no failure: most packages need no other one in their own version.
        dpkg-query -W -f '${Pre-Depends}, ${Depends}\n' "$package" | tr ',' '\n' |
            sed -nE 's/^ *([a-z0-9][a-z0-9.+-]*)(:any)? \(= .*/\1/p'
    done < <(awk '$2 == "=>" && $3 ~ /^\// { print $3 }' <<<"$loaded") |
        sed 's/:.*//' | sort -u | grep -vx libc6
}

# Fetches a package in the version that is installed here, with which the binary was linked. The
# archive drops a version when it has a newer one; within a release of Debian that serves as
# well, and is the one to have. The owner of the folder may not be the user that apt fetches as.
fetch() {
    local version
    version=$(dpkg-query -W -f '${Version}\n' "$1" | head -n 1)
    cd "$dist/debs"
    apt-get -q -q -o APT::Sandbox::User=root download "$1=$version" 2>/dev/null && return
    apt-get -q -q -o APT::Sandbox::User=root download "$1" ||
        fail "apt cannot fetch $1; run 'apt-get update' and try again"
    echo "dist: $1 $version is gone from the archive; took the newer $(echo "$1"_*.deb)"
}

write_readme() {
    cat >"$dist/README" <<END
tally for Debian 12 ($(dpkg --print-architecture)), with the shared libraries that it loads.

Check what is in this folder, then install:

    sha256sum -c SHA256SUMS
    dpkg -i debs/*.deb                      # as root; leaves out nothing that is already newer
    install -m 0755 tally /usr/local/bin/tally
    tally --version

No step needs a network. The packages in debs/ are Debian's own, unchanged; their licences are in
/usr/share/doc once they are installed. tally is under the Apache License 2.0 (LICENSE). Where a
package is there already in a newer version, leave its file out: dpkg would put the older one back.
END
}

# Makes a minimal root, installs dist/ in it, and compares there.
try() {
    local root mirror status=0
    [ "$(id -u)" -eq 0 ] || fail "--try makes a root file system; please run it as root"
    command -v debootstrap >/dev/null || fail "--try needs debootstrap: apt-get install debootstrap"
    unshare --net true 2>/dev/null ||
        fail "--try needs a network namespace, and none may be made here"
    # The place that this machine's own packages come from serves the minimal root as well.
    # The parentheses are apt's own placeholders.
    # shellcheck disable=SC2016
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' \
        "Codename: $release" 'Component: main' | head -n 1)
    root=$(mktemp -d)
    # shellcheck disable=SC2064 # the folder is known now and not when the trap runs
    trap "rm -rf --one-file-system '$root'" EXIT
    echo "dist: making a minimal Debian 12 (debootstrap, a minute or so)"
    debootstrap --variant=minbase "$release" "$root" ${mirror:+"$mirror"} >"$dist.log" 2>&1 || {
        tail -n 5 "$dist.log" >&2
        fail "debootstrap failed; all it said is in $dist.log"
    }
    rm -f "$dist.log"

    cp -r "$dist" "$root/island"
    cp -r Fixtures/packages "$root/packages"
    echo "dist: installing and running in it, without network"
    # shellcheck disable=SC2016 # the inner shell expands
    unshare --net chroot "$root" /usr/bin/env -i PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin \
        DEBIAN_FRONTEND=noninteractive bash -euc '
            cd /island
            sha256sum --quiet -c SHA256SUMS
            dpkg -i debs/*.deb >/dev/null
            install -m 0755 tally /usr/local/bin/tally
            tally --version
            cd /packages
            deb=libtally-sample_1.0_amd64.deb
            tally compare one/$deb two/$deb
            status=0
            tally compare one/$deb changed/$deb || status=$?
            [ "$status" -eq 1 ] || { echo "exit $status, not 1" >&2; exit 1; }' || status=$?
    [ "$status" -eq 0 ] || fail "it does not run in a minimal Debian 12 (exit $status)"
    echo "dist: runs in a minimal Debian 12 without network"
}

trying=no
if [ "${1-}" = --try ]; then
    trying=yes
    shift
fi
binary=${1:-.build/release/tally}
[ -x "$binary" ] || fail "there is no $binary; run 'make build' first"

rm -rf "$dist"
mkdir -p "$dist/debs"
strip -o "$dist/tally" -- "$binary"
cp LICENSE "$dist/"
packages=$(libraries "$binary")
for package in $packages; do
    (fetch "$package")
done
write_readme
(
    cd "$dist"
    # apt writes the colon of an epoch as %3a, which is a name like any other.
    sha256sum -- tally LICENSE README debs/*.deb >SHA256SUMS
    sha256sum --quiet -c SHA256SUMS
)
echo "dist: $dist/ holds tally ($(stat -c %s "$dist/tally") bytes) and" \
    "$(find "$dist/debs" -name '*.deb' | wc -l) packages, $(du -sh "$dist" | cut -f 1) in all"
if [ "$trying" = yes ]; then
    try
fi
