"""Pairs of compressed streams: gzip, xz, zstd and bzip2."""

import bz2

from containers import gzip, member, tar, xz, xz_sized, zstd

TEXT = b"The notches run across both halves.\n" * 8
DEEP = 70


def nested(data):
    """The data in seventy gzip layers."""
    for _ in range(DEEP):
        data = gzip(data)
    return data


def bomb(last):
    """Ten million zeros and one byte, packed twice."""
    return gzip(gzip(bytes(10_000_000) + last))


def gzips():
    plain = gzip(TEXT)
    yield ("gzip-time", "gz", plain, gzip(TEXT, mtime=1_700_000_000), "equivalent",
           "the header holds another time")
    yield ("gzip-name", "gz", plain, gzip(TEXT, name=b"notches.txt"), "equivalent",
           "the header holds a name")
    big = TEXT + bytes(range(256)) * 40
    yield ("gzip-level", "gz", gzip(big), gzip(big, level=1), "equivalent",
           "the same bytes packed at another level")
    yield ("gzip-comment", "gz", plain, gzip(TEXT, comment=b"signature: forged"), "different",
           "a payload in the comment (G1)")
    yield ("gzip-extra", "gz", plain, gzip(TEXT, extra=b"XX\4\0evil"), "different",
           "a payload in the extra field (G1)")
    yield ("gzip-crc", "gz", plain, gzip(TEXT, crc=0xDEADBEEF), "not-accepted",
           "the CRC32 is wrong (G3)")
    yield ("gzip-crc-both", "gz", gzip(TEXT, crc=1), gzip(TEXT, crc=1, mtime=1_700_000_000),
           "inconclusive", "only a time differs, but the CRC32 of both sides is wrong (G3)")
    yield ("gzip-size", "gz", plain, gzip(TEXT, isize=1), "not-accepted", "ISIZE is wrong (G3)")
    yield ("gzip-header-crc", "gz", plain, gzip(TEXT, header_crc=0x1234), "not-accepted",
           "the CRC16 of the header is wrong (G3)")
    yield ("gzip-reserved", "gz", plain, gzip(TEXT, flags=0x80), "not-accepted",
           "a reserved flag is set (G3)")
    yield ("gzip-trailing", "gz", plain, plain + b"behind the end", "not-accepted",
           "bytes behind the end of the stream (G3)")
    yield ("gzip-truncated", "gz", plain, plain[:-5], "not-accepted",
           "the stream ends inside its trailer (G3)")
    changed = plain[:30] + bytes([plain[30] ^ 0x40]) + plain[31:]
    yield ("gzip-corrupt", "gz", plain, changed, "not-accepted",
           "a bit of the compressed data is flipped (G3)")
    yield ("gzip-bomb", "gz.gz", bomb(b"a"), bomb(b"b"), "not-accepted",
           "ten million zeros packed twice, and then one byte that differs")
    yield ("gzip-nested", "gz", nested(b"left"), nested(b"right"), "not-accepted",
           "seventy layers deep, the innermost differs")


def others():
    stream = xz(TEXT)
    yield ("xz-level", "xz", stream, xz(TEXT, 0), "equivalent",
           "the same bytes packed at another level")
    yield ("xz-sizes", "xz", stream, xz_sized(TEXT), "equivalent",
           "another encoder, which writes the sizes of a block into its header as well")
    yield ("xz-padding", "xz", stream, stream + bytes(4), "not-accepted",
           "stream padding behind the end")
    yield ("xz-trailing", "xz", stream, stream + b"behind the end!!", "not-accepted",
           "bytes behind the end of the stream")
    yield ("xz-gzip", "xz", stream, gzip(TEXT), "different",
           "the same bytes packed with another codec")
    stream = bz2.compress(TEXT)
    yield ("bzip2-trailing", "bz2", stream, stream + b"behind the end", "not-accepted",
           "bytes behind the end of the stream")
    frame = zstd(b"stock and foil\n")
    skipped = b"\x50\x2a\x4d\x18" + (12).to_bytes(4, "little") + b"stowaway....\n"[:12]
    yield ("zstd-skippable", "zst", frame, frame + skipped, "not-accepted",
           "a payload in a skippable frame")
    yield ("zstd-trailing", "zst", frame, frame + b"behind the end", "not-accepted",
           "bytes behind the end of the frame")


def pairs():
    yield from gzips()
    yield from others()
    inner = [tar(member(b"a", b"x\n"), member(b"b", value)) for value in (b"left\n", b"right\n")]
    yield ("text-in-tar-gz", "tar.gz", gzip(inner[0]), gzip(inner[1]), "different",
           "one line of one member differs")
