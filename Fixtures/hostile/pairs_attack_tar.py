"""Pairs of tar, .deb and cpio files that an earlier version judged wrongly, and controls."""

import struct

from containers import BLOCK, gzip, member, pax, tar
from pairs_deb import deb
from pairs_tar import DAY, FOLDER, LINK, SYMLINK, THEN, pyc

FIRST, SECOND = b"first\n", b"second\n"
MODE, UID, CHECKSUM, TYPE, MAGIC, GNU_ATIME = 100, 108, 148, 156, 257, 345


def small(*parts):
    """A tar file whose end is not filled up to a record of twenty blocks."""
    return tar(*parts, record=1)


def patched(part, *fields):
    """The member with each (offset, bytes) put over its header, and a checksum that fits again."""
    block = bytearray(part[:BLOCK])
    for at, value in fields:
        block[at : at + len(value)] = value
    block[CHECKSUM : CHECKSUM + 8] = b" " * 8
    block[CHECKSUM : CHECKSUM + 8] = b"%06o\0 " % sum(block)
    return bytes(block) + part[BLOCK:]


def setuid(**fields):
    """A program that runs as its owner, whoever that is."""
    return member(b"tool", b"#!/bin/sh\nid\n", **{"mode": 0o4755, **fields})


def sparse(name, real, data):
    """A member whose header says `name`, and which GNU tar and libarchive write as `real`."""
    holes = b"1\n0\n%d\n" % len(data)
    return pax([(b"GNU.sparse.major", b"1"), (b"GNU.sparse.minor", b"0"),
                (b"GNU.sparse.name", real), (b"GNU.sparse.realsize", b"%d" % len(data))]
               ) + member(name, holes + bytes(BLOCK - len(holes)) + data)


def cpio(members):
    """A cpio file of the form `newc`, from (name, bytes)."""
    out = b""
    for number, (name, data) in enumerate((*members, (b"TRAILER!!!", b"")), 1):
        mode = 0o100644 if data else 0
        fields = (number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0)
        out += b"070701" + b"".join(b"%08X" % field for field in fields) + name + b"\0"
        out += bytes(-len(out) % 4) + data
        out += bytes(-len(out) % 4)
    return out


def script(mtime):
    """A tar file that is a shell script too: it counts the fields of its own header."""
    body = b'\n[ "$6" = %011o ] && echo evil\nexit\n' % (THEN + DAY)
    name = b"#!/bin/sh\nset -- x".ljust(100)
    spaced = [(MODE, b"0000644 0000000 0000000 %011o %011o " % (len(body), mtime)),
              (MAGIC, b"ustar  \0")]
    return small(patched(member(name, body), *spaced))


def controls():
    """What stays tolerated beside the pairs below."""
    top, link = member(b"./", kind=FOLDER, mode=0o755), member(b"./b", kind=LINK, link=b"./a")
    a, c = member(b"./a", FIRST), member(b"./c", SECOND)
    yield ("tar-link-moved", "tar", small(top, a, link, c), small(top, a, c, link), "equivalent",
           "a hard link stands elsewhere, but still behind its target",
           "tar.order")

    def fraction(seconds):
        return small(pax([(b"mtime", b"%d.25" % seconds)]), member(b"a", FIRST, mtime=seconds))

    yield ("tar-pax-fraction", "tar", fraction(THEN), fraction(THEN + DAY), "equivalent",
           "a member has another time, in the header and with its fraction in the extended header",
           "tar.mtime")
    yield ("pyc-hash-dots", "tar", python(pyc(1, THEN, 6)), python(pyc(1, THEN, 6), THEN + DAY),
           "equivalent", "the source's time changed beside a .pyc that is validated by hash, "
           "and the module's name has dots",
           "tar.mtime")


