"""Pairs of packages and images: cpio, RPM, APK of Android, OCI layouts."""

import hashlib
import json
import struct

from containers import ZIP_EPOCH, Zip, gzip, member, tar

FIRST, SECOND = b"first\n", b"second\n"
LATER = (*ZIP_EPOCH[:5], 2)


def cpio(*members, end=b"TRAILER!!!"):
    """A cpio file of the form `newc`, from dictionaries of what is not usual."""
    out = b""
    for number, entry in enumerate((*members, {"name": end, "mode": 0, "nlink": 1}), 1):
        data, name = entry.get("data", b""), entry["name"]
        fields = (entry.get("inode", number), entry.get("mode", 0o100644), entry.get("uid", 0), 0,
                  entry.get("nlink", 1), entry.get("mtime", 0), entry.get("size", len(data)), 0, 0,
                  0, 0, len(name) + 1, entry.get("check", 0))
        out += b"070701" + b"".join(b"%08X" % field for field in fields) + name + b"\0"
        out += bytes(-len(out) % 4) + data
        out += bytes(-len(out) % 4)
    return out


def link(name, data=b"", **more):
    """One of two names of a file."""
    return {"name": name, "data": data, "inode": 7, "nlink": 2, **more}


def cpios():
    one, two = link(b"a"), link(b"b", FIRST)
    plain = {"name": b"a", "data": FIRST}
    for name, left, right, reason in (
        ("link-sizes", (one, two), (link(b"a", FIRST), link(b"b")),
         "the content stands at the first of two hard links instead of at the last"),
        ("link-both", (link(b"a", FIRST), two), (link(b"a", SECOND), two),
         "two hard links with content each: which one counts is the reader's matter"),
        ("link-swapped", (link(b"a", FIRST), link(b"b", SECOND)),
         (link(b"a", SECOND), link(b"b", FIRST)),
         "two hard links with unlike contents, swapped"),
        ("link-copy", (one, two), (plain, {"name": b"b", "data": FIRST}),
         "two hard links became copies"),
        ("link-forgotten", (link(b"a"), link(b"b"), link(b"c", FIRST)),
         (link(b"a", nlink=3), link(b"b", nlink=3), link(b"c", FIRST, nlink=3)),
         "three hard links of two: some readers have forgotten the file when the third comes"),
        ("twice", (plain, {"name": b"a", "data": SECOND}), ({"name": b"a", "data": SECOND}, plain),
         "one name twice with the contents swapped"),
        ("check", (plain,), ({**plain, "check": 1234},), "a checksum where the form has none"),
        ("setuid", ({**plain, "mode": 0o100755},), ({**plain, "mode": 0o104755},),
         "mode 0755 became 04755"),
        ("owner", (plain,), ({**plain, "uid": 1000},), "what an initramfs holds has another owner"),
        ("name-tail", (plain,), ({**plain, "name": b"a\0evil"},), "bytes behind the NUL of a name"),
    ):
        yield f"cpio-{name}", "cpio", cpio(*left), cpio(*right), "not-accepted", reason + " (C1)"
    for name, right, rule, reason in (
        ("time", (one, link(b"b", FIRST, mtime=9)), "cpio.mtime", "a member has another time"),
        ("link-count", (link(b"a", nlink=3), link(b"b", FIRST, nlink=3)), "cpio.inode",
         "the number of links says that one is elsewhere"),
    ):
        yield f"cpio-{name}", "cpio", cpio(one, two), cpio(*right), "equivalent", reason, rule
    devices = [(link(b"b", inode=6, mode=0o020644), link(b"c", inode=inode, mode=0o020644))
               for inode in (6, 8)]
    yield ("cpio-link-devices", "cpio", cpio(*devices[0]), cpio(*devices[1]), "inconclusive",
           "two devices of two links each have one inode: readers disagree what they share (C1)")
    whole = cpio(plain)
    yield ("cpio-blocking", "cpio", whole + bytes(4), whole + bytes(5), "equivalent",
           "more zeros behind the end", "cpio.blocking")
    yield ("cpio-second", "cpio", whole + whole, whole + cpio({**plain, "data": SECOND}),
           "not-accepted", "a second archive behind the first, which a kernel unpacks as well (C1)")
    yield ("cpio-trailing", "cpio", whole + bytes(4), whole + b"evil", "not-accepted",
           "bytes behind the end (C1)")


