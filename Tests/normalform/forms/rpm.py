"""rpm: a lead, two headers of tags, and a payload."""

import hashlib
from typing import NamedTuple

from forms.records import Fields, Member, Own, Value, big, require, text


def tags(table: str) -> dict:
    words = table.split()
    return dict(zip(map(int, words[::2]), words[1::2]))


# As Sources/Formats/Rpm/RpmTag.swift lists them.
MAIN = tags(
    "63 region 100 i18ntable 1000 name 1001 version 1002 release 1003 epoch 1004 summary "
    "1005 description 1006 buildtime 1007 buildhost 1009 size 1010 distribution 1011 vendor "
    "1014 license 1015 packager 1016 group 1020 url 1021 os 1022 arch 1023 prein 1024 postin "
    "1025 preun 1026 postun 1028 filesizes 1030 filemodes 1033 filerdevs 1034 filemtimes "
    "1035 filedigests 1036 filelinktos 1037 fileflags 1039 fileusername 1040 filegroupname "
    "1044 sourcerpm 1045 fileverifyflags 1046 archivesize 1047 providename 1048 requireflags "
    "1049 requirename 1050 requireversion 1053 conflictflags 1054 conflictname "
    "1055 conflictversion 1064 rpmversion 1080 changelogtime 1081 changelogname "
    "1082 changelogtext 1085 preinprog 1086 postinprog 1087 preunprog 1088 postunprog "
    "1090 obsoletename 1094 cookie 1095 filedevices 1096 fileinodes 1097 filelangs "
    "1098 prefixes 1112 provideflags 1113 provideversion 1114 obsoleteflags "
    "1115 obsoleteversion 1116 dirindexes 1117 basenames 1118 dirnames 1122 optflags "
    "1123 disturl 1124 payloadformat 1125 payloadcompressor 1126 payloadflags 1132 platform "
    "1140 filecolors 1141 fileclass 1142 classdict 1143 filedependsx 1144 filedependsn "
    "1145 dependsdict 5008 longfilesizes 5009 longsize 5010 filecaps 5011 filedigestalgo "
    "5012 bugurl 5034 vcs 5062 encoding 5092 payloaddigest 5093 payloaddigestalgo "
    "5097 payloaddigestalt")
SIGNATURE = tags(
    "62 region 269 sha1 270 longsize 271 longpayloadsize 273 sha256 1000 size 1004 md5"
    " 1007 payloadsize 1008 reserved")
SIGNATURES = {267, 268, 274, 275, 276, 277, 278, 1002, 1005, 1006}
MAGIC = b"\x8e\xad\xe8\x01"


class Line(NamedTuple):
    raw: bytes
    tag: int
    type: int
    offset: int
    count: int


