"""Writes ar, tar, gzip, xz, zip and zstd byte by byte, from explicit values only.

Shared by packages/make.py and hostile/*.py. Nothing here looks at a clock, a locale, a user or a
file system, so the same calls give the same bytes on every Debian 12.
"""

import lzma
import struct
import zlib

BLOCK = 512
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def ar(members, mtime=0):
    """An ar file of (name, bytes) or (name, bytes, padding byte), owned by root, mode 0644."""
    out = [b"!<arch>\n"]
    for name, data, *padding in members:
        fields = (name.encode(), b"%d" % mtime, b"0", b"0", b"100644", b"%d" % len(data))
        widths = (16, 12, 6, 6, 8, 10)
        out.append(b"".join(f.ljust(w) for f, w in zip(fields, widths)) + b"`\n" + data)
        if len(data) % 2:
            out.append(padding[0] if padding else b"\n")
    return b"".join(out)


def read_ar(data):
    """Yields (name, mtime, bytes) of an ar file as dpkg-deb writes it."""
    assert data[:8] == b"!<arch>\n", "not an ar file"
    at = 8
    while at < len(data):
        head = data[at : at + 60]
        assert head[58:] == b"`\n", f"no ar header at {at}"
        size = int(head[48:58])
        yield head[:16].rstrip(b" /").decode(), int(head[16:28]), data[at + 60 : at + 60 + size]
        at += 60 + size + size % 2


def tar_header(name, size=0, kind=b"0", mode=0o644, mtime=1_700_000_000, uid=0, gid=0,
               uname=b"root", gname=b"root", link=b"", tail=b"", checksum=None):
    """One ustar header block. `tail` goes to bytes 500-511; `checksum` replaces the right one."""
    def octal(value, width):
        return b"%0*o\0" % (width - 1, value)

    block = bytearray(BLOCK)
    for at, value in (
        (0, name), (100, octal(mode, 8)), (108, octal(uid, 8)), (116, octal(gid, 8)),
        (124, octal(size, 12)), (136, octal(mtime, 12)), (148, b" " * 8), (156, kind), (157, link),
        (257, b"ustar\00000"), (265, uname), (297, gname), (329, octal(0, 8)), (337, octal(0, 8)),
        (500, tail),
    ):
        block[at : at + len(value)] = value
    assert len(block) == BLOCK
    block[148:156] = b"%06o\0 " % (sum(block) if checksum is None else checksum)
    return bytes(block)


def pad(data, fill=b"\0"):
    """The bytes up to the next whole block."""
    return data + (fill * BLOCK)[: -len(data) % BLOCK]


def member(name, data=b"", fill=b"\0", **fields):
    """A header and its padded content; `size` may lie."""
    fields.setdefault("size", len(data))
    return tar_header(name, **fields) + (pad(data, fill) if data else b"")


def pax(records, kind=b"x", name=b"PaxHeaders/member"):
    """An extended header (`kind` g: global) of (key, value) pairs, in the order given."""
    out = b""
    for key, value in records:
        body = b" " + key + b"=" + value + b"\n"
        length = len(body) + 1
        while len(b"%d" % length) + len(body) != length:
            length += 1
        out += b"%d" % length + body
    return member(name, out, kind=kind)


def tar(*parts, end=b"\0" * 2 * BLOCK, record=20):
    """The parts, the end blocks and the zeros up to a whole record."""
    data = b"".join(parts) + end
    return data + b"\0" * (-len(data) % (record * BLOCK))


