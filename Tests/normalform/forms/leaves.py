"""Leaves: png, mo, pyc, manifest, javadoc. What is none raises."""

import re
import struct
import zlib

from forms.dates import DATE, ISO_DAY, is_date
from forms.records import Fields, Member, Own, Value, big, little, require, text

MEBI32 = 33_554_432
LHA = [b"-lh%c-" % mark for mark in b"0567d"]


def may_be_leaf(data: bytes) -> bool:
    return len(data) <= MEBI32 and data[32_769:32_774] != b"CD001" and data[2:7] not in LHA


# png

SIGNATURE = b"\x89PNG\r\n\x1a\n"
TEXTS = {b"date:create": "date.create", b"date:modify": "date.modify",
         b"date:timestamp": "date.timestamp", b"Creation Time": "date.creation",
         b"Software": "software"}


def stamp(type: bytes, data: bytes):
    """The attribute that a chunk carries and its value."""
    if type == b"tIME" and len(data) == 7 and data[2] >= 1 and data[3] >= 1 and all(
            byte <= most for byte, most in zip(data[2:], (12, 31, 23, 59, 60))):
        return "png.time", data
    key, _, value = data.partition(b"\0")
    name = TEXTS.get(key) if type == b"tEXt" and b"\0" in data else None
    if name == "software":
        fits = re.fullmatch(rb"[A-Za-z0-9 .,:_()/+-]{1,128}", value)
    else:
        fits = name and is_date(value)
    return ("png." + name, value) if fits else None


def png(data: bytes):
    require(data.startswith(SIGNATURE), "no png")
    yield Fields([Own("png.signature", SIGNATURE)])
    at, before, seen, counts, chunks = 8, b"", set(), {}, 0
    while before != b"IEND":
        size, type = big(data[at:at + 4]), data[at + 4:at + 8]
        chunk = data[at:at + 12 + size]
        body, at, chunks = chunk[8:-4], at + 12 + size, chunks + 1
        require(len(chunk) == 12 + size and re.fullmatch(rb"[A-Za-z]{4}", type)
                and big(chunk[-4:]) == zlib.crc32(type + body) and chunks <= 65_536, "a bad chunk")
        require((type == b"IHDR") == (chunks == 1) and (chunks > 1 or size == 13), "a bad IHDR")
        require(type != b"IDAT" or before == type or b"IDAT" not in counts, "IDAT comes again")
        require(type != b"IEND" or (size == 0 and b"IDAT" in counts), "a bad IEND")
        before, mark = type, stamp(type, body)
        if mark and mark[0] not in seen:
            seen.add(mark[0])
            yield Fields([Value(mark[0], chunk, *mark)])
            continue
        counts[type] = count = counts.get(type, 0) + 1
        name = type if count == 1 else b"%s[%d]" % (type, count)
        yield Member(name, [[Own("png.type", type)]], body)
    yield Fields([Own("png.unaccounted", data[at:])])


# mo


def mo(data: bytes):
    order = {b"\xde\x12\x04\x95": "<", b"\x95\x04\x12\xde": ">"}[data[:4]]
    _, revision, count, *offsets, size, hashes = struct.unpack(order + "7I", data[:28])
    require(revision == 0 and count <= 262_144 and offsets == [28, 28 + 8 * count], "a bad mo")
    at = 28 + 16 * count
    require(size == 0 or hashes == at, "a gap before the hash table")
    fields = [Own("mo." + name, data[start:start + length]) for name, start, length in (
        ("magic", 0, 4), ("revision", 4, 4), ("count", 8, 4), ("hash", 20, 8))]
    yield Fields(fields)
    require(at + 4 * size <= len(data), "the mo is cut off")
    yield Fields([Own("mo.hash-table", data[at:at + 4 * size])])
    tables = [struct.unpack(f"{order}{2 * count}I", data[start:start + 8 * count])
              for start in offsets]
    at, texts = at + 4 * size, []
    for table in tables:
        for length, offset in zip(table[::2], table[1::2]):
            require(offset == at and at + length < len(data) and data[at + length] == 0,
                    "a text elsewhere")
            texts.append(data[at:at + length])
            at += length + 1
    require(at == len(data), "bytes behind the texts")
    originals, translations = texts[:count], texts[count:]
    require(len(set(originals)) == count and all(len(one) <= 65_536 for one in originals),
            "odd originals")
    for original, translation in zip(originals, translations):
        yield Member(original, [[Own("mo.original", original)]],
                     translation if original else None)
        if not original:
            yield from catalog_header(translation)


def catalog_header(header: bytes):
    seen, lines = set(), re.findall(rb"[^\n]*\n|[^\n]+", header)
    require(len(lines) <= 4096, "too many lines")
    for line in lines:
        require(b":" in line or line == b"\n", "a line without a colon")
        found = re.fullmatch(rb"(POT-Creation|PO-Revision)-Date: (" + DATE + rb")\n", line)
        if found:
            name = {b"POT-Creation": "mo.created", b"PO-Revision": "mo.revised"}[found[1]]
            require(name not in seen, "a date that stands twice")
            seen.add(name)
            yield Fields([Value("mo.header", line, name, found[2])])
        else:
            yield Fields([Own("mo.header", line)])


