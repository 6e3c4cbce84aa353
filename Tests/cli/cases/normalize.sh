# shellcheck shell=bash disable=SC2154
# `tally normalize` and `tally digest --normal`: what others make of the files that are written.

unset SOURCE_DATE_EPOCH

# normal IN OUT: the normal form, which must be its own and equivalent to what it is of.
normal() {
    local name
    name=$(basename "$1")
    exits "normalize: $name" 0 normalize "$1" -o "$2"
    exits "normalize: $name again" 0 normalize "$2" -o "$2.again"
    holds "normalize: $name is its own normal form" cmp "$2" "$2.again"
    exits "compare: $name with its normal form" 0 compare --accept equivalent "$1" "$2"
    exits "normalize: --check of the normal form of $name" 0 normalize --check "$2"
}

# accepts NAME PROGRAM COMMAND…: another program takes a file, if it is there.
accepts() {
    local name=$1 program=$2
    shift 2
    if command -v "$program" >/dev/null; then
        holds "$name" "$@"
    else
        skip "$name" "there is no $program here"
    fi
}

for file in "$deb" "$tarball" "$zipped"; do
    normal "$packages/one/$file" "one-$file"
    normal "$packages/two/$file" "two-$file"
    holds "normalize: two builds of $file are one file" cmp "one-$file" "two-$file"
    normal "$packages/changed/$file" "changed-$file"
    fails "normalize: a changed $file stays another" cmp -s "one-$file" "changed-$file"
    exits "normalize: --check of $file" 1 normalize --check "$packages/one/$file"
    holds "normalize: --check names a rule, a place and both values" \
        grep -Eq '^[a-z]+\.mtime  .*mtime: .+ → .+' out
    exits "normalize: --check, as JSON" 1 normalize --check --format json "$packages/one/$file"
    holds "normalize: the JSON can be read" python3 -m json.tool out
done

# --- What others take ---
accepts "normalize: dpkg-deb -I takes it" dpkg-deb dpkg-deb -I "one-$deb"
accepts "normalize: dpkg-deb -c takes it" dpkg-deb dpkg-deb -c "one-$deb"
accepts "normalize: dpkg-deb -x takes it" dpkg-deb dpkg-deb -x "one-$deb" unpacked
accepts "normalize: ar t takes it" ar ar t "one-$deb"
holds "normalize: tar takes it" tar -tzf "one-$tarball"
accepts "normalize: unzip -t takes it" unzip unzip -tq "one-$zipped"
accepts "normalize: python's zipfile takes it" python3 python3 -c \
    'import sys, zipfile; assert zipfile.ZipFile(sys.argv[1]).testzip() is None' "one-$zipped"

seq 1 100000 >numbers
printf 'x' >letter
: >nothing
for codec in gzip xz zstd; do
    if ! command -v "$codec" >/dev/null; then
        skip "normalize: $codec" "there is no $codec here"
        continue
    fi
    for content in numbers letter nothing; do
        "$codec" -c -1 <$content >"$content.$codec.1"
        "$codec" -c -9 <$content >"$content.$codec.9"
        normal "$content.$codec.1" fast
        normal "$content.$codec.9" good
        holds "normalize: $codec of $content at two levels" cmp fast good
        holds "normalize: $codec -t takes $content" "$codec" -t <fast
        holds "normalize: $codec yields $content" cmp $content <("$codec" -dc <fast)
    done
done

