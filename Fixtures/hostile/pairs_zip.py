"""Pairs of zip files."""

import struct
import zlib

from containers import ZIP_EPOCH, Zip

DATA = b"print('stock')\n"
EVIL = b"print('foil!')\n"


def one(**fields):
    """A zip file with one entry."""
    return Zip().add(fields.pop("name", b"a.py"), fields.pop("data", DATA), **fields)


def pairs():
    plain = one().done()
    later = (*ZIP_EPOCH[:5], 2)
    yield ("zip-time", "zip", plain, one(time=later).done(), "equivalent",
           "an entry has another time",
           "zip.mtime")
    many = bytes(range(256)) * 16 + DATA * 50
    yield ("zip-level", "zip", one(data=many).done(), one(data=many, level=1).done(), "equivalent",
           "the same bytes packed at another level",
           "zip.compression")
    yield ("zip-stored", "zip", plain, one(level=0).done(), "different",
           "stored instead of deflated is another method (E1)")

    def twice(first, second):
        return Zip().add(b"a.py", first).add(b"a.py", second).done()

    yield ("zip-duplicate", "zip", twice(DATA, EVIL), twice(EVIL, DATA), "not-accepted",
           "one name twice in the central directory, contents swapped (Z1)")
    yield ("zip-unlisted", "zip", plain,
           Zip().add(b"evil.py", EVIL, listed=False).add(b"a.py", DATA).done(), "not-accepted",
           "a local header that the central directory does not list (Z2)")
    yield ("zip-shadow", "zip", plain,
           Zip().add(b"a.py", EVIL, listed=False).add(b"a.py", DATA).done(), "not-accepted",
           "an earlier local header of the same name with other data (Z2)")
    yield ("zip-prefix", "zip", plain, Zip(b"#!/bin/sh\nevil\n").add(b"a.py", DATA).done(),
           "not-accepted", "bytes before the first local header (Z2)")
    yield ("zip-gap", "zip", Zip().add(b"a.py", DATA).add(b"b.py", DATA).done(),
           Zip().add(b"a.py", DATA).add(b"b.py", DATA, gap=b"stowaway").done(), "not-accepted",
           "bytes between two entries (Z2)")
    yield ("zip-trailing", "zip", plain, plain + b"behind the end", "not-accepted",
           "bytes behind the end record (Z2)")
    yield ("zip-local-name", "zip", plain, one(local_name=b"b.py").done(), "not-accepted",
           "the local header has another name than the directory (Z3)")
    for name, at, value in (("size", 22, 14), ("packed-size", 18, 9), ("method", 8, 0),
                            ("crc", 14, 7), ("flags", 6, 2)):
        data = bytearray(plain)
        struct.pack_into("<H", data, at, value)
        yield (f"zip-local-{name}", "zip", plain, bytes(data), "not-accepted",
               f"the local header has another {name.replace('-', ' ')} than the directory (Z3)")
    for name, at, value, rule in (("time", 10, 77, "zip.mtime"), ("version", 4, 45, "zip.version")):
        data = bytearray(plain)
        struct.pack_into("<H", data, at, value)
        yield (f"zip-local-{name}", "zip", plain, bytes(data), "equivalent",
               f"the local header has another {name} than the directory", rule)
    yield ("zip-shadowed", "zip", Zip().add(b"a.py", DATA).add(b"b.py", EVIL).done(),
           twice(DATA, EVIL), "not-accepted",
           "one name twice, where the other side has two names (Z1)")
    yield ("zip-executable", "zip", plain, one(mode=0o100755).done(), "different",
           "mode 0644 became 0755 (Z5)")
    yield ("zip-crc-stale", "zip", plain, one(data=EVIL, crc=zlib.crc32(DATA)).done(),
           "not-accepted", "changed data under the CRC32 of what it was (Z7)")
    stale = [one(data=EVIL, crc=zlib.crc32(DATA), time=time).done() for time in (ZIP_EPOCH, later)]
    yield ("zip-crc-both", "zip", *stale, "inconclusive",
           "only a time differs, but the CRC32 of both sides is wrong (Z7)")
    yield ("zip-symlink", "zip", one(data=b"/etc/passwd").done(),
           one(data=b"/etc/passwd", mode=0o120777).done(), "different",
           "a file became a symbolic link (Z5)")
    yield ("zip-setuid", "zip", plain, one(mode=0o104755).done(), "different",
           "mode 0644 became 04755 (Z5)")
    yield ("zip-crc", "zip", plain, one(data=EVIL, crc=0x12345678).done(), "not-accepted",
           "changed data under a CRC32 that does not fit it (Z7)")
    yield ("zip-encrypted", "zip", plain, one(flags=1).done(), "not-accepted",
           "plain data is called encrypted (Z8)")
    yield ("zip-utf8-flag", "zip", one(name="é.py".encode(), flags=0x800).done(),
           one(name="é.py".encode()).done(), "not-accepted",
           "a name loses the flag that says it is UTF-8 (Z8)")
    yield ("zip-entry-comment", "zip", plain, one(comment=b"evil").done(), "different",
           "an entry has a comment (Z8)")
    yield ("zip-archive-comment", "zip", one().done(b"signed"), one().done(b"forged"), "different",
           "the archive has another comment (Z8)")
    yield ("zip-backslash", "zip", one(name=b"d/x").done(), one(name=b"d\\x").done(),
           "not-accepted", "d\\x is a path for some readers and a name for others (Z9)")
    yield ("zip-nul", "zip", one(name=b"a\0left").done(), one(name=b"a\0rite").done(),
           "not-accepted", "NUL in a name, where some readers stop (Z9)")
    yield ("zip-folder-data", "zip", one(name=b"d/", data=b"", level=0, mode=0o040755).done(),
           one(name=b"d/", level=0, mode=0o040755).done(), "not-accepted",
           "data in the entry of a folder (Z9)")
