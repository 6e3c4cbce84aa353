"""The normal forms of trees, of sets, and of a folder against an archive."""

import os
import re
import stat

from forms.layers import NormalForm, dissect
from forms.order import parents
from forms.profile import COMPRESSED
from forms.records import Fields, canonical_path, escaped, joined, record, require, sha256, text

# What an unpacked file shows, so that it is no residue of its member.
SHOWN = {
    "tar": "tar.path tar.mode tar.type tar.link",
    "zip": "zip.path zip.method zip.flags zip.host zip.attributes zip.magic zip.disk zip.internal",
    "cpio": "cpio.magic cpio.mode cpio.path cpio.name cpio.link",
    "ar": "ar.magic ar.path ar.header.name ar.mode ar.header.end ar.names"}
SHOWN["deb"] = SHOWN["ar"]
UNPACKED = {format: set(names.split()) for format, names in SHOWN.items()}


class Forms(NormalForm):
    def tree(self, root: bytes, view: str) -> bytes:
        listing = b"tallystick/tree/v1\0" + view.encode() + b"\0"
        first = {}
        for path, status in nodes(root):
            full = os.path.join(root, path)
            items = [path]
            for name, value in counted(full, status, view):
                items += [name, value.hex().encode()]
            if view == "full":
                if stat.S_ISREG(status.st_mode):
                    items += [b"blocks", text(status.st_blocks)]
                if stat.S_ISREG(status.st_mode) and status.st_nlink > 1:
                    name = first.setdefault((status.st_dev, status.st_ino), path)
                    items += [b"hardlink", name.hex().encode()]
            if stat.S_ISREG(status.st_mode):
                items += [b"sha256", self.digest(read(full)).hex().encode()]
            listing += b"".join(item + b"\0" for item in items) + b"\0"
        return sha256(listing)

    def residue(self, fields: list, format: str) -> list:
        """What a run says that an unpacked file does not show."""
        return [item for item in self.run_records(fields, format)[0]
                if item[1].decode() not in UNPACKED.get(format, ())]

    def unpacked(self, path: bytes) -> bytes:
        entries, residue = [], []
        if os.path.isdir(path):
            for name, status in nodes(path):
                full, kind = os.path.join(path, name), node_kind(status.st_mode)
                entries.append((
                    name, kind, rights(kind, stat.S_IMODE(status.st_mode)),
                    os.readlink(full) if kind == "symlink" else b"",
                    self.digest(read(full)) if kind == "file" else b"",
                    [item for item in counted(full, status, "portable")
                     if item[0].startswith(b"attribute ")]))
        else:
            entries, residue = self.unpacked_archive(read(path))
        above = {b""}.union(*(parents(entry[0]) for entry in entries))
        stream = record(b"unpacked", b"v1") + joined(residue)
        for path, kind, right, link, content, own in sorted(entries):
            if kind != "directory" or right != "0" or own or path not in above:
                stream += record(b"entry", path, kind.encode(), right.encode(), link, content)
                stream += joined(own)
        return sha256(stream)

    def unpacked_archive(self, data: bytes):
        """The entries of the first layer that is no compressed file, and what it says of itself."""
        format, parts = dissect(data, False)
        require(format, "a file that is no archive")
        entries, residue = [], []
        for part in parts:
            if isinstance(part, Fields):
                residue += self.residue(part.fields, format)
            elif format in COMPRESSED:
                entries, inner = self.unpacked_archive(part.content)
                residue += inner
            else:
                entries.append((
                    b"/" * part.name.startswith(b"/") + canonical_path(part.name), part.kind,
                    rights(part.kind, 0o644 if part.mode is None else part.mode),
                    part.link or b"" if part.kind == "symlink" else b"",
                    b"" if part.content is None else self.digest(part.content, part.owners),
                    [item for run in part.runs for item in self.residue(run, format)]))
        return entries, residue

    def set(self, path: bytes) -> bytes:
        data = read(path)
        names, rest = read_list(data)
        stream = record(b"set", b"v1")
        if not self.profile.allows("list.digests"):
            stream += record(b"list", sha256(data))
        stream += record(b"rest", rest)
        for name in names:
            content = read(os.path.join(os.path.dirname(path), name))
            stream += record(b"file", name, self.digest(content))
        return sha256(stream)


def read_list(data: bytes) -> tuple:
    """The names in a list of files, and what it says besides digests and sizes."""
    sums = [re.fullmatch(rb"[0-9a-fA-F]{64} [ *](.+)", line) for line in data.splitlines()]
    if sums and all(sums):
        return [line[1] for line in sums], b""
    names, rest, field = [], [], b""
    for line in data.split(b"\n"):
        if not line.startswith((b" ", b"\t")):
            field = line.split(b":")[0].lower()
            rest.append(line)
        elif field == b"files" or field.startswith(b"checksums-"):
            _, _, *between, name = line.split()
            rest.append(b" ".join([name, *between]))
            if field == b"checksums-sha256":
                names.append(name)
        else:
            rest.append(line)
    require(names, "a file that is no list")
    return names, b"".join(line + b"\n" for line in rest)


def rights(kind: str, mode: int) -> str:
    execute = "x" if kind == "file" and mode & 0o111 else ""
    return "" if kind == "symlink" else f"{mode & 0o7000:o}" + execute


def node_kind(mode: int) -> str:
    return {stat.S_IFREG: "file", stat.S_IFDIR: "directory", stat.S_IFLNK: "symlink",
            stat.S_IFCHR: "characterDevice", stat.S_IFBLK: "blockDevice", stat.S_IFIFO: "pipe",
            stat.S_IFSOCK: "socket"}[stat.S_IFMT(mode)]


def nodes(root: bytes) -> list:
    found = [(b"", os.stat(root))]
    for folder, folders, files in os.walk(root):
        for name in folders + files:
            full = os.path.join(folder, name)
            found.append((os.path.relpath(full, root), os.lstat(full)))
    return sorted(found, key=lambda node: node[0])


def counted(full: bytes, status: os.stat_result, view: str):
    kind, mode = node_kind(status.st_mode), stat.S_IMODE(status.st_mode)
    yield b"type", kind.encode()
    if kind == "file":
        yield b"executable", b"yes" if mode & 0o111 else b"no"
    yield (b"link", os.readlink(full)) if kind == "symlink" else (
        b"special", b"0%o" % (mode & 0o7000))
    if kind in ("characterDevice", "blockDevice"):
        yield b"device", text(status.st_rdev)
    if view == "full":
        yield b"mode", b"0%o" % mode
        yield b"user", text(status.st_uid)
        yield b"group", text(status.st_gid)
        yield b"modified", text(status.st_mtime_ns)
    if kind != "symlink":
        for name in sorted(map(os.fsencode, os.listxattr(full, follow_symlinks=False))):
            if view == "full" or name == b"security.capability" or name.startswith(
                    b"system.posix_acl_"):
                value = os.getxattr(full, name, follow_symlinks=False)
                yield b"attribute " + escaped(name).encode(), value


def read(path: bytes) -> bytes:
    with open(path, "rb") as file:
        return file.read()
