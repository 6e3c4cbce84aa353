"""ar and .deb."""

from forms.records import Fields, Member, Own, Value, cstring, text


def ar(data: bytes, is_package: bool):
    yield Fields([Own("ar.magic", data[:8])])
    at, names = 8, b""
    while at < len(data):
        header = data[at:at + 60]
        at += 60
        size, field = int(header[48:58]), header[:16].rstrip(b" ")
        if field == b"//":
            names = data[at:at + size]
            yield Fields([Own("ar.names", header + names)])
            at += size
        else:
            name, extra = ar_name(field, names), b""
            if field.startswith(b"#1/"):
                extra = data[at:at + int(field[3:])]
                name = cstring(extra)
            content = data[at + len(extra):at + size]
            at += size
            yield Member(name, [ar_fields(header, name, extra)], content,
                         owners=is_package and name.startswith(b"data.tar"))
        if at % 2 and at < len(data):
            if data[at:at + 1] != b"\n":
                yield Fields([Own("ar.padding", data[at:at + 1])], of_member=True)
            at += 1


def ar_name(field: bytes, names: bytes) -> bytes:
    if field in (b"/", b"/SYM64/"):
        return field
    if field.startswith(b"/"):
        field = names[int(field[1:]):].split(b"\n")[0]
    return field.removesuffix(b"/")


def ar_fields(header: bytes, name: bytes, extra: bytes) -> list:
    fields = [Value("ar.header.name", header[:16], "ar.path", name)]
    for id, start, length in ("mtime", 16, 12), ("uid", 28, 6), ("gid", 34, 6), ("mode", 40, 8):
        raw = header[start:start + length]
        digits = raw.rstrip(b" ")
        canonical = text(int(digits)) if digits.isdigit() else raw
        if id == "mode" and digits.isdigit():
            canonical = b"0" + canonical
        fields.append(Value("ar." + id, raw, "ar." + id, canonical))
    fields.append(Own("ar.header.end", header[58:60]))
    return fields + ([Own("ar.header.name", extra)] if extra else [])
