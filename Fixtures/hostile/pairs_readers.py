"""Pairs from which some reader unpacks something else, though most see the same files."""

import hashlib
import struct

from containers import Zip, gzip, member, pax, tar_header
from pairs_attack_tar import MAGIC, UID, patched, small
from pairs_stream import TEXT
from pairs_tar import DAY, FOLDER, THEN

GOOD, EVIL = b"good\n", b"evil\n"
GNU, GNU_ATIME = b"ustar  \0", 345
LONG = b"d" * 120 + b"/"


def swapped(name, suffix, make, parts, reason):
    """The same parts in both orders."""
    return name, suffix, make(*parts), make(*reversed(parts)), "different", reason


def tars():
    first, last = member(b"a", GOOD), member(b"b", GOOD)
    records = pax([(b"comment", b"x")])
    for name, at, value, part in (
        ("reader-extension-user", UID, b"000x000\0", records),
        ("reader-user-mark", UID, b"\x98" + bytes(7), b""),
        ("reader-user-huge", UID, b"\x80\0\1" + bytes(5), b""),
    ):
        plain = part or last
        yield (name, "tar", small(first, plain, last if part else b""),
               small(first, patched(plain, (at, value)), last if part else b""), "not-accepted",
               "a number at which Python's reader stops, as if the archive ended there (T6)")
    times = [patched(last, (MAGIC, GNU), (GNU_ATIME, b"%011o\0" % time)) for time in (THEN, THEN + 1)]
    yield ("reader-gnu-times", "tar", small(times[0]), small(times[1]), "different",
           "times of GNU that stand where others read the beginning of the name (T6)")
    long = [pax([(b"path", LONG)]) + tar_header(LONG[:100], kind=kind) for kind in (FOLDER, b"\0")]
    yield ("reader-folder", "tar", small(long[0]), small(long[1]), "not-accepted",
           "a folder only by the slash of a long name, which some make a file of (T6)")
    pieces = []
    for time in (1, 2):
        data = gzip(TEXT, mtime=time)
        piece = patched(member(b"disk", data, kind=b"S"), (MAGIC, GNU), (386, b"%011o\0" % 512),
                        (398, b"%011o\0" % len(data)), (483, b"%011o\0" % (512 + len(data))))
        pieces.append(piece)
    yield ("reader-sparse", "tar", small(pieces[0]), small(pieces[1]), "different",
           "a piece of a sparse file that looks like gzip, which the file is not (T6)")


def orders():
    package = member(b"package/package.json", b'{"main":"index.js"}')
    good, evil = member(b"package/index.js", GOOD), member(b"other/index.js", EVIL)
    yield swapped("reader-npm", "tgz", lambda *parts: gzip(small(package, *parts)), (good, evil),
                  "npm takes the first folder away, and the last file of a name stays (T1)")
    yield swapped("reader-whiteout", "tar", small, (member(b"conf", EVIL), member(b".wh.conf")),
                  "a layer takes a file away before or after it brings it (T1)")

    def zipped(*parts):
        whole = Zip()
        for name, data, flags in parts:
            whole.add(name, data, flags=flags)
        return whole.done()

    for name, one, other in (
        ("version", (b"run.sh", 0), (b"run.sh;1", 0)),
        ("control", (b"run.sh", 0), (b"run\1.sh", 0)),
        ("colon", (b"a_b", 0), (b"a:b", 0)),
        ("codepage", (b"caf\x82", 0), ("caf\u00e9".encode(), 0x800)),
    ):
        yield swapped(f"reader-name-{name}", "zip", zipped,
                      ((one[0], GOOD, one[1]), (other[0], EVIL, other[1])),
                      "two names that some reader makes one of: the last one stays (Z7)")


def zips():
    def needed(system):
        whole = bytearray(Zip().add(b"a", GOOD).done())
        whole[5] = whole[whole.index(b"PK\1\2") + 7] = system
        return bytes(whole)

    yield ("reader-needed-system", "zip", needed(0), needed(2), "not-accepted",
           "a member that is said to need VMS is left out by unzip (Z8)")

    # Four bytes behind this text give it the checksum that a descriptor begins with.
    data = b"crc\n" + bytes.fromhex("19e0dd24")

    def streamed(mark):
        whole = Zip().add(b"a", data, flags=8)
        packed = len(whole.body) - 31
        sums = struct.pack("<II", packed, len(data))
        whole.body += mark + b"PK\7\x08" + sums
        return whole.add(b"b", GOOD).done()

    yield ("reader-descriptor", "zip", streamed(b"PK\7\x08"), streamed(b""), "not-accepted",
           "a checksum that looks like the mark of a descriptor, without the mark (Z2)")


def others():
    def jython(time):
        return small(member(b"m.py", GOOD, mtime=time), member(b"m$py.class", b"\xca\xfe\xba\xbe"))

    yield ("reader-jython", "tar", jython(THEN), jython(THEN + DAY), "different",
           "the source's time changed under a file that Jython compiled from it (W1)")
    both = [gzip(TEXT * 3, level=level) for level in (9, 1)]
    claim = b'{"files": {"a.gz": "%s"}}' % hashlib.sha256(both[0]).hexdigest().encode()
    yield ("list-any-name", "tar", *(small(member(b".cargo-checksum.json", claim),
                                           member(b"a.gz", data)) for data in both), "different",
           "a list of digests that no format knows holds for one side only (L1)")
    yield ("seal-lower", "jar", *(Zip().add(b"meta-inf/x.sf", b"x").add(b"a.gz", data, level=0).done()
                                  for data in both), "different",
           "a jar's signature in lower case is the same over other bytes (K1)")


def pairs():
    for group in (tars(), orders(), zips(), others()):
        yield from group
