"""Samples of leaves: files with stamps in them, and files that are almost such."""

import struct
import zlib

DATES = (
    "2024-01-02", "2024/01/02 03:04", "2024:01:02T03:04:05.123456789 +01:00", "2024-01-02 03:04Z",
    "Tue, 2 Jan 2024 03:04:05 GMT", "02 Jan 2024", "Tue Jan  2 03:04:05 UTC+0100 2024",
    "Tue Jan 2 03:04 CEST 2024", "2024-13-01", "2024-01-02T24:00", "2024-01/02",
    "Tue Jan 2 03:04:60 CESTXY 2024", "2 January 2024", "2024-01-02 03:04 ", " 2 Jan 2024",
    "2024-01-02 03:04:05.1234567890", "2024-1-2", "Tue, 2 Jan 2024 03:04:05 +2500", "")


def chunk(type: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + type + data + struct.pack(">I", zlib.crc32(type + data))


SIGNATURE = b"\x89PNG\r\n\x1a\n"
HEAD = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
PIXEL, END = chunk(b"IDAT", zlib.compress(b"\0\x80")), chunk(b"IEND", b"")
STAMP = chunk(b"tIME", b"\x07\xe8\x01\x02\x03\x04\x05")


def png(*chunks: bytes, tail: bytes = b"") -> bytes:
    return SIGNATURE + HEAD + b"".join(chunks) + PIXEL + END + tail


def texts(key: bytes, *values: str) -> list:
    return [chunk(b"tEXt", key + b"\0" + value.encode()) for value in values]


def pngs() -> dict:
    made = {f"date-{index}.png": png(*texts(b"date:create", date))
            for index, date in enumerate(DATES)}
    return made | {
        "plain.png": png(), "stamps.png": png(
            STAMP, *texts(b"date:modify", *DATES[:2]), *texts(b"Creation Time", DATES[4]),
            *texts(b"date:timestamp", DATES[8], DATES[0]), *texts(b"Software", "a(1)", "b"), STAMP),
        "time.png": png(chunk(b"tIME", b"\x07\xe8\0\2\3\4\5"), chunk(b"tIME", bytes(8))),
        "software.png": png(*texts(b"Software", "a;b", "", "x" * 129, "x" * 128)),
        "long.png": png(chunk(b"teXt", b"x" * 9000)), "tail.png": png(tail=b"more"),
        "split.png": SIGNATURE + HEAD + PIXEL + PIXEL + STAMP + END,
        "again.png": SIGNATURE + HEAD + PIXEL + STAMP + PIXEL + END,
        "empty.png": SIGNATURE + HEAD + END, "cut.png": png(STAMP)[:-1]}


def mo(messages: dict, order: str = "<", hashes: int = 0, revision: int = 0, gap: int = 0) -> bytes:
    count, tables, body = len(messages), b"", b""
    begin = 28 + 16 * count + 4 * hashes + gap
    for text in [*messages.keys(), *messages.values()]:
        tables += struct.pack(order + "II", len(text), begin + len(body))
        body += text + b"\0"
    return struct.pack(order + "7I", 0x950412DE, revision, count, 28, 28 + 8 * count, hashes,
                       28 + 16 * count) + tables + bytes(range(4 * hashes)) + bytes(gap) + body


def catalog(*dates: str) -> bytes:
    return b"Project-Id-Version: x\n" + b"".join(
        name + b"-Date: " + date.encode() + b"\n"
        for name, date in zip((b"POT-Creation", b"PO-Revision"), dates)) + b"Language: de"


def mos() -> dict:
    header = {b"": catalog(DATES[0], DATES[3]), b"one": b"eins", b"two\0twos": b""}
    return {
        "small.mo": mo(header), "big.mo": mo(header, ">", 3), "no-header.mo": mo({b"a": b"b"}),
        "none.mo": mo({}), "later.mo": mo(dict(reversed(header.items()))),
        "no-date.mo": mo({b"": catalog(DATES[8], DATES[10])}),
        "twice.mo": mo({b"": catalog(DATES[0]) + b"\n" + catalog(DATES[0])}),
        "last.mo": mo({b"": b"PO-Revision-Date: 2024-01-02"}), "gap.mo": mo(header, gap=4),
        "revision.mo": mo(header, revision=1), "tail.mo": mo(header) + b"\0",
        "returns.mo": mo({b"": b"PO-Revision-Date: 2024-01-02\r\n\n\n"})}


def pyc(version: int, *numbers: int, code: bytes = b"\xe3code") -> bytes:
    return struct.pack(f"<H2s{len(numbers)}I", version, b"\r\n", *numbers) + code


def pycs() -> dict:
    return {
        "time.pyc": pyc(3495, 0, 5, 6), "hash.pyc": pyc(3495, 1, 5, 6), "free.pyc": pyc(3392, 3, 5, 6),
        "flags.pyc": pyc(3495, 2, 5, 6), "old.pyc": pyc(3391, 5, 6), "oldest.pyc": pyc(3229, 5, 6),
        "first.pyc": pyc(3230, 5, 6, code=b"c"), "late.pyc": pyc(20_000, 0, 5, 6),
        "data.pyc": pyc(3495, 0, 5, 6, code=b"x"), "short.pyc": pyc(3495, 0, 5, 6, code=b"")}


def manifest(*lines: str, end: str = "\r\n") -> bytes:
    return "".join(line + end for line in ("Manifest-Version: 1.0", *lines)).encode("latin-1")


def manifests() -> dict:
    made = {f"date-{index}.mf": manifest("Build-Date: " + date, end="\n")
            for index, date in enumerate(DATES)}
    return made | {
        "tools.mf": manifest("Created-By: 17", "Built-By: me", "Bnd-LastModified: 1700000000000",
                             "Tool: a very long", "  value", " that goes on", "", "Name: x",
                             "Built-By: you"),
        "case.mf": manifest("created-by: 17", "BUILT-BY: me", "Built-On: 1234567"),
        "twice.mf": manifest("Built-By: a", "built-by: b"), "signed.mf": manifest(
            "", "Name: a", "SHA-256-Digest: x"),
        "empty.mf": manifest("Built-By: ", "Tool: \x7f", "Build-Jdk: " + "x" * 256,
                             "Build-Jdk-Spec: " + "x" * 257),
        "no-end.mf": manifest("Built-By: a")[:-2], "return.mf": manifest("Built-By: a\rb"),
        "nul.mf": manifest("Built-By: a\0"), "no-value.mf": manifest("Built-By:a"),
        "only.mf": b"Manifest-Version:", "odd.mf": manifest("Odd Name: x"),
        "stray.mf": manifest("", "\0"), "spaces.mf": manifest(" ", "Built-On: 2024-01-0", " 2")}


def page(*lines: str, end: str = "\n", rest: str = "<body>\n</body>\n") -> bytes:
    return ("".join(line + end for line in lines) + rest).encode("latin-1")


def javadocs() -> dict:
    mark = "<!-- Generated by javadoc"
    top = ("<!DOCTYPE HTML>", "<html lang=\"en\">", "<head>")
    made = {f"date-{index}.html": page(*top, f"{mark} on {date} -->")
            for index, date in enumerate(DATES)}
    for index, version in enumerate((
            "17", "build 1.8.0_292", "version 9+1", "build x", "1--2", "1" * 65, "1 2", "")):
        made[f"version-{index}.html"] = page(*top, f"{mark} ({version}) on {DATES[4]} -->")
    stamp = f"{mark} (17) on {DATES[4]} -->"
    return made | {
        "plain.html": page(*top, mark + " -->", "<title>x</title>", ""),
        "meta.html": page(*top, stamp, '<meta name="dc.created" content="2024-01-02">',
                          '<META NAME="date" CONTENT="2024-01-02">', end="\r\n"),
        "day.html": page(*top, stamp, '<meta name="date" content="2024-13-02">',
                         '<meta name="date" content="2024-01-02">', "<Link rel=x />"),
        "twice.html": page(*top, stamp, stamp), "both.html": page(
            *top, stamp, '<meta name="date" content="2024-01-02">',
            '<META NAME="date" CONTENT="2024-01-02">'),
        "behind.html": page(*top, "text", stamp), "late.html": page(*top, " " * 1100, stamp),
        "many.html": page(stamp, *[""] * 300), "long.html": page(stamp, "<title>" + "x" * 4073
                                                                  + "</title>", "<head>"),
        "longer.html": page(stamp, "<title>" + "x" * 4090 + "</title>", "<head>"),
        "comment.html": page("<!-- a-b -->", stamp), "script.html": page(stamp, "<script>"),
        "attributes.html": page(stamp, '<meta  a="b" c d:e="f\'g"   />', '<link a="b"c="d">',
                                "<link" + " " * 17 + "a>", "<head>"),
        "no-line.html": page(*top, rest=stamp), "bare.html": page(rest="<" + stamp)}
