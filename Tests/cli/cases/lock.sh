# shellcheck shell=bash disable=SC2154
# `tally lock` pins what a recipe builds from, and says what is different later.

mkdir -p recipe/src/empty recipe/tools/bin
echo 'int a;' >recipe/src/a.c
echo 'cc' >recipe/tools/bin/cc
chmod 755 recipe/tools/bin/cc
ln -s a.c recipe/src/link
cat >recipe/tally.toml <<'TOML'
format = "tallystick/recipe/v1"
name = "x"
commands = ["true"]
outputs = ["out"]
[[source]]
tree = "src"
[[tool]]
tree = "tools"
at = "/usr"
TOML

exits "lock: a recipe" 0 lock recipe/tally.toml
holds "lock: it is beside the recipe" test -s recipe/tally.lock
fits_schema "lock: it fits its schema" recipe/tally.lock lock-v1.schema.json
holds "lock: the listing is beside it" grep -q '"path":"a.c"' recipe/tally.lock.files
holds "lock: one line per input, and one for all" [ "$(wc -l <out)" -eq 3 ]
exits "lock: it holds" 0 lock --check recipe/tally.toml
holds "lock: and says so" grep -qx 'recipe/tally.lock holds' out
cp -r recipe elsewhere
(cd elsewhere && "$tally" lock -q tally.toml)
holds "lock: the same elsewhere" cmp recipe/tally.lock elsewhere/tally.lock
exits "lock: a place of its own" 0 lock recipe/tally.toml -o other.lock -q
holds "lock: the same there" cmp recipe/tally.lock other.lock
exits "lock: with one job" 0 lock recipe/tally.toml -o one.lock -q --jobs 1
holds "lock: the same for one job" cmp recipe/tally.lock one.lock
TALLY_SHA256=libcrypto exits "lock: with libcrypto" 0 lock -q recipe/tally.toml -o two.lock
holds "lock: the same with libcrypto" cmp recipe/tally.lock two.lock

touch -d 2001-01-01 recipe/src/a.c
chmod g-r recipe/src/a.c
exits "lock: times and other modes do not count" 0 lock --check recipe/tally.toml
touch recipe/src/empty/new
exits "lock: an extra file" 1 lock --check recipe/tally.toml
holds "lock: it is named" grep -qx 'source "src" is different: empty/new is extra' out
rm recipe/src/empty/new recipe/tally.lock.files
chmod a-x recipe/tools/bin/cc
exits "lock: without the listing" 1 lock --check recipe/tally.toml
holds "lock: the input is named" grep -q '^tool "tools" is different: its folder is' out
exits "lock: a changed recipe" 0 lock recipe/tally.toml -q
echo '# more' >>recipe/tally.toml
exits "lock: it is told" 1 lock --check recipe/tally.toml
holds "lock: as such" grep -qx 'the recipe is not the one that was locked' out

exits "lock: no lock" 2 lock --check recipe/tally.toml -o absent.lock
printf '{}' >bad.lock
exits "lock: no such lock" 2 lock --check recipe/tally.toml -o bad.lock
tr -d ' ' <recipe/tally.lock >bad.lock
exits "lock: another form of it" 2 lock --check recipe/tally.toml -o bad.lock
exits "lock: no recipe" 2 lock absent.toml
printf 'format = "tallystick/recipe/v1"\nnam = "x"\n' >bad.toml
exits "lock: a misspelt key" 2 lock bad.toml
holds "lock: it is named with its place" grep -q 'bad.toml: name is missing' err
holds "lock: nothing is written" test ! -e bad.lock.files
mkfifo recipe/src/pipe
exits "lock: a pipe" 2 lock recipe/tally.toml
holds "lock: the pipe is named" grep -q 'pipe of source "src" is a pipe' err
rm recipe/src/pipe
touch recipe/src/$'\xff'
exits "lock: a name that is not UTF-8" 2 lock recipe/tally.toml
holds "lock: the name is shown" grep -Fq '\xff of source "src" is not UTF-8' err
