# shellcheck shell=bash disable=SC2034,SC2154
# A stick that answers the second reading differently gains nothing, since there is none: every byte
# of an artifact is read once, by one descriptor, and none is mapped. strace counts.

mkdir stick given
cp "$packages/one/$deb" "$packages/one/$tarball" stick/
mkdir stick/inner && head -c 3000001 /dev/urandom >stick/inner/large
: >stick/empty
cp -r stick copy
keys alice root
run compare stick copy --json same.json
run attest same.json --key alice.key --output alice.att --time 2026-01-01T12:00:00Z
{
    policy_head 1 root
    policy_key root root
    policy_key alice university rebuilder
    policy_agreement 1 alice
} >acme.toml
run policy sign acme.toml --key root.key --output acme.policy

# What the trace says of a file: how often it was opened, bytes read of it, mappings of it. A call
# that another thread interrupts stands on two lines, which are joined first.
account() {
    awk '
        match($0, /<unfinished \.\.\.>/) {
            waiting[$1] = substr($0, 1, RSTART - 1); next
        }
        match($0, /<\.\.\. [a-z0-9_]+ resumed>/) {
            $0 = waiting[$1] substr($0, RSTART + RLENGTH); delete waiting[$1]
        }
        { print }' "$1" |
        awk -v name="$2" '
            function descriptor(call) {
                return match($0, call "\\([0-9]+") ? \
                    substr($0, RSTART + length(call) + 1, RLENGTH - length(call) - 1) + 0 : -1
            }
            / = -1 / { next }
            /openat\(/ {
                mine[$NF + 0] = /O_RDONLY/ &&
                    (index($0, "\"" name "\"") || index($0, "/" name "\""))
                opened += mine[$NF + 0]; next
            }
            /close\(/ { mine[descriptor("close")] = 0; next }
            /pread64\(/ { if (mine[descriptor("pread64")]) bytes += $NF; next }
            /preadv/ { if (mine[descriptor("preadv2?")]) other++; next }
            /read\(/ { if (mine[descriptor("read")]) bytes += $NF; next }
            /(dup[23]?|fcntl|sendfile|splice|copy_file_range|ioctl)\(/ {
                match($0, /\([0-9]+/)
                if (mine[substr($0, RSTART + 1, RLENGTH - 1) + 0] && !/F_GETF|F_SETF/) other++
                next
            }
            /mmap\(/ { split($0, part, ", "); if (part[5] >= 0 && mine[part[5] + 0]) mapped++ }
            END { print opened + 0, bytes + 0, mapped + 0, other + 0 }'
}

# traced NAME CODE ARGUMENTS…: verifies under strace, and looks at each file of the stick.
traced() {
    local name=$1 expected=$2 file
    shift 2
    status=0
    strace -f -e trace=file,desc,memory,network -o trace "$tally" verify "$@" \
        --attestation alice.att --at 2026-01-02T00:00:00Z >out.text 2>err || status=$?
    judge "once: $name" "$expected" "verify $*"
    while read -r file; do
        holds "once: $name, $file is opened once, read once, and not mapped" \
            [ "$(account trace "${file##*/}")" = "1 $(stat -c %s "stick/$file") 0 0" ]
    done < <(cd stick && find . -type f -printf '%P\n')
    fails "once: $name, no socket is opened" grep -q 'socket(' trace
}

if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
    policy=(--policy acme.policy --policy-key root.pub)
    for jobs in 1 3; do
        traced "a yes, $jobs jobs" 0 stick "${policy[@]}" --jobs "$jobs"
        traced "a delivery, $jobs jobs" 0 stick "${policy[@]}" --jobs "$jobs" --deliver "given/$jobs"
        holds "once: what was read is what is delivered, $jobs jobs" diff -r stick "given/$jobs/stick"
    done
    traced "by a key" 0 stick --key alice.pub
    traced "by a key, with a delivery" 0 stick --key alice.pub --deliver given/key
    printf 'x' >>stick/inner/large
    traced "a no" 3 stick "${policy[@]}" --deliver given/no
    holds "once: nothing is delivered then" [ -z "$(ls -A given/no)" ]
else
    skip "once: every byte is read once" "there is no strace here, or it may not trace"
fi
