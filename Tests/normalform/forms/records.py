"""Records, and what dissectors emit: fields, runs and members."""

import hashlib
import unicodedata
from typing import NamedTuple


class Unsupported(Exception):
    """What this implementation leaves out."""


class Refused(Exception):
    """What has no normal form."""


def require(holds, what: str) -> None:
    if not holds:
        raise Refused(what)


def record(*items: bytes) -> bytes:
    return b"".join(b"%d:%s," % (len(item), item) for item in items) + b"\n"


def joined(records: list) -> bytes:
    return b"".join(record(*items) for items in records)


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def text(number: int) -> bytes:
    return b"%d" % number

# What dissectors emit. Derived fields say nothing, so there is no word for them.


class Own(NamedTuple):
    id: str
    data: bytes


class Value(NamedTuple):
    id: str
    data: bytes
    attribute: str
    canonical: bytes
    guarded: bool = False


class Fields(NamedTuple):
    """A run of fields that no member carries: of the last member, or of the container."""
    fields: list
    of_member: bool = False


class Member(NamedTuple):
    name: bytes
    runs: list
    content: bytes | None
    kind: str = "file"
    link: bytes | None = None
    owners: bool = False
    opaque: bool = False
    mode: int | None = None
    encoded: tuple = ()
    keeps_place: bool = False


def cstring(data: bytes) -> bytes:
    return data.split(b"\0", 1)[0]


def little(raw: bytes) -> int:
    return int.from_bytes(raw, "little")


def big(raw: bytes) -> int:
    return int.from_bytes(raw, "big")


def canonical_path(path: bytes) -> bytes:
    return b"/".join(part for part in path.split(b"/") if part not in (b"", b"."))


def escaped(name: bytes) -> str:
    """Names as reports show them (Docs/Report.md)."""
    shown = ""
    for character in name.decode("utf-8", "surrogateescape"):
        code = ord(character)
        if 0x20 <= code <= 0x7E:
            shown += character.replace("\\", "\\\\")
        elif code < 0x80 or 0xDC80 <= code <= 0xDCFF:
            shown += f"\\x{code & 0xFF:02x}"
        elif unicodedata.category(character)[0] in "CZM" or character == "›":
            shown += f"\\u{{{code:04x}}}"
        else:
            shown += character
    return shown
