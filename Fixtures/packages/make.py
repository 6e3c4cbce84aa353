"""Builds libtally-sample and packs it as .deb, .tar.gz and .zip: one, two, later and changed.

Usage: make.py OUTPUT   (called by make.sh, which sets the environment)
"""

import hashlib
import io
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from containers import Zip, ar, gzip, xz  # noqa: E402

NAME = "libtally-sample"
LIBRARY = "usr/lib/x86_64-linux-gnu"
DOC = f"usr/share/doc/{NAME}"
EPOCH = 1_709_294_400  # 2024-03-01T12:00:00Z, the date on the man page
LATER = EPOCH + 86_400 * 45 + 3_725
FLAGS = ["-O2", "-Wall", "-Wextra", "-Werror", "-fPIC", "-g0"]
LINK = ["-s", "-Wl,--build-id=sha1", "-Wl,-z,relro", "-Wl,-z,now"]
CONTROL = f"""Package: {NAME}
Version: 1.0
Architecture: amd64
Maintainer: Tallystick developers <maintainers@tallystick.invalid>
Depends: libc6
Section: libs
Priority: optional
Description: the halves of a tally stick, compared
 Three functions and one program that the demonstration and the tests of
 Tallystick compare. Licence: Apache-2.0.
"""


def compile_sources(overlay):
    """Compiles in a fresh folder; returns {path: (mode, bytes, link target)} to be installed."""
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        for source in (HERE / "source", *([overlay] if overlay else [])):
            shutil.copytree(source, work, dirs_exist_ok=True)
        mapped = [f"-ffile-prefix-map={folder}=."]

        def gcc(*arguments):
            subprocess.run(["gcc", *FLAGS, *mapped, *arguments, *LINK], cwd=work, check=True)

        soname = "libtallysample.so.1"
        gcc("-shared", f"-Wl,-soname,{soname}", "-o", soname + ".0", "tallysample.c")
        os.symlink(soname + ".0", work / soname)
        gcc("-pie", "-o", "tally-sample", "tally-sample.c", soname)
        read = lambda name: (work / name).read_bytes()  # noqa: E731
        return {
            "usr/bin/tally-sample": (0o755, read("tally-sample"), None),
            "usr/include/tallysample.h": (0o644, read("tallysample.h"), None),
            f"{LIBRARY}/{soname}": (0o777, b"", soname + ".0"),
            f"{LIBRARY}/{soname}.0": (0o644, read(soname + ".0"), None),
            f"{DOC}/README": (0o644, read("README"), None),
            f"{DOC}/changelog": (0o644, read("changelog"), None),
            f"{DOC}/copyright": (0o644, read("LICENSE"), None),
            "usr/share/man/man3/tallysample.3.gz": (0o644, gzip(read("tallysample.3")), None),
        }


def layout(files, root, reordered):
    """(path, mode, bytes, link, is directory) in an order that is permitted: folders first."""
    folders = {str(parent) for path in files for parent in pathlib.PurePath(path).parents}
    entries = [("" if f == "." else f, 0o755, b"", None, True) for f in folders]
    entries += [(path, *values, False) for path, values in files.items()]
    entries.sort()
    if reordered:
        entries.sort(key=lambda entry: entry[0], reverse=True)
        entries.sort(key=lambda entry: (not entry[4], entry[0].count("/") if entry[4] else 0,
                                        len(entry[0]) if entry[4] else 0))
    return [(root + entry[0], *entry[1:]) for entry in entries]


def tar(entries, mtime, owner, form):
    """A tar file; every third member is a minute younger, so that not all times are one."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for index, (path, mode, data, link, folder) in enumerate(entries):
            info = tarfile.TarInfo(path.rstrip("/") + ("/" if folder else ""))
            info.mode, info.mtime = mode, mtime + (index % 3 == 2) * 60
            info.uid, info.gid, info.uname, info.gname = owner
            info.type = tarfile.DIRTYPE if folder else tarfile.SYMTYPE if link else tarfile.REGTYPE
            info.linkname, info.size = link or "", len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def deb(files, mtime, reordered, preset):
    """A binary package as dpkg-deb lays it out."""
    root = (0, 0, "root", "root")
    sums = "".join(f"{hashlib.md5(data).hexdigest()}  {path}\n"
                   for path, (_, data, link) in sorted(files.items()) if not link)
    control = [("./", 0o755, b"", None, True), ("./control", 0o644, CONTROL.encode(), None, False),
               ("./md5sums", 0o644, sums.encode(), None, False)]
    data = tar(layout(files, "./", reordered), mtime, root, tarfile.GNU_FORMAT)
    return ar([
        ("debian-binary", b"2.0\n"),
        ("control.tar.xz", xz(tar(control, mtime, root, tarfile.GNU_FORMAT), preset)),
        ("data.tar.xz", xz(data, preset)),
    ], mtime)


def archive(files, mtime, reordered, owner, level, name):
    """The release tarball."""
    entries = layout(files, f"{NAME}-1.0/", reordered)
    return gzip(tar(entries, mtime, owner, tarfile.USTAR_FORMAT), mtime if name else 0, level, name)


def zipped(files, mtime, reordered, level):
    """The same as a zip file."""
    out = Zip()
    for path, mode, data, link, folder in layout(files, f"{NAME}-1.0/", reordered):
        kind = 0o040000 if folder else 0o120000 if link else 0o100000
        out.add((path.rstrip("/") + ("/" if folder else "")).encode(),
                link.encode() if link else data, level=0 if folder or link else level,
                mode=kind | mode, time=time.gmtime(mtime)[:6])
    return out.done()


def pack(output, files, later=False):
    """Writes the three packages of one build."""
    output.mkdir(parents=True)
    mtime = LATER if later else EPOCH
    owner = (1000, 1000, "builder", "builder") if later else (0, 0, "root", "root")
    stored = f"{NAME}-1.0.tar".encode() if later else None
    for suffix, data in (
        ("_1.0_amd64.deb", deb(files, mtime, later, 2 if later else 6)),
        ("-1.0.tar.gz", archive(files, mtime, later, owner, 4 if later else 9, stored)),
        ("-1.0.zip", zipped(files, mtime, later, 3 if later else 9)),
    ):
        assert len(data) < 30_000, "the packages must stay tiny"
        (output / (NAME + suffix)).write_bytes(data)


def main():
    output = pathlib.Path(sys.argv[1])
    first = compile_sources(None)
    pack(output / "one", first)
    pack(output / "two", compile_sources(None))
    pack(output / "later", first, later=True)
    pack(output / "changed", compile_sources(HERE / "changed-source"))


main()
