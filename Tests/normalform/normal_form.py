#!/usr/bin/env python3
"""A second implementation of the normal form (Docs/NormalForm.md), to check the first one by.

    normal_form.py PATH...          the normal-form digest of each file or folder
    normal_form.py --unpacked PATH  the digest of what a folder and an archive of it share
    normal_form.py --report REPORT  recompute what a JSON report of `tally compare` says

It shares no code with `tally` and needs Python 3.11 and its standard library only. It reads whole
files into memory and believes them: what is malformed or ambiguous, `tally` refuses before there is
a normal form. Python 3.11 has no zstd module, so zstd ends it with exit code 77, as does a report
that holds no normal forms.
"""

import argparse
import bz2
import hashlib
import json
import lzma
import os
import re
import stat
import sys
import unicodedata
import zlib
from typing import NamedTuple

UNSUPPORTED = 77


class Unsupported(Exception):
    """What this implementation leaves out."""


# Records, and the profile that decides which of them there are


def record(*items: bytes) -> bytes:
    return b"".join(b"%d:%s," % (len(item), item) for item in items) + b"\n"


def joined(records: list) -> bytes:
    return b"".join(record(*items) for items in records)


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def text(number: int) -> bytes:
    return b"%d" % number


# Which rule tolerates a difference in an attribute or field; by format.
AR = {"ar.mtime": "ar.mtime", "ar.uid": "ar.owner", "ar.gid": "ar.owner"}
RULES = {
    "gzip": {"gzip.mtime": "gzip.mtime", "gzip.level": "gzip.compression", "gzip.os": "gzip.os",
             "gzip.name": "gzip.name"},
    "xz": {}, "bzip2": {}, "lz4": {}, "lzip": {}, "zlib": {}, "ar": AR, "deb": AR,
    "tar": {"tar.mtime": "tar.mtime", "tar.atime": "tar.atime", "tar.ctime": "tar.atime",
            "tar.blocking": "tar.blocking"}
    | {"tar." + name: "tar.owner" for name in ("uid", "gid", "uname", "gname")},
    "zip": {"zip." + place + kind: "zip.mtime" for place in ("", "local.")
            for kind in ("mtime", "unix.mtime", "ntfs.mtime")}
    | {"zip.owner": "zip.owner", "zip.local.owner": "zip.owner", "zip.version": "zip.version",
       "zip.needed": "zip.version", "zip.local.needed": "zip.version"}
    | {"apk." + name: "apk.signature" for name in ("signature", "padding", "signed")},
}
ENCODING = {"tar": "tar.encoding", "ar": "ar.encoding", "deb": "ar.encoding",
            "zip": "zip.streaming"}
ORDER = {"tar": "tar.order", "zip": "zip.entry-order"}
COMPRESSION = {name: name + ".compression" for name in (
    "gzip", "xz", "zstd", "bzip2", "lz4", "lzip", "zlib", "zip")}
LOOKAHEAD = 40 * 1024
# What an unpacked file shows, so that it is no residue of its member.
UNPACKED = {
    "tar": {"tar.path", "tar.mode", "tar.type", "tar.link"},
    "zip": {"zip." + name for name in ("path", "method", "flags", "host", "attributes",
                                       "magic", "disk", "internal")}}
UNPACKED["ar"] = UNPACKED["deb"] = {"ar." + name for name in (
    "magic", "path", "header.name", "mode", "header.end", "names")}
# In no profile.
NAMED_ONLY = {"apk.signature"}
ARCHIVE = {"container.unpacked"}.union(
    *(rules.values() for rules in [*RULES.values(), ENCODING, ORDER, COMPRESSION])) - NAMED_ONLY


class Profile:
    """A set of rules, and the rules that the user named besides; all rules are of version 1."""

    def __init__(self, name: str = "archive", allowed: list[str] | None = None):
        self.name, self.allowed = name, set(allowed or [])
        self.rules = ARCHIVE if name == "archive" else set()

    def allows(self, rule: str | None, guarded: bool = False) -> bool:
        return rule in self.allowed or (rule in self.rules and not guarded)

    def digest(self) -> bytes:
        lines = [f"{rule} 1\n" for rule in self.rules] + [f"+{rule} 1\n" for rule in self.allowed]
        head = f"tallystick/profile/v1\n{self.name}\n"
        return sha256((head + "".join(sorted(lines))).encode())


# What dissectors emit. Derived fields say nothing, so there is no word for them.


class Own(NamedTuple):
    id: str
    data: bytes


class Value(NamedTuple):
    id: str
    data: bytes
    attribute: str
    canonical: bytes
    guarded: bool = False


class Fields(NamedTuple):
    """A run of fields that no member carries: of the last member, or of the container."""
    fields: list
    of_member: bool = False


class Member(NamedTuple):
    name: bytes
    runs: list
    content: bytes | None
    kind: str = "file"
    link: bytes | None = None
    owners: bool = False
    mode: int | None = None
    encoded: tuple = ()
    keeps_place: bool = False


# The compressed formats


def cstring(data: bytes) -> bytes:
    return data.split(b"\0", 1)[0]


def gzip_header(data: bytes, at: int):
    flags, fields, end = data[at + 3], [], at + 10

    def value(name, start, length, canonical):
        fields.append(Value(name, data[start:start + length], name, canonical))

    if flags & 1:
        value("gzip.text", end, 0, b"1")
    for name, offset, length in ("mtime", 4, 4), ("level", 8, 1), ("os", 9, 1):
        raw = data[at + offset:at + offset + length]
        value("gzip." + name, at + offset, length, text(int.from_bytes(raw, "little")))
    if flags & 4:
        length = 2 + int.from_bytes(data[end:end + 2], "little")
        for part in subfields(data[end + 2:end + length]) or [data[end:end + length]]:
            fields.append(Own("gzip.extra", part))
        end += length
    for bit, name in (8, "gzip.name"), (16, "gzip.comment"):
        if flags & bit:
            said = cstring(data[end:])
            value(name, end, len(said) + 1, said)
            end += len(said) + 1
    return fields, end + (2 if flags & 2 else 0)


def subfields(extra: bytes) -> list:
    """The subfields of a gzip extra field; none unless they fill it."""
    found = []
    while len(extra) >= 4:
        size = 4 + int.from_bytes(extra[2:4], "little")
        if size > len(extra):
            break
        found, extra = found + [extra[:size]], extra[size:]
    return [] if extra else found


