"""Pairs of ar files and .deb packages."""

from containers import ar, gzip, member, tar, xz

FOLDER = b"5"
CONTROL = (b"Package: tally-special\nVersion: 1\nArchitecture: all\n"
           b"Maintainer: Tallystick developers <maintainers@tallystick.invalid>\n"
           b"Description: a fixture\n")


def deb(*data, extra=()):
    """A package with the given members in data.tar.xz, and perhaps more ar members before it."""
    control = tar(member(b"./control", CONTROL))
    return ar([("debian-binary", b"2.0\n"), ("control.tar.xz", xz(control)), *extra,
               ("data.tar.xz", xz(tar(member(b"./", kind=FOLDER, mode=0o755), *data)))])


def packed(control, data, *behind, suffix="gz"):
    """A package of two archives as they are, and perhaps of more ar members behind them."""
    return ar([("debian-binary", b"2.0\n"), ("control.tar.gz", control),
               (f"data.tar.{suffix}", data), *behind])


def pairs():
    def tool(mode, uid=0, uname=b"root"):
        return deb(member(b"./tool", b"#!/bin/sh\nid\n", mode=mode, uid=uid, uname=uname))

    times = [deb(member(b"./tool", b"#!/bin/sh\nid\n", mode=0o755, mtime=time)) for time in (1, 2)]
    yield ("deb-time", "deb", *times, "equivalent", "a file of a package has another time",
           "tar.mtime xz.compression")
    yield ("setuid-owner", "deb", tool(0o4755), tool(0o4755, 33, b"www-data"), "different",
           "a setuid program of a package has another owner (T2)")
    yield ("deb-owner", "deb", tool(0o755), tool(0o755, 33, b"www-data"), "different",
           "what data.tar says of owners is what is installed (T2)")
    plain = member(b"./tool", b"#!/bin/sh\nid\n", mode=0o755)
    second = gzip(tar(member(b"./postinst", b"#!/bin/sh\nevil\n", mode=0o755)))
    yield ("deb-second-control", "deb", deb(plain), deb(plain, extra=[("control.tar.gz", second)]),
           "not-accepted", "a second control archive: readers choose differently (A1)")
    late = deb(plain) + ar([("_gpgorigin", b"none")])[8:]
    yield ("deb-extra-member", "deb", deb(plain), late, "different",
           "a member behind data.tar (A1)")

    def swapped(*names):
        parts = dict(zip(("control.tar.xz", "data.tar.xz"), (xz(tar(plain)), xz(tar(plain)))))
        return ar([("debian-binary", b"2.0\n"), *((name, parts[name]) for name in names)])

    yield ("deb-order", "deb", swapped("control.tar.xz", "data.tar.xz"),
           swapped("data.tar.xz", "control.tar.xz"), "not-accepted",
           "the data archive stands before the control archive (A1)")
    yield ("deb-version", "deb", deb(plain), deb(plain).replace(b"2.0\n", b"2.1\n", 1), "different",
           "the package says another version of its format (A1)")
    odd, even = ("odd.o", b"odd"), ("even.o", b"even")
    yield ("ar-time", "a", ar([odd]), ar([odd], 1_700_000_000), "equivalent",
           "an ar member has another time",
           "ar.mtime")
    yield ("ar-order", "a", ar([odd, even]), ar([even, odd]), "different",
           "the order of ar members decides what a linker takes (A1)")
    yield ("ar-padding", "a", ar([odd, even]), ar([(*odd, b"!"), even]), "not-accepted",
           "the padding byte behind an odd member is no line feed (A1)")
    yield ("ar-duplicate", "a", ar([odd, ("odd.o", b"ODD")]), ar([("odd.o", b"ODD"), odd]),
           "not-accepted", "one name twice with the contents swapped (A1)")
