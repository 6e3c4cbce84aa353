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


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def text(number: int) -> bytes:
    return b"%d" % number


# Which rule tolerates a difference in an attribute or field; by format.
AR = {"ar.mtime": "ar.mtime", "ar.uid": "ar.owner", "ar.gid": "ar.owner"}
RULES = {
    "gzip": {"gzip.mtime": "gzip.mtime", "gzip.level": "gzip.compression", "gzip.os": "gzip.os",
             "gzip.name": "gzip.name"},
    "xz": {}, "bzip2": {}, "ar": AR, "deb": AR,
    "tar": {"tar.mtime": "tar.mtime", "tar.atime": "tar.atime", "tar.ctime": "tar.atime",
            "tar.blocking": "tar.blocking"}
    | {"tar." + name: "tar.owner" for name in ("uid", "gid", "uname", "gname")},
    "zip": {"zip." + place + kind: "zip.mtime" for place in ("", "local.")
            for kind in ("mtime", "unix.mtime", "ntfs.mtime")}
    | {"zip.owner": "zip.owner", "zip.local.owner": "zip.owner", "zip.version": "zip.version",
       "zip.needed": "zip.version", "zip.local.needed": "zip.version"},
}
ENCODING = {"tar": "tar.encoding", "ar": "ar.encoding", "deb": "ar.encoding",
            "zip": "zip.streaming"}
ORDER = {"tar": "tar.order", "zip": "zip.entry-order"}
COMPRESSION = {name: name + ".compression" for name in ("gzip", "xz", "zstd", "bzip2", "zip")}
FIRST = {"zip": {b"META-INF/", b"META-INF/MANIFEST.MF", b"mimetype", b"[Content_Types].xml"}}
ARCHIVE = {"container.unpacked"}.union(
    *(rules.values() for rules in [*RULES.values(), ENCODING, ORDER, COMPRESSION]))


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
    link: bytes = b""
    owners: bool = False
    mode: int | None = None


# The compressed formats


def cstring(data: bytes, at: int) -> bytes:
    return data[at:data.index(0, at)]


def gzip_header(data: bytes, at: int):
    flags, fields, end = data[at + 3], [], at + 10

    def value(name, start, length, canonical):
        fields.append(Value(name, data[start:start + length], name, canonical))

    if flags & 1:
        fields.append(Own("gzip.text", data[at + 3:at + 4]))
    for name, offset, length in ("mtime", 4, 4), ("level", 8, 1), ("os", 9, 1):
        raw = data[at + offset:at + offset + length]
        value("gzip." + name, at + offset, length, text(int.from_bytes(raw, "little")))
    if flags & 4:
        length = 2 + int.from_bytes(data[end:end + 2], "little")
        fields.append(Own("gzip.extra", data[end:end + length]))
        end += length
    for bit, name in (8, "gzip.name"), (16, "gzip.comment"):
        if flags & bit:
            said = cstring(data, end)
            value(name, end, len(said) + 1, said)
            end += len(said) + 1
    return fields, end + (2 if flags & 2 else 0)


def gzip(data: bytes, owners: bool):
    parts, content, at = [], b"", 0
    while at < len(data):
        fields, at = gzip_header(data, at)
        parts.append(Fields(fields))
        decoder = zlib.decompressobj(-15)
        content += decoder.decompress(data[at:]) + decoder.flush()
        at = len(data) - len(decoder.unused_data) + 8
    return parts[:1] + [Member(b"", [], content, owners=owners)] + parts[1:]


def xz(data: bytes, owners: bool):
    parts, content = [], b""
    while data:
        if data.startswith(bytes(4)):
            length = (len(data) - len(data.lstrip(b"\0"))) // 4 * 4
            parts.append(Fields([Value("xz.padding", b"", "xz.padding", text(length))]))
            data = data[length:]
            continue
        decoder = lzma.LZMADecompressor(lzma.FORMAT_XZ)
        content += decoder.decompress(data)
        data = decoder.unused_data
    return [Member(b"", [], content, owners=owners)] + parts


