"""cpio: newc, crc and odc."""

import re

from forms.records import Fields, Member, Own, Value, require, text

# Magic, then the sizes of the numbers that follow it.
NEWC = [(name, 8) for name in (
    "ino", "mode", "uid", "gid", "nlink", "mtime", "filesize", "devmajor", "devminor",
    "rdevmajor", "rdevminor", "namesize", "check")]
ODC = [(name, 11 if name in ("mtime", "filesize") else 6) for name in (
    "dev", "ino", "mode", "uid", "gid", "nlink", "rdev", "mtime", "namesize", "filesize")]
DIGITS = {b"070701": rb"[0-9A-Fa-f]{104}", b"070702": rb"[0-9A-Fa-f]{104}",
          b"070707": rb"[0-7]{70}"}
KINDS = {0o100000: "file", 0o40000: "directory", 0o120000: "symlink", 0o20000: "other",
         0o60000: "other", 0o10000: "other", 0o140000: "other"}
TRAILER = b"TRAILER!!!"


def is_cpio(data: bytes) -> bool:
    digits = DIGITS.get(data[:6])
    return digits is not None and re.match(digits, data[6:110]) is not None


class CpioEntry:
    def __init__(self, data: bytes, at: int, magic: bytes, fills: int):
        require(data[at:at + 6] == magic and is_cpio(data[at:at + 110]), "no cpio header")
        self.magic, self.raw, self.numbers = magic, {}, {}
        layout, base = (ODC, 8) if magic == b"070707" else (NEWC, 16)
        self.start, at = at, at + 6
        for name, size in layout:
            self.raw[name] = data[at:at + size]
            self.numbers[name] = int(data[at:at + size], base)
            at += size
        self.stored = data[at:at + self.numbers["namesize"]]
        self.name = self.stored.rstrip(b"\0")
        require(self.name and self.name != self.stored and 0 not in self.name, "an odd name")
        at += len(self.stored)
        self.header_end = at
        self.padding, at = padding(data, at, fills)
        self.body = at
        self.mode = self.numbers["mode"]
        self.kind = KINDS.get(self.mode & ~0o7777)
        self.link, self.link_padding, self.content = None, b"", None
        body = data[at:at + self.numbers["filesize"]]
        require(len(body) == self.numbers["filesize"], "the cpio is cut off")
        self.content_padding, self.end = padding(data, at + len(body), fills)
        if self.name == TRAILER:
            return
        require(self.kind is not None, "an unknown kind")
        if self.kind == "file":
            self.content = body
            require(magic != b"070702" or not body or sum(body) & 0xFFFFFFFF
                    == self.numbers["check"], "a wrong sum")
        elif self.kind == "symlink":
            require(body and 0 not in body, "an odd target")
            self.link = body
        else:
            require(not body, "content of what has none")
        require(self.kind == "directory" or not self.name.endswith(b"/"), "a slash at the end")

    def member_name(self) -> bytes:
        return self.name.rstrip(b"/") if self.kind == "directory" else self.name

    def identity(self) -> tuple:
        device = [self.numbers[name] for name in ("dev", "devmajor", "devminor")
                  if name in self.numbers]
        return (self.numbers["ino"], *device)

    def fields(self, owners: bool) -> list:
        guarded = self.magic != b"070707" or owners or bool(self.mode & 0o6000) or (
            self.kind == "other" or self.kind == "file" and self.numbers["nlink"] > 1)
        fields = [Own("cpio.magic", self.magic)]
        for name, raw in self.raw.items():
            number = self.numbers[name]
            canonical = text(number)
            if name == "mode":
                canonical = b"0%o" % number
            elif name.startswith("rdev") or name == "check":
                canonical = text(number) if number else b""
            if name in ("filesize", "namesize") or (
                    name == "check" and self.magic == b"070702" and self.content):
                continue
            fields.append(Value("cpio." + name, raw, "cpio." + name, canonical,
                                guarded and name in ("uid", "gid")))
        if self.stored.count(0) > 1:
            fields.append(Own("cpio.name", self.stored))
        else:
            fields.append(Value("cpio.name", self.stored, "cpio.path", self.name))
        fields += odd_padding(self.padding)
        if self.link is not None:
            fields.append(Value("cpio.link", self.link, "cpio.link", self.link))
            fields += odd_padding(self.content_padding)
        return fields

    def trailer(self, data: bytes):
        require(self.numbers["filesize"] == 0, "a trailer with content")
        raw = data[self.start:self.header_end]
        plain = all(number == {"nlink": 1, "namesize": 11}.get(name, 0)
                    for name, number in self.numbers.items())
        return Value("cpio.trailer", raw, "cpio.trailer", b"") if plain else Own(
            "cpio.trailer", raw)


def padding(data: bytes, at: int, fills: int) -> tuple:
    end = -(-at // fills) * fills
    return data[at:end], end


def odd_padding(raw: bytes) -> list:
    return [Own("cpio.padding", raw)] if raw.strip(b"\0") else []


def cpio(data: bytes, owners: bool):
    magic = data[:6]
    fills, entries = 1 if magic == b"070707" else 4, []
    last = CpioEntry(data, 0, magic, fills)
    while last.name != TRAILER:
        entries.append(last)
        last = CpioEntry(data, last.end, magic, fills)
    files = links(entries)
    for entry in entries:
        runs = [entry.fields(owners)]
        if entry.kind == "file" and entry.numbers["nlink"] > 1:
            first = files[entry.identity()][0].member_name()
            runs.append([Value("cpio.links", first, "cpio.links", first)])
        yield Member(entry.member_name(), runs, entry.content, entry.kind, entry.link,
                     owners=True, mode=entry.mode & 0o7777)
        if entry.content is not None and entry.content_padding.strip(b"\0"):
            yield Fields(odd_padding(entry.content_padding), of_member=True)
    yield from cpio_end(data, last, fills)


def links(entries: list) -> dict:
    """The members that are one file, by device and inode."""
    files, inodes = {}, {}
    for entry in entries:
        if entry.numbers["nlink"] > 1 and entry.kind == "file":
            same = files.setdefault(entry.identity(), [])
            other = inodes.setdefault(entry.numbers["ino"], entry.identity())
            require(other == entry.identity(), "one inode on two devices")
            if same:
                require(all(entry.numbers[name] == same[0].numbers[name] for name in (
                    "mode", "uid", "gid", "nlink")), "links that differ")
                require(entry.content == same[0].content if entry.magic == b"070707"
                        else not same[-1].content, "content of links")
            same.append(entry)
            require(len(same) <= entry.numbers["nlink"], "too many links")
    return files


def cpio_end(data: bytes, entry: CpioEntry, fills: int):
    zeros = data[entry.header_end:]
    rest = zeros.lstrip(b"\0")
    count = len(zeros) - len(rest)
    needed = -(-entry.header_end // fills) * fills - entry.header_end
    fields = [entry.trailer(data)]
    yield Fields(fields)
    if rest:
        yield Fields([Value("cpio.gap", b"", "cpio.gap", text(count))])
        yield Member(TRAILER, [], rest, "other", owners=True)
        return
    is_short = count < needed
    yield Fields([Value("cpio.end.short", b"", "cpio.end.short", text(count)) if is_short
                  else Value("cpio.end", b"", "cpio.blocking", text(count))])