def numbers():
    """Numbers and times that are none, or that readers read differently."""
    yield ("tar-mode-text", "tar", small(member(b"tool", FIRST, mode=0)),
           small(patched(member(b"tool", FIRST), (MODE, b"004755x\0"))), "not-accepted",
           "a mode that is no number, which some readers read up to its letter (T2)")
    yield ("tar-uid-text", "tar", small(setuid()), small(patched(setuid(), (UID, b"001750x\0"))),
           "not-accepted", "the owner of a setuid program is no number (T2)")
    yield ("tar-pax-uid-dot", "tar", small(setuid()),
           small(pax([(b"uid", b"0.")]), setuid(uid=1000)), "not-accepted",
           "an extended uid of '0.' over another uid in the header of a setuid program (T6)")
    yield ("tar-pax-uid-empty", "tar", small(pax([(b"uid", b"")]), setuid()),
           small(pax([(b"uid", b"")]), setuid(uid=1000)), "not-accepted",
           "an empty extended uid gives the uid of the header back, and that one differs (T6)")
    yield ("tar-pax-uname-empty", "tar", small(pax([(b"uname", b"")]), setuid()),
           small(pax([(b"uname", b"")]), setuid(uname=b"daemon")), "not-accepted",
           "an empty extended uname gives the name of the header back, and that one differs (T6)")
    a = member(b"a", FIRST)
    yield ("tar-pax-mtime-text", "tar", small(a), small(pax([(b"mtime", b"$(payload)")]), a),
           "not-accepted", "an extended mtime that is text (T6)")
    later = member(b"a", FIRST, mtime=THEN + DAY)
    # The sum counts its own field as eight spaces, however the field is written.
    unsigned = sum(later[:BLOCK]) - sum(later[CHECKSUM : CHECKSUM + 8]) + 8 * 0x20
    coded = later[:CHECKSUM] + b"\x80" + unsigned.to_bytes(7, "big") + later[CHECKSUM + 8 :]
    yield ("tar-checksum-base256", "tar", small(a), small(coded), "not-accepted",
           "the checksum is written in base 256, which not every reader takes (T10)")


def owners():
    """Attributes, and owners that decide what a program may do."""
    a = member(b"a", FIRST)
    yield ("tar-xattr-empty", "tar", small(a), small(pax([(b"SCHILY.xattr.user.x", b"")]), a),
           "different", "an extended attribute without a value against none (T3)")
    yield ("tar-link-setuid-owner", "tar",
           small(setuid(), member(b"h", kind=LINK, link=b"tool", mode=0o755)),
           small(setuid(), member(b"h", kind=LINK, link=b"tool", mode=0o755, uid=1000)),
           "different", "a hard link gives the setuid program it names another owner (T2)")

    def capable(owner):
        # libarchive writes names in percent code and values in base 64.
        rights = [(b"LIBARCHIVE.xattr.security%2Ecapability", b"AQAAAgAEAAAAAAAAAAAAAAAAAAA=")]
        return small(pax(rights), member(b"tool", FIRST, mode=0o755, uid=owner))

    yield ("tar-capability-libarchive", "tar", capable(0), capable(1000), "different",
           "a program with a capability in the form of libarchive has another owner (T3)")


def order():
    """Members in another order, where the later one acts upon the earlier one."""
    one, two = sparse(b"s1", b"x", FIRST), sparse(b"s2", b"x", SECOND)
    yield ("tar-sparse-name", "tar", small(one, two), small(two, one), "not-accepted",
           "GNU.sparse.name twice with the contents swapped: the last one wins (T1)")
    a, b = member(b"a", FIRST), member(b"b", SECOND)
    solaris = pax([(b"path", b"evil")], kind=b"X")
    yield ("tar-solaris-header", "tar", small(solaris, a, b), small(solaris, b, a), "not-accepted",
           "an extended header of Solaris renames the member behind it, for some readers (T6)")
    hidden = patched(member(b"d/", member(b"z", SECOND)), (TYPE, b"\0"))
    z = member(b"z", FIRST)
    yield ("tar-folder-size", "tar", small(hidden, z), small(z, hidden), "not-accepted",
           "an old folder with a size holds a member that readers of no such size see (T6)")
    below = member(b"a/b", SECOND)
    yield ("tar-file-parent", "tar", small(a, below), small(below, a), "not-accepted",
           "the file a and the file a/b: the order says which one there is room for (T5)")
    a, below = member(b"./a", FIRST), member(b"./a/b", SECOND)
    yield ("deb-file-parent", "deb", deb(a, below), deb(below, a), "not-accepted",
           "the file a and the file a/b in the data of a package, in another order (T5)")
    s, h = member(b"s", kind=SYMLINK, link=b"/tmp"), member(b"h", kind=LINK, link=b"s")
    x = member(b"h/x", SECOND)
    yield ("tar-link-to-symlink", "tar", small(s, h, x), small(x, s, h), "not-accepted",
           "h is a hard link to a symbolic link, and h/x before or behind it lands elsewhere (T5)")
    t = member(b"t", FIRST)
    h1, h2 = (member(name, kind=LINK, link=b"t", mode=mode)
              for name, mode in ((b"h1", 0o644), (b"h2", 0o755)))
    yield ("tar-link-modes", "tar", small(t, h1, h2), small(t, h2, h1), "not-accepted",
           "two hard links give one target two modes: the last one wins (T5)")


