#!/usr/bin/env bash
# Copies programs of this machine, with the libraries that they load, to a folder that a recipe mounts
# as /usr: few megabytes to hash, and the same for every user.
#
#   Tests/rebuild/toolbox.sh FOLDER PROGRAM…
set -euo pipefail
folder=$1
shift
mkdir -p "$folder/bin"

# Where a file below / or /usr goes in the folder.
place() {
    local path=$1
    path=${path#/usr}
    echo "$folder$path"
}

add() {
    local target
    target=$(place "$1")
    mkdir -p "$(dirname "$target")"
    [ -e "$target" ] || cp -L "$1" "$target"
}

for name in "$@"; do
    program=$(type -P "$name") || {
        echo "toolbox: there is no $name here" >&2
        exit 1
    }
    cp -L "$program" "$folder/bin/$name"
    # Each library, and the loader, by the path under which the program finds it.
    while read -r library; do add "$library"; done \
        < <(ldd "$program" | grep -oE '/[^ ]+' || true)
done
# What libfaketime loads.
library=$(ldd "$(type -P ls)" | grep -oE '/[^ ]*libc\.so\.6')
for other in libm.so.6 libpthread.so.0 libdl.so.2; do
    [ ! -e "${library%libc.so.6}$other" ] || add "${library%libc.so.6}$other"
done
chmod -R a+rX "$folder"
