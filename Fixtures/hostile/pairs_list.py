"""Pairs that hold a list of digests, which went stale or did not."""

import base64
import hashlib
import json

from containers import Zip, gzip, member
from pairs_attack_tar import small
from pairs_deb import CONTROL, packed
from pairs_jar import manifest
from pairs_stream import TEXT

BEFORE, AFTER = (gzip(TEXT * 3, level=level) for level in (9, 1))
BOTH = (BEFORE, AFTER)


def sha256(data):
    return hashlib.sha256(data).hexdigest().encode()


def sums(data):
    return sha256(data) + b"  a.gz\n"


def deb(data, listed):
    """A package with a manual page, of which md5sums says what `listed` has."""
    page = b"usr/share/man/man1/a.1.gz"
    text = hashlib.md5(listed).hexdigest().encode() + b"  " + page + b"\n"
    return packed(gzip(small(member(b"./control", CONTROL), member(b"./md5sums", text))),
                  gzip(small(member(b"./" + page, data))))


def wheel(data, listed):
    digest = base64.urlsafe_b64encode(hashlib.sha256(listed).digest()).rstrip(b"=")
    record = b"a/b.gz,sha256=%s,%d\na-1.dist-info/RECORD,,\n" % (digest, len(listed))
    return Zip().add(b"a/b.gz", data).add(b"a-1.dist-info/RECORD", record).done()


def jar(data, listed):
    digest = base64.b64encode(hashlib.sha256(listed).digest())
    text = manifest(b"", b"Name: a.gz", b"SHA-256-Digest: " + digest)
    return Zip().add(b"META-INF/MANIFEST.MF", text).add(b"a.gz", data).done()


def gem(data, listed):
    about = gzip(b"--- !ruby/object:Gem::Specification\nname: a\n")
    digests = {b"metadata.gz": about, b"data.tar.gz": listed}
    text = b"---\nSHA256:\n" + b"".join(
        b"  %s: %s\n" % (name, sha256(part)) for name, part in digests.items())
    return small(member(b"metadata.gz", about), member(b"data.tar.gz", data),
                 member(b"checksums.yaml.gz", gzip(text)))


def folder(data, listed):
    return small(member(b"SHA256SUMS", sums(listed)), member(b"a.gz", data))


def saved(data, listed):
    """An image as docker saves it; its configuration has the digest of what `listed` is."""
    config = json.dumps({"architecture": "amd64", "os": "linux", "rootfs": {
        "type": "layers", "diff_ids": ["sha256:" + sha256(listed).decode()]}}).encode()
    name = sha256(config) + b".json"
    listing = json.dumps([{"Config": name.decode(), "Layers": ["a/layer.tar"]}]).encode()
    return small(member(name, config), member(b"a/layer.tar", data),
                 member(b"manifest.json", listing))


def stale():
    """Lists that are the same on both sides, and right on one of them."""
    for name, suffix, build, reason in (
        ("md5sums", "deb", deb, "md5sums of a package"),
        ("record", "whl", wheel, "RECORD of a wheel"),
        ("manifest", "jar", jar, "the manifest of a jar"),
        ("gem", "gem", gem, "checksums.yaml.gz of a gem"),
        ("sums", "tar", folder, "SHA256SUMS in a tar file"),
    ):
        yield (f"list-{name}-stale", suffix, *(build(data, BEFORE) for data in BOTH), "different",
               f"a file was packed otherwise, and {reason} says what it was (L1)")
    layers = [small(member(b"etc/x", b"x\n", mtime=time)) for time in (1, 2)]
    yield ("list-diff-ids-stale", "tar", *(saved(layer, layers[0]) for layer in layers),
           "different", "a layer has another time, and the configuration says what it was (L1)")


def lying():
    """Lists that changed with their file, and are not right about it."""
    yield ("list-sums-new-lie", "tar", folder(BEFORE, BEFORE), folder(AFTER, b"other"),
           "different", "a file was packed otherwise, and the new SHA256SUMS is wrong of it (L1)")
    yield ("list-sums-changed", "tar", folder(BEFORE, BEFORE), folder(BEFORE, AFTER), "different",
           "only SHA256SUMS differs, and is wrong about a file that does not (L1)")


def benign():
    """Lists about what stays as it is."""
    names = member(b"SHA256SUMS", sums(BEFORE))
    yield ("list-sums-time", "tar",
           *(small(names, member(b"a.gz", BEFORE, mtime=time)) for time in (1, 2)), "equivalent",
           "a file that SHA256SUMS names has another time and the same bytes", "tar.mtime")
    yield ("list-sums-other", "tar",
           *(small(names, member(b"a.gz", BEFORE), member(b"b.gz", gzip(TEXT, level=level)))
             for level in (9, 1)),
           "equivalent", "a file was packed otherwise of which SHA256SUMS says nothing",
           "gzip.compression")


def pairs():
    yield from stale()
    yield from lying()
    yield from benign()