def python(cache, mtime=THEN, at=b"pkg/__pycache__/app.conf.cpython-311.pyc", before=()):
    """A module whose name has dots, of six bytes, and what stands at the place of its .pyc."""
    cached = member(at, cache) if isinstance(cache, bytes) else cache
    return small(*before, cached, member(b"pkg/app.conf.py", FIRST, mtime=mtime))


def companions():
    """Sources whose time changed, beside what was made from them."""
    def aged(name, reason, *others, source=b"pkg/mod.py", then=THEN):
        left, right = (small(*others, member(source, FIRST, mtime=time))
                       for time in (then, then + DAY))
        return name, "tar", left, right, "different", reason + " (W1)"

    cache, place = pyc(0, THEN, len(FIRST)), b"pkg/__pycache__/mod.cpython-311.pyc"
    yield ("pyc-dots", "tar", python(cache), python(cache, THEN + DAY), "different",
           "the source's time changed under a .pyc, and the module's name has dots (W1)")
    yield aged("pyc-link", "the source's time changed under a .pyc that is a hard link",
               member(b"blob", cache), member(place, kind=LINK, link=b"blob"))
    yield aged("pyc-folder-link", "the source's time changed, and __pycache__ is a symbolic link",
               member(b"pkg/cache/mod.cpython-311.pyc", cache),
               member(b"pkg/__pycache__", kind=SYMLINK, link=b"cache"))
    # Before 3.7 the word behind the magic number is the time, and not flags.
    old = struct.pack("<HHII", 3379, 0x0A0D, 1, len(FIRST)) + b"\xe3" + bytes(31)
    yield aged("pyc-old", "the time in a .pyc of Python 3.6 is 1, as the flag of a hash is later",
               member(b"pkg/__pycache__/mod.cpython-36.pyc", old), then=1)


def framing():
    """Bytes that are neither content nor a field of the profile."""
    a = patched(member(b"a", FIRST), (MAGIC, b"ustar  \0"))
    yield ("tar-gnu-atime", "tar", small(a), small(patched(a, (GNU_ATIME, b"%011o\0" % THEN))),
           "not-accepted", "a GNU header holds a time of access against none (T10)")
    yield ("tar-pax-short-name", "tar", small(member(b"bin/sh", FIRST)),
           small(pax([(b"path", b"bin/sh")]), member(b"bin/s", FIRST)), "not-accepted",
           "the header's name is not the start of the extended one that readers of pax take (T9)")
    x = [(b"comment", b"x")]
    yield ("tar-extension-name", "tar", small(pax(x), member(b"a", FIRST)),
           small(pax(x, name=b"../../etc/x"), member(b"a", FIRST)), "not-accepted",
           "an extended header has a name that leads out of the folder (T9)")
    yield ("tar-script", "tar", script(THEN), script(THEN + DAY), "not-accepted",
           "a tar file that is a script as well, and the time of its member decides what it does "
           "(T9)")
    left, right = (cpio([(b"a.gz", gzip(FIRST, mtime=time))]) for time in (1, 2))
    yield ("cpio-gzip-time", "cpio", left, right, "equivalent",
           "a gzip stream inside a cpio file has another time", "gzip.mtime")


def pairs():
    yield from controls()
    yield from numbers()
    yield from owners()
    yield from order()
    yield from companions()
    yield from framing()
