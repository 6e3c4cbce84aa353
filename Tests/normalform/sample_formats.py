"""Samples of cpio, rpm, zstd, and of sets of files."""

import gzip
import hashlib
import os
import struct

TIME = 1_700_000_000
FILE, FOLDER, LINK, PIPE = 0o100644, 0o40755, 0o120777, 0o10644
TRAILER = ("TRAILER!!!", 0, b"", {"ino": 0, "mtime": 0})


def newc(members, magic="070701", upper=True, end=b"", padding=b"\0") -> bytes:
    data = b""
    for index, (name, mode, content, changes) in enumerate([*members, TRAILER]):
        name = name.encode() + b"\0"
        numbers = {"ino": index + 1, "mode": mode, "uid": 0, "gid": 0, "nlink": 1, "mtime": TIME,
                   "filesize": len(content), "devmajor": 0, "devminor": 0, "rdevmajor": 0,
                   "rdevminor": 0, "namesize": len(name), "check": 0}
        if magic == "070702" and mode >> 12 == 8:
            numbers["check"] = sum(content)
        numbers |= changes
        digits = "%08X" if upper else "%08x"
        data += magic.encode() + "".join(digits % number for number in numbers.values()).encode()
        for part in name, content:
            data += part
            data += padding[:1] * (-len(data) % 4) if part is content else bytes(-len(data) % 4)
    return data + end


def odc(members, end=b"") -> bytes:
    data = b""
    for index, (name, mode, content, changes) in enumerate([*members, TRAILER]):
        numbers = {"dev": 5, "ino": index + 1, "mode": mode, "uid": 7, "gid": 8, "nlink": 1,
                   "rdev": 0, "mtime": TIME, "namesize": len(name) + 1,
                   "filesize": len(content)} | ({"dev": 0, "uid": 0, "gid": 0} if mode == 0 else {})
        numbers |= changes
        data += b"070707" + "".join(
            ("%011o" if key in ("mtime", "filesize") else "%06o") % number
            for key, number in numbers.items()).encode()
        data += name.encode() + b"\0" + content
    return data + end


PLAIN = [("d", FOLDER, b"", {"nlink": 2}), ("d/b", FILE, b"second\n", {"uid": 1000}),
         ("d/a", FILE | 0o4111, b"first\n", {}), ("d/empty", FILE, b"", {}),
         ("d/link", LINK, b"a", {}), ("d/pipe", PIPE, b"", {})]
NULL = [("null", 0o20666, b"", {"rdevmajor": 1, "rdevminor": 3})]
HARD = [("x", FILE, b"", {"ino": 9, "nlink": 3}), ("y", FILE, b"", {"ino": 9, "nlink": 3}),
        ("z", FILE, b"content", {"ino": 9, "nlink": 3})]
SAME = [(name, FILE, b"same", {"ino": 9, "nlink": 2}) for name in "ba"]
PYTHON = [("m.py", FILE, b"", {}), ("m.pyc", FILE, b"\xa7\r\r\n" + bytes(12), {}),
          ("n.py", FILE, b"", {})]


def cpios() -> dict:
    return {
        "plain.cpio": newc(PLAIN + NULL), "lower.cpio": newc(PLAIN, upper=False),
        "crc.cpio": newc(PLAIN, "070702"), "odc.cpio": odc(PLAIN),
        "hard.cpio": newc(HARD), "hard-odc.cpio": odc(SAME), "python.cpio": newc(PYTHON),
        "blocked.cpio": newc(PLAIN, end=bytes(300)), "odd-padding.cpio": newc(PLAIN, padding=b"p"),
        "second.cpio": newc(PLAIN, end=bytes(8) + newc(SAME[:1])),
        "packed.cpio": newc(PLAIN, end=gzip.compress(newc(PLAIN), mtime=1)),
        "short.cpio": newc(PLAIN)[:-1], "early.cpio": newc([("a", FILE, b"", {}),
                                                    ("TRAILER!!!a", FILE, b"", {})]),
        "folder.cpio": newc([("d/", FOLDER, b"", {}), ("./d/x", FILE, b"1", {"check": 5})]),
        "marked.cpio": newc([("trailer!!!", FILE, b"", {}), ("a", FILE, b"", {})]),
        "empty.cpio": newc([]), "device.cpio": odc([("d", 0o60600, b"", {"rdev": 9})])}


