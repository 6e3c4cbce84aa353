"""Pairs of jar files, wheels and other zip files with a directory of their own inside."""

import base64
import hashlib
import struct

from containers import ZIP_EPOCH, Zip, member, tar

LATER = (*ZIP_EPOCH[:5], 2)
CODE, EVIL = b"print('stock')\n", b"print('foil!')\n"
FOLDER = 0o040755


def manifest(*lines):
    return b"".join(line + b"\r\n" for line in (b"Manifest-Version: 1.0", *lines)) + b"\r\n"


def jar(*entries, time=ZIP_EPOCH):
    """A jar of (name, data) in the order given."""
    out = Zip()
    for name, data in entries:
        out.add(name, data, time=time)
    return out.done()


def jars():
    at, code = b"META-INF/MANIFEST.MF", (b"a.class", CODE)
    plain = (at, manifest(b"Main-Class: a"))
    yield ("jar-time", "jar", jar(plain, code), jar(plain, code, time=LATER), "equivalent",
           "both entries of a jar have another time", "zip.mtime")
    yield ("jar-manifest-last", "jar", jar(plain, code), jar(code, plain), "not-accepted",
           "the manifest is not the first entry: readers of streams miss it (J4)")
    evil = (b"META-INF/Manifest.mf", manifest(b"Launcher-Agent-Class: Evil"))
    yield ("jar-manifest-case", "jar", jar(plain, code), jar(plain, evil, code), "not-accepted",
           "a second manifest whose name is the same but for its case (J4)")
    yield ("jar-manifest-case-order", "jar", jar(plain, evil), jar(evil, plain), "not-accepted",
           "two manifests under one name but for its case, in another order (J4)")
    twice = [(at, manifest(*lines)) for lines in
             ((b"Main-Class: a", b"Main-Class: Evil"), (b"Main-Class: Evil", b"Main-Class: a"))]
    yield ("jar-attribute-twice", "jar", jar(twice[0], code), jar(twice[1], code), "not-accepted",
           "one attribute twice: the last one wins (J4)")
    cased = (at, manifest(b"Built-By: a", b"built-by: b"))
    yield ("jar-attribute-case", "jar", jar((at, manifest(b"Built-By: a")), code), jar(cased, code),
           "not-accepted", "an attribute twice, in another case (J4)")
    agent = (at, manifest(b"Main-Class: a", b"Launcher-Agent-Class: Evil"))
    yield ("jar-attribute", "jar", jar(plain, code), jar(agent, code), "not-accepted",
           "the manifest names an agent, which runs before anything else (J4)")
    built = [(at, manifest(b"Built-By: " + who)) for who in (b"a", b"a\r\nLauncher-Agent-Class: E")]
    yield ("jar-built-by", "jar", jar(built[0], code), jar(built[1], code), "not-accepted",
           "another attribute stands behind the name of a builder (J4)")
    folded = (at, manifest(b"Built-By: a", b" Main-Class: Evil", b"Main-Class: a"))
    yield ("jar-continued", "jar", jar((at, manifest(b"Built-By: a", b"Main-Class: a")), code),
           jar(folded, code), "equivalent",
           "the name of the builder goes on in a line that only looks like an attribute",
           "manifest.tool zip.compression", "packaging")
    names = [(at, manifest(b"Main-Class: a", b"Tool: a" + more)) for more in (b"", b" Multi-Release: true")]
    yield ("jar-multi-release", "jar", jar(names[0], code), jar(names[1], code), "not-accepted",
           "the name of a tool for which some look anywhere in the file (J4)", "", "packaging")
    folded = (at, manifest(b"Main-Class: a", b" Built-By: b"))
    yield ("jar-continuing", "jar", jar(plain, code), jar(folded, code), "not-accepted",
           "the name of a class goes on in a line that looks like that of a builder (J4)")
    short = (at, plain[1][:-4])
    yield ("jar-no-end", "jar", jar(plain, code), jar(short, code), "not-accepted",
           "the manifest has no line break at its end, so readers leave its last attribute (J4)")
    signed = (b"META-INF/A.SF", b"Signature-Version: 1.0\r\n\r\n")
    yield ("jar-signature", "jar", jar(plain, signed, code), jar(plain, code), "not-accepted",
           "a jar that was signed is not any more (J4)")


def wheel(files, listed=None, time=ZIP_EPOCH):
    """A wheel; its RECORD lists `listed`, which may not be what there is."""
    out, record = Zip(), b""
    for name, data in files:
        out.add(name, data, time=time)
    for name, data in files if listed is None else listed:
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=")
        record += name + b",sha256=" + digest + b",%d\n" % len(data)
    at = b"a-1.dist-info/RECORD"
    return out.add(at, record + at + b",,\n", time=time).done()


def pyc(flags, source_hash):
    """A compiled file of Python 3.11 that is validated by hash, or not at all."""
    return struct.pack("<HHI", 0x0DA7, 0x0A0D, flags) + source_hash + b"\xe3" + bytes(31)


def python():
    a, b, evil = (b"a.py", CODE), (b"b.py", CODE), (b"b.py", EVIL)
    yield ("wheel-time", "whl", wheel([a, b]), wheel([a, b], time=LATER), "equivalent",
           "all entries of a wheel have another time", "zip.mtime")
    yield ("wheel-record-omits", "whl", wheel([a, b]), wheel([a, b], listed=[a]), "not-accepted",
           "RECORD does not list a file that is there (W1)")
    yield ("wheel-record-more", "whl", wheel([a], listed=[a]), wheel([a], listed=[a, b]),
           "not-accepted", "RECORD lists a file that is not there (W1)")
    yield ("wheel-record-stale", "whl", wheel([a, b]), wheel([a, evil], listed=[a, b]),
           "not-accepted", "a file changed, and RECORD says what it was (W1)")
    yield ("wheel-record-wrong", "whl", wheel([a, b]), wheel([a, b], listed=[a, evil]),
           "not-accepted", "RECORD states another digest than the file has (W1)")
    yield ("wheel-code", "whl", wheel([a, b]), wheel([a, evil]), "different",
           "a file changed, and RECORD with it (W1)")

    def package(cache, mtime=1, name=b"m.py"):
        return tar(member(name, CODE, mtime=mtime),
                   member(b"__pycache__/m.cpython-311.pyc", cache), record=1)

    yield ("pyc-unchecked", "tar", package(pyc(1, bytes(8))), package(pyc(1, b"\1" * 8)),
           "not-accepted", "the hash of the source in a .pyc that Python never checks (W1)")
    yield ("pyc-checked", "tar", package(pyc(1, bytes(8))), package(pyc(3, bytes(8))),
           "not-accepted", "a .pyc that was never checked against its source now is (W1)")
    timed = pyc(0, struct.pack("<II", 1, len(CODE)))
    yield ("pyc-case", "tar", *(package(timed, mtime, b"M.py") for mtime in (1, 2)), "different",
           "the source's time changed under a .pyc whose name is the same but for its case (W1)")


def pairs():
    yield from jars()
    yield from python()
