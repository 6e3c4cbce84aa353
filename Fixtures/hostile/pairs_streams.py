"""Pairs that hold the same bytes in another number of streams, members or frames.

Readers that stop behind the first one are common: those of dpkg, of kernels, of browsers.
"""

import bz2
import lzma
import struct
import zlib

from containers import Zip, gzip, member, tar, xz
from pairs_deb import CONTROL, packed
from pairs_stream import TEXT

HALF = len(TEXT) // 2
BZIP2, ZSTD, XZ = 12, 93, 95


def lz4(data, block=1 << 16):
    """One frame of lz4: independent blocks, none of them compressed, and no checksums."""
    out = b"\x04\x22\x4d\x18\x60\x40\x82"
    for at in range(0, len(data), block):
        part = data[at : at + block]
        out += struct.pack("<I", len(part) | 1 << 31) + part
    return out + bytes(4)


def lzip(data, preset=6):
    """One member of lzip: the stream of an .lzma file between a header and a trailer of its own."""
    packer = {"id": lzma.FILTER_LZMA1, "preset": preset, "dict_size": 1 << 16}
    stream = lzma.compress(data, format=lzma.FORMAT_ALONE, filters=[packer])[13:]
    trailer = struct.pack("<IQQ", zlib.crc32(data), len(data), 6 + len(stream) + 20)
    return b"LZIP\1\x10" + stream + trailer


def zstd(data):
    """One frame of zstd that declares its size, with a raw block."""
    return (struct.pack("<IBI", 0xFD2FB528, 0xA0, len(data))
            + struct.pack("<I", len(data) << 3 | 1)[:3] + data)


CODECS = {"gzip": ("gz", gzip), "xz": ("xz", xz), "bzip2": ("bz2", bz2.compress),
          "zstd": ("zst", zstd), "lz4": ("lz4", lz4), "lzip": ("lz", lzip)}


def plain():
    """Streams that lie in nothing else."""
    for name, (suffix, pack) in CODECS.items():
        one, two = pack(TEXT + TEXT), pack(TEXT) + pack(TEXT)
        yield (f"streams-{name}", suffix, one, two, "different",
               f"the same bytes in two streams of {name} (V1)")
    yield ("streams-gzip-empty", "gz", gzip(TEXT), gzip(b"") + gzip(TEXT), "different",
           "an empty member before the one with the bytes (V1)")
    left, right = (gzip(TEXT[:at]) + gzip(TEXT[at:]) for at in (HALF, HALF + 1))
    yield ("streams-gzip-moved", "gz", left, right, "different",
           "two members on both sides, the second of which begins elsewhere (V1)")
    lying = bytearray(zstd(TEXT + TEXT))
    lying[5:9] = struct.pack("<I", len(TEXT))
    yield ("streams-zstd-size", "zst", zstd(TEXT + TEXT), bytes(lying), "not-accepted",
           "a frame holds more than it declares (V1)")


def packages():
    """The data of a package, split behind its first member."""
    first = member(b"./a", b"a\n")
    data = tar(first, member(b"./b", b"b\n"), record=1)
    control = gzip(tar(member(b"./control", CONTROL), record=1))
    for name in ("gzip", "xz", "bzip2", "zstd"):
        suffix, pack = CODECS[name]
        split = pack(data[: len(first)]) + pack(data[len(first) :])
        yield (f"streams-deb-{name}", "deb", packed(control, pack(data), suffix=suffix),
               packed(control, split, suffix=suffix), "different",
               f"the data of a package in two streams of {name} (V1)")
    signed = member(b".SIGN.RSA.key.rsa.pub", b"signed")
    about = member(b".PKGINFO", b"pkgname = a\n")
    yield ("streams-alpine", "apk", gzip(signed) + gzip(about) + gzip(data),
           gzip(signed + about + data), "different",
           "a package of Alpine in one stream, not in one for each of its parts (V1)")


def zipped(method, packed_data):
    """A zip file whose one entry is packed by a method of a newer version."""
    out = Zip().add(b"a", packed_data, level=0, crc=zlib.crc32(TEXT))
    body, directory = bytearray(out.body), bytearray(out.directory)
    for part, at in ((body, 4), (directory, 6)):
        part[at : at + 2] = struct.pack("<H", 63)
        part[at + 4 : at + 6] = struct.pack("<H", method)
        part[at + 18 : at + 22] = struct.pack("<I", len(TEXT))
    out.body, out.directory = bytes(body), bytes(directory)
    return out.done()


def entries():
    """Entries of zip files that hold two streams; most readers stop behind the first."""
    for name, method in (("bzip2", BZIP2), ("zstd", ZSTD), ("xz", XZ)):
        pack = CODECS[name][1]
        two = pack(TEXT[:HALF]) + pack(TEXT[HALF:])
        yield (f"streams-zip-{name}", "zip", zipped(method, pack(TEXT)), zipped(method, two),
               "not-accepted",
               f"an entry of two streams of {name} (V1)")


def benign():
    """The same streams, packed otherwise."""
    yield ("streams-gzip-level", "gz",
           *(b"".join(gzip(part, level=level) for part in (TEXT * 2, TEXT * 3))
             for level in (9, 1)),
           "equivalent", "two members on both sides, packed at another level", "gzip.compression")
    yield ("lz4-blocks", "lz4", lz4(TEXT), lz4(TEXT, 100), "equivalent",
           "the same bytes in more blocks of one frame", "lz4.compression")
    yield ("lzip-level", "lz", lzip(TEXT + TEXT[::-1] * 2), lzip(TEXT + TEXT[::-1] * 2, 0),
           "equivalent", "the same bytes packed at another level", "lzip.compression")
    yield ("zlib-level", "zz", *(zlib.compress(TEXT, level) for level in (9, 0)), "equivalent",
           "the same bytes packed at another level", "zlib.compression")


def pairs():
    yield from plain()
    yield from packages()
    yield from entries()
    yield from benign()