def frame(*blocks, single=True) -> bytes:
    """A zstd frame of blocks: bytes, or a byte and how often it comes."""
    size = sum(len(block) if isinstance(block, bytes) else block[1] for block in blocks)
    head = b"\x28\xb5\x2f\xfd" + (bytes([0xA0]) + struct.pack("<I", size) if single else b"\0\x58")
    for index, block in enumerate(blocks):
        last = index == len(blocks) - 1
        kind, length, raw = (0, len(block), block) if isinstance(block, bytes) else (
            1, block[1], block[0])
        head += struct.pack("<I", last | kind << 1 | length << 3)[:3] + raw
    return head


SKIPPED = b"\x53\x2a\x4d\x18\3\0\0\0own"


def zstds() -> dict:
    return {"raw.zst": frame(b"content", b" and more"), "run.zst": frame((b"x", 900), b"y"),
            "window.zst": frame(b"content", (b"\0", 7), single=False),
            "two.zst": SKIPPED + frame(b"one") + SKIPPED + SKIPPED + frame(b"two") + frame(b"3"),
            "none.zst": frame(b""), "tar-in.zst": frame(newc(PLAIN))}


def value(type: int, content) -> tuple:
    """The count and the bytes of a value."""
    if type in (6, 8, 9):
        texts = [content] if type == 6 else content
        return len(texts), b"".join(text + b"\0" for text in texts)
    if type == 7:
        return len(content), content
    form = {1: "B", 2: "B", 3: "H", 4: "I", 5: "Q"}[type]
    return len(content), struct.pack(f">{len(content)}{form}", *content)


def header(tags, region=None, gap=b"", reverse=False, tail=b"") -> bytes:
    """Tags with type and content; the values in the order of the lines, or the other way."""
    lines, store = {}, b""
    for tag, type, content in reversed(tags) if reverse else tags:
        count, raw = value(type, content)
        store += bytes(-len(store) % {3: 2, 4: 4, 5: 8}.get(type, 1)) + gap
        lines[tag] = struct.pack(">IIII", tag, type, len(store), count)
        store += raw
    rows = [lines[tag] for tag, _, _ in tags]
    if region:
        rows.insert(0, struct.pack(">IIII", region, 7, len(store), 16))
        store += struct.pack(">IIiI", region, 7, -16 * len(rows), 16)
    store += tail
    return b"\x8e\xad\xe8\x01\0\0\0\0" + struct.pack(">II", len(rows), len(store)) + (
        b"".join(rows) + store)


MAIN = [(100, 8, [b"C"]), (1000, 6, b"name"), (1004, 9, [b"summary"]), (1006, 4, [TIME]),
        (1007, 6, b"host"), (1009, 4, [5]), (1030, 3, [0o100644, 0o755]), (1035, 8, [b"", b"x"]),
        (1094, 6, b"host 1700000000"), (5008, 5, [77]), (9999, 1, [1, 2])]


def rpm(main, payload, padding=b"\0", signed=True, **options) -> bytes:
    whole = header(main, 63, **options)
    tags = [(269, 6, hashlib.sha1(whole).hexdigest().encode()),
            (273, 6, hashlib.sha256(whole).hexdigest().encode()),
            (1000, 4, [len(whole + payload)]), (1004, 7, hashlib.md5(whole + payload).digest()),
            (1007, 4, [len(payload)]), (1008, 7, bytes(9))]
    if signed:
        tags[1:1] = [(268, 7, b"signature"), (1005, 7, b"another")]
    signature = header(tags, 62)
    lead = b"\xed\xab\xee\xdb\3\0\0\0\0\1" + b"name".ljust(66, b"\0") + b"\0\1\0\5" + bytes(16)
    return lead + signature + padding * (-len(signature) % 8) + whole + payload


