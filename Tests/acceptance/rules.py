"""Which rules tally has to name for two packages that differ only in how they were packed.

A second opinion: it reads with Python's own modules and shares nothing with tally but the names of
the rules. Whatever it cannot explain by a rule is an error of the packing, not of tally.
"""

import bz2
import gzip
import io
import lzma
import struct
import subprocess
import tarfile

BLOCK = 512
MTIME, CHECKSUM = slice(136, 148), slice(148, 156)


def read_ar(data):
    """Yields (header, name, content) of an ar file."""
    assert data[:8] == b"!<arch>\n", "not an ar file"
    at = 8
    while at < len(data):
        head = data[at : at + 60]
        size = int(head[48:58])
        yield head, head[:16].rstrip(b" ").removesuffix(b"/").decode(), data[at + 60 : at + 60 + size]
        at += 60 + size + size % 2


def decode(name, data):
    """The tar file in a member of a package."""
    suffix = name.rpartition(".")[2]
    if suffix == "zst":
        return subprocess.run(["zstd", "-dc"], input=data, capture_output=True, check=True).stdout
    return {"xz": lzma.decompress, "gz": gzip.decompress, "bz2": bz2.decompress,
            "tar": bytes}[suffix](data)


def gzip_rules(left, right):
    """What differs in two gzip headers without extra fields."""
    rules = set()
    (a, b) = (struct.unpack("<3xBIBB", side[:10]) for side in (left, right))
    names = [side[10:].split(b"\0")[0] if fields[0] & 8 else None
             for side, fields in ((left, a), (right, b))]
    if a[1] != b[1]:
        rules.add("gzip.mtime")
    if names[0] != names[1]:
        rules.add("gzip.name")
    if a[3] != b[3]:
        rules.add("gzip.os")
    return rules


def members(data):
    """The members of a tar file by name: what they are, their time, and how it is written down."""
    found, end = {}, 0
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        for info in archive:
            raw = bytearray(data[info.offset : info.offset_data])
            for at in [0] if len(raw) == BLOCK else [0, len(raw) - BLOCK]:
                raw[at + CHECKSUM.start : at + CHECKSUM.stop] = bytes(8)
                raw[at + MTIME.start : at + MTIME.stop] = bytes(12)
            assert info.name not in found, info.name
            content = archive.extractfile(info).read() if info.isreg() else b""
            pax = {key: value for key, value in info.pax_headers.items() if "time" in key}
            found[info.name] = (
                (info.mode, info.uid, info.gid, info.uname, info.gname, info.type, info.linkname,
                 info.devmajor, info.devminor, content),
                info.mtime, {key: pax.get(key) for key in ("atime", "ctime")}, bytes(raw))
            end = info.offset_data + -(-len(content) // BLOCK) * BLOCK
    return found, len(data) - end


def tar_rules(left, right):
    """What differs in two tar files of the same things."""
    (a, end_a), (b, end_b) = members(left), members(right)
    rules = set()
    assert a.keys() == b.keys(), a.keys() ^ b.keys()
    if list(a) != list(b):
        rules.add("tar.order")
    if end_a != end_b:
        rules.add("tar.blocking")
    for name, (meaning, mtime, times, raw) in a.items():
        other, other_mtime, other_times, other_raw = b[name]
        assert meaning == other, f"{name}: {meaning[:-1]} {other[:-1]}"
        if mtime != other_mtime:
            rules.add("tar.mtime")
        rules |= {f"tar.{key}" for key in times if times[key] != other_times[key]}
        if raw != other_raw:
            rules.add("tar.encoding")
    return rules


def package_rules(left, right):
    """The rules for two packages, each as bytes."""
    rules = set()
    for a, b in zip(read_ar(left), read_ar(right), strict=True):
        (head, name, data), (other_head, other_name, other) = a, b
        assert name == other_name, (name, other_name)
        assert head[40:48] == other_head[40:48], (name, head, other_head)
        for rule, cut in (("ar.mtime", slice(16, 28)), ("ar.owner", slice(28, 40)),
                          ("ar.encoding", slice(0, 16))):
            if head[cut] != other_head[cut]:
                rules.add(rule)
        # The byte that fills an odd member is there on one side only.
        if len(data) % 2 != len(other) % 2:
            rules.add("ar.encoding")
        if data == other:
            continue
        codec = {"xz": "xz", "gz": "gzip", "zst": "zstd"}[name.rpartition(".")[2]]
        rules.add(f"{codec}.compression")
        if codec == "gzip":
            rules |= gzip_rules(data, other)
        rules |= tar_rules(decode(name, data), decode(name, other))
    return rules
