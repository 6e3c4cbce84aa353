#!/usr/bin/env python3
"""Packs real packages anew and lets tally compare them with what they were.

Usage: repack_many.py choose COUNT [SIZE]     prints the names of packages under SIZE bytes (1 MB)
       repack_many.py try BINARY FILE…        compares each with itself packed anew

`choose` reads the index of apt on standard input and takes those whose names have the smallest
SHA-256: the same ones for the same index. `try` packs each package in one of several ways, with
other times and a permitted order, and demands `equivalent` with exactly the rules that rules.py
finds; then it changes single bytes of what is installed, and demands that none is accepted.
"""

import collections
import gzip
import hashlib
import io
import json
import lzma
import os
import pathlib
import random
import subprocess
import sys
import tarfile
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Fixtures"))
from containers import ar  # noqa: E402
from rules import decode, package_rules, read_ar  # noqa: E402

LATER = 86_400 * 365
CHANGES = 20
# What begins like this holds something else, of which other bytes may mean the same.
CONTAINERS = (b"\x1f\x8b", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"BZh", b"PK", b"!<arch>", b"\x89PNG",
              b"\xde\x12\x04\x95", b"\x95\x04\x12\xde", b"070", b"\x04\x22\x4d\x18", b"LZIP")


def run(*command, data=None, folder=None):
    return subprocess.run(command, input=data, cwd=folder, capture_output=True, check=True).stdout


def choose(count, limit):
    """Names from the index, spread over the archive but always the same."""
    sizes = {}
    for paragraph in sys.stdin.read().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in paragraph.split("\n") if ": " in line[:40])
        if "Package" in fields and 2000 < int(fields.get("Size", 0)) < limit:
            sizes.setdefault(fields["Package"], int(fields["Size"]))
    names = sorted(sizes, key=lambda name: hashlib.sha256(name.encode()).digest())
    print("\n".join(sorted(names[:count])))


# Tar files.

def in_order(archive):
    """The members in another order that means the same: folders first, links last, files turned."""
    infos = archive.getmembers()
    # Where names are one under case folding, the order says which file there will be.
    if len({info.name.casefold() for info in infos}) < len(infos):
        return infos
    folders = [info for info in infos if info.isdir()]
    links = [info for info in infos if info.islnk()]
    others = [info for info in infos if not info.isdir() and not info.islnk()]
    return folders + others[::-1] + links


def by_python(data, form):
    """The tar file written by Python's tarfile."""
    out = io.BytesIO()
    with (tarfile.open(fileobj=io.BytesIO(data)) as old,
          tarfile.open(fileobj=out, mode="w", format=form, encoding="utf-8",
                       errors="surrogateescape") as new):
        for info in in_order(old):
            content = old.extractfile(info) if info.isreg() else None
            # Python takes the leading "./" as it is, but drops a slash at the end of a folder.
            info.mtime = int(info.mtime) + LATER
            info.pax_headers = {}
            new.addfile(info, content)
    return out.getvalue()


def by_gnu_tar(data, form):
    """The tar file written by GNU tar from unpacked files, which all belong to root."""
    with (tempfile.TemporaryDirectory() as folder,
          tarfile.open(fileobj=io.BytesIO(data)) as old):
        infos = in_order(old)
        if any((info.uid, info.gid) != (0, 0) or not (info.isreg() or info.isdir() or info.issym())
               for info in infos):
            return None
        # GNU tar names an extended header after its member. Such a name is one that a reader of no
        # extended headers unpacks, so it is a difference where the other side has none.
        if form == "posix" and any(max(len(info.name), len(info.linkname)) > 99 for info in infos):
            return None
        run("tar", "-xpf", "-", "--no-same-owner", "--delay-directory-restore", data=data,
            folder=folder)
        names = b"".join(info.name.encode("utf-8", "surrogateescape") + b"\0" for info in infos)
        options = ["--pax-option=delete=atime,delete=ctime"] if form == "posix" else []
        return run("tar", "-cf", "-", f"--format={form}", *options, "--no-recursion", "--null",
                   "--owner=root:0", "--group=root:0", f"--mtime=@{LATER}", "--sort=none", "-T", "-",
                   data=names, folder=folder)


TARS = {
    "tarfile, GNU": lambda data: by_python(data, tarfile.GNU_FORMAT),
    "tarfile, pax": lambda data: by_python(data, tarfile.PAX_FORMAT),
    "GNU tar, gnu": lambda data: by_gnu_tar(data, "gnu"),
    "GNU tar, posix": lambda data: by_gnu_tar(data, "posix"),
}

# Codecs: each yields the bytes as they were packed first and anew.

PACKERS = {
    "lzma": ("xz", lambda tar: lzma.compress(tar, preset=1, check=lzma.CHECK_CRC32)),
    "xz -T2": ("xz", lambda tar: run("xz", "-c", "-3", "-T2", "--block-size=65536", data=tar)),
    "gzip -1": ("gz", lambda tar: run("gzip", "-c1n", data=tar)),
    "zlib": ("gz", lambda tar: gzip.compress(tar, 6, mtime=LATER)),
    "zstd -1": ("zst", lambda tar: run("zstd", "-qc1", data=tar)),
    "zstd -15": ("zst", lambda tar: run("zstd", "-qc15", "--no-check", data=tar)),
}
ORIGINALS = {"xz": None, "gz": lambda tar: run("gzip", "-c9n", data=tar),
             "zst": lambda tar: run("zstd", "-qc7", data=tar)}


