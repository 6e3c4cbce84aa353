# shellcheck shell=bash disable=SC2034,SC2154
# What the files of this folder share: running, checking, counting. Sourced by run.sh.
# It sets: tally (the binary), packages and hostile (folders of fixtures), work (an empty folder).

passed=0 failed=0 skipped=0
readonly deb=libtally-sample_1.0_amd64.deb
readonly tarball=libtally-sample-1.0.tar.gz
readonly zipped=libtally-sample-1.0.zip

# No case needs more than a few seconds; what hangs is a failure of its own (exit 124).
readonly patience=60

ok() {
    passed=$((passed + 1))
    printf 'ok %s\n' "$1"
}

# not_ok NAME DETAIL…
not_ok() {
    failed=$((failed + 1))
    printf 'not ok %s\n' "$1"
    shift
    printf '  # %s\n' "$@"
}

skip() {
    skipped=$((skipped + 1))
    printf 'skipped %s: %s\n' "$1" "$2"
}

# Runs tally; leaves its exit code in `status` and what it says in $work/out and $work/err.
run() {
    status=0
    timeout "$patience" "$tally" "$@" >"$work/out" 2>"$work/err" || status=$?
}

# Whether a code is among "1|4".
among() {
    [[ "|$2|" == *"|$1|"* ]]
}

# exits NAME CODES ARGUMENTS…: tally must exit with one of the codes, as 1 or "1|4".
exits() {
    local name=$1 expected=$2
    shift 2
    run "$@"
    judge "$name" "$expected" "tally $*"
}

# judge NAME CODES COMMAND: whether `status` is among the codes.
judge() {
    if among "$status" "$2"; then
        ok "$1"
    else
        not_ok "$1" "exit $status, not $2: $3" "$(tail -n 3 "$work/err" | cat -v)"
    fi
}

# holds NAME COMMAND…: the command must succeed.
holds() {
    local name=$1
    shift
    if "$@" >"$work/held" 2>&1; then
        ok "$name"
    else
        not_ok "$name" "does not hold: $*" "$(head -n 5 "$work/held" | cat -v)"
    fi
}

# fails NAME COMMAND…: the command must not succeed.
fails() {
    local name=$1
    shift
    if "$@" >"$work/held" 2>&1; then
        not_ok "$name" "holds, and must not: $*"
    else
        ok "$name"
    fi
}

# Whether what is on a file's lines is fit for a terminal: no control but the line feed, no bytes
# that are no UTF-8, no mark that turns the reading direction round.
is_clean() {
    iconv -f UTF-8 -t UTF-8 "$1" >/dev/null &&
        ! LC_ALL=C grep -q $'[\x01-\x09\x0b-\x1f\x7f]' "$1" &&
        ! LC_ALL=C grep -q $'\xe2\x80[\xaa-\xae]' "$1" &&
        [ "$(tr -d '\0' <"$1" | wc -c)" -eq "$(wc -c <"$1")" ]
}

# Whether a JSON report gives a verdict.
has_verdict() {
    grep -Eq "\"verdict\": ?\"$2\"" "$1"
}

# A folder of its own for a case, empty.
fresh() {
    mktemp -d "$work/case.XXXXXX"
}

# The same files under another time, unpacked from the sample packages: unpack one FOLDER.
unpack() {
    mkdir -p "$2"
    tar -xpzf "$packages/$1/$tarball" -C "$2" --no-same-owner
}

# Key pairs: keys NAME…
keys() {
    local name
    for name in "$@"; do "$tally" key generate --output "$name" --quiet; done
}

# The sample package twice, as a.deb and b.deb, and the report that they are the same.
same_packages() {
    cp "$packages/one/$deb" a.deb
    cp "$packages/two/$deb" b.deb
    run compare a.deb b.deb --json same.json
}

# How a policy begins whose version ROOT.pub has to sign: policy_head VERSION ROOT
policy_head() {
    printf 'format = "tallystick/policy/v1"\nname = "acme"\nversion = %s\n' "$1"
    printf 'expires = 2027-01-01T00:00:00Z\n[root]\nkeys = ["%s"]\nthreshold = 1\n' "$2"
}

# The entry of NAME.pub in a policy: policy_key NAME OPERATOR [ROLE]
policy_key() {
    printf '[key.%s]\npublic = """\n%s\n"""\noperator = "%s"\nroles = [%s]\n' \
        "$1" "$(cat "$1.pub")" "$2" "${3:+\"$3\"}"
}

# The demand that a number of rebuilders agree: policy_agreement THRESHOLD NAME…
policy_agreement() {
    local threshold=$1
    shift
    printf '[group.rebuilders]\nkeys = [%s]\n[[agreement]]\ngroup = "rebuilders"\n' \
        "$(printf '"%s",' "$@")"
    printf 'threshold = %s\n' "$threshold"
}

# Whether the JSON of a file fits a schema of Docs/schemas: fits_schema NAME FILE SCHEMA
fits_schema() {
    if python3 -c 'import jsonschema' 2>/dev/null; then
        holds "$1" python3 -c 'import json, sys, jsonschema
jsonschema.validate(*(json.load(open(name)) for name in sys.argv[1:]))' \
            "$2" "$root/Docs/schemas/$3"
    else
        skip "$1" "there is no Python package jsonschema"
    fi
}
