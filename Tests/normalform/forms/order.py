"""Whether order counts, and times."""

import re
import unicodedata

from forms.records import canonical_path


def parents(path: bytes) -> list:
    return [path[:at] for at, byte in enumerate(path) if byte == 0x2F]


RESERVED = bytes.maketrans(b':*?"<>|', b"_" * 7)


def folded(path: bytes) -> tuple:
    """The folded path, and a form of it that is equal where the two are canonically equivalent."""
    path = re.sub(rb";[0-9]+(?=/|\Z)", b"", path).translate(RESERVED)
    upper = path.decode("utf-8", "replace").upper()
    # Character by character: Python would choose another lower-case sigma at the end of a word.
    fold = "".join(character.lower() for character in upper)
    return fold, unicodedata.normalize("NFC", fold)


# Default_Ignorable_Code_Point (Unicode, DerivedCoreProperties), which Python's module lacks.
IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff")
# What some file system does not keep: besides these, a point or a space at the end of a part.
UNPLAIN = re.compile(rf"[\x00-\x1f\x7f\\{IGNORABLE}]|[. ](/|\Z)|(\A|/)\.wh\.")


# No member may have a name that begins so, folded.
MARKS = {"tar": (".pkginfo", ".buildinfo", ".mtree", ".sign.", "+manifest",
                 "+compact_manifest", "props.plist", "install/slack-desc",
                 "install/doinst.sh", "+contents"), "cpio": ("trailer!!!",)}


def pinned_count(members: list, format: str) -> int | None:
    """How many of the first members keep their place; None where the order of all matters."""
    marks = MARKS.get(format, ())
    known, above, solids, targets, pinned = set(), set(), set(), set(), 0
    split = [folded(canonical_path(member.name))[1].split("/") for member in members]
    for index, member in enumerate(members):
        path = canonical_path(member.name)
        parts, (fold, own) = path.split(b"/"), folded(path)
        over = {folded(parent)[1] for parent in parents(path)}
        if own in known or own in above or over & solids or b".." in parts or (
                len(parts) > 256 or UNPLAIN.search(fold) or fold.startswith(marks)):
            return None
        if member.keeps_place:
            if pinned < index:
                return None
            pinned += 1
        known.add(own)
        above |= over
        solids |= {own} if member.kind != "directory" else set()
        if member.kind == "hardlink":
            target = folded(canonical_path(member.link))[1]
            if target not in known or target in targets:
                return None
            targets.add(target)
    tops = {path[0] for path in split if len(path) > 1}
    if len(tops) > 1 and any(path[1:] == ["package.json"] for path in split):
        return None
    return pinned


COMPILED = (b".pyc", b".pyo", b".elc", b".class", b".go", b".zwc")
TIMED = (b".py", b".pyw", b".el", b".el.gz", b".elc", b".clj", b".cljc", b".class", b".scm",
         b".go")


def sources(path: bytes) -> set:
    """The paths of what a compiled file is checked against by time."""
    if path.endswith(b".elc"):
        return {path[:-1], path[:-1] + b".gz"}
    if path.endswith(b".class"):
        stem = path[:-6]
        stems = {stem, stem.removesuffix(b"__init")}
        found = {s + e for s in stems for e in (b".clj", b".cljc")}
        return found | ({stem[:-3] + b".py"} if stem.endswith(b"$py") else set())
    *folder, file = path.split(b"/")
    if folder[-1:] == [b"__pycache__"]:
        folder.pop()
    dots = [at for at, byte in enumerate(file) if byte == 0x2E][-8:]
    return {b"/".join(folder + [file[:dot] + end]) for dot in dots for end in (b".py", b".pyw")}


def is_validated_by_hash(name: bytes, start: bytes) -> bool:
    return name.endswith(b".pyc") and start[2:4] == b"\r\n" and (
        start[4:8] in (b"\1\0\0\0", b"\3\0\0\0")
        and 3392 <= int.from_bytes(start[:2], "little") < 20000)


def protected(members: list):
    """A test of members that a compiled member is checked against by time or is checked itself, and
    whether any member may be."""
    paths, links, python, pairs, present = set(), False, False, {}, set()
    guile, scheme, shell = False, False, False
    for member in members:
        path = canonical_path(member.name)
        key = folded(path)[1]
        is_link = member.link is not None
        if is_link:
            links |= path.endswith(COMPILED + TIMED) or path.split(b"/")[-1] == b"__pycache__"
        start = b"" if member.content is None else member.content[:8]
        if not is_link and member.content is None:
            continue
        if path.endswith((b".el", b".el.gz", b".clj", b".cljc")) and member.content is not None:
            present.add(key)
        scheme |= path.endswith(b".scm")
        shell |= path.endswith(b".zwc")
        guile |= path.endswith(b".go") and (is_link or start[:4] in (b"", b"\x7fELF"))
        if path.endswith((b".go", b".zwc")):
            continue
        if path.endswith(COMPILED) and (is_link or not is_validated_by_hash(member.name, start)):
            origins = {folded(source)[1] for source in sources(path)}
            paths |= origins
            if path.endswith((b".pyc", b".pyo")):
                python = True
            else:
                pairs[key] = origins
    checked = {path for path, origins in pairs.items() if origins & present}
    paths |= checked

    def is_protected(name):
        return name.endswith(TIMED) and (
            guile and scheme and name.endswith((b".scm", b".go"))
            or folded(canonical_path(name))[1] in paths)
    return is_protected, shell or links and (python or guile and scheme or bool(checked))
