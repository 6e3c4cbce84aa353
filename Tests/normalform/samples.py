#!/usr/bin/env python3
"""Writes containers that the fixtures lack, for check.sh: samples.py FOLDER

All dialects of tar, links, devices, long and odd names, extended headers, order that is permitted
and order that is not, compiled Python beside its source, streams one after another, zip's extra
fields and data descriptors, ar's long names.
"""

import bz2
import gzip
import hashlib
import io
import lzma
import os
import random
import struct
import sys
import tarfile
import zipfile
import zlib

sys.dont_write_bytecode = True

from sample_formats import cpios, rpms, write_folder, write_sets, zstds  # noqa: E402
from sample_leaves import javadocs, manifests, mos, pngs, pycs  # noqa: E402

TIME = 1_700_000_000
LONG = "folder/" + "n" * 120 + "/" + "m" * 90


def tar(members, format, **options) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=format, **options) as archive:
        for name, content, changes in members:
            info = tarfile.TarInfo(name)
            info.mtime, info.size = TIME, len(content)
            for key, value in changes.items():
                setattr(info, key, value)
            archive.addfile(info, io.BytesIO(content))
    return file.getvalue()


FOLDER = {"type": tarfile.DIRTYPE, "mode": 0o755}
PLAIN = [
    ("d", b"", FOLDER),
    ("d/b", b"second\n", {"uid": 1000, "uname": "builder"}),
    ("d/a", b"first\n", {"gid": 50, "mode": 0o4755}),
    ("d/empty", b"", {}),
    ("d/link", b"", {"type": tarfile.SYMTYPE, "linkname": "a"}),
    ("d/hard", b"", {"type": tarfile.LNKTYPE, "linkname": "d/a"}),
    ("d/pipe", b"", {"type": tarfile.FIFOTYPE}),
    ("d/null", b"", {"type": tarfile.CHRTYPE, "devmajor": 1, "devminor": 3}),
]
LONGER = PLAIN + [
    (LONG, b"long name\n", {}),
    ("long-link", b"", {"type": tarfile.SYMTYPE, "linkname": LONG}),
]
PYTHON = [
    ("m.py", b"pass\n", {"mtime": 5}),
    ("n.py", b"pass\n", {"mtime": 6}),
    ("__pycache__/m.cpython-311.pyc", b"\xa7\r\r\n" + bytes(12), {}),
    ("n.pyc", b"\xa7\r\r\n\1" + bytes(11), {}),
    ("e.el", b"", {}), ("e.elc", b";ELC", {}),
    ("c.clj", b"", {}), ("c__init.class", b"\xca\xfe\xba\xbe", {}),
]
MAGIC = b"\xa7\r\r\n"
DOTTED = [
    ("a.b.py", b"pass\n", {"mtime": 5}), ("a.pyw", b"pass\n", {"mtime": 6}),
    ("__pycache__/a.b.cpython-311.pyc", MAGIC + bytes(12), {}),
    # Validated by hash, and before that could be.
    ("new.pyc", MAGIC + b"\1" + bytes(11), {}), ("new.py", b"", {"mtime": 7}),
    ("old.pyc", b"\x03\xf3\r\n\1" + bytes(11), {}), ("old.py", b"", {"mtime": 8}),
]
LINKED = DOTTED + [("link.py", b"", {"type": tarfile.SYMTYPE, "linkname": "elsewhere"})]
PAX = [
    ("pax", b"x", {"mtime": TIME + 0.25, "pax_headers": {
        "SCHILY.xattr.user.note": "one", "comment": "two", "odd \\ key\x01": "three"}}),
    ("GNUSparseFile.0/s", b"x", {"pax_headers": {"GNU.sparse.name": "s"}}),
    ("other", b"x", {"uid": 7, "pax_headers": {"uid": "8", "uname": "else", "vendor.key": ""}}),
    ("cap", b"x", {"uid": 7, "pax_headers": {"SCHILY.xattr.security.capability": "c"}}),
    ("é", b"not ASCII", {"uname": "Jürgen", "gid": 1 << 40}),
]


