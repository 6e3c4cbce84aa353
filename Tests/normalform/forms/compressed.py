"""Compressed files: gzip, xz, zstd, bzip2, lz4, lzip, zlib."""

import bz2
import lzma
import struct
import zlib

from forms.records import Fields, Member, Own, Unsupported, Value
from forms.records import cstring, little, require, text

LOOKAHEAD = 40 * 1024
LZ4, ZSTD = b"\x04\x22\x4d\x18", b"\x28\xb5\x2f\xfd"


def gzip_header(data: bytes, at: int):
    flags, fields, end = data[at + 3], [], at + 10

    def value(name, start, length, canonical):
        fields.append(Value(name, data[start:start + length], name, canonical))

    if flags & 1:
        value("gzip.text", end, 0, b"1")
    for name, offset, length in ("mtime", 4, 4), ("level", 8, 1), ("os", 9, 1):
        raw = data[at + offset:at + offset + length]
        value("gzip." + name, at + offset, length, text(little(raw)))
    if flags & 4:
        length = 2 + little(data[end:end + 2])
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
        size = 4 + little(extra[2:4])
        if size > len(extra):
            break
        found, extra = found + [extra[:size]], extra[size:]
    return [] if extra else found


def gzip(data: bytes, owners: bool):
    parts, content, at, tiles = [], b"", 0, ()
    while at < len(data):
        require(data[at:at + 3] == b"\x1f\x8b\x08" and not data[at + 3] & 0xE0, "no gzip stream")
        if at:
            parts.append(mark("gzip", len(content)))
        fields, at = gzip_header(data, at)
        parts.append(Fields(fields))
        decoder = zlib.decompressobj(-15)
        one = decoder.decompress(data[at:]) + decoder.flush()
        end = len(data) - len(decoder.unused_data)
        require(decoder.eof and data[end:end + 8] == struct.pack(
            "<II", zlib.crc32(one), len(one) & 0xFFFFFFFF), "a wrong gzip trailer")
        content, tiles, at = content + one, tiles + (data[at:end],), end + 8
    return parts[:1] + [Member(b"", [], content, owners=owners, encoded=tiles)] + parts[1:]


def mark(codec: str, place: int) -> Fields:
    """What stands before each stream that does not begin the file: where in the content it is."""
    return Fields([Value(codec + ".stream", b"", codec + ".stream", text(place))])


class Streams:
    """Collects the streams of a file: their contents, the runs of encoded bytes, and what stands
    between these. The one member comes where the first stream does."""

    def __init__(self, codec: str):
        self.codec = codec
        self.parts, self.content, self.tiles, self.place = [], bytearray(), [], None
        self.apart = True

    def begin(self, at: int) -> None:
        if at:
            self.parts.append(mark(self.codec, len(self.content)))
            self.apart = True

    def stream(self, encoded: bytes, content: bytes, at: int) -> None:
        self.begin(at)
        if self.place is None:
            self.place = len(self.parts)
        if self.apart:
            self.tiles.append(b"")
        self.tiles[-1] += encoded
        self.content += content
        self.apart = False

    def decode(self, decoder, data: bytes, at: int) -> bytes:
        """Takes the stream that begins `data`, and returns what follows it."""
        content, rest = decoder.decompress(data), decoder.unused_data
        require(decoder.eof, f"the {self.codec} stream is cut off")
        self.stream(data[:len(data) - len(rest)], content, at)
        return rest

    def field(self, field) -> None:
        self.parts.append(Fields([field]))
        self.apart = True

    def all(self, owners: bool) -> list:
        require(self.place is not None, "no stream")
        member = Member(b"", [], bytes(self.content), owners=owners, encoded=tuple(self.tiles))
        return self.parts[:self.place] + [member] + self.parts[self.place:]


def xz(data: bytes, owners: bool):
    streams, size = Streams("xz"), len(data)
    while data:
        rest = data.lstrip(b"\0")
        if zeros := len(data) - len(rest):
            require(zeros % 4 == 0, "odd padding")
            streams.field(Value("xz.padding", b"", "xz.padding", text(zeros)))
        else:
            rest = streams.decode(lzma.LZMADecompressor(lzma.FORMAT_XZ), data, size - len(data))
        data = rest
    return streams.all(owners)


def bzip2(data: bytes, owners: bool):
    streams, size = Streams("bzip2"), len(data)
    while data:
        data = streams.decode(bz2.BZ2Decompressor(), data, size - len(data))
    return streams.all(owners)


