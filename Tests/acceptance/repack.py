#!/usr/bin/env python3
"""Makes a changed copy of a .deb, so that what tally says of it can be checked.

Usage: repack.py times IN OUT   other times everywhere, compressed again at another level
       repack.py byte IN OUT    one byte of one file changed; prints "PATH<TAB>OFFSET<TAB>SIZE"

The tar files are edited block by block and not written anew, so that nothing changes but what is
said here. `byte` takes the middle of the largest ELF file, or of the largest file where there is
no ELF. Checksums inside the package (md5sums) stay as they are.
"""

import gzip
import lzma
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Fixtures"))
from containers import ar, read_ar  # noqa: E402

BLOCK = 512
LATER = 86_400 * 365


def headers(data):
    """Yields (offset of the header, name, size, type) of each member of a GNU tar file."""
    at, long_name = 0, None
    while data[at : at + BLOCK].strip(b"\0"):
        block = data[at : at + BLOCK]
        assert block[124] < 0x80, "a size over 8 GiB is not expected here"
        size, kind = int(block[124:136].rstrip(b"\0 ") or b"0", 8), block[156:157]
        content = data[at + BLOCK : at + BLOCK + size]
        if kind == b"L":
            long_name = content.rstrip(b"\0")
        elif kind != b"K":
            assert kind in b"0123456\0", f"member type {kind!r} is not expected here"
            yield at, long_name or block[:100].rstrip(b"\0"), size, kind
            long_name = None
        at += BLOCK + size + -size % BLOCK


def later(data):
    """The tar file with every member a year younger."""
    out = bytearray(data)
    for at, _, _, _ in headers(data):
        mtime = int(out[at + 136 : at + 148].rstrip(b"\0 "), 8) + LATER
        out[at + 136 : at + 148] = b"%011o\0" % mtime
        out[at + 148 : at + 156] = b" " * 8
        out[at + 148 : at + 156] = b"%06o\0 " % sum(out[at : at + BLOCK])
    return bytes(out)


def flip(data):
    """The tar file with one byte of a file changed, and where: name, offset, size."""
    files = [(data[at + BLOCK : at + BLOCK + 4] == b"\x7fELF", size, at, name)
             for at, name, size, kind in headers(data) if kind in b"0\0" and size > 0]
    _, size, at, name = max(files)
    out = bytearray(data)
    out[at + BLOCK + size // 2] ^= 0x01
    return bytes(out), (name, size // 2, size)


def unpack(name, data):
    """The tar file in a member of a package, and the function that packs it again."""
    if name.endswith(".xz"):
        return lzma.decompress(data), lambda tar: lzma.compress(
            tar, check=lzma.CHECK_CRC64, preset=2)
    if name.endswith(".gz"):
        return gzip.decompress(data), lambda tar: gzip.compress(tar, 4, mtime=0)
    assert name.endswith(".tar"), f"a member {name} is not expected here"
    return data, lambda tar: tar


def main():
    if len(sys.argv) != 4 or sys.argv[1] not in ("times", "byte"):
        sys.exit(__doc__)
    mode, source, target = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    members, changed, stamp = [], None, 0
    for name, mtime, data in read_ar(source.read_bytes()):
        stamp = mtime
        if name.startswith(("control.tar", "data.tar")):
            tar, pack = unpack(name, data)
            if mode == "times":
                data = pack(later(tar))
            elif name.startswith("data.tar"):
                tar, changed = flip(tar)
                data = pack(tar)
        members.append((name, data))
    target.write_bytes(ar(members, stamp + (LATER if mode == "times" else 0)))
    if changed:
        name, offset, size = changed
        print(name.decode(), offset, size, sep="\t")


main()
