"""Pairs with numbers that are none, that are too large for some readers, or of another width."""

import struct

from containers import gzip, member, pax
from pairs_attack_tar import FIRST, SECOND, patched, small
from pairs_attack_zip import ZIP64, FieldZip, field
from pairs_deb import CONTROL, packed
from pairs_jar import manifest
from pairs_tar import THEN

MTIME, LARGE = 136, 1 << 33


def deb(time):
    """A package whose first ar member has these twelve bytes for a time."""
    data = packed(gzip(small(member(b"./control", CONTROL))), gzip(small(member(b"./a", FIRST))))
    return data[:24] + time.ljust(12) + data[36:]


def extended(time):
    """Two members, the first of which has this time in an extended header."""
    return small(pax([(b"mtime", time)]), member(b"a", FIRST), member(b"b", SECOND))


def binary(time):
    """The same with a binary number of eleven bytes in the header."""
    number = b"\x80" + time.to_bytes(11, "big")
    return small(patched(member(b"a", FIRST), (MTIME, number)), member(b"b", SECOND))


def times():
    yield ("number-ar-time", "deb", deb(b"0"), deb(b"rm -rf /"), "not-accepted",
           "the time of an ar member is text (A1)")
    for name, time, reason in (
        ("overflow", b"9223372036854775807", "the largest time of 64 bits"),
        ("long", b"9" * 24, "a time of 24 digits"),
        ("sign", b"+8589934592", "a time with a sign"),
    ):
        yield (f"number-pax-{name}", "tar", extended(b"%d" % LARGE), extended(time),
               "not-accepted", f"an extended header has {reason}, which some readers refuse (T6)")
    yield ("number-pax-time", "tar", extended(b"%d" % LARGE), extended(b"%d" % (LARGE + 1)),
           "equivalent", "an extended header has a time that fits into no octal number",
           "tar.mtime")
    yield ("number-binary", "tar", binary(THEN), binary(1 << 61), "not-accepted",
           "a binary time that lies beyond the times of some readers (T6)")
    yield ("number-binary-time", "tar", binary(LARGE), binary(LARGE + 1), "equivalent",
           "a binary time that fits into no octal number", "tar.mtime")


def oem(version):
    """A zip file made on Windows, where the version says how names without a flag are read."""
    whole = FieldZip().add(b"caf\x82", FIRST, system=11)
    directory = bytearray(whole.directory)
    directory[4] = version
    whole.directory = bytes(directory)
    return whole.done()


def streamed(is_wide):
    """A jar whose last entry has its sizes behind it, in 32 or 64 bits."""
    out = FieldZip().add(b"META-INF/MANIFEST.MF", manifest())
    start = len(out.body)
    if not is_wide:
        return out.put(b"a", FIRST * 9, descriptor=True).done()
    out.put(b"a", FIRST * 9, needed=45, local=field(ZIP64, bytes(16)), descriptor=True)
    sizes = struct.unpack("<II", out.body[-8:])
    out.body = (out.body[: start + 18] + b"\xff" * 8 + out.body[start + 26 : -8]
                + struct.pack("<QQ", *sizes))
    return out.done()


def zips():
    two = FieldZip().put(b"a", FIRST)
    yield ("number-zip-needed", "zip", FieldZip().put(b"a", FIRST).put(b"b", SECOND).done(),
           two.put(b"b", SECOND, needed=63).done(), "not-accepted",
           "an entry asks for version 6.3 without need, so that some readers leave it (Z8)")
    yield ("number-zip-oem", "zip", oem(20), oem(50), "not-accepted",
           "the version that made an entry says in which alphabet its name is (Z9)")
    plain = FieldZip().add(b"META-INF/MANIFEST.MF", manifest()).put(b"a", FIRST * 9).done()
    yield ("number-zip-wide", "jar", plain, streamed(True), "not-accepted",
           "the sizes behind an entry have 64 bits, where readers of streams expect 32 (Z2)")
    yield ("number-zip-streamed", "jar", plain, streamed(False), "equivalent",
           "the sizes of an entry stand behind it", "zip.streaming")


def pairs():
    yield from times()
    yield from zips()