class RpmHeader:
    """A header that begins at a place of the file."""

    def __init__(self, data: bytes, at: int, is_main: bool):
        require(data[at:at + 4] == MAGIC, "no rpm header")
        self.is_main = is_main
        self.start = data[at:at + 8]
        lines, size = big(data[at + 8:at + 12]), big(data[at + 12:at + 16])
        begin = at + 16 + 16 * lines
        self.at, self.end = at, begin + size
        require(self.end <= len(data), "the rpm is cut off")
        self.store = data[begin:self.end]
        self.lines = []
        for index in range(at + 16, begin, 16):
            raw = data[index:index + 16]
            self.lines.append(Line(raw, *(big(raw[n:n + 4]) for n in (0, 4, 8, 12))))
        tags = [line.tag for line in self.lines]
        require(len(tags) == len(set(tags)), "a tag that stands twice")
        self.values = {line.tag: self.value(line) for line in self.lines}

    def value(self, line: Line) -> bytes:
        size = line.count * {1: 1, 2: 1, 7: 1, 3: 2, 4: 4, 5: 8}.get(line.type, 0)
        if line.type in (6, 8, 9):
            end = line.offset
            for _ in range(line.count):
                end = self.store.index(b"\0", end) + 1
            size = end - line.offset
        require(size and line.offset + size <= len(self.store), "a value outside of the store")
        require(line.type != 6 or line.count == 1, "several texts")
        return self.store[line.offset:line.offset + size]

    def has(self, tag: int, type: int, count: int | None = None) -> bytes | None:
        for line in self.lines:
            if (line.tag, line.type) == (tag, type) and count in (None, line.count):
                return self.values[tag]
        return None

    def region(self) -> Line | None:
        first = self.lines[0] if self.lines else None
        is_region = first and (first.tag, first.type, first.count) == (
            63 if self.is_main else 62, 7, 16)
        return first if is_region else None

    def name(self, line: Line) -> str:
        if self.is_main:
            return "rpm." + MAIN.get(line.tag, f"tag-{line.tag}")
        reserved = line.tag == 1008 and line.type == 7 and not any(self.values[1008])
        if line.tag in SIGNATURES or reserved:
            return "rpm.signature"
        return "rpm.signature-header." + SIGNATURE.get(line.tag, f"tag-{line.tag}")

    def fields(self, derived: set) -> list:
        region = self.region()
        behind = self.lines[1:] + [region] if region else self.lines
        stored = sorted(self.lines, key=lambda line: line.offset)
        fields = [Own("rpm.header", self.start)]
        for line in self.lines:
            name = self.name(line)
            if name == "rpm.signature":
                fields.append(Own(name, line.raw))
                continue
            fields.append(Own(name, line.raw[:8]))
            if behind != stored:
                fields.append(Own("rpm.offset", line.raw[8:12]))
            fields.append(Own(name, line.raw[12:]))
        end = 0
        for line in stored:
            require(line.offset >= end, "values that overlap")
            width = {3: 2, 4: 4, 5: 8}.get(line.type)
            gap = self.store[end:line.offset]
            if width and line.offset == -(-end // width) * width:
                fields += odd_padding(gap)
            else:
                fields.append(Own("rpm.unaccounted", gap))
            if line.tag not in derived:
                fields.append(self.value_field(line, region))
            end = line.offset + len(self.values[line.tag])
        return [field for field in fields if field] + [Own("rpm.unaccounted", self.store[end:])]

    def value_field(self, line: Line, region: Line | None):
        name, raw = self.name(line), self.values[line.tag]
        if line is region and [big(raw[at:at + 4]) for at in (0, 4, 8, 12)] == [
                line.tag, 7, (1 << 32) - 16 * len(self.lines), 16]:
            return None
        if self.is_main and (line.tag, line.type, line.count) == (1006, 4, 1):
            return Value(name, raw, "rpm.buildtime", text(big(raw)))
        if self.is_main and line.type == 6 and line.tag in (1007, 1094):
            return Value(name, raw, name, raw[:-1])
        return Own(name, raw)


def odd_padding(raw: bytes) -> list:
    return [Own("rpm.padding", raw)] if any(raw) else []


def rpm(data: bytes, owners: bool):
    require(data[78:80] == b"\0\5", "another kind of rpm")
    signature = RpmHeader(data, 96, False)
    at = -(-signature.end // 8) * 8
    main = RpmHeader(data, at, True)
    yield Fields([Own("rpm.lead", data[:96])] + signature.fields(checked(signature, data, main))
                 + odd_padding(data[signature.end:at]) + main.fields(checked_payload(data, main)))
    yield Member(b"payload", [], data[main.end:], owners=True)


def checked(signature: RpmHeader, data: bytes, main: RpmHeader) -> set:
    """The tags of what follows from main header and payload."""
    header, all = data[main.at:main.end], data[main.at:]
    right = {
        (269, 6, None): hashlib.sha1(header).hexdigest().encode() + b"\0",
        (273, 6, None): hashlib.sha256(header).hexdigest().encode() + b"\0",
        (1000, 4, 1): len(all).to_bytes(4, "big"), (270, 5, 1): len(all).to_bytes(8, "big"),
        (1004, 7, None): hashlib.md5(all).digest()}
    found = set()
    for key, value in right.items():
        if (said := signature.has(*key)) is not None:
            require(said == value, f"the tag {key[0]} is wrong")
            found.add(key[0])
    return found


def checked_payload(data: bytes, main: RpmHeader) -> set:
    algorithm = {b"\0\0\0\x08": hashlib.sha256, b"\0\0\0\x0a": hashlib.sha512}.get(
        main.has(5093, 4, 1))
    said = main.has(5092, 8, 1)
    if algorithm is None or said is None:
        return set()
    require(said == algorithm(data[main.end:]).hexdigest().encode() + b"\0", "a wrong payload")
    return {5092}