def gzip(data: bytes, owners: bool):
    parts, content, at, tiles = [], b"", 0, ()
    while at < len(data):
        fields, at = gzip_header(data, at)
        parts.append(Fields(fields))
        decoder = zlib.decompressobj(-15)
        content += decoder.decompress(data[at:]) + decoder.flush()
        end = len(data) - len(decoder.unused_data)
        tiles, at = tiles + (data[at:end],), end + 8
    member = Member(b"", [], content, owners=owners, encoded=tiles)
    return parts[:1] + [member] + parts[1:]


def xz(data: bytes, owners: bool):
    # Streams without padding between them are one run of encoded bytes.
    parts, content, tiles, padded = [], b"", (), True
    while data:
        if data.startswith(bytes(4)):
            length = (len(data) - len(data.lstrip(b"\0"))) // 4 * 4
            parts.append(Fields([Value("xz.padding", b"", "xz.padding", text(length))]))
            data, padded = data[length:], True
            continue
        decoder = lzma.LZMADecompressor(lzma.FORMAT_XZ)
        content += decoder.decompress(data)
        stream = data[:len(data) - len(decoder.unused_data)]
        tiles = tiles + (stream,) if padded else tiles[:-1] + (tiles[-1] + stream,)
        data, padded = decoder.unused_data, False
    return [Member(b"", [], content, owners=owners, encoded=tiles)] + parts


def bzip2(data: bytes, owners: bool):
    content, rest = b"", data
    while rest:
        decoder = bz2.BZ2Decompressor()
        content += decoder.decompress(rest)
        rest = decoder.unused_data
    return [Member(b"", [], content, owners=owners, encoded=(data,))]