def deflate(data, level=9):
    """A raw deflate stream."""
    packer = zlib.compressobj(level, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def gzip(data, mtime=0, level=9, name=None, comment=None, extra=None, flags=0, crc=None, isize=None,
         header_crc=None):
    """One gzip member; `flags`, `crc` and `isize` may lie, `header_crc` is written as given."""
    flags |= (extra is not None) << 2 | (name is not None) << 3 | (comment is not None) << 4
    flags |= (header_crc is not None) << 1
    xfl = {9: 2, 1: 4}.get(level, 0)
    out = struct.pack("<4BIBB", 0x1F, 0x8B, 8, flags, mtime, xfl, 3)
    if extra is not None:
        out += struct.pack("<H", len(extra)) + extra
    for text in (name, comment):
        if text is not None:
            out += text + b"\0"
    if header_crc is not None:
        out += struct.pack("<H", header_crc)
    crc = zlib.crc32(data) if crc is None else crc
    isize = len(data) if isize is None else isize
    return out + deflate(data, level) + struct.pack("<II", crc, isize)


def xz(data, preset=6):
    """One xz stream with CRC64, as dpkg-deb and xz write it."""
    return lzma.compress(data, format=lzma.FORMAT_XZ, check=lzma.CHECK_CRC64, preset=preset)


def xz_sized(data, preset=6):
    """The same with both sizes in the header of its one block, as a threaded encoder writes."""
    def vli(value):
        low, value = value & 0x7F, value >> 7
        return bytes([low | 0x80]) + vli(value) if value else bytes([low])

    def read_vli(at):
        value, shift = 0, 0
        while True:
            value |= (plain[at] & 0x7F) << shift
            if plain[at] < 0x80:
                return value
            at, shift = at + 1, shift + 7

    def closed(body):
        body += bytes(-len(body) % 4)
        return body + struct.pack("<I", zlib.crc32(body))

    plain = xz(data, preset)
    header = (plain[12] + 1) * 4
    index = len(plain) - 12 - (struct.unpack("<I", plain[-8:-4])[0] + 1) * 4
    # The index holds 0, the number of records, and of the one block its size without padding.
    size = read_vli(index + 2) - header - 8
    # Behind the bytes of size and flags stands the filter: LZMA2 and the size of its dictionary.
    fields = bytes([0xC0]) + vli(size) + vli(len(data)) + plain[14:17]
    block = closed(bytes([(len(fields) + 4) // 4]) + fields)
    records = closed(b"\0\1" + vli(len(block) + size + 8) + vli(len(data)))
    tail = struct.pack("<I", len(records) // 4 - 1) + plain[-4:-2]
    return (plain[:12] + block + plain[12 + header : index] + records
            + struct.pack("<I", zlib.crc32(tail)) + tail + plain[-2:])


def zstd(data, block=255):
    """One zstd frame of raw blocks, which needs no zstd: a single segment of at most 255 bytes."""
    assert len(data) <= 255
    out = struct.pack("<IBB", 0xFD2FB528, 0x20, len(data))
    for at in range(0, max(len(data), 1), block):
        part = data[at : at + block]
        is_last = at + block >= len(data)
        out += struct.pack("<I", len(part) << 3 | is_last)[:3] + part
    return out


class Zip:
    """A zip file written entry by entry; each part can be made to disagree with the others."""

    def __init__(self, prefix=b""):
        self.body, self.directory, self.count = prefix, b"", 0

    def add(self, name, data=b"", level=9, mode=0o100644, time=ZIP_EPOCH, comment=b"", flags=0,
            crc=None, local_name=None, listed=True, gap=b"", system=3):
        """Adds an entry. `level` 0 stores; `listed=False` leaves it out of the directory."""
        year, month, day, hour, minute, second = time
        stamp = (hour << 11 | minute << 5 | second // 2, year - 1980 << 9 | month << 5 | day)
        packed = deflate(data, level) if level else data
        crc = zlib.crc32(data) if crc is None else crc
        common = struct.pack("<HHHHHIII", 20, flags, 8 if level else 0, *stamp, crc, len(packed),
                             len(data))
        local = name if local_name is None else local_name
        self.body += gap
        offset = len(self.body)
        self.body += b"PK\3\4" + common + struct.pack("<HH", len(local), 0) + local + packed
        if listed:
            self.directory += (
                b"PK\1\2" + struct.pack("<BB", 20, system) + common
                + struct.pack("<HHHHHII", len(name), 0, len(comment), 0, 0, mode << 16, offset)
                + name + comment)
            self.count += 1
        return self

    def done(self, comment=b""):
        """The whole file."""
        end = struct.pack("<HHHHIIH", 0, 0, self.count, self.count, len(self.directory),
                          len(self.body), len(comment))
        return self.body + self.directory + b"PK\5\6" + end + comment