def rpms() -> dict:
    payload = gzip.compress(newc(PLAIN), mtime=0)
    digests = [(5092, 8, [hashlib.sha256(payload).hexdigest().encode()]), (5093, 4, [8])]
    wide = [(5092, 8, [hashlib.sha512(payload).hexdigest().encode()]), (5093, 4, [10])]
    return {
        "plain.rpm": rpm(MAIN, payload), "digest.rpm": rpm(MAIN + digests, payload),
        "wide.rpm": rpm(MAIN + wide, payload), "unknown.rpm": rpm(
            MAIN + [(5092, 8, [b"00"]), (5093, 4, [9])], payload),
        "unsigned.rpm": rpm(MAIN, payload, signed=False), "text.rpm": rpm(MAIN, b"no cpio"),
        "gaps.rpm": rpm(MAIN, payload, gap=b"????????"), "tail.rpm": rpm(MAIN, payload, tail=b"?"),
        "padding.rpm": rpm(MAIN, payload, padding=b"?"),
        "order.rpm": rpm(MAIN, payload, reverse=True),
        "types.rpm": rpm([(1000, 8, [b"n"]), (1006, 4, [1, 2]), (1007, 8, [b"h"])], payload),
        "odc.rpm": rpm(MAIN, odc(PLAIN))}


def control(files: dict, signed: bool) -> bytes:
    """A .changes file."""
    lines = ["Format: 1.8", "Source: sample", "Description:", " sample - a sample", "Files:"]
    lines += [f" {hashlib.md5(data).hexdigest()} {len(data)} misc optional {name}"
              for name, data in files.items()]
    for field, digest in ("Checksums-Sha1", hashlib.sha1), ("Checksums-Sha256", hashlib.sha256):
        lines += [field + ":"] + [
            f" {digest(data).hexdigest()} {len(data)} {name}" for name, data in files.items()]
    if signed:
        lines[:0] = ["-----BEGIN PGP SIGNED MESSAGE-----", "Hash: SHA256", ""]
        lines += ["", "-----BEGIN PGP SIGNATURE-----", "", "abcd", "=efgh",
                  "-----END PGP SIGNATURE-----"]
    return ("\n".join(lines) + "\n").encode()


def write_sets(folder: str, content: bytes) -> None:
    """Two folders with lists of the same names."""
    for name, level in ("one", 1), ("two", 9):
        files = {"plain": b"the same\n", "a.gz": gzip.compress(content, level, mtime=0)}
        lists = {"SUMS.list": "".join(f"{hashlib.sha256(data).hexdigest()}  {file}\n"
                                      for file, data in files.items()).encode(),
                 "binary.list": "".join(f"{hashlib.sha256(data).hexdigest()} *{file}\n"
                                        for file, data in files.items()).encode(),
                 "changes.list": control(files, False), "signed.list": control(files, True),
                 "unended.list": control(files, False)[:-1]}
        place = os.path.join(folder, name)
        os.makedirs(place)
        for file, data in (files | lists).items():
            with open(os.path.join(place, file), "wb") as out:
                out.write(data)


def write_folder(folder: str) -> None:
    """A folder, and a cpio of it."""
    os.makedirs(os.path.join(folder, "folder", "d"))
    for name, mode, content in ("d/tool", 0o755, b"tool\n"), ("text", 0o644, b"text\n"):
        path = os.path.join(folder, "folder", name)
        with open(path, "wb") as out:
            out.write(content)
        os.chmod(path, mode)
    os.symlink("d/tool", os.path.join(folder, "folder", "link"))
    with open(os.path.join(folder, "folder.cpio"), "wb") as out:
        # In newc owners are guarded, which a folder cannot show.
        out.write(odc([("d", FOLDER, b"", {}), ("d/tool", 0o100755, b"tool\n", {}),
                       ("text", FILE, b"text\n", {}), ("link", LINK, b"d/tool", {})]))
