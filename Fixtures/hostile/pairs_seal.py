"""Pairs that hold a signature over bytes which rules would otherwise tolerate."""

import hashlib

from containers import Zip, gzip, member, tar
from pairs_attack_tar import small
from pairs_deb import CONTROL, packed
from pairs_jar import LATER, manifest
from pairs_list import BEFORE, BOTH
from pairs_package import rpm
from pairs_stream import TEXT

SIGNATURE = b"-----BEGIN PGP SIGNATURE-----\n\nbm9uZQ==\n-----END PGP SIGNATURE-----\n"


def deb(level):
    data = gzip(small(member(b"./opt/a", TEXT * 9)), level=level)
    return packed(gzip(small(member(b"./control", CONTROL))), data, ("_gpgorigin", SIGNATURE))


def jar(data, name=b"META-INF/A.SF", **fields):
    """A signed jar; of what its manifest and signature file say, nothing fits."""
    out = Zip().add(b"META-INF/MANIFEST.MF", manifest(b"", b"Name: a.gz"), **fields)
    return (out.add(name, b"Signature-Version: 1.0\r\n\r\n", **fields)
            .add(b"META-INF/A.RSA", b"signed", **fields).add(b"a.gz", data, **fields).done())


def beside(data, mtime=1):
    """A file with its signature beside it."""
    return small(member(b"a.gz", data, mtime=mtime), member(b"a.gz.asc", SIGNATURE))


def alpine(level):
    """A package of Alpine: signature, control and data in a gzip stream each."""
    data = gzip(tar(member(b"usr/bin/a", TEXT * 9, mode=0o755), record=1), level=level)
    about = b"pkgname = a\ndatahash = " + hashlib.sha256(data).hexdigest().encode() + b"\n"
    return (gzip(member(b".SIGN.RSA.key.rsa.pub", b"signed")) + gzip(member(b".PKGINFO", about))
            + data)


def pairs():
    levels = (9, 1)
    yield ("seal-deb", "deb", *map(deb, levels), "different",
           "the data of a package was packed otherwise under _gpgorigin (K1)")
    yield ("seal-jar", "jar", *map(jar, BOTH), "different",
           "a file of a signed jar was packed otherwise (K1)")
    yield ("seal-jar-lower", "jar", *(jar(data, b"META-INF/a.sf") for data in BOTH), "different",
           "the same under a signature file in lower case (K1)")
    yield ("seal-asc", "tar", *map(beside, BOTH), "different",
           "a file was packed otherwise beside its .asc (K1)")
    yield ("seal-alpine", "apk", *map(alpine, levels), "different",
           "the data of a package of Alpine was packed otherwise under its signature (K1)")
    yield ("seal-rpm", "rpm", *(rpm(level=level) for level in levels), "different",
           "the payload was packed otherwise, and the signature covers it (K1)")
    yield ("seal-asc-time", "tar", *(beside(BEFORE, time) for time in (1, 2)),
           "equivalent", "a signed file has another time and the same bytes", "tar.mtime")
    yield ("seal-jar-level", "jar", *(jar(TEXT * 9, level=level) for level in levels), "equivalent",
           "the entries of a signed jar were packed otherwise, and hold the same bytes",
           "zip.compression")
    yield ("seal-jar-time", "jar", jar(BEFORE), jar(BEFORE, time=LATER), "equivalent",
           "the entries of a signed jar have other times, which its signature does not cover",
           "zip.mtime")