# Every dialect, long names, links, a member that takes more than one block.
mkdir -p tree/deep
cp numbers tree/numbers
long=$(printf 'n%.0s' $(seq 1 120))
echo long >"tree/deep/$long"
ln -s numbers tree/symlink
ln tree/numbers tree/a-hardlink
chmod 4755 "tree/deep/$long"
for dialect in v7 ustar gnu pax; do
    # Old dialects have no room for the longest name.
    without=none
    case $dialect in v7 | ustar) without='nnn*' ;; esac
    tar -cf "$dialect.tar" --format=$dialect --mtime=@1700000000.5 --exclude="$without" tree
    normal "$dialect.tar" "$dialect.normal.tar"
    holds "normalize: tar takes $dialect" tar -tf "$dialect.normal.tar"
    accepts "normalize: python's tarfile takes $dialect" python3 python3 -c \
        'import sys, tarfile; [tarfile.open(sys.argv[1]).getmembers()]' "$dialect.normal.tar"
    mkdir "from-$dialect"
    tar -xpf "$dialect.normal.tar" -C "from-$dialect" --no-same-owner
    holds "normalize: $dialect unpacks to the same" diff -r --exclude="$without" tree "from-$dialect/tree"
done
holds "normalize: GNU and pax are one normal form" cmp gnu.normal.tar pax.normal.tar

# A sparse file's map and an extended attribute are nobody's to change.
truncate -s 1M hole && echo end >>hole
for form in "gnu" "pax --sparse-version=0.1" "pax --sparse-version=1.0"; do
    # shellcheck disable=SC2086
    tar -cSf sparse.tar --format=$form hole
    normal sparse.tar sparse.normal.tar
    mkdir -p sparse
    tar -xf sparse.normal.tar -C sparse
    holds "normalize: a sparse file, $form" cmp hole sparse/hole
done

# A wheel keeps the digests of its RECORD, a jar runs.
if command -v python3 >/dev/null; then
    python3 - <<'PYTHON'
import base64, gzip, hashlib, zipfile
files = {
    "demo/__init__.py": b"value = 1\n",
    "demo/data.gz": gzip.compress(b"data" * 1000),
    "demo-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n",
    "demo-1.0.dist-info/WHEEL": b"Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
}
def entry(name, data):
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(data)}\n"
record = "".join(entry(*item) for item in files.items()) + "demo-1.0.dist-info/RECORD,,\n"
with zipfile.ZipFile("demo-1.0-py3-none-any.whl", "w", zipfile.ZIP_DEFLATED) as wheel:
    for name, data in [*files.items(), ("demo-1.0.dist-info/RECORD", record.encode())]:
        wheel.writestr(name, data)
PYTHON
    mkdir wheel
    normal demo-1.0-py3-none-any.whl wheel/demo-1.0-py3-none-any.whl
    holds "normalize: digests in a RECORD stay right" python3 - <<'PYTHON'
import base64, csv, hashlib, io, zipfile
wheel = zipfile.ZipFile("wheel/demo-1.0-py3-none-any.whl")
for name, digest, size in csv.reader(io.StringIO(wheel.read("demo-1.0.dist-info/RECORD").decode())):
    if digest:
        found = base64.urlsafe_b64encode(hashlib.sha256(wheel.read(name)).digest()).rstrip(b"=")
        assert digest == "sha256=" + found.decode(), name
PYTHON
    if python3 -m pip --version >/dev/null 2>&1; then
        holds "normalize: pip installs the wheel" python3 -m pip --disable-pip-version-check -q \
            install --no-index --no-deps --target site wheel/demo-1.0-py3-none-any.whl
    else
        skip "normalize: pip installs the wheel" "there is no pip here"
    fi
else
    skip "normalize: a wheel" "there is no python3 here"
fi
if command -v javac >/dev/null && command -v jar >/dev/null; then
    echo 'class Demo { public static void main(String[] a) { System.out.println("runs"); } }' \
        >Demo.java
    javac Demo.java
    jar -cfe demo.jar Demo Demo.class
    normal demo.jar normal.jar
    holds "normalize: java -jar runs it" grep -q runs <(java -jar normal.jar)
else
    skip "normalize: java -jar" "there is no javac or no jar here"
fi

# --- Time ---
SOURCE_DATE_EPOCH=1700000001 exits "normalize: SOURCE_DATE_EPOCH" 0 \
    normalize "$packages/one/$tarball" -o timed.tar.gz
