#!/usr/bin/env bash
# Installs what the examples build with, with apt, and fills the pool of the Debian one.
#
#   Docs/examples/rebuild/setup.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

../../../Scripts/setup.sh gcc g++ make cmake python3 python3-setuptools python3-wheel \
    default-jdk-headless

# The packages that a Debian system with compilers consists of, whatever is installed here.
mkdir -p debian-source/pool
cd debian-source/pool
list=$(apt-get -o Dir::State::status=/dev/null -o APT::Install-Recommends=false -qq -y \
    --print-uris install '?essential' build-essential fakeroot)
wanted=$(sed -nE "s/^'[^']*' ([^ ]+)_([^ _]+)_([^ _]+)\.deb .*/\1:\3=\2/p" <<<"$list" |
    sed -e 's/%3a/:/' -e 's/:all=/=/')
missing=()
while read -r package; do
    name=${package%%[:=]*} version=${package#*=}
    compgen -G "${name}_${version/:/%3a}_*.deb" >/dev/null || missing+=("$package")
done <<<"$wanted"
[ ${#missing[@]} -eq 0 ] || apt-get -qq download "${missing[@]}"
echo "setup: the pool has $(find . -name '*.deb' | wc -l) packages"
