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
           "the header holds another time",
           "gzip.mtime")
    yield ("gzip-name", "gz", plain, gzip(TEXT, name=b"notches.txt"), "equivalent",
           "the header holds a name",
           "gzip.name")
    big = TEXT + bytes(range(256)) * 40
    yield ("gzip-level", "gz", gzip(big), gzip(big, level=1), "equivalent",
           "the same bytes packed at another level",
           "gzip.compression")
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
           "ten million zeros packed twice, and then one byte that differs (D1)")
    yield ("gzip-nested", "gz", nested(b"left"), nested(b"right"), "not-accepted",
           "seventy layers deep, the innermost differs (N1)")


def others():
    """What a stream may have beside its data."""
    stream = xz(TEXT)
    yield ("xz-level", "xz", stream, xz(TEXT, 0), "equivalent",
           "the same bytes packed at another level",
           "xz.compression")
    yield ("xz-sizes", "xz", stream, xz_sized(TEXT), "equivalent",
           "another encoder, which writes the sizes of a block into its header as well",
           "xz.compression")
    yield ("xz-padding", "xz", stream, stream + bytes(4), "not-accepted",
           "stream padding behind the end (X1)")
    yield ("xz-trailing", "xz", stream, stream + b"behind the end!!", "not-accepted",
           "bytes behind the end of the stream (X1)")
    yield ("xz-gzip", "xz", stream, gzip(TEXT), "different",
           "the same bytes packed with another codec (E1)")
    padded = [stream + bytes(4) + xz(data) for data in (b"more\n", b"MORE\n")]
    yield ("xz-padding-between", "xz", stream + xz(b"more\n"), padded[0], "not-accepted",
           "stream padding between two streams (X1)")
    yield ("xz-second", "xz", *padded, "different", "a second stream has other bytes (X1)")
    yield ("xz-padding-odd", "xz", stream, stream + bytes(3), "not-accepted",
           "stream padding that is no whole number of words (X1)")
    yield ("xz-check", "xz", stream, stream[:-30] + bytes([stream[-30] ^ 1]) + stream[-29:],
           "not-accepted", "a byte of the index of a stream is another (X1)")
    stream = bz2.compress(TEXT)
    yield ("bzip2-level", "bz2", stream, bz2.compress(TEXT, 1), "equivalent",
           "the same bytes packed at another level", "bzip2.compression")
    yield ("bzip2-second", "bz2", stream, stream + bz2.compress(b"evil\n"), "different",
           "a second stream behind the first, which some readers never see (B1)")
    yield ("bzip2-padding", "bz2", stream, stream + bytes(4), "not-accepted",
           "zeros behind the end of the stream (B1)")
    yield ("zstd-blocks", "zst", zstd(TEXT[:200]), zstd(TEXT[:200], block=100), "equivalent",
           "the same bytes in two blocks", "zstd.compression")
    yield ("bzip2-trailing", "bz2", stream, stream + b"behind the end", "not-accepted",
           "bytes behind the end of the stream (B1)")
    frame = zstd(b"stock and foil\n")
    skipped = b"\x50\x2a\x4d\x18" + (12).to_bytes(4, "little") + b"stowaway....\n"[:12]
    yield ("zstd-skippable", "zst", frame, frame + skipped, "not-accepted",
           "a payload in a skippable frame (X1)")
    for place, whole in (("before", skipped + frame), ("empty", frame + skipped[:4] + bytes(4))):
        yield (f"zstd-skippable-{place}", "zst", frame, whole, "not-accepted",
               "a skippable frame, which decoders pass over (X1)")
    yield ("zstd-second", "zst", frame, frame + zstd(b"evil\n"), "different",
           "a second frame behind the first (X1)")
    yield ("zstd-empty-frame", "zst", frame, frame + zstd(b""), "different",
           "a second frame, of no bytes, at which some readers stop (X1)")
    yield ("zstd-trailing", "zst", frame, frame + b"behind the end", "not-accepted",
           "bytes behind the end of the frame (X1)")


def pairs():
    yield from gzips()
    yield from others()
    inner = [tar(member(b"a", b"x\n"), member(b"b", value)) for value in (b"left\n", b"right\n")]
    yield ("text-in-tar-gz", "tar.gz", gzip(inner[0]), gzip(inner[1]), "different",
           "one line of one member differs (E1)")