def by_ar(parts, mtime):
    """The package written by binutils' ar, which ends names with a slash."""
    with tempfile.TemporaryDirectory() as folder:
        for name, data in parts:
            path = pathlib.Path(folder, name)
            path.write_bytes(data)
            path.chmod(0o644)
            os.utime(path, (mtime, mtime))
        run("ar", "rcSU", "out", *(name for name, _ in parts), folder=folder)
        return pathlib.Path(folder, "out").read_bytes()


class Package:
    """One package, and how it is packed anew."""

    def __init__(self, path, number):
        self.path, self.random = path, random.Random(number)
        parts = [(head, name, data) for head, name, data in read_ar(path.read_bytes())]
        self.mtime = int(parts[0][0][16:28])
        self.tars = {name.rpartition(".tar")[0]: decode(name, data) for _, name, data in parts[1:]}
        self.tar_name = list(TARS)[number % len(TARS)]
        self.pack_name = list(PACKERS)[number // len(TARS) % len(PACKERS)]
        self.is_by_ar = number % 3 == 2
        codec, self.pack = PACKERS[self.pack_name]
        self.codec = codec
        xz = all(name.endswith(".xz") for _, name, _ in parts[1:])
        if codec == "xz" and xz:
            self.original = path.read_bytes()
        else:
            first = ORIGINALS[codec] or (lambda tar: run("xz", "-c6", data=tar))
            self.original = self.whole(self.tars, first, self.mtime, False)
        self.again = {name: self.repacked(tar) for name, tar in self.tars.items()}

    def repacked(self, tar):
        made = TARS[self.tar_name](tar)
        if made is None:
            self.tar_name = "tarfile, GNU"
            made = TARS[self.tar_name](tar)
        return made

    def whole(self, tars, pack, mtime, is_by_ar):
        parts = [("debian-binary", b"2.0\n")]
        parts += [(f"{name}.tar.{self.codec}", pack(tar)) for name, tar in tars.items()]
        return by_ar(parts, mtime) if is_by_ar else ar(parts, mtime)

    def anew(self, tars):
        return self.whole(tars, self.pack, self.mtime + LATER, self.is_by_ar)

    def changes(self):
        """Tar files of what is installed in which one byte is another, and where."""
        tar = self.again["data"]
        with tarfile.open(fileobj=io.BytesIO(tar)) as archive:
            files = [info for info in archive if info.isreg() and info.size > 0]
            plain = [info for info in files
                     if not tar[info.offset_data : info.offset_data + 8].startswith(CONTAINERS)]
        total = sum(info.size for info in plain)
        for _ in range(CHANGES if total else 0):
            at = self.random.randrange(total)
            for info in plain:
                if at < info.size:
                    break
                at -= info.size
            out = bytearray(tar)
            out[info.offset_data + at] ^= self.random.randrange(1, 256)
            yield bytes(out), f"{info.name} byte {at}"


def compare(binary, left, right, folder):
    """The report of a comparison."""
    for name, data in (("left.deb", left), ("right.deb", right)):
        pathlib.Path(folder, name).write_bytes(data)
    result = subprocess.run([binary, "compare", "left.deb", "right.deb", "--format", "json"],
                            cwd=folder, capture_output=True, timeout=120)
    report = json.loads(result.stdout)
    codes = {"identical": 0, "different": 1, "equivalent": 3, "inconclusive": 4}
    assert codes[report["verdict"]] == result.returncode, result
    return report


def judge(binary, package, folder):
    """What is wrong with what tally says, and how many changes were tried and accepted."""
    again = package.anew(package.again)
    expected = package_rules(package.original, again)
    report = compare(binary, package.original, again, folder)
    rules = {entry["rule"] for entry in report["normalizations"]}
    wrong = []
    if report["verdict"] != "equivalent":
        said = [(f["path"], f.get("field")) for f in report["findings"][:3]]
        said += [entry["message"] for entry in report["unread"][:3]]
        wrong.append(f"packed anew it is {report['verdict']}: {said}")
    elif rules != expected:
        wrong.append(f"rules {sorted(rules)}, not {sorted(expected)}")
    tried = accepted = 0
    for data, place in package.changes():
        tars = {**package.again, "data": data}
        verdict = compare(binary, package.original, package.anew(tars), folder)["verdict"]
        tried += 1
        if verdict in ("identical", "equivalent"):
            accepted += 1
            wrong.append(f"{place} is another and it is {verdict}")
    return wrong, tried, accepted, rules


def main():
    if sys.argv[1:2] == ["choose"]:
        choose(int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1_000_000)
        return
    if sys.argv[1:2] != ["try"] or len(sys.argv) < 4:
        sys.exit(__doc__)
    binary, paths = os.path.abspath(sys.argv[2]), sorted(map(pathlib.Path, sys.argv[3:]))
    equivalent = tried = accepted = failed = 0
    ways, named = collections.Counter(), collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        for number, path in enumerate(paths):
            package = Package(path, number)
            wrong, changes, matches, rules = judge(binary, package, folder)
            way = f"{package.tar_name}; {package.pack_name}; {'ar' if package.is_by_ar else 'own ar'}"
            ways[way] += 1
            named.update(rules)
            tried, accepted = tried + changes, accepted + matches
            equivalent += not any("packed anew" in line for line in wrong)
            failed += bool(wrong)
            if (number + 1) % 25 == 0:
                print(f"repack: {number + 1} packages so far", file=sys.stderr, flush=True)
            for line in wrong:
                print(f"not ok {path.name} ({way}): {line}", flush=True)
    print("ways of packing:", len(ways), "| rules:",
          ", ".join(f"{rule} {count}" for rule, count in sorted(named.items())))
    print(f"repack: {len(paths)} packages, {equivalent} equivalent as they must be, {failed} failed; "
          f"{tried} changed bytes tried, {accepted} accepted")
    sys.exit(failed > 0)


main()