def lzip(data: bytes, owners: bool):
    streams, total = Streams("lzip"), len(data)
    while data:
        require(data[:5] == b"LZIP\1", "no lzip member")
        size = 1 << (data[5] & 31)
        filters = [{"id": lzma.FILTER_LZMA1, "dict_size": size - size // 16 * (data[5] >> 5)}]
        decoder = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters)
        content, rest = decoder.decompress(data[6:]), decoder.unused_data
        end = len(data) - len(rest) + 20
        require(decoder.eof and rest[:20] == struct.pack(
            "<IQQ", zlib.crc32(content), len(content), end), "a wrong lzip trailer")
        streams.stream(data[:end], content, total - len(data))
        data = data[end:]
    return streams.all(owners)


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
        distance, at = little(data[at:at + 2]), at + 2
        require(0 < distance <= len(content), "a distance past the beginning")
        for _ in range(length(token & 15) + 4):
            content.append(content[-distance])


def skippable(data: bytes, at: int = 0) -> int:
    """The size of the skippable frame that begins there, or 0."""
    if len(data) - at < 8 or data[at] & 0xF0 != 0x50 or data[at + 1:at + 4] != b"*M\x18":
        return 0
    return 8 + little(data[at + 4:at + 8])


def is_frame(start: bytes, magic: bytes) -> bool:
    """Whether a frame begins there, skippable ones passed over."""
    at = 0
    while size := skippable(start, at):
        at += size
    return start[at:at + 4] == magic


def lz4_frame(data: bytes, at: int) -> tuple:
    """The content of a frame, and where it ends."""
    require(data[at:at + 4] == LZ4, "no lz4 frame")
    flags, content = data[at + 4], bytearray()
    require(flags >> 6 == 1 and not flags & 3, "a version, a dictionary or a reserved bit")
    at += 15 if flags & 8 else 7
    while size := little(data[at:at + 4]):
        block = data[at + 4:at + 4 + (size & 0x7FFFFFFF)]
        require(len(block) == size & 0x7FFFFFFF, "the lz4 frame is cut off")
        if size >> 31:
            content += block
        else:
            lz4_block(block, content)
        at += 4 + len(block) + (4 if flags & 16 else 0)
    return bytes(content), at + (8 if flags & 4 else 4)


def zstd_frame(data: bytes, at: int) -> tuple:
    """The content of a frame of raw blocks and of those of one repeated byte; no others here."""
    require(data[at:at + 4] == ZSTD, "no zstd frame of a version that is read")
    flags, content, last = data[at + 4], b"", False
    single = flags >> 5 & 1
    at += 5 + (1 - single)
    identity = (0, 1, 2, 4)[flags & 3]
    require(not any(data[at:at + identity]), "a dictionary")
    at += identity + (single, 2, 4, 8)[flags >> 6]
    while not last:
        require(at + 3 <= len(data), "the zstd frame is cut off")
        header = little(data[at:at + 3])
        last, kind, size = header & 1, header >> 1 & 3, header >> 3
        require(kind < 3, "a reserved kind of block")
        if kind == 2:
            raise Unsupported("compressed zstd, for which Python 3.11 has no module")
        at += 3 + (size if kind == 0 else 1)
        content += data[at - size:at] if kind == 0 else data[at - 1:at] * size
    return content, at + (4 if flags & 4 else 0)


def frames(data: bytes, owners: bool, name: str, read):
    """lz4 and zstd: frames, and skippable ones between them."""
    streams, at = Streams(name), 0
    while at < len(data):
        if size := skippable(data, at):
            streams.field(Own(name + ".skippable", data[at:at + size]))
            at += size
        else:
            content, end = read(data, at)
            streams.stream(data[at:end], content, at)
            at = end
    require(at == len(data), "the frame is cut off")
    return streams.all(owners)


def lz4(data: bytes, owners: bool):
    return frames(data, owners, "lz4", lz4_frame)


def zstd(data: bytes, owners: bool):
    return frames(data, owners, "zstd", zstd_frame)


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
    decoder = zlib.decompressobj(-8 - (data[0] >> 4))
    content = decoder.decompress(data[2:]) + decoder.flush()
    require(decoder.eof and decoder.unused_data == zlib.adler32(content).to_bytes(4, "big"),
            "a wrong zlib trailer")
    return [Member(b"", [], content, owners=owners, encoded=(data,))]
