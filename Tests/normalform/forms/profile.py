"""The rules, which format has them for what, and profiles."""

from forms.records import sha256


def prefixed(prefix: str, rule: str, names: str) -> dict:
    return {prefix + name: rule for name in names.split()}


# Which rule tolerates a difference in an attribute, or in an own field; by format.
AR = {"ar.mtime": "ar.mtime", "ar.uid": "ar.owner", "ar.gid": "ar.owner"}
RULES = {
    "gzip": {"gzip.mtime": "gzip.mtime", "gzip.level": "gzip.compression", "gzip.os": "gzip.os",
             "gzip.name": "gzip.name"},
    "xz": {}, "zstd": {}, "bzip2": {}, "lz4": {}, "lzip": {}, "zlib": {}, "ar": AR, "deb": AR,
    "tar": {"tar.mtime": "tar.mtime", "tar.blocking": "tar.blocking"}
    | prefixed("tar.", "tar.atime", "atime ctime")
    | prefixed("tar.", "tar.owner", "uid gid uname gname"),
    "zip": {"zip." + place + kind: "zip.mtime" for place in ("", "local.")
            for kind in ("mtime", "unix.mtime", "ntfs.mtime")}
    | prefixed("zip.", "zip.owner", "owner local.owner")
    | prefixed("zip.", "zip.version", "version needed local.needed")
    | prefixed("apk.", "apk.signature", "signature padding signed"),
    "cpio": {"cpio.mtime": "cpio.mtime", "cpio.blocking": "cpio.blocking"}
    | prefixed("cpio.", "cpio.inode", "ino dev devmajor devminor nlink")
    | prefixed("cpio.", "cpio.owner", "uid gid"),
    "rpm": {"rpm." + name: "rpm." + name for name in (
        "signature", "buildtime", "buildhost", "cookie")},
    "png": prefixed("png.", "png.time", (
        "time date.create date.modify date.timestamp date.creation"))
    | {"png.software": "png.software"},
    "mo": prefixed("mo.", "mo.date", "created revised"),
    "pyc": {"pyc.mtime": "pyc.mtime"},
    "manifest": prefixed("manifest.", "manifest.tool", (
        "created-by built-by build-jdk build-jdk-spec build-tool tool"))
    | prefixed("manifest.", "manifest.date", (
        "bnd-lastmodified build-date build-date-utc build-time build-timestamp built-date"
        " built-on")),
    "javadoc": prefixed("javadoc.", "javadoc.date", "date created day")
    | {"javadoc.generator": "javadoc.generator"},
}
# Of these, the rules that hold of own fields; all others hold of attributes only.
OWN = {"apk.signature", "apk.padding", "rpm.signature"}
ENCODING = {"tar": "tar.encoding", "ar": "ar.encoding", "deb": "ar.encoding",
            "zip": "zip.streaming", "cpio": "cpio.encoding"}
ORDER = {"tar": "tar.order", "zip": "zip.entry-order", "cpio": "cpio.order"}
COMPRESSION = {name: name + ".compression" for name in (
    "gzip", "xz", "zstd", "bzip2", "lz4", "lzip", "zlib", "zip")}
COMPRESSED = ("gzip", "xz", "zstd", "bzip2", "lz4", "lzip", "zlib")
LEAVES = ("png", "mo", "pyc", "manifest", "javadoc")

NAMED_ONLY = {"apk.signature", "rpm.signature", "pyc.mtime"}
PACKAGING = {"container.unpacked", "list.digests"}.union(
    *(rules.values() for rules in [*RULES.values(), ENCODING, ORDER, COMPRESSION])) - NAMED_ONLY
ARCHIVE = PACKAGING.difference(
    *(RULES[name].values() for name in LEAVES), RULES["rpm"].values())
PROFILES = {"none": set(), "archive": ARCHIVE, "packaging": PACKAGING}


class Profile:
    """A set of rules, and the rules that the user named besides; all rules are of version 1."""

    def __init__(self, name: str = "archive", allowed: list[str] | None = None):
        self.name, self.allowed = name, set(allowed or [])
        self.rules = PROFILES[name]

    def allows(self, rule: str | None, guarded: bool = False) -> bool:
        return rule in self.allowed or (rule in self.rules and not guarded)

    def digest(self) -> bytes:
        lines = [f"{rule} 1\n" for rule in self.rules] + [f"+{rule} 1\n" for rule in self.allowed]
        head = f"tallystick/profile/v1\n{self.name}\n"
        return sha256((head + "".join(sorted(lines))).encode())