holds "normalize: it is every member's time" test \
    "$(TZ=UTC tar --full-time -tvzf timed.tar.gz | grep -c '2023-11-14 22:13:21')" -eq \
    "$(tar -tzf timed.tar.gz | wc -l)"
SOURCE_DATE_EPOCH=yesterday exits "normalize: a time that is none" 64 \
    normalize "$packages/one/$tarball" -o never
SOURCE_DATE_EPOCH=-1 exits "normalize: a time before 1970" 64 \
    normalize "$packages/one/$tarball" -o never

# --- What is refused ---
exits "normalize: no output" 64 normalize numbers
exits "normalize: --check with an output" 64 normalize --check numbers -o never
exits "normalize: an unknown profile" 64 normalize --profile best numbers -o never
exits "normalize: a folder" 2 normalize tree -o never
exits "normalize: a missing file" 2 normalize absent -o never
head -c 1000 "one-$tarball" >cut.tar.gz
exits "normalize: a file that is cut off" 4 normalize cut.tar.gz -o never
exits "normalize: --check of it" 4 normalize --check cut.tar.gz
if command -v bzip2 >/dev/null; then
    bzip2 -c numbers >numbers.bz2
    exits "normalize: bzip2, which has no writer" 2 normalize numbers.bz2 -o never
    holds "normalize: it says so" grep -q 'no writer for bzip2' err
    tar -cf with.tar numbers.bz2
    exits "normalize: bzip2 inside" 0 normalize with.tar -o with.normal.tar
    holds "normalize: what is kept is named" grep -q 'kept as it is: numbers.bz2' out
else
    skip "normalize: bzip2" "there is no bzip2 here"
fi
holds "normalize: nothing was written" [ ! -e never ]
exits "normalize: what has no format is its own normal form" 0 normalize numbers -o same
holds "normalize: and stays" cmp numbers same
exits "normalize: in place" 0 normalize "two-$zipped" -o "two-$zipped"
exits "normalize: standard input and output" 0 normalize - -o - <"$packages/one/$tarball"
holds "normalize: the same from there" cmp out "one-$tarball"

# --- Digests of normal forms ---
exits "digest: --normal" 0 digest --normal "$packages/one/$deb" "$packages/one/$zipped" tree
cp out list
holds "digest: --normal, its lines" [ "$(grep -Ec \
    '^[0-9a-f]{64}  archive:[0-9a-f]{64}  [^ ]+$' list)" -eq 3 ]
exits "digest: --normal -c" 0 digest --normal -c list
exits "digest: --normal of the other build" 0 digest --normal "$packages/two/$deb"
holds "digest: --normal, two builds" [ "$(cut -c 1-140 out)" = "$(head -n 1 list | cut -c 1-140)" ]
exits "digest: --normal of the normal form" 0 digest --normal "one-$deb"
holds "digest: --normal, a normal form" [ "$(cut -c 1-140 out)" = "$(head -n 1 list | cut -c 1-140)" ]
exits "digest: --normal under another profile" 0 \
    digest --normal --profile none --allow tar.mtime "$packages/one/$deb"
holds "digest: --normal names it" grep -q '  none+tar.mtime:' out
cat out >>list
exits "digest: --normal -c, two profiles" 0 digest --normal -c list
sed 's|packages/one/|packages/changed/|' list >changed
exits "digest: --normal -c, another content" 1 digest --normal -c changed
sed 's|archive:....|archive:0000|' list >strange
exits "digest: --normal -c, another profile of that name" 4 digest --normal -c strange
exits "digest: --normal -c, a list of plain digests" 2 digest --normal -c "$packages/SHA256SUMS"
exits "digest: --normal of what cannot be read" 4 digest --normal cut.tar.gz "$packages/one/$deb"
holds "digest: the others are there" [ "$(wc -l <out)" -eq 1 ]
exits "digest: --normal, JSON" 0 digest --normal --format json "$packages/one/$deb"
holds "digest: --normal, JSON can be read" python3 -m json.tool out
exits "digest: --normal of standard input" 0 digest --normal - <"$packages/one/$deb"