def lzip(data: bytes, owners: bool):
    content, rest = b"", data
    while rest:
        size = 1 << (rest[5] & 31)
        filters = [{"id": lzma.FILTER_LZMA1, "dict_size": size - size // 16 * (rest[5] >> 5)}]
        decoder = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters)
        content += decoder.decompress(rest[6:])
        rest = decoder.unused_data[20:]
    return [Member(b"", [], content, owners=owners, encoded=(data,))]


def lz4_block(data: bytes, content: bytearray) -> None:
    at = 0

    def length(start: int) -> int:
        nonlocal at
        if start == 15:
            while True:
                start, at = start + data[at], at + 1
                if data[at - 1] != 255:
                    break
        return start

    while True:
        token, at = data[at], at + 1
        count = length(token >> 4)
        content += data[at:at + count]
        at += count
        if at == len(data):
            return
        distance, at = int.from_bytes(data[at:at + 2], "little"), at + 2
        for _ in range(length(token & 15) + 4):
            content.append(content[-distance])


def skippable(data: bytes) -> int:
    """The size of the skippable frame that data begins with, or 0."""
    if len(data) < 8 or data[0] & 0xF0 != 0x50 or data[1:4] != b"*M\x18":
        return 0
    return 8 + int.from_bytes(data[4:8], "little")


def lz4(data: bytes, owners: bool):
    parts, content, tiles, at, joined = [], bytearray(), (), 0, False
    while at < len(data):
        start, size = at, skippable(data[at:])
        if size:
            parts.append(Fields([Own("lz4.skippable", data[at:at + size])]))
            at, joined = at + size, False
            continue
        flags = data[at + 4]
        at += 15 if flags & 8 else 7
        while size := int.from_bytes(data[at:at + 4], "little"):
            block = data[at + 4:at + 4 + (size & 0x7FFFFFFF)]
            if size >> 31:
                content += block
            else:
                lz4_block(block, content)
            at += 4 + len(block) + (4 if flags & 16 else 0)
        at += 8 if flags & 4 else 4
        tiles = tiles[:-1] + (tiles[-1] + data[start:at],) if joined else tiles + (data[start:at],)
        joined = True
    return [Member(b"", [], bytes(content), owners=owners, encoded=tiles)] + parts


def is_zlib(start: bytes) -> bool:
    """Whether the first bytes of a layer, all of them if they are few, begin a zlib stream."""
    if len(start) < 2 or start[0] & 15 != 8 or start[0] >> 4 > 7 or start[1] & 32:
        return False
    decoder = zlib.decompressobj(-8 - (start[0] >> 4))
    try:
        content = decoder.decompress(start[2:])
    except zlib.error:
        return False
    if int.from_bytes(start[:2], "big") % 31 or (len(start) < LOOKAHEAD and not decoder.eof):
        return False
    rest = decoder.unused_data
    if not decoder.eof or (len(rest) < 4 and len(start) == LOOKAHEAD):
        return True
    return rest == zlib.adler32(content).to_bytes(4, "big")


def zlib_stream(data: bytes, owners: bool):
    content = zlib.decompressobj(-15).decompress(data[2:])
    return [Member(b"", [], content, owners=owners, encoded=(data,))]


# ar and .deb


def ar(data: bytes, is_package: bool):
    yield Fields([Own("ar.magic", data[:8])])
    at, names = 8, b""
    while at < len(data):
        header = data[at:at + 60]
        at += 60
        size, field = int(header[48:58]), header[:16].rstrip(b" ")
        if field == b"//":
            names = data[at:at + size]
            yield Fields([Own("ar.names", header + names)])
            at += size
        else:
            name, extra = ar_name(field, names), b""
            if field.startswith(b"#1/"):
                extra = data[at:at + int(field[3:])]
                name = cstring(extra)
            content = data[at + len(extra):at + size]
            at += size
            yield Member(name, [ar_fields(header, name, extra)], content,
                         owners=is_package and name.startswith(b"data.tar"))
        if at % 2 and at < len(data):
            if data[at:at + 1] != b"\n":
                yield Fields([Own("ar.padding", data[at:at + 1])], of_member=True)
            at += 1


def ar_name(field: bytes, names: bytes) -> bytes:
    if field in (b"/", b"/SYM64/"):
        return field
    if field.startswith(b"/"):
        field = names[int(field[1:]):].split(b"\n")[0]
    return field.removesuffix(b"/")


def ar_fields(header: bytes, name: bytes, extra: bytes) -> list:
    fields = [Value("ar.header.name", header[:16], "ar.path", name)]
    for id, start, length in ("mtime", 16, 12), ("uid", 28, 6), ("gid", 34, 6), ("mode", 40, 8):
        raw = header[start:start + length]
        digits = raw.rstrip(b" ")
        canonical = text(int(digits)) if digits.isdigit() else raw
        if id == "mode" and digits.isdigit():
            canonical = b"0" + canonical
        fields.append(Value("ar." + id, raw, "ar." + id, canonical))
    fields.append(Own("ar.header.end", header[58:60]))
    return fields + ([Own("ar.header.name", extra)] if extra else [])


# tar


def tar_number(raw: bytes) -> int | None:
    if raw[0] & 0x80:
        negative = raw[0] & 0x40
        first = raw[0] | 0x80 if negative else raw[0] & 0x7F
        return int.from_bytes(bytes([first]) + raw[1:], "big", signed=bool(negative))
    body = raw.lstrip(b" ")
    digits = body[:len(body) - len(body.lstrip(b"01234567"))]
    if body[len(digits):].strip(b" \0"):
        return None
    return int(digits or b"0", 8)


def padded(size: int) -> int:
    return -(-size // 512) * 512


def tar(data: bytes, owners: bool):
    at = 0
    while data[at:at + 512].strip(b"\0"):
        start, extensions = at, []
        while data[at + 156] in b"xLK":
            size = tar_number(data[at + 124:at + 136])
            extensions.append((data[at:at + 512], data[at + 512:at + 512 + size],
                               data[at + 512 + size:at + 512 + padded(size)]))
            at += 512 + padded(size)
        if data[at + 156] == ord("g"):
            at += 512 + padded(tar_number(data[at + 124:at + 136]))
            yield Fields([Own("tar.pax.global", data[start:at])])
            continue
        header, sparse = data[at:at + 512], b""
        at += 512
        if header[156:157] == b"S" and header[482]:
            while not sparse or sparse[-8]:
                sparse += data[at:at + 512]
                at += 512
        entry = TarEntry(extensions, header, sparse, owners)
        has_content = entry.kind == "file" or entry.size > 0
        link = entry.link if entry.kind in ("symlink", "hardlink") else None
        yield Member(entry.name, [entry.fields()],
                     data[at:at + entry.size] if has_content else None, entry.kind, link,
                     mode=entry.mode & 0o7777)
        padding = data[at + entry.size:at + padded(entry.size)]
        if padding.strip(b"\0"):
            yield Fields([Own("tar.padding", padding)], of_member=True)
        at += padded(entry.size)
    blocks = text((len(data) - at) // 512)
    fields = [Value("tar.end", b"", "tar.blocking", blocks)]
    if len(data) - at < 1024:
        fields.append(Value("tar.end.short", b"", "tar.end.short", blocks))
    yield Fields(fields)


class TarEntry:
    """One member: its extended headers as (header, content, padding), and its own."""

    def __init__(self, extensions, header, sparse, owners):
        self.extensions, self.header, self.sparse = extensions, header, sparse
        mark = header[257:265]
        self.dialect = {b"ustar\x0000": "posix", b"ustar  \0": "gnu"}.get(mark, "old")
        self.pax, long = [], {}
        for block, content, _ in extensions:
            if block[156:157] == b"x":
                self.pax = list(pax_records(content))
            else:
                long[block[156:157]] = cstring(content)
        self.values = pax = {key: value for key, value, _ in self.pax}
        self.size = int(pax.get(b"size", tar_number(header[124:136])))
        path, prefix = cstring(header[:100]), cstring(header[345:500])
        if self.dialect == "posix" and prefix:
            path = prefix + b"/" + path
        self.path = pax.get(b"GNU.sparse.name", pax.get(b"path", long.get(b"L", path)))
        self.link = pax.get(b"linkpath", long.get(b"K", cstring(header[157:257])))
        self.long_name = b"path" in pax or b"GNU.sparse.name" in pax or b"L" in long
        self.long_link = b"linkpath" in pax or b"K" in long
        unmarked = b"5" if self.path.endswith(b"/") else b"0"
        self.type = unmarked if header[156] == 0 else header[156:157]
        self.kind = {b"0": "file", b"S": "file", b"1": "hardlink", b"2": "symlink",
                     b"5": "directory"}.get(self.type, "other")
        self.name = self.path
        if self.kind == "directory":
            self.name = self.path.rstrip(b"/") or b"/"
        self.mode = tar_number(header[100:108])
        self.guarded = bool(
            self.mode & 0o6000 or self.type in (b"1", b"3", b"4") or owners
            or any(word in key.lower() for key in pax for word in (b"xattr", b"capability")))

    def fields(self) -> list:
        fields = []
        for block, content, padding in self.extensions:
            if block[500:].strip(b"\0") or not USUAL.match(cstring(block[:100])):
                fields.append(Own("tar.extension.header", block))
            else:
                fields.append(Value("tar.extension.header", block, "tar.extension", b""))
            if block[156:157] == b"x":
                fields += [field for item in self.pax for field in self.pax_field(*item)]
            elif block[156:157] == b"L":
                fields.append(Value("tar.extension.name", content, "tar.path", self.name))
            else:
                fields.append(Value("tar.extension.name", content, "tar.link", self.link))
            if padding.strip(b"\0"):
                fields.append(Own("tar.extension.padding", padding))
        fields += self.own_fields()
        return fields + ([Own("tar.sparse", self.sparse)] if self.sparse else [])

    def pax_field(self, key: bytes, value: bytes, line: bytes):
        attribute = "tar." + escaped(key)
        if key in (b"uid", b"gid", b"mtime", b"atime", b"ctime"):
            value = pax_number(value)
        elif key in (b"path", b"linkpath"):
            attribute, value = ("tar.path", self.name) if key == b"path" else ("tar.link", value)
        elif key not in (b"uname", b"gname"):
            attribute, value = "tar.pax." + escaped(key), b"=" + value
        if key != b"size":
            guarded = self.guarded and key in (b"uid", b"gid", b"uname", b"gname")
            yield Value("tar.pax.record", line, attribute, value, guarded)

    def own_fields(self) -> list:
        head, fields = self.header, []

        def value(id, start, length, attribute=None, canonical=None, guarded=False):
            """A field; without a canonical value it is its own."""
            raw, id = head[start:start + length], "tar.header." + id
            fields.append(Own(id, raw) if canonical is None
                          else Value(id, raw, attribute, canonical, guarded))

        def number(id, start, length, guarded=False):
            canonical = text(tar_number(head[start:start + length]))
            said = self.values.get(id.encode(), canonical)
            agrees = header_agrees(tar_number(head[start:start + length]), said, length)
            value(id, start, length, "tar." + id, pax_number(said) if agrees else None, guarded)

        self.name_field(fields, "name", 0, 100)
        value("mode", 100, 8, "tar.mode", b"0%o" % self.mode)
        number("uid", 108, 8, self.guarded)
        number("gid", 116, 8, self.guarded)
        number("mtime", 136, 12)
        value("type", 156, 1, "tar.type", self.type)
        self.name_field(fields, "link", 157, 100)
        if self.dialect == "old":
            value("old", 257, 243)
        else:
            value("magic", 257, 8, "tar.dialect", b"")
            for id, start in ("uname", 265), ("gname", 297):
                short = cstring(head[start:start + 32])
                said = self.values.get(id.encode(), short)
                value(id, start, 32, "tar." + id, said if said.startswith(short) else None,
                      self.guarded)
            for id, start in ("major", 329), ("minor", 337):
                device = tar_number(head[start:start + 8])
                value(id, start, 8, "tar." + id, text(device) if device else b"")
            if self.dialect == "posix":
                self.name_field(fields, "prefix", 345, 155)
            else:
                self.gnu_fields(value)
        if head[500:].strip(b"\0"):
            value("padding", 500, 12)
        return fields

    def gnu_fields(self, value):
        for id, start in ("atime", 345), ("ctime", 357):
            raw = self.header[start:start + 12]
            is_set = raw.strip(b"\0")
            value(id, start, 12, *(("tar." + id, text(tar_number(raw))) if is_set
                                   else ("tar.dialect", b"")))
        rest = self.header[369:500].strip(b"\0")
        value("gnu", 369, 131, "tar.dialect", None if rest else b"")
        times = self.header[345:369].strip(b"\0")
        value("gnu-times", 345, 0, "tar.gnu-times", b"set" if times else b"")

    def name_field(self, fields, id, start, length):
        raw = self.header[start:start + length]
        attribute, canonical, whole, is_long, slot = (
            ("tar.link", self.link, self.link, self.long_link, slice(157, 257)) if id == "link"
            else ("tar.path", self.name, self.path, self.long_name, slice(0, 100)))
        if is_long:
            short = cstring(self.header[slot])
            hides = self.dialect == "posix" and self.header[345:500].strip(b"\0")
            if hides or not (short == whole or len(short) >= 98 and whole.startswith(short)):
                fields.append(Own("tar.header." + id, raw))
                return
        fields.append(Value("tar.header." + id, raw, attribute, canonical))


# The names that archivers give to the headers of extensions.
USUAL = re.compile(rb"(?s)(?!/|(.*/)?\.\.(/|\Z))(\./\./@LongLink\Z|(.*/)?@?PaxHeader)")


def pax_records(content: bytes):
    while content:
        length = int(content.split(b" ", 1)[0])
        line, content = content[:length], content[length:]
        key, value = line.split(b" ", 1)[1][:-1].split(b"=", 1)
        yield key, value, line


def header_agrees(number: int, said: bytes, length: int) -> bool:
    """Whether a header's number is what stands under a pax number: the same, rounded up, or any if
    the header has too few octal digits for it."""
    whole = int(said.split(b".")[0])
    held = 0 <= whole < 1 << 3 * (length - 1)
    return not held or number == whole or (b"." in said and number == whole + 1)


def pax_number(value: bytes) -> bytes:
    return value.rstrip(b"0").rstrip(b".") if b"." in value else value


def escaped(name: bytes) -> str:
    """Names as reports show them (Docs/Report.md)."""
    shown = ""
    for character in name.decode("utf-8", "surrogateescape"):
        code = ord(character)
        if 0x20 <= code <= 0x7E:
            shown += character.replace("\\", "\\\\")
        elif code < 0x80 or 0xDC80 <= code <= 0xDCFF:
            shown += f"\\x{code & 0xFF:02x}"
        elif unicodedata.category(character)[0] in "CZM" or character == "›":
            shown += f"\\u{{{code:04x}}}"
        else:
            shown += character
    return shown


# zip


ZIP_LINE = re.compile(
    rb"#![ \t]*(?:\S*/)?(?:env[ \t]+(?:-S[ \t]+)?(?:\S*/)?)?(?:(?:python|pypy)[^\s/]*"
    rb"(?:[ \t]+-[BEIOPSbdiqsuv]*)*|java[ \t]+-jar)[ \t]*\n(?=PK\x03\x04)")


def zip_prefix(data: bytes) -> int | None:
    """How many bytes stand before a zip; None if there is none."""
    if data[:4] in (b"PK\3\4", b"PK\5\6"):
        return 0
    if data[:8] == b"JM\1\0PK\3\4":
        return 4
    line = ZIP_LINE.match(data[:300])
    return line.end() if line and line.end() <= 259 else None


def zip_end(data: bytes) -> tuple:
    """Where the end record begins, and where its comment ends."""
    first, found = max(0, len(data) - 65557), []
    at = data.find(b"PK\5\6", first)
    while 0 <= at <= len(data) - 22:
        found.append((at, at + 22 + int.from_bytes(data[at + 20:at + 22], "little")))
        at = data.find(b"PK\5\6", at + 1)
    return next((pair for pair in found if pair[1] == len(data)), found[-1])


def zip_archive(data: bytes, prefix: int):
    little = lambda raw: int.from_bytes(raw, "little")
    end, comment_end = zip_end(data)
    count, size, start = (
        little(data[end + at:end + to]) for at, to in ((10, 12), (12, 16), (16, 20)))
    wide, tail = data[end - 20:end - 16] == b"PK\6\7", end
    if wide:
        tail = little(data[end - 12:end - 4])
        if data[tail:tail + 4] != b"PK\6\6":
            tail += prefix
        count, size, start = (little(data[tail + n:tail + n + 8]) for n in (32, 40, 48))
    directory = at = tail - size
    shift = directory - start
    entries = []
    for _ in range(count):
        lengths = [little(data[at + n:at + n + 2]) for n in (28, 30, 32)]
        central = data[at:at + 46 + sum(lengths)]
        at += len(central)
        extra = central[46 + lengths[0]:46 + lengths[0] + lengths[1]]
        sizes = widened([little(central[n:n + 4]) for n in (24, 20, 42)], extra)
        begin = sizes[2] + shift
        body = begin + 30 + sum(little(data[begin + n:begin + n + 2]) for n in (26, 28))
        after = body + sizes[1]
        descriptor = b""
        if central[8] & 8:
            descriptor = zip_descriptor(data, begin, body, after, sizes)
        entries.append((begin, body, after, descriptor, central, central[46:46 + lengths[0]]))
    order = sorted(range(count), key=lambda index: entries[index][0])
    stored = [entries[index] for index in order]

    fields, offset, gaps = [], prefix, []
    for begin, _, after, descriptor, _, _ in stored:
        gaps.append(data[offset:begin])
        offset = after + len(descriptor)
    block = directory
    if data[directory - 16:directory] == b"APK Sig Block 42" and directory - offset >= 32:
        block -= little(data[directory - 24:directory - 16]) + 8
    gap = data[offset:block]
    is_padding = block < directory and len(gap) < 4096 and not any(gap)
    keeps_all = bool(any(gaps) or (gap and not is_padding) or data[comment_end:]
                     or order != sorted(order))
    pinned = count if keeps_all else zip_pinned([entry[5] for entry in stored])
    if prefix:
        fields.append(Own("zip.prefix", data[:prefix]))
    for index, (begin, body, after, descriptor, central, name) in enumerate(stored):
        guarded = bool(central[41] & 0o14)
        runs = [[Own("zip.unaccounted", gaps[index])]] if gaps[index] else []
        runs += [zip_header(data[begin:body], 4, 26, "zip.local", 30, guarded),
                 zip_central(central, guarded)]
        if descriptor:
            runs.append([Value("zip.descriptor", descriptor, "zip.descriptor", b"")])
        packed = data[body:after]
        mode, is_folder = little(central[40:42]), name.endswith(b"/")
        kind = "directory" if is_folder else {
            0: "file", 0o100000: "file", 0o120000: "symlink"}.get(mode & 0o170000, "other")
        content = None
        if not is_folder or packed:
            content = zip_content(packed, little(central[10:12]))
        yield Member(name, runs, content, kind, content if kind == "symlink" else None,
                     mode=mode & 0o7777 if central[5] == 3 else None,
                     encoded=(packed,) if packed else (), keeps_place=index < pinned)
    if gap:
        fields.append(Own("apk.padding" if is_padding else "zip.unaccounted", gap))
    if block < directory:
        signed = sha256(data[:block] + data[directory:end + 16] + block.to_bytes(8, "little")[:4]
                        + data[end + 20:])
        fields.append(Value("apk.signed", b"", "apk.signed", signed.hex().encode()))
        fields += apk_block(data[block:directory])
    elif {b".signature.p7s", b"AppxSignature.p7x"} & {entry[5] for entry in stored} or (
            comment_end - end >= 28 and data[comment_end - 4:comment_end - 2] == b"\xff\xff"
            and little(data[comment_end - 2:comment_end]) == comment_end - end - 22):
        fields.append(Value("zip.signed", b"", "zip.signed", sha256(data).hex().encode()))
    if order != sorted(order):
        places = sorted(range(count), key=lambda place: order[place])
        fields.append(Value("zip.directory-order", b"", "zip.directory-order",
                            b" ".join(text(place) for place in places)))
    if wide:
        fields.append(Own("zip.end64.versions", data[tail + 12:tail + 16]))
        fields.append(Own("zip.end64.extensible", data[tail + 56:end - 20]))
    fields.append(Own("zip.archive-comment", data[end + 22:comment_end]))
    # One run per field: attributes are sorted within a run.
    for field in fields + [Own("zip.trailer", data[comment_end:])]:
        yield Fields([field])


def zip_pinned(names: list) -> int:
    """How many of the first members keep their place."""
    count = libraries = 0
    is_jar = False
    for name in names:
        path = folded(canonical_path(name))[1]
        if path.startswith("meta-inf"):
            if path.endswith((".sf", ".rsa", ".dsa", ".ec")) or path.startswith("meta-inf/sig-"):
                return len(names)
            count, is_jar = max(count, 2), True
        elif path.startswith("mimetype"):
            count = max(count, 2)
        elif path.startswith("[content_types].xml"):
            count = max(count, 4)
        libraries += path.endswith(".jar")
    return len(names) if is_jar and libraries > 1 else min(count, len(names))


def apk_block(block: bytes) -> list:
    fields, at = [], 8
    while at < len(block) - 24:
        end = at + 8 + int.from_bytes(block[at:at + 8], "little")
        id = int.from_bytes(block[at + 8:at + 12], "little")
        name = "pair"
        if id in (0x7109871A, 0xF05368C0, 0x1B93AD61):
            name = "signature"
        elif id == 0x42726577 and not any(block[at + 12:end]):
            name = "padding"
        fields.append(Own("apk." + name, block[at + 8:end]))
        at = end
    return fields


def extra_blocks(extra: bytes):
    """The blocks of an extra field; None if they do not fill it."""
    blocks = []
    while extra:
        length = 4 + int.from_bytes(extra[2:4], "little")
        if len(extra) < max(length, 4):
            return None
        blocks.append(extra[:length])
        extra = extra[length:]
    return blocks


def widened(values: list, extra: bytes) -> list:
    rest = b"".join(block[4:] for block in extra_blocks(extra) or [] if block[:2] == b"\1\0")
    wide = (int.from_bytes(rest[at:at + 8], "little") for at in range(0, len(rest), 8))
    return [next(wide, value) if value == 0xFFFFFFFF else value for value in values]


def zip_descriptor(data: bytes, begin: int, body: int, after: int, sizes: list) -> bytes:
    name = int.from_bytes(data[begin + 26:begin + 28], "little")
    blocks = extra_blocks(data[begin + 30 + name:body]) or []
    width = 8 if any(block[:2] == b"\1\0" for block in blocks) or max(sizes[:2]) >= 2**32 - 1 else 4
    length = 4 + 2 * width
    return data[after:after + length + (4 if data[after:after + 4] == b"PK\7\10" else 0)]


def is_type_mark(name: bytes) -> bool:
    return name.lower() == b"mimetype"


EXTRA_NAMES = {
    0x000D: "unix", 0x5855: "infozip", 0x7075: "path", 0x6375: "comment", 0xCAFE: "jar",
    0xD935: "alignment", 0xA11E: "commons", 0xA220: "growth"}


def extra_kind(id: int, body: bytes) -> str | None:
    """What a block of an extra field carries, if it has exactly the shape of its definition."""
    if id == 0x5455 and body and not body[0] & 0xF8 and (
            len(body) == 1 + 4 * body[0].bit_count() or len(body) == 5 and body[0] & 1):
        return ".unix.mtime"
    if id == 0x000A and len(body) == 32 and body[:8] == b"\0\0\0\0\1\0\x18\0":
        return ".ntfs.mtime"
    if id == 0x7855 and len(body) in (0, 4):
        return ".owner"
    if id == 0x7875 and len(body) > 2 and body[0] == 1 and body[1] <= 8:
        group = body[2 + body[1]:]
        return ".owner" if group and group[0] <= 8 and len(group) == 1 + group[0] else None


def zip_header(run, at, lengths, place, name_at, guarded) -> list:
    little = lambda start, length: int.from_bytes(run[start:start + length], "little")
    name_end = name_at + little(lengths, 2)
    extra = run[name_end:name_end + little(lengths + 2, 2)]

    def value(id, start, length, number):
        return Value(id, run[start:start + length], id, text(number))

    fields = [
        value(place + ".needed", at, 2, little(at, 2)),
        value("zip.flags", at + 2, 2, little(at + 2, 2) & ~0x0E),
        value("zip.method", at + 4, 2, little(at + 4, 2)),
        value(place + ".mtime", at + 6, 4, little(at + 6, 4)),
        Value("zip.path", run[name_at:name_end], "zip.path", run[name_at:name_end]),
    ]
    sizes = (18, 22) if place == "zip.local" else (20, 24, 42)
    is_marked = any(run[n:n + 4] == b"\xff" * 4 for n in sizes)
    blocks = extra_blocks(extra)
    for block in [extra] if blocks is None else blocks:
        id = None if blocks is None else int.from_bytes(block[:2], "little")
        plain = place == "zip" or not is_type_mark(run[name_at:name_end])
        kind = extra_kind(id, block[4:]) if plain else None
        if kind:
            fields.append(Value(place + kind, block, place + kind, block[4:],
                                guarded and kind == ".owner"))
        elif id != 1:
            known = EXTRA_NAMES.get(id)
            fields.append(Own("zip.extra" + ("." + known if known else ""), block))
        elif not is_marked:
            fields.append(Own("zip.extra64", block))
    return fields


def zip_central(run: bytes, guarded: bool) -> list:
    comment = int.from_bytes(run[32:34], "little")
    return [
        Own("zip.magic", run[:4]),
        Value("zip.version", run[4:5], "zip.version", text(run[4])),
        Value("zip.host", run[5:6], "zip.host", text(run[5])),
    ] + zip_header(run, 6, 28, "zip", 46, guarded) + [
        Own("zip.disk", run[34:36]),
        Own("zip.internal", run[36:38]),
        Value("zip.attributes", run[38:42], "zip.attributes",
              text(int.from_bytes(run[38:42], "little"))),
        Own("zip.comment", run[len(run) - comment:]),
    ]


def zip_content(packed: bytes, method: int) -> bytes:
    decoders = {0: bytes, 8: lambda data: zlib.decompress(data, -15), 12: bz2.decompress,
                95: lambda data: lzma.decompress(data, lzma.FORMAT_XZ)}
    if method not in decoders:
        raise Unsupported(f"zip method {method}")
    return decoders[method](packed)


# Whether order counts, and times


def canonical_path(path: bytes) -> bytes:
    return b"/".join(part for part in path.split(b"/") if part not in (b"", b"."))


def parents(path: bytes) -> list:
    return [path[:at] for at, byte in enumerate(path) if byte == 0x2F]


def folded(path: bytes) -> tuple:
    """The folded path, and a form of it that is equal where the two are canonically equivalent."""
    upper = path.decode("utf-8", "replace").upper()
    # Character by character: Python would choose another lower-case sigma at the end of a word.
    fold = "".join(character.lower() for character in upper)
    return fold, unicodedata.normalize("NFC", fold)


# Default_Ignorable_Code_Point (Unicode, DerivedCoreProperties), which Python's module lacks.
IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff")
# What some file system does not keep: besides these, a point or a space at the end of a part.
UNPLAIN = re.compile(rf"[\\{IGNORABLE}]|[. ](/|\Z)")


def pinned_count(members: list) -> int | None:
    """How many of the first members keep their place; None where the order of all matters."""
    known, above, solids, targets, pinned = set(), set(), set(), set(), 0
    for index, member in enumerate(members):
        path = canonical_path(member.name)
        parts, (fold, own) = path.split(b"/"), folded(path)
        over = {folded(parent)[1] for parent in parents(path)}
        if own in known or own in above or over & solids or b".." in parts or (
                len(parts) > 256 or UNPLAIN.search(fold)):
            return None
        if member.keeps_place:
            if pinned < index:
                return None
            pinned += 1
        known.add(own)
        above |= over
        solids |= {own} if member.kind != "directory" else set()
        if member.kind == "hardlink":
            target = folded(canonical_path(member.link))[1]
            if target not in known or target in targets:
                return None
            targets.add(target)
    return pinned


COMPILED = (b".pyc", b".pyo", b".elc", b".class")
TIMED = (b".py", b".pyw", b".el", b".elc", b".clj", b".cljc", b".class")


def sources(path: bytes) -> set:
    """The paths of what a compiled file is checked against by time."""
    if path.endswith(b".elc"):
        return {path[:-1]}
    if path.endswith(b".class"):
        stem = path[:-6]
        stems = {stem, stem.removesuffix(b"__init")}
        return {s + e for s in stems for e in (b".clj", b".cljc")}
    *folder, file = path.split(b"/")
    if folder[-1:] == [b"__pycache__"]:
        folder.pop()
    dots = [at for at, byte in enumerate(file) if byte == 0x2E][-8:]
    return {b"/".join(folder + [file[:dot] + end]) for dot in dots for end in (b".py", b".pyw")}


def is_validated_by_hash(name: bytes, start: bytes) -> bool:
    return name.endswith(b".pyc") and start[2:4] == b"\r\n" and (
        start[4:8] in (b"\1\0\0\0", b"\3\0\0\0")
        and 3392 <= int.from_bytes(start[:2], "little") < 20000)


def protected(members: list):
    """The paths of members that a compiled member is checked against by time or is checked itself,
    and whether a link may lead to any of them."""
    paths, links, python, pairs, present = set(), False, False, {}, set()
    for member in members:
        path = canonical_path(member.name)
        is_link = member.link is not None
        if is_link:
            links |= path.endswith(COMPILED + TIMED) or path.split(b"/")[-1] == b"__pycache__"
        start = b"" if member.content is None else member.content[:8]
        if not is_link and member.content is None:
            continue
        if path.endswith((b".el", b".clj", b".cljc")) and member.content is not None:
            present.add(path)
        if path.endswith(COMPILED) and (is_link or not is_validated_by_hash(member.name, start)):
            paths |= sources(path)
            if path.endswith((b".pyc", b".pyo")):
                python = True
            else:
                pairs[path] = sources(path)
    checked = {path for path, origins in pairs.items() if origins & present}
    return paths | checked, links and (python or bool(checked))


# The normal form


class NormalForm:
    def __init__(self, profile: Profile):
        self.profile = profile

    def run_records(self, fields: list, format: str):
        """The records of a run, as lists, and the times that a rule would tolerate."""
        allows, rules = self.profile.allows, RULES[format]
        values = {}
        for field in fields:
            if isinstance(field, Value):
                was = values.get(field.attribute, (b"", False))[1]
                values[field.attribute] = (field.canonical, field.guarded or was)
        records, times, kept = [], [], set()
        for attribute, (canonical, guarded) in sorted(
                values.items(), key=lambda item: item[0].encode()):
            if allows(rules.get(attribute), guarded):
                if attribute.endswith(".mtime") and canonical:
                    times.append((attribute, canonical))
                continue
            kept.add(attribute)
            if canonical:
                records.append((b"value", attribute.encode(), canonical))
        for field in fields:
            if isinstance(field, Own):
                if field.data and not allows(rules.get(field.id)):
                    records.append((b"field", field.id.encode(), field.data))
            elif field.attribute in kept and not allows(ENCODING.get(format)):
                records.append((b"raw", field.id.encode(), field.data))
        return records, times

    def residue(self, fields: list, format: str) -> list:
        """What a run says that an unpacked file does not show."""
        return [item for item in self.run_records(fields, format)[0]
                if item[1].decode() not in UNPACKED.get(format, ())]

    def digest(self, data: bytes, owners: bool = False) -> bytes:
        format, parts = dissect(data, owners)
        rule = COMPRESSION.get(format)
        keeps = rule is not None and not self.profile.allows(rule)
        if format is None:
            return sha256(record(b"opaque", text(len(data)), sha256(data)))
        stream = record(b"container", format.encode())
        members, entries = [], []
        for part in parts:
            if isinstance(part, Fields):
                records, _ = self.run_records(part.fields, format)
                if part.of_member and entries:
                    entries[-1][0] += joined(records)
                else:
                    stream += joined(records)
                continue
            body = record(b"member", part.name, part.kind.encode(), part.link or b"")
            times = []
            for run in part.runs:
                records, own_times = self.run_records(run, format)
                body += joined(records)
                times += own_times
            if part.content is not None:
                body += record(b"content", self.digest(part.content, part.owners))
            for tile in part.encoded if keeps else ():
                body += record(b"encoded", sha256(tile))
            members.append(part)
            entries.append([body, times])
        timed, all_timed = protected(members)
        pinned = None
        if self.profile.allows(ORDER.get(format)) and not all_timed:
            pinned = pinned_count(members)
        order = [b"kept"] if pinned is None else [b"any"] + [text(pinned)] * (pinned > 0)
        stream += record(b"order", *order)
        listed = list(zip(members, entries))
        if all_timed:
            stream += record(b"times", sha256(b"".join(
                record(b"time", member.name, attribute.encode(), value)
                for member, (_, times) in listed for attribute, value in times)))
        if pinned is not None:
            listed[pinned:] = sorted(listed[pinned:], key=lambda pair: pair[0].name)
        for member, (body, times) in listed:
            stream += record(b"entry", member.name, sha256(body))
            if member.name.endswith(TIMED) and canonical_path(member.name) in timed:
                for attribute, value in times:
                    stream += record(b"time", attribute.encode(), value)
        return sha256(stream)

    # Trees

    def tree(self, root: bytes, view: str) -> bytes:
        listing = b"tallystick/tree/v1\0" + view.encode() + b"\0"
        first = {}
        for path, status in nodes(root):
            full = os.path.join(root, path)
            items = [path]
            for name, value in counted(full, status, view):
                items += [name, value.hex().encode()]
            if view == "full":
                if stat.S_ISREG(status.st_mode):
                    items += [b"blocks", text(status.st_blocks)]
                if stat.S_ISREG(status.st_mode) and status.st_nlink > 1:
                    name = first.setdefault((status.st_dev, status.st_ino), path)
                    items += [b"hardlink", name.hex().encode()]
            if stat.S_ISREG(status.st_mode):
                items += [b"sha256", self.digest(read(full)).hex().encode()]
            listing += b"".join(item + b"\0" for item in items) + b"\0"
        return sha256(listing)

    def unpacked(self, path: bytes) -> bytes:
        entries, residue = [], []
        if os.path.isdir(path):
            for name, status in nodes(path):
                full, kind = os.path.join(path, name), node_kind(status.st_mode)
                entries.append((
                    name, kind, rights(kind, stat.S_IMODE(status.st_mode)),
                    os.readlink(full) if kind == "symlink" else b"",
                    self.digest(read(full)) if kind == "file" else b"",
                    [item for item in counted(full, status, "portable")
                     if item[0].startswith(b"attribute ")]))
        else:
            entries, residue = self.unpacked_archive(read(path))
        above = {b""}.union(*(parents(entry[0]) for entry in entries))
        stream = record(b"unpacked", b"v1") + joined(residue)
        for path, kind, right, link, content, own in sorted(entries):
            if kind != "directory" or right != "0" or own or path not in above:
                stream += record(b"entry", path, kind.encode(), right.encode(), link, content)
                stream += joined(own)
        return sha256(stream)

    def unpacked_archive(self, data: bytes):
        """The entries of the first layer that is no compressed file, and what it says of itself."""
        format, parts = dissect(data, False)
        entries, residue = [], []
        for part in parts:
            if isinstance(part, Fields):
                residue += self.residue(part.fields, format)
            elif format in ("gzip", "xz", "bzip2", "lz4", "lzip", "zlib"):
                entries, inner = self.unpacked_archive(part.content)
                residue += inner
            else:
                entries.append((
                    b"/" * part.name.startswith(b"/") + canonical_path(part.name), part.kind,
                    rights(part.kind, 0o644 if part.mode is None else part.mode),
                    part.link or b"" if part.kind == "symlink" else b"",
                    b"" if part.content is None else self.digest(part.content, part.owners),
                    [item for run in part.runs for item in self.residue(run, format)]))
        return entries, residue


def rights(kind: str, mode: int) -> str:
    execute = "x" if kind == "file" and mode & 0o111 else ""
    return "" if kind == "symlink" else f"{mode & 0o7000:o}" + execute


def node_kind(mode: int) -> str:
    return {stat.S_IFREG: "file", stat.S_IFDIR: "directory", stat.S_IFLNK: "symlink",
            stat.S_IFCHR: "characterDevice", stat.S_IFBLK: "blockDevice", stat.S_IFIFO: "pipe",
            stat.S_IFSOCK: "socket"}[stat.S_IFMT(mode)]


def nodes(root: bytes) -> list:
    found = [(b"", os.stat(root))]
    for folder, folders, files in os.walk(root):
        for name in folders + files:
            full = os.path.join(folder, name)
            found.append((os.path.relpath(full, root), os.lstat(full)))
    return sorted(found, key=lambda node: node[0])


def counted(full: bytes, status: os.stat_result, view: str):
    kind, mode = node_kind(status.st_mode), stat.S_IMODE(status.st_mode)
    yield b"type", kind.encode()
    if kind == "file":
        yield b"executable", b"yes" if mode & 0o111 else b"no"
    yield (b"link", os.readlink(full)) if kind == "symlink" else (
        b"special", b"0%o" % (mode & 0o7000))
    if kind in ("characterDevice", "blockDevice"):
        yield b"device", text(status.st_rdev)
    if view == "full":
        yield b"mode", b"0%o" % mode
        yield b"user", text(status.st_uid)
        yield b"group", text(status.st_gid)
        yield b"modified", text(status.st_mtime_ns)
    if kind != "symlink":
        for name in sorted(map(os.fsencode, os.listxattr(full, follow_symlinks=False))):
            if view == "full" or name == b"security.capability" or name.startswith(
                    b"system.posix_acl_"):
                value = os.getxattr(full, name, follow_symlinks=False)
                yield b"attribute " + escaped(name).encode(), value


def read(path: bytes) -> bytes:
    with open(path, "rb") as file:
        return file.read()


# Recognition, in the order of `Format.all`


def dissect(data: bytes, owners: bool):
    if data[:3] == b"\x1f\x8b\x08" and len(data) >= 10 and not data[3] & 0xE0:
        return "gzip", gzip(data, owners)
    if data[:6] == b"\xfd7zXZ\0":
        return "xz", xz(data, owners)
    if data[:4] == b"\x28\xb5\x2f\xfd":
        raise Unsupported("zstd, for which Python 3.11 has no module")
    if data[:3] == b"BZh" and data[3:4] in b"123456789" and data[4:10] in (
            b"1AY&SY", b"\x17rE8P\x90"):
        return "bzip2", bzip2(data, owners)
    frames = data
    while size := skippable(frames):
        frames = frames[size:]
    if frames[:4] == b"\x28\xb5\x2f\xfd":
        raise Unsupported("zstd, for which Python 3.11 has no module")
    if frames[:4] == b"\x04\x22\x4d\x18":
        return "lz4", lz4(data, owners)
    if data[:4] == b"LZIP":
        return "lzip", lzip(data, owners)
    prefix = zip_prefix(data)
    if prefix is not None:
        return "zip", zip_archive(data, prefix)
    if data[:8] == b"!<arch>\n":
        is_package = data[8:].startswith(b"debian-binary")
        return "deb" if is_package else "ar", ar(data, is_package)
    if len(data) >= 512 and data[0] and data[:2] != b"#!" and tar_number(data[148:156]) == (
            sum(data[:148]) + sum(data[156:512]) + 8 * 32):
        return "tar", tar(data, owners)
    if is_zlib(data[:LOOKAHEAD]):
        return "zlib", zlib_stream(data, owners)
    # The formats that libarchive reads are opaque here too: their framing is not accounted.
    return None, []


# The command line


def check(report: dict) -> bool:
    name, *allowed = report["profile"]["name"].split("+")
    profile = Profile(name, allowed)
    agrees = report["profile"]["sha256"] == profile.digest().hex()
    if not agrees:
        print("the digest of the profile is another one here:", profile.digest().hex())
    kinds = {report[side]["kind"] for side in ("left", "right")}
    for side in ("left", "right"):
        path = os.fsencode(report[side]["path"])
        form = digest(path, profile, report["view"], unpacked=len(kinds) == 2)
        if report[side]["normalForm"] != form.hex():
            agrees = False
            print(f"{side}: {report[side]['normalForm']} in the report, {form.hex()} here")
    return agrees


def digest(path: bytes, profile: Profile, view: str, unpacked: bool) -> bytes:
    form = NormalForm(profile)
    if unpacked:
        return form.unpacked(path)
    return form.tree(path, view) if os.path.isdir(path) else form.digest(read(path))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--profile", default="archive", choices=["archive", "none"])
    parser.add_argument("--allow", action="append", default=[], metavar="RULE")
    parser.add_argument("--view", default="portable", choices=["portable", "full"])
    parser.add_argument("--unpacked", action="store_true")
    parser.add_argument("--report")
    parser.add_argument("paths", nargs="*")
    arguments = parser.parse_args()
    try:
        if arguments.report:
            report = json.loads(read(os.fsencode(arguments.report)))
            if report["left"]["normalForm"] is None:
                print(f"the verdict is {report['verdict']}: no normal forms")
                return UNSUPPORTED
            return 0 if check(report) else 1
        profile = Profile(arguments.profile, arguments.allow)
        print(f"{profile.digest().hex()}  profile {arguments.profile}")
        for path in arguments.paths:
            form = digest(os.fsencode(path), profile, arguments.view, arguments.unpacked)
            print(f"{form.hex()}  {path}")
    except Unsupported as what:
        print(f"not covered here: {what}")
        return UNSUPPORTED
    return 0


if __name__ == "__main__":
    sys.exit(main())