def header(entries, region=b""):
    """A header of an RPM: (tag, type, count, data), which are written in this order."""
    index, store = b"", b""
    for tag, kind, count, data in entries:
        if kind == 4:
            store += bytes(-len(store) % 4)
        index += struct.pack(">IIII", tag, kind, len(store), count)
        store += data
    return (b"\x8e\xad\xe8\1" + bytes(4) + struct.pack(">II", len(entries), len(store)) + index
            + store)


def rpm(signature=b"signed by a", md5=None, size=None, name=b"tally", mtime=1, data=FIRST,
        gap=b"", built=1, level=9):
    """A package with one file; `md5` and `size` of the signature header may lie."""
    lead = struct.pack(">4sBBHH66sHH16s", b"\xed\xab\xee\xdb", 3, 0, 0, 1, name, 1, 5, b"")
    payload = gzip(cpio({"name": b"./a", "data": data, "mtime": mtime}), level=level)
    body = header([(1000, 6, 1, name + b"\0"), (1006, 4, 1, struct.pack(">I", built)),
                   (1125, 6, 1, b"gzip\0")]) + payload
    md5 = hashlib.md5(body).digest() if md5 is None else md5
    size = len(body) if size is None else size
    signed = header([(1000, 4, 1, struct.pack(">I", size)), (1004, 7, 16, md5),
                     (1005, 7, len(signature), signature)])
    signed += gap + bytes(-(len(signed) + len(gap)) % 8)
    return lead + signed + body


def rpms():
    plain = rpm()
    for name, other, reason in (
        ("signature", rpm(b"signed by b"), "the signature header holds another signature"),
        ("unsigned", rpm(b""), "the signature is gone"),
        ("signature-long", rpm(b"signed by a" + b"payload" * 99),
         "a payload behind the signature"),
        ("md5", rpm(md5=bytes(16)), "the MD5 of the signature header is wrong"),
        ("size", rpm(size=1), "the size in the signature header is wrong"),
        ("gap", rpm(gap=b"\1"), "the padding behind the signature header is not zero"),
        ("md5-stale", rpm(md5=hashlib.md5(b"").digest(), mtime=2),
         "a time in the payload differs, and the MD5 fits neither"),
        ("data", rpm(data=SECOND), "a file of the payload differs, and all digests fit"),
        ("name", rpm(name=b"evil!"), "the package has another name"),
        ("trailing", plain + b"behind", "bytes behind the payload"),
    ):
        yield f"rpm-{name}", "rpm", plain, other, "not-accepted", reason + " (R1)"
    wrong = [rpm(md5=bytes(16), mtime=time) for time in (1, 2)]
    yield ("rpm-md5-both", "rpm", *wrong, "not-accepted",
           "only a time differs, but the MD5 of both sides is wrong (R1)")


def signing_block(*blocks):
    """The block before the central directory in which an APK keeps its signatures."""
    body = b"".join(struct.pack("<QI", len(value) + 4, kind) + value for kind, value in blocks)
    size = struct.pack("<Q", len(body) + 24)
    return size + body + size + b"APK Sig Block 42"


def apk(block=b"", time=ZIP_EPOCH, data=FIRST):
    out = Zip().add(b"AndroidManifest.xml", data, time=time).add(b"classes.dex", data, time=time)
    out.body += block
    return out.done()


def apks():
    v2, padding, unknown = 0x7109871A, 0x42726577, 0x12345678
    signed = apk(signing_block((v2, b"signed by a")))
    for name, other, reason in (
        ("unsigned", apk(), "the signing block is gone"),
        ("signature", apk(signing_block((v2, b"signed by b"))), "another signature"),
        ("unknown", apk(signing_block((v2, b"signed by a"), (unknown, b"payload"))),
         "a pair of an unknown kind in the signing block"),
        ("padding", apk(signing_block((v2, b"signed by a"), (padding, b"payload"))),
         "the padding of the signing block is not zero"),
        ("twice", apk(signing_block((v2, b"signed by a"), (v2, b"signed by b"))),
         "two signatures of one kind: which one counts is the reader's matter"),
        ("block-twice", apk(signing_block((v2, b"signed by b")) + signing_block((v2, b"signed by a"))),
         "two signing blocks"),
        ("sizes", apk(signing_block((v2, b"signed by a"))[:-24] + struct.pack("<Q", 35)
                      + b"APK Sig Block 42"), "the two sizes of the signing block disagree"),
        ("time", apk(signing_block((v2, b"signed by a")), time=LATER),
         "a time differs under a signature that covers it"),
        ("data", apk(signing_block((v2, b"signed by a")), data=SECOND),
         "a file differs under the same signature"),
        ("before", apk(b"evil" + signing_block((v2, b"signed by a"))),
         "bytes between the last entry and the signing block"),
    ):
        yield f"apk-{name}", "apk", signed, other, "not-accepted", reason + " (S1)"


MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
CONFIG = "application/vnd.oci.image.config.v1+json"


GZIPPED = gzip(tar(member(b"a", FIRST), record=1))


def describe(data, kind, **lies):
    return {"mediaType": kind, "digest": "sha256:" + hashlib.sha256(data).hexdigest(),
            "size": len(data), **lies}


def image(mtime=0, kind=MANIFEST, own=MANIFEST, extra=None, layer=None, stale=None, spare=b"",
          data=FIRST):
    """An image layout in a tar file. `kind` is what the index calls the manifest, `own` what that
    calls itself; `stale` gives the layer another digest than it has."""
    blob = gzip(tar(member(b"a", data), record=1), mtime=mtime)
    config = json.dumps({"rootfs": {"type": "layers"}}).encode()
    described = describe(blob, LAYER, **(layer or {}))
    if stale is not None:
        described["digest"] = "sha256:" + stale
    manifest = json.dumps({"schemaVersion": 2, "mediaType": own, "config": describe(config, CONFIG),
                           "layers": [described], **(extra or {})}).encode()
    index = json.dumps({"schemaVersion": 2, "mediaType": INDEX,
                        "manifests": [describe(manifest, kind)]}).encode()
    files = {b"oci-layout": b'{"imageLayoutVersion":"1.0.0"}', b"index.json": index}
    for content in (config, manifest, blob, *([spare] if spare else [])):
        files[b"blobs/sha256/" + hashlib.sha256(content).hexdigest().encode()] = content
    if stale is not None:
        files[b"blobs/sha256/" + stale.encode()] = files.pop(
            b"blobs/sha256/" + hashlib.sha256(blob).hexdigest().encode())
    return tar(*(member(name, content) for name, content in files.items()), record=1)


def images():
    plain = image()
    evil = {"manifests": [describe(b"evil", MANIFEST)]}
    for name, left, right, reason in (
        ("kind", plain, image(kind=INDEX), "the index calls a manifest an index"),
        ("own-kind", plain, image(own=INDEX), "a manifest calls itself an index"),
        ("both", plain, image(extra=evil), "a manifest has the list of an index as well"),
        ("both-time", image(extra=evil), image(extra=evil, mtime=5),
         "a layer has another time, under a manifest that is an index as well"),
        ("kind-time", image(kind=INDEX), image(kind=INDEX, mtime=5),
         "a layer has another time, under a manifest that the index calls an index"),
        ("layer-kind", plain, image(layer={"mediaType": LAYER.replace("+gzip", "")}),
         "the manifest calls a compressed layer a plain one"),
        ("foreign", plain, image(layer={"urls": ["https://example.invalid/layer"]}),
         "the layer may be had from elsewhere"),
        ("size", plain, image(layer={"size": 1}), "the manifest gives a layer another size"),
        ("digest", image(stale="0" * 64), image(stale="0" * 64, mtime=5),
         "a layer has another time, and a digest that fits on neither side"),
        ("digest-one", plain, image(stale=hashlib.sha256(GZIPPED).hexdigest(), mtime=5),
         "a layer has another time under the digest of what it was"),
        ("spare", plain, image(spare=b"payload"), "a blob that nothing names"),
        ("data", plain, image(data=SECOND), "a file of a layer differs, and all digests fit"),
    ):
        yield f"oci-{name}", "tar", left, right, "not-accepted", reason + " (O1)"


def pairs():
    yield from cpios()
    yield from rpms()
    yield from apks()
    yield from images()