# pyc


def pyc(data: bytes):
    require(data[2:4] == b"\r\n", "no pyc")
    number, flags = little(data[:2]), b""
    if 3392 <= number < 20_000:
        flags = data[4:8]
        require(little(flags) in (0, 1, 3), "unknown flags")
    else:
        require(3230 <= number < 3392, "an unknown version")
    end = 12 + len(flags)
    require(data[end] in b"\x63\xe3", "no code")
    fields = [Own("pyc.magic", data[:4]), Own("pyc.flags", flags)]
    if any(flags):
        fields.append(Own("pyc.hash", data[8:16]))
    else:
        time, size = data[end - 8:end - 4], data[end - 4:end]
        fields += [Value("pyc.mtime", time, "pyc.mtime", text(little(time)), True),
                   Own("pyc.size", size)]
    yield Fields(fields)
    yield Member(b"code", [], data[end:])


# manifest

TOOLS = {b"Created-By", b"Built-By", b"Build-Jdk", b"Build-Jdk-Spec", b"Build-Tool", b"Tool"}
DATES = {b"Bnd-LastModified", b"Build-Date", b"Build-Date-UTC", b"Build-Time", b"Build-Timestamp",
         b"Built-Date", b"Built-On"}


LINE = re.compile(rb"([^\r\n\0]*)\r?\n")


def manifest(data: bytes):
    require(data.startswith(b"Manifest-Version:") and b"-digest" not in data.lower(), "no manifest")
    at, attributes, names = 0, [], set()
    while at < len(data):
        line = LINE.match(data, at)
        require(line, "no line")
        if not line[1]:
            break
        at += len(line[0])
        if line[1].startswith(b" "):
            raw, name, value = attributes[-1]
            attributes[-1] = raw + line[0], name, value + line[1][1:]
            continue
        found = re.fullmatch(rb"([A-Za-z0-9_-]{1,70}): (.*)", line[1])
        require(found and found[1].lower() not in names, "no attribute, or one that stands twice")
        names.add(found[1].lower())
        attributes.append((line[0], found[1], found[2]))
    require(len(attributes) <= 4096, "too many attributes")
    for raw, name, value in attributes:
        fits = (name in TOOLS and re.fullmatch(rb"[\x20-\x7e]{1,256}", value)
                and b"multi-release" not in value.lower()
                or name in DATES and (is_date(value) or re.fullmatch(rb"\d{8,17}", value)))
        id = "manifest." + name.decode().lower()
        yield Fields([Value(id, raw, id, value) if fits else Own("manifest.attribute", raw)])
    yield Fields([Own("manifest.sections", data[at:])])


# javadoc

MARK = b"<!-- Generated by javadoc"
VERSION = rb"(?![^)]*--)(?=[^)]{1,64}\))(?:build |version )?\d[A-Za-z0-9._+-]*"
STAMP = re.compile(MARK + rb"( \((" + VERSION + rb")\))?( on (" + DATE + rb"))? -->")
CREATED = re.compile(rb'<meta name="dc\.created" content="' + ISO_DAY + rb'">')
DATED = re.compile(rb'<(?:meta name="date" content|META NAME="date" CONTENT)="' + ISO_DAY + rb'">')
PLAIN = re.compile(
    rb"|<!--[^<>-]*-->|(?i:<title>)[^<>\0]*(?i:</title>)|(?i:<!doctype )[^<>\0]*>"
    rb'|<(?i:html|head|meta|link)(?: {1,16}[A-Za-z0-9:_-]{1,64}(?:="[^<>"\0]*")?)* {0,16}/?>')


def javadoc_line(line: bytes, body: bytes):
    """The shape of a line and its fields; None if it has none."""
    end = line[len(body):]
    if (found := STAMP.fullmatch(body)) and len(body) <= 256:
        fields = [Own("javadoc.text", MARK)]
        if found[1]:
            fields.append(Value("javadoc.generator", found[1], "javadoc.generator", found[2]))
        if found[3]:
            fields.append(Value("javadoc.date", found[3], "javadoc.date", found[4]))
        return "stamp", fields + [Own("javadoc.text", b" -->" + end)]
    for name, shape in ("javadoc.created", CREATED), ("javadoc.day", DATED):
        if shape.fullmatch(body):
            return name, [Value(name, line, name, line)]
    return (None, [Own("javadoc.text", line)]) if PLAIN.fullmatch(body) else None


def javadoc(data: bytes):
    require(data.startswith(b"<") and MARK in data[:1024], "no javadoc")
    at, seen, in_head = 0, set(), False
    for _ in range(256):
        line = re.match(rb"([^\n]*?)\r?\n", data[at:at + 4096])
        found = line and javadoc_line(line[0], line[1])
        if not found or str(found[0]).startswith("javadoc.") and not in_head:
            break
        in_head = in_head or line[1][:6].lower() == b"<head>"
        require(found[0] is None or found[0] not in seen, "a line that stands twice")
        seen.add(found[0])
        yield Fields(found[1])
        at += len(line[0])
    yield Fields([Own("javadoc.text", data[at:])])


LEAF = {"png": png, "mo": mo, "pyc": pyc, "manifest": manifest, "javadoc": javadoc}
