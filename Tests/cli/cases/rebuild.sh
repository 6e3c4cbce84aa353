# shellcheck shell=bash disable=SC2154
# `tally rebuild` of what cannot be built: a status of its own, and a statement of its own.

keys alice
mkdir tools
cat >recipe.toml <<'TOML'
format = "tallystick/recipe/v1"
name = "x"
commands = ["echo spoken; exit 3"]
outputs = ["out"]
[[tool]]
rootfs = "root.tar"
TOML

# The payload of an envelope: payload FILE
payload() {
    python3 -c 'import base64, json, sys
print(base64.b64decode(json.load(open(sys.argv[1]))["payload"]).decode())' "$1"
}

# says NAME TYPE FILE: the statement is of that type, speaks of the recipe, and is signed by alice.
says() {
    payload "$3" >statement.json
    holds "$1: its type" grep -q "\"https://tallystick.dev/attestation/$2/v1\"" statement.json
    holds "$1: its subject is the recipe" grep -q "$(sha256sum <recipe.toml | cut -d ' ' -f 1)" \
        statement.json
    exits "$1: it can be read" 0 bundle create "$3" --output "$3.bundle"
}

# As that of a build that was compared is; --output is where that would lie.
signed=(--key alice.key --output result --time 2026-01-31T12:00:00Z)
exits "rebuild: an input that is missing" 6 rebuild recipe.toml "${signed[@]}" \
    --attestation missing.json --json missing.record
holds "rebuild: it is named" grep -q 'root.tar' err
holds "rebuild: the record says so" grep -q '"outcome": *"not-built"' missing.record
fits_schema "rebuild: such a record fits the schema" missing.record rebuild-v1.schema.json
says "rebuild: a missing input" not-built missing.json
holds "rebuild: nothing was made" [ ! -e result ]

exits "rebuild: a declaration that is not there" 2 rebuild absent.toml "${signed[@]}" \
    --attestation absent.json
holds "rebuild: trouble is not signed" [ ! -e absent.json ]

"$root/Tests/rebuild/make_roots.py" .
run rebuild recipe.toml "${signed[@]}" --attestation failed.json --json failed.record --log printed
if [ "$status" -eq 6 ] && grep -q 'sandbox' err; then
    skip "rebuild: a build that fails" "$(tail -n 1 err)"
else
    judge "rebuild: a build that fails" 5 "tally rebuild recipe.toml"
    holds "rebuild: with the command's status" grep -q 'ended with status 3' err
    holds "rebuild: what it printed is kept" grep -qx 'spoken' printed
    holds "rebuild: the record tells its digest" grep -q \
        "$(sha256sum <printed | cut -d ' ' -f 1)" failed.record
    fits_schema "rebuild: such a record fits the schema, too" failed.record rebuild-v1.schema.json
    says "rebuild: a failed build" build-failed failed.json
    run verify recipe.toml --attestation failed.json --key alice.pub
    holds "rebuild: no yes comes of it" [ "$status" -ne 0 ]

    # Interrupted at any moment, it leaves nothing behind, not even when it is killed.
    sed 's/^commands.*/commands = [["mawk", "BEGIN { while (1) endless }"]]/' recipe.toml >endless.toml
    is_building() { cat /proc/[0-9]*/cmdline 2>/dev/null | grep -qaF 'while (1) endless'; }
    # no_trace FOLDER: waits until folder, mounts and processes are gone; the sweeper takes a moment.
    no_trace() {
        for _ in {1..100}; do
            if [ -z "$(ls -A "$1")" ] && ! grep -qF "$PWD/$1" /proc/mounts && ! is_building; then
                return 0
            fi
            sleep 0.1
        done
        ls -A "$1"
        return 1
    }
    for signal in INT TERM KILL; do
        mkdir "work.$signal"
        # A shell starts what runs beside it with SIGINT ignored.
        env --default-signal=INT "$tally" rebuild endless.toml --work "work.$signal" >out 2>err &
        child=$!
        for _ in {1..300}; do
            if is_building; then break; fi
            sleep 0.1
        done
        kill "-$signal" "$child"
        status=0
        wait "$child" 2>/dev/null || status=$?
        holds "rebuild: SIG$signal ends it" [ "$status" -gt 128 ]
        holds "rebuild: SIG$signal leaves nothing behind" no_trace "work.$signal"
    done
fi

# The clock of a build begins when it is told to, for what was shipped then.
mkdir -p src shipped
"$root/Tests/rebuild/toolbox.sh" "$PWD/usr" sh date cat
echo 1999 >shipped/year
cat >clock.toml <<TOML
format = "tallystick/recipe/v1"
name = "clock"
commands = ["date +%Y > year"]
outputs = ["year"]
[[source]]
tree = "src"
[[tool]]
tree = "$PWD/usr"
at = "/usr"
TOML
exits "rebuild: --clock goes with what was shipped" 2 rebuild clock.toml --clock 1999-07-01T00:00:00Z
exits "rebuild: --clock is a time" 64 rebuild clock.toml --against shipped --clock yesterday
exits "rebuild: --clock goes not with --bisect" 64 rebuild clock.toml --against shipped --bisect \
    --clock 1999-07-01T00:00:00Z
run rebuild clock.toml --against shipped --clock 1999-07-01T00:00:00Z --json clock.record \
    --output clocked --key alice.key --provenance clock.json
if [ "$status" -eq 6 ] && grep -qE 'sandbox|libfaketime' err; then
    skip "rebuild: with another clock" "$(tail -n 1 err)"
else
    judge "rebuild: with the clock of what was shipped" 0 "tally rebuild clock.toml"
    holds "rebuild: the report tells of the clock" grep -q 'clock began at 1999-07-01T00:00:00Z' out
    holds "rebuild: so does the record" grep -q '"clock": *"1999-07-01T00:00:00Z"' clock.record
    fits_schema "rebuild: it fits the schema with a clock" clock.record rebuild-v1.schema.json
    payload clock.json >provenance.json
    holds "rebuild: and what is signed" grep -q '"clock": *"1999-07-01T00:00:00Z"' provenance.json
    holds "rebuild: with libfaketime as an input" grep -q 'libfaketime' provenance.json
    exits "rebuild: with this machine's clock" 1 rebuild clock.toml --against shipped
fi

exits "rebuild: --official-at goes with --official" 64 rebuild clock.toml \
    --official-at 2026-01-31T12:00:00Z
exits "rebuild: --parallel-builds is positive" 64 rebuild clock.toml --parallel-builds 0

# What cannot be meant is refused, before anything is built.
exits "rebuild: --against goes not with --bisect" 64 rebuild clock.toml --against shipped --bisect
exits "rebuild: --against goes not with --vary" 64 rebuild clock.toml --against shipped --vary home
exits "rebuild: --vary names something" 64 rebuild clock.toml --vary ''
exits "rebuild: two files of one name" 64 rebuild clock.toml --json one --log one
exits "rebuild: no limit is nothing" 64 rebuild clock.toml --build-time 0
mkdir -p there empty
exits "rebuild: a new folder for what is compared" 2 rebuild clock.toml --output there
holds "rebuild: nothing was built for it" test "$(grep -c 'build 1' err)" = 0
exits "rebuild: a key that is not there" 2 rebuild clock.toml --output new --key none.key \
    --attestation new.json
holds "rebuild: nothing was built for that, either" test "$(grep -c 'build 1' err)" = 0
run rebuild clock.toml --against empty
if ! grep -q 'sandbox' err; then
    judge "rebuild: nothing was shipped" 2 "tally rebuild --against empty"
fi