def bzip2(data: bytes, owners: bool):
    content = b""
    while data:
        decoder = bz2.BZ2Decompressor()
        content += decoder.decompress(data)
        data = decoder.unused_data
    return [Member(b"", [], content, owners=owners)]


def zstd(data: bytes, owners: bool):
    raise Unsupported("zstd, for which Python 3.11 has no module")


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
                name = extra.split(b"\0")[0]
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
        return names[int(field[1:]):].split(b"\n")[0].removesuffix(b"/")
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


def tar_text(raw: bytes) -> bytes | None:
    said = raw.split(b"\0")[0]
    return None if raw[len(said):].strip(b"\0") else said


def padded(size: int) -> int:
    return -(-size // 512) * 512


def tar(data: bytes, owners: bool):
    at = 0
    while data[at:at + 512].strip(b"\0"):
        start, extensions = at, []
        while data[at + 156:at + 157] in (b"x", b"g", b"L", b"K"):
            size = tar_number(data[at + 124:at + 136])
            extensions.append((data[at:at + 512], data[at + 512:at + 512 + size],
                               data[at + 512 + size:at + 512 + padded(size)]))
            at += 512 + padded(size)
            if extensions[-1][0][156:157] == b"g":
                break
        if extensions and extensions[-1][0][156:157] == b"g":
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
        link = entry.link if entry.kind in ("symlink", "hardlink") else b""
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
                long[block[156:157]] = tar_text(content)
        pax = dict((key, value) for key, value, _ in self.pax)
        self.values = pax
        type = header[156:157]
        self.size = int(pax.get(b"size", tar_number(header[124:136])))
        path, prefix = tar_text(header[:100]), tar_text(header[345:500])
        if self.dialect == "posix" and prefix:
            path = prefix + b"/" + path
        self.path = pax.get(b"path", long.get(b"L", path))
        self.link = pax.get(b"linkpath", long.get(b"K", tar_text(header[157:257])))
        self.long_name = b"path" in pax or b"L" in long
        self.long_link = b"linkpath" in pax or b"K" in long
        self.kind = {b"0": "file", b"S": "file", b"1": "hardlink", b"2": "symlink",
                     b"5": "directory"}.get(type, "other")
        if type == b"\0":
            self.kind = "directory" if self.path.endswith(b"/") else "file"
        self.type = {"file": b"0", "directory": b"5"}[self.kind] if type == b"\0" else type
        self.name = self.path
        if self.kind == "directory":
            self.name = self.path.rstrip(b"/") or b"/"
        self.mode = tar_number(header[100:108])
        self.guarded = bool(
            self.mode & 0o6000 or type in (b"3", b"4") or owners
            or any(key.endswith(b"security.capability") for key, _, _ in self.pax))

    def fields(self) -> list:
        fields = []
        for block, content, padding in self.extensions:
            if block[500:].strip(b"\0"):
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
        known = {b"path": "path", b"linkpath": "link"} | {
            name: name.decode() for name in
            (b"uid", b"gid", b"uname", b"gname", b"mtime", b"atime", b"ctime")}
        if key == b"size":
            return
        if key not in known:
            yield Value("tar.pax.record", line, "tar.pax." + escaped(key), value)
            return
        canonical = self.name if key == b"path" else (
            value if key in (b"linkpath", b"uname", b"gname") else pax_number(value))
        guarded = self.guarded and key in (b"uid", b"gid", b"uname", b"gname")
        yield Value("tar.pax.record", line, "tar." + known[key], canonical, guarded)

    def own_fields(self) -> list:
        head, fields = self.header, []

        def value(id, start, length, attribute, canonical, guarded=False):
            raw = head[start:start + length]
            fields.append(Value("tar.header." + id, raw, attribute, canonical, guarded))

        def own(id, start, length):
            fields.append(Own("tar.header." + id, head[start:start + length]))

        def number(id, start, length, guarded=False):
            said = self.values.get(id.encode())
            canonical = text(tar_number(head[start:start + length]))
            value(id, start, length, "tar." + id,
                  canonical if said is None else pax_number(said), guarded)

        self.name_field(fields, "name", 0, 100)
        value("mode", 100, 8, "tar.mode", b"0%o" % self.mode)
        number("uid", 108, 8, self.guarded)
        number("gid", 116, 8, self.guarded)
        number("mtime", 136, 12)
        value("type", 156, 1, "tar.type", self.type)
        self.name_field(fields, "link", 157, 100)
        if self.dialect == "old":
            own("old", 257, 243)
        else:
            value("magic", 257, 8, "tar.dialect", b"")
            for id, start in ("uname", 265), ("gname", 297):
                said = self.values.get(id.encode(), tar_text(head[start:start + 32]))
                if said is None:
                    own(id, start, 32)
                else:
                    value(id, start, 32, "tar." + id, said, self.guarded)
            for id, start in ("major", 329), ("minor", 337):
                device = tar_number(head[start:start + 8]) or 0
                value(id, start, 8, "tar." + id, text(device) if device else b"")
            if self.dialect == "posix":
                self.name_field(fields, "prefix", 345, 155)
            else:
                self.gnu_fields(value, own)
        if head[500:].strip(b"\0"):
            own("padding", 500, 12)
        return fields

    def gnu_fields(self, value, own):
        for id, start in ("atime", 345), ("ctime", 357):
            raw = self.header[start:start + 12]
            number = tar_number(raw)
            if not raw.strip(b"\0"):
                value(id, start, 12, "tar.dialect", b"")
            elif number is None:
                own(id, start, 12)
            else:
                value(id, start, 12, "tar." + id, text(number))
        if self.header[369:500].strip(b"\0"):
            own("gnu", 369, 131)
        else:
            value("gnu", 369, 131, "tar.dialect", b"")

    def name_field(self, fields, id, start, length):
        raw = self.header[start:start + length]
        is_link = id == "link"
        whole = self.link if is_link else self.path
        canonical = self.link if is_link else self.name
        attribute = "tar.link" if is_link else "tar.path"
        if self.long_link if is_link else self.long_name:
            slot = slice(157, 257) if is_link else slice(0, 100)
            short = self.header[slot].split(b"\0")[0]
            prefix = self.header[345:500] if self.dialect == "posix" else b""
            if not whole.startswith(short) or prefix.strip(b"\0"):
                fields.append(Own("tar.header." + id, raw))
                return
        fields.append(Value("tar.header." + id, raw, attribute, canonical))


def pax_records(content: bytes):
    while content:
        length = int(content.split(b" ", 1)[0])
        line, content = content[:length], content[length:]
        key, value = line.split(b" ", 1)[1][:-1].split(b"=", 1)
        yield key, value, line


def pax_number(value: bytes) -> bytes:
    return value.rstrip(b"0").rstrip(b".") if b"." in value else value


def escaped(name: bytes) -> str:
    """Names as reports show them (Docs/Report.md)."""
    shown = ""
    for character in name.decode("utf-8", "surrogateescape"):
        code = ord(character)
        if 0xDC80 <= code <= 0xDCFF:
            shown += f"\\x{code - 0xDC00:02x}"
        elif character == "\\":
            shown += "\\\\"
        elif character == " " or 0x21 <= code <= 0x7E:
            shown += character
        elif code < 0x80:
            shown += f"\\x{code:02x}"
        elif unicodedata.category(character)[0] in "CZM" or character == "›":
            shown += f"\\u{{{code:04x}}}"
        else:
            shown += character
    return shown


# zip


def zip_archive(data: bytes):
    little = lambda raw: int.from_bytes(raw, "little")
    end = data.rindex(b"PK\5\6")
    start, size, count = little(data[end + 16:end + 20]), little(data[end + 12:end + 16]), little(
        data[end + 10:end + 12])
    wide = data[end - 20:end - 16] == b"PK\6\7"
    if wide:
        at = little(data[end - 12:end - 4])
        count, size, start = (little(data[at + n:at + n + 8]) for n in (32, 40, 48))
    tail, at, offset = start + size, start, 0
    for _ in range(count):
        lengths = [little(data[at + n:at + n + 2]) for n in (28, 30, 32)]
        central = data[at:at + 46 + sum(lengths)]
        at += len(central)
        name = central[46:46 + lengths[0]]
        extra = central[46 + lengths[0]:46 + lengths[0] + lengths[1]]
        sizes = widened([little(central[n:n + 4]) for n in (24, 20, 42)], extra)
        begin = sizes[2]
        if begin > offset:
            yield Fields([Own("zip.gap", data[offset:begin])])
        body = begin + 30 + little(data[begin + 26:begin + 28]) + little(data[begin + 28:begin + 30])
        local, packed = data[begin:body], data[body:body + sizes[1]]
        offset = body + sizes[1]
        runs = [zip_header(local, 4, 26, "zip.local", 30), zip_central(central)]
        descriptor = zip_descriptor(data[offset:offset + 24], central) if central[8] & 8 else b""
        if descriptor:
            runs.append([Value("zip.descriptor", descriptor, "zip.descriptor", b"")])
        offset += len(descriptor)
        kind, mode, is_folder = "file", None, name.endswith(b"/")
        if central[5] == 3:
            mode = little(central[40:42])
            kind = {0: "file", 0o100000: "file", 0o120000: "symlink"}.get(mode & 0o170000, "other")
        content = None
        if not is_folder or packed:
            content = zip_content(packed, little(central[10:12]))
        yield Member(name, runs, content, "directory" if is_folder else kind,
                     mode=None if mode is None else mode & 0o7777)
    if start > offset:
        yield Fields([Own("zip.gap", data[offset:start])])
    fields = []
    if wide:
        fields.append(Own("zip.end64.versions", data[tail + 12:tail + 16]))
        fields.append(Own("zip.end64.extensible", data[tail + 56:end - 20]))
    yield Fields(fields + [Own("zip.archive-comment", data[end + 22:])])


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
    result = []
    for value in values:
        if value == 0xFFFFFFFF and rest:
            value, rest = int.from_bytes(rest[:8], "little"), rest[8:]
        result.append(value)
    return result


def zip_descriptor(ahead: bytes, central: bytes) -> bytes:
    sizes = [central[20:24], central[24:28]]
    for mark in (b"PK\7\10", b""):
        for pad in (b"", bytes(4)):
            form = mark + central[16:20] + b"".join(size + pad for size in sizes)
            if ahead.startswith(form):
                return form
    raise Unsupported("a data descriptor of a member over 4 GiB")


def zip_header(run: bytes, at: int, lengths: int, place: str, name_at: int) -> list:
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
    blocks = extra_blocks(extra)
    for block in [extra] if blocks is None else blocks:
        kind = {0x5455: ".unix.mtime", 0x000A: ".ntfs.mtime", 0x7855: ".owner", 0x7875: ".owner"}
        id = None if blocks is None else int.from_bytes(block[:2], "little")
        if id in kind:
            fields.append(Value(place + kind[id], block, place + kind[id], block[4:]))
        elif id != 1:
            fields.append(Own("zip.extra", block))
    return fields


def zip_central(run: bytes) -> list:
    comment = int.from_bytes(run[32:34], "little")
    return [
        Own("zip.signature", run[:4]),
        Value("zip.version", run[4:5], "zip.version", text(run[4])),
        Value("zip.host", run[5:6], "zip.host", text(run[5])),
    ] + zip_header(run, 6, 28, "zip", 46) + [
        Own("zip.disk", run[34:36]),
        Own("zip.internal", run[36:38]),
        Value("zip.attributes", run[38:42], "zip.attributes",
              text(int.from_bytes(run[38:42], "little"))),
        Own("zip.comment", run[len(run) - comment:]),
    ]


def zip_content(packed: bytes, method: int) -> bytes:
    if method == 0:
        return packed
    if method == 8:
        return zlib.decompress(packed, -15)
    if method == 12:
        return bz2.decompress(packed)
    if method == 95:
        return lzma.decompress(packed, lzma.FORMAT_XZ)
    raise Unsupported(f"zip method {method}")


# Whether order counts, and times


def canonical_path(path: bytes) -> bytes:
    return b"/".join(part for part in path.split(b"/") if part not in (b"", b"."))


def parents(path: bytes) -> list:
    return [path[:at] for at, byte in enumerate(path) if byte == 0x2F]


def folded(path: bytes) -> str:
    upper = path.decode("utf-8", "replace").upper()
    # Character by character: Python would choose another lower-case sigma at the end of a word.
    return unicodedata.normalize("NFC", "".join(character.lower() for character in upper))


def permits_any_order(members: list) -> bool:
    names, folds, above, links = set(), set(), set(), set()
    for member in members:
        path = canonical_path(member.name)
        if path in names or folded(path) in folds or b".." in path.split(b"/"):
            return False
        names.add(path)
        folds.add(folded(path))
        above.update(parents(path))
        if member.kind == "directory" and path in above:
            return False
        if member.kind == "symlink":
            links.add(path)
        if member.kind == "hardlink" and canonical_path(member.link) not in names:
            return False
    return not links & above


TIMED = (b".py", b".el", b".elc", b".clj", b".cljc", b".class")


def protected(members: list) -> set:
    """The paths of members that a compiled member is checked against by time."""
    paths = set()
    for member in members:
        if member.content is None:
            continue
        path = canonical_path(member.name)
        if member.name.endswith((b".pyc", b".pyo")):
            if member.content[4:8] in (b"\1\0\0\0", b"\3\0\0\0"):
                continue
            folder, _, file = path.rpartition(b"/")
            stem = file[:-4]
            if folder.rpartition(b"/")[2] == b"__pycache__":
                folder, stem = folder.rpartition(b"/")[0], file.split(b".")[0]
            paths.add((folder + b"/" if folder else b"") + stem + b".py")
        elif member.name.endswith(b".elc"):
            paths |= {path[:-1], path}
        elif member.name.endswith(b".class"):
            stem = path[:-6]
            stems = {stem, stem.removesuffix(b"__init")}
            paths |= {path} | {s + e for s in stems for e in (b".clj", b".cljc")}
    return paths


# The normal form


class NormalForm:
    def __init__(self, profile: Profile):
        self.profile = profile

    def run_records(self, fields: list, format: str):
        """The records of a run, and the times that a rule would tolerate."""
        allows, rules = self.profile.allows, RULES[format]
        values = {}
        for field in fields:
            if isinstance(field, Value):
                was = values.get(field.attribute, (b"", False))[1]
                values[field.attribute] = (field.canonical, field.guarded or was)
        records, times, kept = b"", [], set()
        for attribute, (canonical, guarded) in sorted(
                values.items(), key=lambda item: item[0].encode()):
            if allows(rules.get(attribute), guarded):
                if attribute.endswith(".mtime") and canonical:
                    times.append((attribute, canonical))
                continue
            kept.add(attribute)
            if canonical:
                records += record(b"value", attribute.encode(), canonical)
        for field in fields:
            if isinstance(field, Own):
                if field.data and not allows(rules.get(field.id)):
                    records += record(b"field", field.id.encode(), field.data)
            elif field.attribute in kept and not allows(ENCODING.get(format)):
                records += record(b"raw", field.id.encode(), field.data)
        return records, times

    def digest(self, data: bytes, owners: bool = False) -> bytes:
        format, parts = dissect(data, owners)
        rule = COMPRESSION.get(format)
        if format is None or (rule and not self.profile.allows(rule)):
            return sha256(record(b"opaque", text(len(data)), sha256(data)))
        stream = record(b"container", format.encode())
        members, entries = [], []
        for part in parts:
            if isinstance(part, Fields):
                records, _ = self.run_records(part.fields, format)
                if part.of_member and entries:
                    entries[-1][0] += records
                else:
                    stream += records
                continue
            body = record(b"member", part.name, part.kind.encode(), part.link)
            times = []
            for run in part.runs:
                records, own_times = self.run_records(run, format)
                body += records
                times += own_times
            if part.content is not None:
                body += record(b"content", self.digest(part.content, part.owners))
            # A tar inside hands on nothing; a compressed file hands on what it was given.
            members.append(part)
            entries.append([body, times])
        free = self.profile.allows(ORDER.get(format)) and permits_any_order(members)
        stream += record(b"order", b"any" if free else b"kept")
        if free and members and members[0].name in FIRST.get(format, set()):
            stream += record(b"first", members[0].name)
        listed = list(zip(members, entries))
        if free:
            listed.sort(key=lambda pair: pair[0].name)
        timed = protected(members)
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
                items += [b"blocks", text(status.st_blocks)]
                if stat.S_ISREG(status.st_mode) and status.st_nlink > 1:
                    name = first.setdefault((status.st_dev, status.st_ino), path)
                    items += [b"hardlink", name.hex().encode()]
            if stat.S_ISREG(status.st_mode):
                items += [b"sha256", self.digest(read(full)).hex().encode()]
            listing += b"".join(item + b"\0" for item in items) + b"\0"
        return sha256(listing)

    def unpacked(self, path: bytes) -> bytes:
        entries = []
        if os.path.isdir(path):
            for name, status in nodes(path):
                full, kind = os.path.join(path, name), node_kind(status.st_mode)
                entries.append((
                    name, kind, rights(kind, stat.S_IMODE(status.st_mode)),
                    os.readlink(full) if kind == "symlink" else b"",
                    self.digest(read(full)) if kind == "file" else b""))
        else:
            entries = [self.unpacked_entry(member) for member in archive_members(read(path))]
        above = {b""}.union(*(parents(entry[0]) for entry in entries))
        stream = record(b"unpacked", b"v1")
        for path, kind, right, link, content in sorted(entries):
            if kind == "directory" and path in above and (right == "0" or not path):
                continue
            stream += record(b"entry", path, kind.encode(), right.encode(), link, content)
        return sha256(stream)

    def unpacked_entry(self, member: Member):
        content = b"" if member.content is None else self.digest(member.content, member.owners)
        mode = 0o644 if member.mode is None else member.mode
        link = member.link if member.kind == "symlink" else b""
        return (canonical_path(member.name), member.kind, rights(member.kind, mode), link, content)


def archive_members(data: bytes):
    """The members of the first layer that is no compressed file."""
    format, parts = dissect(data, False)
    members = [part for part in parts if isinstance(part, Member)]
    return archive_members(members[0].content) if format in ("gzip", "xz", "bzip2") else members


def rights(kind: str, mode: int) -> str:
    if kind == "symlink":
        return ""
    return f"{mode & 0o7000:o}" + ("x" if kind == "file" and mode & 0o111 else "")


def node_kind(mode: int) -> str:
    return {stat.S_IFREG: "file", stat.S_IFDIR: "directory", stat.S_IFLNK: "symlink",
            stat.S_IFCHR: "characterDevice", stat.S_IFBLK: "blockDevice", stat.S_IFIFO: "pipe",
            stat.S_IFSOCK: "socket"}[stat.S_IFMT(mode)]


def nodes(root: bytes) -> list:
    found = []
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
    if kind != "symlink":
        yield b"special", b"0%o" % (mode & 0o7000)
    else:
        yield b"link", os.readlink(full)
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
        return "zstd", zstd(data, owners)
    if data[:3] == b"BZh" and data[3:4] in b"123456789" and data[4:10] in (
            b"1AY&SY", b"\x17rE8P\x90"):
        return "bzip2", bzip2(data, owners)
    if data[:4] in (b"PK\3\4", b"PK\5\6"):
        return "zip", zip_archive(data)
    if data[:8] == b"!<arch>\n":
        is_package = data[8:].startswith(b"debian-binary")
        return "deb" if is_package else "ar", ar(data, is_package)
    if len(data) >= 512 and data[0] and tar_number(data[148:156]) == (
            sum(data[:148]) + sum(data[156:512]) + 8 * 32):
        return "tar", tar(data, owners)
    # The formats that libarchive reads are opaque here too: their framing is not accounted.
    return None, []


# The command line


def check(report: dict) -> bool:
    name, *allowed = report["profile"]["name"].split("+")
    profile = Profile(name, allowed)
    agrees = report["profile"]["sha256"] == profile.digest().hex()
    if not agrees:
        print(f"profile: {report['profile']['sha256']} in the report, {profile.digest().hex()} here")
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