def version_7(data: bytes) -> bytes:
    """A ustar archive with what version 7 lacks taken away."""
    result, at = b"", 0
    while data[at]:
        block = bytearray(data[at:at + 512])
        block[257:500] = bytes(243)
        block[148:156] = b"        "
        block[148:156] = b"%06o\0 " % sum(block)
        size = int(block[124:135], 8)
        end = at + 512 + (size + 511) // 512 * 512
        result += bytes(block) + data[at + 512:end]
        at = end
    return result + bytes(1024)


def sparse() -> bytes:
    """A GNU sparse header with a map that goes on in a second block, and times of GNU's."""
    block = bytearray(tar([("sparse", b"", {})], tarfile.GNU_FORMAT)[:512])
    block[124:136] = b"%011o\0" % 5
    block[156:157] = b"S"
    block[345:357] = b"%011o\0" % 77
    block[386:398], block[398:410] = b"%011o\0" % 0, b"%011o\0" % 5
    block[482], block[483:495] = 1, b"%011o\0" % 5
    block[148:156] = b"        "
    block[148:156] = b"%06o\0 " % sum(block)
    more = b"%011o\0%011o\0" % (5, 0)
    return bytes(block) + more.ljust(512, b"\0") + b"bytes".ljust(512, b"\0") + bytes(1024)


def ar(members) -> bytes:
    data = b"!<arch>\n"
    for name, content in members:
        data += b"%-16s%-12d%-6d%-6d%-8o%-10d`\n" % (name, TIME, 0, 0, 0o100644, len(content))
        data += content + b"\n" * (len(content) % 2)
    return data


def zip_file(write) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        write(archive)
    return file.getvalue()


def entry(name, extra=b"", method=zipfile.ZIP_DEFLATED, mode=0o100644, comment=b""):
    info = zipfile.ZipInfo(name, (2024, 1, 2, 3, 4, 6))
    info.compress_type, info.extra, info.comment = method, extra, comment
    info.external_attr = mode << 16
    return info


def methods(archive):
    archive.comment = b"a comment"
    for method in zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2:
        archive.writestr(entry(f"d/{method}", method=method), b"content " * 20)
    archive.writestr(entry("d/", mode=0o40755, method=zipfile.ZIP_STORED), b"")
    archive.writestr(entry("link", mode=0o120777, method=zipfile.ZIP_STORED), b"d/0")


def extras(archive):
    unix = struct.pack("<HHBI", 0x5455, 5, 1, TIME)
    owner = struct.pack("<HHBBIBI", 0x7875, 11, 1, 4, 1000, 4, 1000)
    ntfs = struct.pack("<HHIHHQQQ", 0x000A, 32, 0, 1, 24, 1, 2, 3)
    other = struct.pack("<HH4s", 0x9999, 4, b"what")
    archive.writestr(entry("META-INF/MANIFEST.MF", unix + owner), b"Manifest-Version: 1.0\n")
    archive.writestr(entry("a.py", ntfs + other, comment=b"c"), b"pass\n")
    archive.writestr(entry("a.pyc"), bytes(16))


def odd_extras(archive):
    """Blocks of another shape than their definitions, a link, setuid, names that order hangs on."""
    time = struct.pack("<HHBIB", 0x5455, 6, 1, TIME, 0)
    owner = struct.pack("<HHBBIBI", 0x7875, 11, 1, 4, 1000, 4, 1000)
    archive.writestr(entry("z", time + struct.pack("<HHQ", 1, 8, 5)), b"content\n")
    archive.writestr(entry("su", owner, mode=0o104755), b"")
    archive.writestr(entry("a", owner), b"")
    archive.writestr(entry("link", mode=0o120777), b"z")


class Pipe(io.RawIOBase):
    """A file that cannot seek, so that sizes stand behind the data."""

    def __init__(self):
        self.data = b""

    def writable(self):
        return True

    def write(self, data):
        self.data += bytes(data)
        return len(data)


def streamed() -> bytes:
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w") as archive:
        archive.writestr(entry("b"), b"streamed " * 9)
        archive.writestr(entry("a"), b"")
        with archive.open(entry("wide"), "w", force_zip64=True) as file:
            file.write(b"zip64 " * 9)
    return pipe.data


