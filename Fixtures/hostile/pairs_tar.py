"""Pairs of tar files. Each entry: name, suffix, left, right, verdict, reason (and class)."""

import struct

from containers import member, pax, tar, tar_header

DAY = 86_400
THEN = 1_700_000_000
LINK, SYMLINK, DEVICE, FOLDER = b"1", b"2", b"4", b"5"


def pyc(flags, mtime, size):
    """The header of a CPython 3.11 .pyc, and a body that nobody runs."""
    check = struct.pack("<II", mtime, size) if flags == 0 else b"\x11\x22\x33\x44\x55\x66\x77\x88"
    return struct.pack("<HHI", 0x0DA7, 0x0A0D, flags) + check + b"\xe3" + b"\0" * 31


def module(flags, mtime):
    """A module whose source was last changed at `mtime`; its .pyc was made from that of `THEN`."""
    source = b"ANSWER = 42\n"
    return tar(
        member(b"pkg/", kind=FOLDER, mode=0o755), member(b"pkg/mod.py", source, mtime=mtime),
        member(b"pkg/__pycache__/", kind=FOLDER, mode=0o755),
        member(b"pkg/__pycache__/mod.cpython-311.pyc", pyc(flags, THEN, len(source))))


def capability(owner=0):
    """The program with the right to bind low ports."""
    rights = b"\1\0\0\2" + struct.pack("<IIII", 1 << 10, 0, 0, 0)
    return tar(pax([(b"SCHILY.xattr.security.capability", rights)]), program(uid=owner, gid=owner))


def program(**fields):
    return member(b"bin/tool", b"#!/bin/sh\nexec true\n", **{"mode": 0o755, **fields})


def benign():
    """What the profile `archive` tolerates."""
    a, b = member(b"a", b"first\n"), member(b"b", b"second\n")
    yield ("tar-time", "tar", tar(a), tar(member(b"a", b"first\n", mtime=THEN + DAY)), "equivalent",
           "a member has another time",
           "tar.mtime")
    yield ("tar-owner", "tar", tar(a),
           tar(member(b"a", b"first\n", uid=1000, gid=1000, uname=b"user", gname=b"user")),
           "equivalent", "a plain file of a plain tar has another owner",
           "tar.owner")
    yield ("tar-order", "tar", tar(a, b), tar(b, a), "equivalent",
           "two plain files in another order, all names unique",
           "tar.order")
    yield ("pyc-hash", "tar", module(1, THEN), module(1, THEN + DAY), "equivalent",
           "the source's time changed beside a .pyc that is validated by hash, not by time",
           "tar.mtime")


def rights():
    """Times, owners and bits on which behaviour hangs."""
    yield ("pyc-time", "tar", module(0, THEN), module(0, THEN + DAY), "different",
           "the source's time changed under a .pyc that Python checks by time (W1)")
    yield ("tar-setuid", "tar", tar(program()), tar(program(mode=0o4755)), "different",
           "mode 0755 became 04755 (T2)")
    yield ("tar-writable", "tar", tar(member(b"a", b"x")), tar(member(b"a", b"x", mode=0o666)),
           "different", "mode 0644 became 0666 (T2)")
    yield ("tar-executable", "tar", tar(member(b"a", b"x")), tar(member(b"a", b"x", mode=0o755)),
           "different", "mode 0644 became 0755 (T2)")
    yield ("tar-sticky", "tar", tar(member(b"d/", kind=FOLDER, mode=0o777)),
           tar(member(b"d/", kind=FOLDER, mode=0o1777)), "different",
           "a folder of everybody became sticky (T2)")
    for key in (b"SCHILY.acl.access", b"SCHILY.acl.default", b"SCHILY.xattr.user.note"):
        name = key.decode().rpartition(".")[2]
        yield (f"tar-acl-{name}" if b"acl" in key else f"tar-xattr-{name}", "tar", tar(program()),
               tar(pax([(key, b"user::rwx,user:1000:rwx,group::r-x,mask::rwx,other::r-x")]),
                   program()), "different", f"an extended header adds {key.decode()} (T3)")
    yield ("tar-setuid-owner", "tar", tar(program(mode=0o4755)),
           tar(program(mode=0o4755, uid=1000, uname=b"user")), "different",
           "a setuid program has another owner (T2)")
    yield ("tar-capability", "tar", tar(program()), capability(), "different",
           "an extended header gives the program a capability (T3)")
    yield ("tar-capability-owner", "tar", capability(), capability(1000), "different",
           "a program with a capability has another owner (T3)")
    device = [member(b"dev/disk", kind=DEVICE, mode=0o660, gid=gid) for gid in (0, 1000)]
    yield ("tar-device-owner", "tar", tar(device[0]), tar(device[1]), "different",
           "a device has another group (T2)")


