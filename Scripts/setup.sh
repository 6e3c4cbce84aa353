#!/usr/bin/env bash
# Installs what building and testing tally needs and this machine lacks (Debian, with apt).
#
#   Scripts/setup.sh [PACKAGE…]   the packages named are needed besides
set -euo pipefail

# The libraries that the system library targets of Package.swift stand for; pkg-config, by which
# SwiftPM finds them; git, by which it fetches packages; the C library that clang compiles against;
# cpio, whose archives tests read.
needed=(libarchive-dev libssl-dev zlib1g-dev libisal-dev liblzma-dev liblz4-dev libzstd-dev
    libbz2-dev pkg-config git ca-certificates libc6-dev cpio "$@")
readonly oldest=6.2

fail() {
    echo "setup: $*" >&2
    exit 2
}

check_swift() {
    local said version
    command -v swift >/dev/null ||
        fail "there is no 'swift' in PATH; install Swift $oldest or newer" \
            "(https://www.swift.org/install/linux/debian/12) and open a new shell"
    said=$(swift --version 2>/dev/null) || fail "'swift --version' fails; install Swift anew"
    version=$(sed -nE 's/.*Swift version ([0-9]+(\.[0-9]+)+).*/\1/p' <<<"$said" | head -n 1)
    [ -n "$version" ] || fail "'swift --version' names no version; install Swift $oldest or newer"
    [ "$(printf '%s\n' "$oldest" "$version" | sort -V | head -n 1)" = "$oldest" ] ||
        fail "this is Swift $version; install Swift $oldest or newer" \
            "(https://www.swift.org/install/linux/debian/12)"
    echo "$version"
}

is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null | head -n 1)" = installed ]
}

swift_version=$(check_swift)

missing=()
if command -v dpkg-query >/dev/null; then
    for package in "${needed[@]}"; do
        is_installed "$package" || missing+=("$package")
    done
else
    echo "setup: no dpkg here; make sure that you have what Debian calls ${needed[*]}"
    exit 0
fi

if [ ${#missing[@]} -eq 0 ]; then
    echo "setup: Swift $swift_version and all libraries are there"
    exit 0
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null ||
        fail "please run as root: apt-get update && apt-get install ${missing[*]}"
    as_root=(sudo)
fi
echo "setup: installing with apt: ${missing[*]}"
"${as_root[@]}" apt-get update -qq
# Neither questions nor recommended packages: this also runs where nobody sits at the keyboard.
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null
echo "setup: Swift $swift_version and all libraries are there now"