def named(*names) -> bytes:
    """A zip of members with these names."""
    return zip_file(lambda archive: [
        archive.writestr(entry(name), name.encode() * 9) for name in names])


def with_gaps() -> bytes:
    """Bytes of no record between two members, before the directory, and behind the end."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(entry("z"), b"first")
        archive.start_dir = file.seek(0, io.SEEK_END) + file.write(b"between")
        archive.writestr(entry("a"), b"second")
        archive.start_dir = file.seek(0, io.SEEK_END) + file.write(b"before")
    return file.getvalue() + b"behind"


def two_orders() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in "abc":
            archive.writestr(entry(name), name.encode())
        archive.filelist.insert(0, archive.filelist.pop())
    return file.getvalue()


def signed(data: bytes, *pairs, padding=0) -> bytes:
    """An .apk of a zip: with a signing block before its directory."""
    body = b"".join(struct.pack("<QI", len(value) + 4, id) + value for id, value in pairs)
    size = struct.pack("<Q", len(body) + 24)
    block = bytes(padding) + size + body + size + b"APK Sig Block 42"
    start = int.from_bytes(data[-6:-2], "little")
    return data[:start] + block + data[start:-6] + struct.pack("<I", start + len(block)) + bytes(2)


def commented(data: bytes, comment: bytes) -> bytes:
    return data[:-2] + struct.pack("<H", len(comment)) + comment


def named_zips() -> dict:
    """The families of zip, and what is beside their members."""
    plain, line = named("z", "a"), b"#!/usr/bin/env python3\n"
    absolute = io.BytesIO(line)
    with zipfile.ZipFile(absolute, "a") as archive:
        archive.writestr(entry("__main__.py"), b"pass")
    return {
        "first.epub": named("mimetype", "z", "b", "a"), "upper.epub": named("MimeType", "z", "b"),
        "first.docx": named("[Content_Types].xml", "z", "y", "x", "w", "v"),
        "signed.jar": named("META-INF/MANIFEST.MF", "META-INF/A.SF", "z", "a"),
        "libraries.war": named("META-INF/x", "z.jar", "a.JAR", "b"),
        "relative.pyz": line + plain, "absolute.pyz": absolute.getvalue(),
        "shell.pyz": b"#!/bin/sh\n" + plain, "classes.jmod": b"JM\1\0" + plain,
        "gaps.zip": with_gaps(), "two-orders.zip": two_orders(),
        "signed.apk": signed(plain, (0x7109871A, b"2"), (0x42726577, bytes(3)), padding=7),
        "odd.apk": signed(plain, (0xF05368C0, b"3"), (0x42726577, b"odd"), (7, b"pair")),
        "signed.nupkg": named("z", ".signature.p7s", "a"),
        "update.zip": commented(plain, b"signature\xff\xff\x0d\0"),
        "extras.apk": zip_file(lambda archive: [
            archive.writestr(entry(str(id), struct.pack("<HHB", id, 1, 7)), b"")
            for id in (0x000D, 0x5855, 0xCAFE, 0xD935, 0xA11E, 0xA220, 0x6375)]),
        "stamped.epub": zip_file(lambda archive: [
            archive.writestr(entry(name, struct.pack("<HHBI", 0x5455, 5, 1, TIME)), b"")
            for name in ("mimetype", "mimetypes")])}


def gzip_header(extra: bytes = b"AB\4\0wordCD\0\0") -> bytes:
    """All optional parts of a gzip header."""
    head = b"\x1f\x8b\x08\x1f" + struct.pack("<IBB", TIME, 0, 255)
    head += struct.pack("<H", len(extra)) + extra + b"name\0" + b"comment\0"
    head += struct.pack("<H", zlib.crc32(head) & 0xFFFF)
    return head + gzip.compress(b"content", mtime=0)[10:]


def lzip(data: bytes) -> bytes:
    filters = [{"id": lzma.FILTER_LZMA1, "dict_size": 1 << 16}]
    body = b"LZIP\1\x10" + lzma.compress(data, lzma.FORMAT_RAW, filters=filters)
    return body + struct.pack("<IQQ", zlib.crc32(data), len(data), len(body) + 20)


def xxh32(data: bytes) -> int:
    """Of fewer than 16 bytes."""
    prime, mask = (2654435761, 2246822519, 3266489917, 668265263, 374761393), 0xFFFFFFFF
    words, value = len(data) // 4, prime[4] + len(data)
    for word in struct.unpack(f"<{words}I", data[:words * 4]):
        value = (value + word * prime[2]) & mask
        value = (value << 17 | value >> 15) * prime[3] & mask
    for byte in data[words * 4:]:
        value = (value + byte * prime[4]) & mask
        value = (value << 11 | value >> 21) * prime[0] & mask
    value = (value ^ value >> 15) * prime[1] & mask
    value = (value ^ value >> 13) * prime[2] & mask
    return value ^ value >> 16


def lz4(blocks, size=None) -> bytes:
    """A frame of blocks, each with the mark of a stored one or without."""
    head = b"\x60\x40" if size is None else b"\x68\x40" + struct.pack("<Q", size)
    frame = b"\x04\x22\x4d\x18" + head + bytes([xxh32(head) >> 8 & 255])
    for mark, block in blocks:
        frame += struct.pack("<I", len(block) | mark << 31) + block
    return frame + bytes(4)


def roles(format) -> dict:
    """Tars whose names say that what they hold is installed."""
    inner = tar(PLAIN, format)
    digest = hashlib.sha256(inner).hexdigest()
    return {
        "arch.tar": tar([(".PKGINFO", b"", {})] + PLAIN, format),
        "arch-later.tar": tar(PLAIN + [("./.PKGINFO.x", b"", {})], format),
        "signed.tar": tar([("./.SIGN.x", b"", {}), ("b", b"", {"uid": 5})], format),
        "opkg.tar": tar([("./data.tar.gz", gzip.compress(inner, mtime=0), {})], format),
        "image.tar": tar([(f"blobs/sha256/{digest}", inner, {}), ("x/layer.tar", inner, {}),
                          (digest + ".tar", inner, {}), (digest + ".tarx", inner, {}),
                          ("xlayer.tar", inner, {})], format),
        "root.tar": tar([("/", b"", FOLDER), ("/a", b"", {})], format)}


def mutants(made: dict) -> dict:
    """Small files with a byte or a piece changed. Most are refused; the others say something new."""
    chance, found = random.Random(1), {}
    for name, data in made.items():
        count = 8 if name.endswith((".png", ".mo", ".pyc", ".mf", ".html")) else 4
        for index in range(count if 0 < len(data) < 20_000 else 0):
            at, changed = chance.randrange(len(data)), bytearray(data)
            if index % 3 == 0:
                changed[at] = chance.choice(b"\0\x01 \n\"<-0129Az\xff")
            elif index % 3 == 1:
                changed[at] ^= 1 << chance.randrange(8)
            else:
                changed[at:at + chance.randrange(3)] = chance.choice((b"", b" ", b"\n", b"0"))
            found[f"{index}-{name}"] = bytes(changed)
    return found


def main() -> None:
    ustar, gnu, pax = tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT
    plain = tar(PLAIN, ustar)
    made = {
        "ustar.tar": plain, "v7.tar": version_7(plain), "gnu.tar": tar(LONGER, gnu),
        "pax.tar": tar(LONGER + PAX, pax), "python.tar": tar(PYTHON, pax), "sparse.tar": sparse(),
        "global.tar": tar(PLAIN, pax, pax_headers={"comment": "0123abcd"}),
        "prefix.tar": tar([("p" * 90 + "/" + "q" * 90, b"1", {})], ustar),
        "late-folder.tar": tar(PLAIN[1:3] + PLAIN[:1], ustar),
        "through-link.tar": tar(
            [("l", b"", {"type": tarfile.SYMTYPE, "linkname": "d"}), ("l/x", b"", {})], ustar),
        "folded.tar": tar([("Straße", b"1", {}), ("STRASSE", b"2", {})], pax),
        "composed.tar": tar([("\u00e9", b"1", {}), ("e\u0301", b"2", {})], pax),
        "greek.tar": tar([("ΟΔΟΣ", b"1", {}), ("οδοσ", b"2", {})], pax),
        "bytes.tar": tar([("\udcff\udc80", b"1", {})], gnu),
        "binary.tar": tar([("b", b"", {"mtime": -1, "uid": 1 << 33})], gnu),
        "short-end.tar": plain[:len(plain.rstrip(b"\0")) // 512 * 512 + 512 + 512],
        "dotted.tar": tar(DOTTED, pax), "linked.tar": tar(LINKED, ustar),
        "second-links.tar": tar(PLAIN + [
            ("d/more", b"", {"type": tarfile.LNKTYPE, "linkname": "d/a"})], ustar),
        "unplain.tar": tar([("z. ", b"1", {}), ("a", b"2", {})], ustar),
        "ignorable.tar": tar([("z\u200d", b"1", {}), ("a", b"2", {})], pax),
        "deep.tar": tar([("a/" * 256 + "z", b"1", {}), ("a", b"", FOLDER)], pax),
        "below-file.tar": tar([("A/b", b"1", {}), ("a", b"2", {})], ustar),
        "script.tar": b"#!" + plain[2:],
        "dots.tar": tar([("./a", b"", {}), ("../b", b"", {})], ustar),
        "methods.zip": zip_file(methods), "extras.jar": zip_file(extras),
        "odd-extras.zip": zip_file(odd_extras), "mimetype.zip": zip_file(
            lambda archive: [archive.writestr(entry(name), b"") for name in ("mimetype", "a")]),
        "empty.zip": zip_file(lambda archive: None), "streamed.zip": streamed(),
        "gnu.a": ar([(b"/", bytes(4)), (b"//", b"a-name-of-more-than-15-bytes.o/\n"),
                     (b"/0", b"odd"), (b"short.o/", b"even")]),
        "bsd.a": ar([(b"#1/20", b"a-long-name.o".ljust(20, b"\0") + b"content")]),
        "empty.a": ar([]), "text": b"no container\n", "nothing": b"",
        "two.gz": gzip.compress(b"one", mtime=1) + gzip.compress(b"two", mtime=2),
        "header.gz": gzip_header(), "odd-extra.gz": gzip_header(b"AB\5\0word"),
        "empty-extra.gz": gzip_header(b""),
        "joined.xz": lzma.compress(plain[:600]) + lzma.compress(plain[600:]),
        "stream.zlib": zlib.compress(plain), "small-window.zlib": zlib.compress(plain, 9, 9),
        "not-quite.zlib": zlib.compress(plain) + b"\0", "wrong.zlib": zlib.compress(plain)[:-1] + b"?",
        "long.zlib": zlib.compress(random.Random(1).randbytes(60_000)), "two.lz": lzip(plain[:600]) + lzip(plain[600:]),
        # A literal, four copies of what was three bytes before, and more literals.
        "two.lz4": lz4([(1, LONG.encode()), (0, b"\x30abc\x03\0" + b"\x50vwxyz")], len(LONG) + 12)
        + b"\x5a\x2a\x4d\x18\3\0\0\0own" + lz4([(1, plain[600:])]) + lz4([]),
        "two.xz": lzma.compress(plain[:600]) + bytes(8) + lzma.compress(plain[600:]) + bytes(4),
        **named_zips(),
        "two.bz2": bz2.compress(plain[:600]) + bz2.compress(plain[600:]),
    }
    made |= cpios() | zstds() | rpms() | roles(ustar)
    leaves = pngs() | mos() | pycs() | manifests() | javadocs()
    made |= leaves | {"leaves.zip": zip_file(lambda archive: [
        archive.writestr(entry(name), data) for name, data in leaves.items()])}
    folder = sys.argv[1]
    packed = {name + ".gz": gzip.compress(data, mtime=0) for name, data in made.items()}
    for kind, files in ("files", made), ("packed", packed), ("mutants", mutants(made)):
        os.makedirs(os.path.join(folder, kind))
        for name, data in files.items():
            with open(os.path.join(folder, kind, name), "wb") as file:
                file.write(data)
    write_sets(os.path.join(folder, "sets"), plain)
    write_folder(os.path.join(folder, "sets"))


if __name__ == "__main__":
    main()
