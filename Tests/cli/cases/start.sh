# shellcheck shell=bash disable=SC2034,SC2154
# How tally is started.

exits "start: no command is wrong usage" 64
# Without /proc Swift's own reading finds no arguments: help was printed, with exit 0.
if unshare --mount true 2>/dev/null; then
    status=0
    # shellcheck disable=SC2016 # the inner shell expands
    unshare --mount sh -c 'umount -l /proc && exec "$@"' - \
        "$tally" compare "$packages/one/$deb" "$packages/changed/$deb" --quiet 2>err || status=$?
    judge "start: arguments are read where there is no /proc" 1 "tally compare without /proc"
else
    skip "start: without /proc" "no file system may be unmounted here"
fi
