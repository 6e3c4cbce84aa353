"""zip and its families."""

import bz2
import lzma
import re
import zlib

from forms.compressed import zstd
from forms.order import folded
from forms.records import Fields, Member, Own, Value
from forms.records import canonical_path, little, require, sha256, text


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


def zip_archive(data: bytes, prefix: int, owners: bool):
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
    foreign = any(not entry[4][9] & 8 and max(entry[5], default=0) >= 0x80 for entry in stored)
    keeps_all = bool(foreign or any(gaps) or (gap and not is_padding) or data[comment_end:]
                     or order != sorted(order))
    pinned = count if keeps_all else zip_pinned([entry[5] for entry in stored])
    if prefix:
        fields.append(Own("zip.prefix", data[:prefix]))
    for index, (begin, body, after, descriptor, central, name) in enumerate(stored):
        guarded = owners or bool(central[41] & 0o14)
        runs = [[Own("zip.unaccounted", gaps[index])]] if gaps[index] else []
        runs += [zip_header(data[begin:body], 4, 26, "zip.local", 30, guarded),
                 zip_central(central, guarded)]
        if descriptor:
            runs.append([Value("zip.descriptor", descriptor, "zip.descriptor",
                               b"wide" if len(descriptor) >= 20 else b"")])
        packed = data[body:after]
        mode, is_folder = little(central[40:42]), name.endswith(b"/")
        kind = "directory" if is_folder else {
            0: "file", 0o100000: "file", 0o120000: "symlink"}.get(mode & 0o170000, "other")
        content = None
        if not is_folder or packed:
            content = zip_content(packed, central)
        link = None
        if kind == "symlink":
            link = content if len(content) <= 65536 else b""
        yield Member(name, runs, content, kind, link,
                     owners=True, mode=mode & 0o7777 if central[5] == 3 else None,
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
    count = libraries = documents = 0
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
        is_jar |= path.startswith("web-inf/")
        libraries += path.endswith(".jar")
        documents += path.endswith((".kml", ".usd", ".usda", ".usdc"))
    is_sequence = is_jar and libraries > 1 or documents > 1
    return len(names) if is_sequence else min(count, len(names))


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
    comment, name = little(run[32:34]), run[46:46 + little(run[28:30])]
    is_translated = run[5] in (0, 11) and not run[9] & 8 and not name.isascii()
    return [
        Own("zip.magic", run[:4]),
        Own("zip.version.names", run[4:5]) if is_translated
        else Value("zip.version", run[4:5], "zip.version", text(run[4])),
        Value("zip.host", run[5:6], "zip.host", text(run[5])),
    ] + zip_header(run, 6, 28, "zip", 46, guarded) + [
        Own("zip.disk", run[34:36]),
        Own("zip.internal", run[36:38]),
        Value("zip.attributes", run[38:42], "zip.attributes",
              text(int.from_bytes(run[38:42], "little"))),
        Own("zip.comment", run[len(run) - comment:]),
    ]


def zip_content(packed: bytes, central: bytes) -> bytes:
    method, decoder = little(central[10:12]), None
    require(central[6] <= (46 if method in (0, 8, 12) else 63), "a needed version")
    if method == 0:
        content = packed
    elif method == 93:
        content = zstd(packed, False)[0].content
    else:
        require(method in (8, 12, 95), "another method")
        decoder = (zlib.decompressobj(-15) if method == 8 else
                   bz2.BZ2Decompressor() if method == 12 else
                   lzma.LZMADecompressor(lzma.FORMAT_XZ))
        content = decoder.decompress(packed)
        require(decoder.eof and not decoder.unused_data, "data that is cut off, or more of it")
    require(zlib.crc32(content) == little(central[16:20]), "a wrong checksum")
    return content
