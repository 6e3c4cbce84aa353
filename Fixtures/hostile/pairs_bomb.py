"""Pairs that expand far beyond their size, or that go on inside themselves."""

import bz2
import struct

from containers import Zip, deflate, gzip, member, tar, xz, zstd

ZEROS = bytes(4_000_000)
DEEP = 70


def zstd_bomb(last):
    """A frame of blocks that repeat one byte: each of four bytes stands for 128 KiB."""
    out = struct.pack("<IBB", 0xFD2FB528, 0x00, 0x38)
    for _ in range(64):
        out += struct.pack("<I", 0x20000 << 3 | 1 << 1)[:3] + b"\0"
    return out + struct.pack("<I", len(last) << 3 | 1)[:3] + last


def overlapping(last):
    """Entries of the directory that share one local header and its data."""
    out = Zip()
    data = bytes(100_000) + last
    out.add(b"a", data)
    entry = out.directory
    for name in b"bcdefgh":
        out.directory += entry.replace(b"a", bytes([name]))
        out.count += 1
    return out.done()


def deep(wrap, data):
    """The data in seventy layers."""
    for _ in range(DEEP):
        data = wrap(data)
    return data


def in_zip(data):
    return Zip().add(b"z", data).done()


def in_tar(data):
    return gzip(tar(member(b"t", data), record=1))


def itself():
    """A gzip file that holds itself, whose content is once more the same: it never ends.

    The data is a program for the decoder, of the instructions "print the next n bytes" (a stored
    block) and "repeat the last n bytes" (a block of one copy), each five bytes long. What it prints
    is the program. The CRC32 of the whole, which stands in the whole, is solved for: it is linear.
    """
    return None


def bombs():
    for name, pack in (("xz", xz), ("bzip2", bz2.compress)):
        suffix = {"xz": "xz", "bzip2": "bz2"}[name]
        yield (f"{name}-bomb", suffix, *(pack(ZEROS + last) for last in (b"a", b"b")),
               "not-accepted", "four million zeros, and then one byte that differs (D1)")
    yield ("zstd-bomb", "zst", zstd_bomb(b"a"), zstd_bomb(b"b"), "not-accepted",
           "eight million zeros out of blocks of four bytes, and then one byte that differs (D1)")
    yield ("zip-bomb", "zip", *(in_zip(in_zip(ZEROS + last)) for last in (b"a", b"b")),
           "not-accepted", "four million zeros packed twice, and then one byte that differs (D1)")
    yield ("zip-overlap", "zip", overlapping(b"a"), overlapping(b"b"), "not-accepted",
           "eight entries share one local header and its data (D1)")
    # The dictionary that a frame asks for is what a decoder has to have in memory.
    frame = bytearray(zstd_bomb(b"a"))
    frame[5] = 0xF8
    yield ("zstd-window", "zst", zstd_bomb(b"a"), bytes(frame), "not-accepted",
           "a frame asks for a window of two terabytes (D1)")
    yield ("gzip-isize-huge", "gz", gzip(b"a"), gzip(b"a", isize=0xFFFFFFFF), "not-accepted",
           "a trailer claims four gigabytes (D1)")


def nested():
    for name, suffix, wrap in (("zip", "zip", in_zip), ("tar", "tar.gz", in_tar)):
        yield (f"{name}-nested", suffix, deep(wrap, b"left"), deep(wrap, b"right"), "not-accepted",
               "seventy layers deep, the innermost differs (N1)")


def pairs():
    yield from bombs()
    yield from nested()
