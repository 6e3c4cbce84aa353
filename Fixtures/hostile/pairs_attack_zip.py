"""Pairs of zip and jar files that an earlier version judged wrongly, and a control."""

import struct
import zlib

from containers import ZIP_EPOCH, Zip

FIRST, SECOND = b"first\n", b"second\n"
MANIFEST = b"Manifest-Version: 1.0\r\nLaunch-Agent-Class: Evil\r\n\r\n"
LATER = (*ZIP_EPOCH[:5], 2)
ZIP64, TIMES, UNICODE_PATH, OWNER = 0x0001, 0x5455, 0x7075, 0x7875
SYMLINK, FOLDER, SETUID = 0o120777, 0o040755, 0o104755


def field(kind, value):
    """An extra field."""
    return struct.pack("<HH", kind, len(value)) + value


class FieldZip(Zip):
    """A zip file whose entries have extra fields, a version to extract with and descriptors."""

    def put(self, name, data=b"", level=9, mode=0o100644, time=ZIP_EPOCH, local=b"", central=b"",
            needed=20, descriptor=False):
        """Adds an entry. `descriptor` moves the sizes and the CRC32 behind the local data."""
        flags, start, listed = 8 if descriptor else 0, len(self.body), len(self.directory)
        self.add(name, data, level, mode, time, flags=flags)
        head = bytearray(self.body[start : start + 30])
        entry = bytearray(self.directory[listed : listed + 46])
        head[4:6] = entry[6:8] = struct.pack("<H", needed)
        head[28:30], entry[30:32] = (struct.pack("<H", len(extra)) for extra in (local, central))
        packed, behind = self.body[start + 30 + len(name) :], b""
        if descriptor:
            behind, head[14:26] = b"PK\7\10" + head[14:26], bytes(12)
        self.body = self.body[:start] + head + name + local + packed + behind
        self.directory = self.directory[:listed] + entry + name + central
        return self

    def done64(self, disk=0):
        """The whole file, with the records of zip64; the locator says `disk`."""
        size, at = len(self.directory), len(self.body)
        end = b"PK\6\6" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, self.count, self.count,
                                      size, at)
        end += b"PK\6\7" + struct.pack("<IQI", disk, at + size, disk + 1)
        plain = self.done()
        return plain[: at + size] + end + plain[at + size :]


def one(**fields):
    """A zip file with one entry."""
    return FieldZip().put(b"tool", FIRST, **fields).done()


def order():
    """Entries in another order, where the order means something."""
    def both(first, second, **more):
        return tuple(FieldZip().add(*x[:2], **x[2]).add(*y[:2], **y[2]).done(**more)
                     for x, y in ((first, second), (second, first)))

    yield ("zip-file-parent", "zip", *both((b"a", FIRST, {}), (b"a/b", SECOND, {})),
           "not-accepted",
           "the file a and the file a/b: the order says which one there is room for (Z5)")
    link = (b"d", b"/tmp", {"level": 0, "mode": SYMLINK, "system": 16})
    yield ("zip-symlink-host", "zip", *both(link, (b"d/x", SECOND, {})), "not-accepted",
           "d is a symbolic link by the rules of a system that is not Unix, and d/x goes through "
           "it or not (Z5)")
    manifest, code = (b"META-INF/MANIFEST.MF", MANIFEST, {}), (b"a.class", SECOND, {})

    def jar(*entries):
        out = FieldZip().add(b"META-INF/", level=0, mode=FOLDER)
        for name, data, fields in entries:
            out.add(name, data, **fields)
        return out.done()

    yield ("jar-manifest-moved", "jar", jar(manifest, code), jar(code, manifest), "not-accepted",
           "the manifest is not the second entry any more: readers of streams miss it (J4)")
    lower = (b"meta-inf/manifest.mf", MANIFEST, {})
    yield ("jar-manifest-lower", "jar", *both(lower, code), "not-accepted",
           "a manifest in lower case, which readers of streams take as well, is moved (J4)")


def layout():
    """Bytes that the directory does not speak of."""
    # A whole local header, so that a reader of streams finds an entry.
    shadow = Zip().add(b"b", SECOND, listed=False).body

    def gap(first, second, time=ZIP_EPOCH):
        return (Zip().add(b"a", FIRST, time=time).add(b"b", FIRST, gap=first)
                .add(b"c", FIRST, gap=second).done())

    yield ("zip-gap-moved", "zip", gap(shadow, b""), gap(b"", shadow, LATER), "not-accepted",
           "the bytes between two entries stand between two others (Z2)")
    whole = FieldZip().add(b"a", FIRST)
    yield ("zip-locator-disk", "zip", whole.done64(),
           FieldZip().add(b"a", FIRST, time=LATER).done64(1), "not-accepted",
           "the locator says that the end record of zip64 is on another disk (Z2)")
    yield ("zip-stored-descriptor", "zip", one(level=0), one(level=0, descriptor=True),
           "not-accepted", "a stored entry whose sizes stand behind it: a stream of it has no end "
           "(Z8)")


def fields():
    """Versions, and fields that readers pass over or not."""
    yield ("zip-needed", "zip", one(), one(needed=99), "not-accepted",
           "version 9.9 is needed to extract an entry, so that some readers leave it (Z8)")
    folder = [FieldZip().add(b"d/", level=0, mode=FOLDER, crc=crc).add(b"t", FIRST, time=time)
              for crc, time in ((None, ZIP_EPOCH), (0xDEADBEEF, LATER))]
    yield ("zip-folder-crc", "zip", folder[0].done(), folder[1].done(), "not-accepted",
           "the entry of a folder has a CRC32 of data that is not there (Z7)")

    def owned(number):
        value = b"\1" + 2 * (b"\4" + number.to_bytes(4, "little"))
        return one(mode=SETUID, local=field(OWNER, value))

    yield ("zip-setuid-owner", "zip", owned(0), owned(1000), "different",
           "an extra field gives a setuid program another owner (Z5)")
    yield ("zip-zip64-payload", "zip", one(local=field(ZIP64, b""), central=field(ZIP64, b"")),
           one(time=LATER, local=field(ZIP64, b"PAYLOAD!" * 4), central=field(ZIP64, b"EVIL" * 6)),
           "not-accepted", "a payload in a field of zip64 that nothing needs (Z3)")
    yield ("zip-times-payload", "zip", one(), one(local=field(TIMES, b"EVILPAYLOAD" * 50)),
           "not-accepted", "a payload in the extra field of the times (Z3)")

    def renamed(time):
        value = b"\1" + struct.pack("<I", zlib.crc32(b"tool")) + b"evil"
        return one(time=time, central=field(UNICODE_PATH, value))

    yield ("zip-unicode-path", "zip", renamed(ZIP_EPOCH), renamed(LATER), "inconclusive",
           "only a time differs, but on both sides an extra field gives the entry another name "
           "(Z3)")


def pairs():
    yield ("zip-class-time", "zip",
           *(Zip().add(b"a/b.class", FIRST, time=time).done() for time in (ZIP_EPOCH, LATER)),
           "equivalent", "a compiled class has another time, and there is no source of Clojure "
           "beside it whose time it is held against",
           "zip.mtime")
    yield from order()
    yield from layout()
    yield from fields()