def names():
    """Order and names that readers act upon."""
    x, d = member(b"d/x", b"payload\n"), member(b"d", kind=SYMLINK, link=b"/tmp")
    yield ("tar-symlink-order", "tar", tar(d, x), tar(x, d), "not-accepted",
           "d/x before or behind the link d -> /tmp lands in different places (T5)")
    one, two = member(b"same", b"one\n"), member(b"same", b"two\n")
    yield ("tar-duplicate", "tar", tar(one, two), tar(two, one), "not-accepted",
           "one name twice with the contents swapped: the last one wins (T1)")
    plain = member(b"safe/file", b"payload\n")
    yield ("tar-escape", "tar", tar(plain), tar(member(b"../escape", b"payload\n")), "not-accepted",
           "a name leads out of the folder (T5)")
    yield ("tar-absolute", "tar", tar(plain), tar(member(b"/tmp/absolute", b"payload\n")),
           "not-accepted", "a name starts at the root (T5)")
    f, h = member(b"f", b"payload\n"), member(b"h", kind=LINK, link=b"f")
    yield ("tar-link-order", "tar", tar(f, h), tar(h, f), "not-accepted",
           "a hard link before its target points at whatever was there (T5)")
    yield ("tar-link-copy", "tar", tar(f, h), tar(f, member(b"h", b"payload\n")), "different",
           "a hard link became a copy (T5)")
    upper, lower = member(b"Makefile", b"all:\n"), member(b"makefile", b"evil:\n")
    yield ("tar-case-order", "tar", tar(upper, lower), tar(lower, upper), "not-accepted",
           "names that are one under case folding, in another order (T1)")
    inside, folder = member(b"e/y", b"y\n"), member(b"e/", kind=FOLDER, mode=0o700)
    yield ("tar-folder-order", "tar", tar(folder, inside), tar(inside, folder), "not-accepted",
           "a folder behind what it holds gets its mode at another time (T5)")
    odd = (b"\x1b[2J\x1b[31mred", b"line\nverdict: identical", b"exe\xe2\x80\xaecod.txt",
           b"latin-\xe9\xff", b"back\\slash", "e\u0301 and \u00e9".encode())
    yield ("tar-names", "tar", tar(*(member(name, b"left\n") for name in odd)),
           tar(*(member(name, b"right\n") for name in odd)), "different",
           "names with terminal escapes, a line break, RLO and bytes that are no UTF-8 (T9)")
    yield ("tar-name-tail", "tar", tar(tar_header(b"a")), tar(tar_header(b"a\0hidden")),
           "not-accepted", "bytes behind the NUL of a name (T9)")


def headers():
    """Extended headers on which readers disagree."""
    nested = member(b"nested", b"hidden\n")

    def wrapped(**fields):
        return tar(pax([(b"size", b"%d" % len(nested))]), tar_header(b"outer", **fields), nested)

    yield ("tar-pax-size", "tar", tar(member(b"outer", nested)), wrapped(), "not-accepted",
           "an extended size over a header size of 0 wraps a header: readers disagree (T6)")
    yield ("tar-pax-size-both", "tar", wrapped(), wrapped(mtime=THEN + DAY), "inconclusive",
           "only a time differs, but readers disagree about what both sides hold (T6)")
    # The other way round: readers of no extended headers find the content, the others none.
    yield ("tar-pax-size-zero", "tar", tar(member(b"outer", nested)),
           tar(pax([(b"size", b"0")]), member(b"outer", nested)), "not-accepted",
           "an extended size of 0 over a header size lays a header bare: readers disagree (T6)")
    a = member(b"a", b"x\n")
    yield ("tar-pax-global-path", "tar", tar(a), tar(pax([(b"path", b"evil")], kind=b"g"), a),
           "not-accepted", "a global extended header renames members, for some readers (T9)")
    pairs = [(b"path", b"first"), (b"path", b"second")]
    yield ("tar-pax-duplicate", "tar", tar(pax(pairs), a), tar(pax(pairs[::-1]), a), "not-accepted",
           "one key twice in an extended header (T9)")
    yield ("tar-pax-nul", "tar", tar(pax([(b"path", b"n\0left")]), a),
           tar(pax([(b"path", b"n\0right")]), a), "not-accepted",
           "NUL in an extended path, where some readers stop (T9)")


def framing():
    """Bytes that readers pass over."""
    a, b = (member(name, b"x\n") for name in (b"a", b"b"))
    yield ("tar-header-tail", "tar", tar(a), tar(member(b"a", b"x\n", tail=b"stowaway")),
           "not-accepted", "a payload in bytes 500-511 of a header (T10)")
    yield ("tar-padding", "tar", tar(a), tar(member(b"a", b"x\n", fill=b"!")), "not-accepted",
           "the padding behind the content is not zero (T10)")
    whole = tar(a, record=1)
    yield ("tar-trailing", "tar", whole + bytes(512), whole + b"behind the end" + bytes(498),
           "not-accepted", "bytes behind the end blocks (T10)")
    yield ("tar-checksum", "tar", tar(a, b), tar(a, member(b"b", b"x\n", checksum=1)),
           "not-accepted", "a header with a wrong checksum, where some readers stop (T10)")
    long = tar(member(b"a", b"x" * 600))
    yield ("tar-truncated", "tar", long, long[:1100], "not-accepted",
           "the file ends inside a member (T10)")
    yield ("tar-no-end", "tar", tar(a, end=b"", record=1), tar(a), "not-accepted",
           "no end blocks on one side (T10)")


def pairs():
    yield from benign()
    yield from rights()
    yield from names()
    yield from headers()
    yield from framing()
