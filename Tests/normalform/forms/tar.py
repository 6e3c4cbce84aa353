"""tar."""

import re

from forms.records import Fields, Member, Own, Value
from forms.records import canonical_path, cstring, escaped, require, sha256, text


def tar_number(raw: bytes) -> int | None:
    if raw[0] & 0x80:
        negative = raw[0] & 0x40
        first = raw[0] | 0x80 if negative else raw[0] & 0x7F
        return int.from_bytes(bytes([first]) + raw[1:], "big", signed=bool(negative))
    body = raw.lstrip(b" ")
    digits = body[:len(body) - len(body.lstrip(b"01234567"))]
    if body[len(digits):].strip(b" \0"):
        return None
    return int(digits or b"0", 8)


def padded(size: int) -> int:
    return -(-size // 512) * 512


PACKAGE = (b".PKGINFO", b".BUILDINFO", b".MTREE", b".SIGN.", b"+MANIFEST", b"+COMPACT_MANIFEST",
           b"props.plist", b"install/slack-desc", b"install/doinst.sh",
           b"+CONTENTS")
OWNERS = (b"uid", b"gid", b"uname", b"gname")
BLOB = re.compile(rb"blobs/sha256/([0-9A-Fa-f]{64})\Z")


def is_tar(data: bytes) -> bool:
    """Whether a layer begins with a tar header."""
    return len(data) >= 512 and data[0] and data[:2] != b"#!" and tar_number(data[148:156]) == (
        sum(data[:148]) + sum(data[156:512]) + 8 * 32)


def tar(data: bytes, owners: bool):
    at, before = 0, b""
    while data[at:at + 512].strip(b"\0"):
        start, extensions = at, []
        while data[at + 156] in b"xLK":
            size = tar_number(data[at + 124:at + 136])
            extensions.append((data[at:at + 512], data[at + 512:at + 512 + size],
                               data[at + 512 + size:at + 512 + padded(size)]))
            at += 512 + padded(size)
        if data[at + 156] == ord("g"):
            at += 512 + padded(tar_number(data[at + 124:at + 136]))
            yield Fields([Own("tar.pax.global", data[start:at])])
            continue
        header, sparse = data[at:at + 512], b""
        require(is_tar(header), "a wrong tar header")
        at += 512
        if header[156:157] == b"S" and header[482]:
            while not sparse or sparse[-8]:
                sparse += data[at:at + 512]
                at += 512
        entry = TarEntry(extensions, header, sparse)
        path = canonical_path(entry.name)
        runs = []
        if not owners and path.startswith(PACKAGE):
            owners = True
            if before:
                runs = [[Value("tar.owners", b"", "tar.owners", sha256(before).hex().encode())]]
        before += header[108:124] + header[265:329] + b"".join(
            key + b"=" + value for key, value, _ in entry.pax if key in OWNERS)
        entry.guard(owners)
        has_content = entry.kind == "file" or entry.size > 0
        link = entry.link if entry.kind in ("symlink", "hardlink") else None
        content = data[at:at + entry.size] if has_content else None
        require(at + padded(entry.size) <= len(data), "the tar is cut off")
        if entry.kind == "file" and (blob := BLOB.match(path)):
            require(blob[1].lower() == sha256(content).hex().encode(), "a blob of another name")
        yield Member(entry.name, [entry.fields(), *runs], content, entry.kind, link,
                     owners=True, opaque=entry.is_sparse, mode=entry.mode & 0o7777)
        padding = data[at + entry.size:at + padded(entry.size)]
        if padding.strip(b"\0"):
            yield Fields([Own("tar.padding", padding)], of_member=True)
        at += padded(entry.size)
    require(not data[at:].strip(b"\0"), "bytes follow the end")
    blocks = text((len(data) - at) // 512)
    fields = [Value("tar.end", b"", "tar.blocking", blocks)]
    if len(data) - at < 1024:
        fields.append(Value("tar.end.short", b"", "tar.end.short", blocks))
    yield Fields(fields)


class TarEntry:
    """One member: its extended headers as (header, content, padding), and its own."""

    def __init__(self, extensions, header, sparse):
        self.extensions, self.header, self.sparse = extensions, header, sparse
        mark = header[257:265]
        self.dialect = {b"ustar\x0000": "posix", b"ustar  \0": "gnu"}.get(mark, "old")
        self.pax, long = [], {}
        for block, content, _ in extensions:
            if block[156:157] == b"x":
                self.pax = list(pax_records(content))
            else:
                long[block[156:157]] = cstring(content)
        self.values = pax = {key: value for key, value, _ in self.pax}
        self.size = int(pax.get(b"size", tar_number(header[124:136])))
        path, prefix = cstring(header[:100]), cstring(header[345:500])
        if self.dialect == "posix" and prefix:
            path = prefix + b"/" + path
        self.path = pax.get(b"GNU.sparse.name", pax.get(b"path", long.get(b"L", path)))
        self.link = pax.get(b"linkpath", long.get(b"K", cstring(header[157:257])))
        self.long_name = b"path" in pax or b"GNU.sparse.name" in pax or b"L" in long
        self.long_link = b"linkpath" in pax or b"K" in long
        unmarked = b"5" if self.path.endswith(b"/") else b"0"
        self.type = unmarked if header[156] == 0 else header[156:157]
        self.kind = {b"0": "file", b"S": "file", b"1": "hardlink", b"2": "symlink",
                     b"5": "directory"}.get(self.type, "other")
        self.name = self.path
        if self.kind == "directory":
            self.name = self.path.rstrip(b"/") or b"/"
        self.is_sparse = self.type == b"S" or any(
            key.startswith((b"GNU.sparse.", b"SUN.holes")) for key in pax)
        self.mode = tar_number(header[100:108])
        require(abs(tar_number(header[136:148])) < 1 << 40, "a time of 2^40 or more")
        for key in (b"mtime", b"atime", b"ctime"):
            whole = pax.get(key, b"").split(b".")[0]
            require(len(whole) <= 13, "a time of over 13 characters")

    def guard(self, owners: bool) -> None:
        self.guarded = bool(
            self.mode & 0o6000 or self.type in (b"1", b"3", b"4") or owners
            or any(word in key.lower() for key in self.values
                   for word in (b"xattr", b"capability")))

    def fields(self) -> list:
        fields = []
        for block, content, padding in self.extensions:
            posix = block[257:265] == b"ustar\x0000"
            hidden = block[157:257] + block[500:] + (b"" if posix else block[345:500])
            if hidden.strip(b"\0") or not USUAL.match(cstring(block[:100])):
                fields.append(Own("tar.extension.header", block))
            else:
                fields.append(Value("tar.extension.header", block, "tar.extension", b""))
            if block[156:157] == b"x":
                fields += [field for item in self.pax for field in self.pax_field(*item)]
            elif block[156:157] == b"L":
                fields.append(Value("tar.extension.name", content, "tar.path", self.name))
            else:
                fields.append(Value("tar.extension.name", content, "tar.link", self.link))
            if padding.strip(b"\0"):
                fields.append(Own("tar.extension.padding", padding))
        fields += self.own_fields()
        return fields + ([Own("tar.sparse", self.sparse)] if self.sparse else [])

    def pax_field(self, key: bytes, value: bytes, line: bytes):
        attribute = "tar." + escaped(key)
        if key in (b"uid", b"gid", b"mtime", b"atime", b"ctime"):
            value = pax_number(value)
        elif key in (b"path", b"linkpath"):
            attribute, value = ("tar.path", self.name) if key == b"path" else ("tar.link", value)
        elif key not in (b"uname", b"gname"):
            attribute, value = "tar.pax." + escaped(key), b"=" + value
        if key != b"size":
            guarded = self.guarded and key in (b"uid", b"gid", b"uname", b"gname")
            yield Value("tar.pax.record", line, attribute, value, guarded)

    def own_fields(self) -> list:
        head, fields = self.header, []

        def value(id, start, length, attribute=None, canonical=None, guarded=False):
            """A field; without a canonical value it is its own."""
            raw, id = head[start:start + length], "tar.header." + id
            fields.append(Own(id, raw) if canonical is None
                          else Value(id, raw, attribute, canonical, guarded))

        def number(id, start, length, guarded=False):
            canonical = text(tar_number(head[start:start + length]))
            said = self.values.get(id.encode(), canonical)
            agrees = header_agrees(tar_number(head[start:start + length]), said, length)
            value(id, start, length, "tar." + id, pax_number(said) if agrees else None, guarded)

        self.name_field(fields, "name", 0, 100)
        value("mode", 100, 8, "tar.mode", b"0%o" % self.mode)
        number("uid", 108, 8, self.guarded)
        number("gid", 116, 8, self.guarded)
        number("mtime", 136, 12)
        value("type", 156, 1, "tar.type", self.type)
        self.name_field(fields, "link", 157, 100)
        if self.dialect == "old":
            value("old", 257, 243)
        else:
            value("magic", 257, 8, "tar.dialect", b"")
            for id, start in ("uname", 265), ("gname", 297):
                short = cstring(head[start:start + 32])
                said = self.values.get(id.encode(), short)
                value(id, start, 32, "tar." + id, said if said.startswith(short) else None,
                      self.guarded)
            for id, start in ("major", 329), ("minor", 337):
                device = tar_number(head[start:start + 8])
                value(id, start, 8, "tar." + id, text(device) if device else b"")
            if self.dialect == "posix":
                self.name_field(fields, "prefix", 345, 155)
            else:
                self.gnu_fields(value)
        if head[500:].strip(b"\0"):
            value("padding", 500, 12)
        return fields

    def gnu_fields(self, value):
        for id, start in ("atime", 345), ("ctime", 357):
            raw = self.header[start:start + 12]
            is_set = raw.strip(b"\0")
            value(id, start, 12, *(("tar." + id, text(tar_number(raw))) if is_set
                                   else ("tar.dialect", b"")))
        rest = self.header[369:500].strip(b"\0")
        value("gnu", 369, 131, "tar.dialect", None if rest else b"")
        times = self.header[345:369]
        value("gnu-times", 345, 0, "tar.gnu-times",
              times.hex().encode() if times.strip(b"\0") else b"")

    def name_field(self, fields, id, start, length):
        raw = self.header[start:start + length]
        attribute, canonical, whole, is_long, slot = (
            ("tar.link", self.link, self.link, self.long_link, slice(157, 257)) if id == "link"
            else ("tar.path", self.name, self.path, self.long_name, slice(0, 100)))
        if is_long:
            short = cstring(self.header[slot])
            hides = self.dialect == "posix" and self.header[345:500].strip(b"\0")
            if hides or not (short == whole or len(short) >= 98 and whole.startswith(short)):
                fields.append(Own("tar.header." + id, raw))
                return
        fields.append(Value("tar.header." + id, raw, attribute, canonical))


# The names that archivers give to the headers of extensions.
USUAL = re.compile(rb"(?s)(?!/|(.*/)?\.\.(/|\Z))(\./\./@LongLink\Z|(.*/)?@?PaxHeader)")


def pax_records(content: bytes):
    while content:
        length = int(content.split(b" ", 1)[0])
        line, content = content[:length], content[length:]
        key, value = line.split(b" ", 1)[1][:-1].split(b"=", 1)
        yield key, value, line


def header_agrees(number: int, said: bytes, length: int) -> bool:
    """Whether a header's number is what stands under a pax number: the same, rounded up, or any if
    the header has too few octal digits for it."""
    whole = int(said.split(b".")[0])
    held = 0 <= whole < 1 << 3 * (length - 1)
    return not held or number == whole or (b"." in said and number == whole + 1)


def pax_number(value: bytes) -> bytes:
    return value.rstrip(b"0").rstrip(b".") if b"." in value else value
