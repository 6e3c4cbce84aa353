"""Recognition of layers, and their normal form."""

import struct

from forms.ar import ar
from forms.compressed import LOOKAHEAD, LZ4, ZSTD
from forms.compressed import bzip2, gzip, is_frame, is_zlib, lz4, lzip, xz, zlib_stream, zstd
from forms.cpio import cpio, is_cpio
from forms.leaves import LEAF, may_be_leaf
from forms.order import pinned_count, protected
from forms.profile import COMPRESSION, ENCODING, ORDER, OWN, RULES, Profile
from forms.records import Fields, Own, Refused, Value
from forms.records import canonical_path, joined, record, sha256, text
from forms.rpm import rpm
from forms.tar import is_tar, tar
from forms.zip import zip_archive, zip_prefix

LEGACY = [bytes([first]) + b"\xb5\x2f\xfd" for first in b"\x1e\x22\x23\x24\x25\x26\x27"]


def dissect(data: bytes, owners: bool):
    """The format of a layer and what its dissector emits; no format if it is opaque or a leaf."""
    start = data[:LOOKAHEAD]
    if data[:3] == b"\x1f\x8b\x08" and len(data) >= 10 and not data[3] & 0xE0:
        return "gzip", gzip(data, owners)
    if data[:6] == b"\xfd7zXZ\0":
        return "xz", xz(data, owners)
    if is_frame(start, ZSTD) or data[:4] in LEGACY:
        return "zstd", zstd(data, owners)
    if data[:3] == b"BZh" and data[3:4] in b"123456789" and data[4:10] in (
            b"1AY&SY", b"\x17rE8P\x90"):
        return "bzip2", bzip2(data, owners)
    if is_frame(start, LZ4) or data[:4] == b"\x02\x21\x4c\x18":
        return "lz4", lz4(data, owners)
    if data[:4] == b"LZIP":
        return "lzip", lzip(data, owners)
    prefix = zip_prefix(data)
    if prefix is not None:
        return "zip", zip_archive(data, prefix, owners)
    if is_cpio(data):
        return "cpio", cpio(data, owners)
    if data[:4] == b"\xed\xab\xee\xdb" and data[96:100] == b"\x8e\xad\xe8\x01":
        return "rpm", rpm(data, owners)
    if data[:8] == b"!<arch>\n":
        is_package = data[8:].startswith(b"debian-binary")
        return "deb" if is_package else "ar", ar(data)
    if is_tar(data):
        return "tar", tar(data, owners)
    if is_zlib(start):
        return "zlib", zlib_stream(data, owners)
    # The formats that libarchive reads are opaque here too: their framing is not accounted.
    return None, []


def opaque(data: bytes) -> bytes:
    return sha256(record(b"opaque", text(len(data)), sha256(data)))


class NormalForm:
    def __init__(self, profile: Profile):
        self.profile = profile

    def run_records(self, fields: list, format: str) -> tuple:
        """The records of a run, as lists, and the times that a rule would tolerate."""
        allows, rules = self.profile.allows, RULES[format]
        values = {}
        for field in fields:
            if isinstance(field, Value):
                was = values.get(field.attribute, (b"", False))[1]
                values[field.attribute] = (field.canonical, field.guarded or was)
        records, times, kept = [], [], set()
        for attribute, (canonical, guarded) in sorted(
                values.items(), key=lambda item: item[0].encode()):
            if allows(rules.get(attribute), guarded):
                if attribute.endswith(".mtime") and canonical:
                    times.append((attribute, canonical))
                continue
            kept.add(attribute)
            if canonical:
                records.append((b"value", attribute.encode(), canonical))
        for field in fields:
            if isinstance(field, Own):
                rule = rules.get(field.id) if field.id in OWN else None
                if field.data and not allows(rule):
                    records.append((b"field", field.id.encode(), field.data))
            elif field.attribute in kept and not allows(ENCODING.get(format)):
                records.append((b"raw", field.id.encode(), field.data))
        return records, times

    def leaf(self, data: bytes) -> bytes | None:
        """The digest of a layer that is a leaf."""
        for format, dissector in LEAF.items() if may_be_leaf(data) else ():
            if not any(map(self.profile.allows, RULES[format].values())):
                continue
            try:
                parts = list(dissector(data))
            except (Refused, LookupError, struct.error):
                continue
            return sha256(record(b"leaf", format.encode()) + b"".join(
                self.leaf_part(part, format) for part in parts))
        return None

    def leaf_part(self, part, format: str) -> bytes:
        if isinstance(part, Fields):
            return joined(self.run_records(part.fields, format)[0])
        stream = record(b"member", part.name)
        for run in part.runs:
            stream += joined(self.run_records(run, format)[0])
        if part.content is not None:
            stream += record(b"content", text(len(part.content)), sha256(part.content))
        return stream

    def digest(self, data: bytes, owners: bool = False) -> bytes:
        format, parts = dissect(data, owners)
        if format is None:
            return self.leaf(data) or opaque(data)
        rule = COMPRESSION.get(format)
        keeps = rule is not None and not self.profile.allows(rule)
        stream = record(b"container", format.encode())
        members, entries = [], []
        for part in parts:
            if isinstance(part, Fields):
                records, _ = self.run_records(part.fields, format)
                if part.of_member and entries:
                    entries[-1][0] += joined(records)
                else:
                    stream += joined(records)
                continue
            body = record(b"member", part.name, part.kind.encode(), part.link or b"")
            times = []
            for run in part.runs:
                records, own_times = self.run_records(run, format)
                body += joined(records)
                times += own_times
            if part.content is not None:
                body += record(b"content", (
                    opaque(part.content) if part.opaque
                    else self.digest(part.content, part.owners)))
            for tile in part.encoded if keeps else ():
                body += record(b"encoded", sha256(tile))
            members.append(part)
            entries.append([body, times])
        is_protected, all_timed = protected(members)
        pinned = None
        if self.profile.allows(ORDER.get(format)) and not all_timed:
            pinned = pinned_count(members, format)
        order = [b"kept"] if pinned is None else [b"any"] + [text(pinned)] * (pinned > 0)
        stream += record(b"order", *order)
        listed = list(zip(members, entries))
        if all_timed:
            stream += record(b"times", sha256(b"".join(
                record(b"time", member.name, attribute.encode(), value)
                for member, (_, times) in listed for attribute, value in times)))
        if pinned is not None:
            listed[pinned:] = sorted(listed[pinned:], key=lambda pair: pair[0].name)
        for member, (body, times) in listed:
            stream += record(b"entry", member.name, sha256(body))
            if is_protected(member.name):
                for attribute, value in times:
                    stream += record(b"time", attribute.encode(), value)
        return sha256(stream)
