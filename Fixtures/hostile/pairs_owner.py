"""Pairs of packages and image layers in which a file has another owner."""

import json
import struct

from containers import Zip, gzip, member
from pairs_attack_tar import FIRST, small
from pairs_attack_zip import OWNER, field, one
from pairs_deb import CONTROL, packed
from pairs_package import cpio
from pairs_tar import FOLDER

USERS = (0, 1000)


def tool(uid, name=b"usr/bin/tool"):
    return member(name, b"#!/bin/sh\n", mode=0o755, uid=uid, gid=uid, uname=b"", gname=b"")


def folder(name):
    return member(name, kind=FOLDER, mode=0o755, uname=b"", gname=b"")


def layer(uid):
    """A tar file with the tool alone, which says nothing of what it is for."""
    return small(tool(uid))


def marked(name, suffix, *parts, reason, place=None):
    """Both sides of a package that the name of a member marks; the tool comes at `place`."""
    place = len(parts) if place is None else place
    left, right = (gzip(small(*parts[:place], tool(uid), *parts[place:])) for uid in USERS)
    return f"owner-{name}", suffix, left, right, "different", reason + " (P2)"


def packages():
    """Packages that a member marks, wherever it stands."""
    info = member(b".PKGINFO", b"pkgname = tool\npkgver = 1-1\narch = any\n")
    yield marked("arch-second", "pkg.tar.gz", folder(b"usr/"), info,
                 reason="a package of Arch whose .PKGINFO is not the first member")
    yield marked("alpine-second", "apk", member(b"./.INSTALL", b":\n"), info,
                 reason="a package of Alpine that begins with a script")
    yield marked("xbps", "xbps", member(b"./props.plist", b"<plist/>\n"),
                 member(b"./files.plist", b"<plist/>\n"), reason="a package of Void")
    yield marked("freebsd", "pkg", member(b"+COMPACT_MANIFEST", b"{}"),
                 member(b"+MANIFEST", b"{}"), reason="a package of FreeBSD")
    yield marked("freebsd-late", "pkg", member(b"+MANIFEST", b"{}"), place=0,
                 reason="a package of FreeBSD whose manifest stands behind the files")
    yield marked("slackware", "tgz", folder(b"./"), folder(b"install/"),
                 member(b"install/slack-desc", b"tool: tool\n"), reason="a package of Slackware")
    yield marked("slackware-late", "tgz", folder(b"./"), folder(b"install/"),
                 member(b"install/doinst.sh", b":\n"), place=1,
                 reason="a package of Slackware whose script stands behind the files")


def nested(name, suffix, build, reason):
    """Both sides of what `build` makes for an owner."""
    left, right = map(build, USERS)
    return f"owner-{name}", suffix, left, right, "different", reason + " (P2)"


def crane(uid):
    """An image as crane saves it: layers at the top, named by digest."""
    name = "a" * 64 + ".tar.gz"
    listed = json.dumps([{"Config": "c.json", "Layers": [name]}]).encode()
    return small(member(b"manifest.json", listed), member(b"c.json", b"{}"),
                 member(name.encode(), gzip(layer(uid))))


def oci(uid):
    """An image layout one folder down."""
    return small(member(b"image/oci-layout", b'{"imageLayoutVersion":"1.0.0"}'),
                 member(b"image/blobs/sha256/" + b"a" * 64, layer(uid)))


def control(uid):
    """The control archive of a package, with a script."""
    return gzip(small(member(b"./control", CONTROL), tool(uid, b"./prerm")))


def opkg(uid):
    """A package of opkg: a tar file where dpkg has an ar file."""
    return gzip(small(member(b"./debian-binary", b"2.0\n"),
                      member(b"./control.tar.gz", control(uid)),
                      member(b"./data.tar.gz", gzip(layer(0)))))


def gentoo(uid):
    return small(member(b"tool-1/gpkg-1"), member(b"tool-1/image.tar.gz", gzip(layer(uid))))


def eopkg(uid):
    return (Zip().add(b"metadata.xml", b"<PISI/>")
            .add(b"install.tar.gz", gzip(layer(uid)), level=0).done())


def owned_zip(uid):
    value = b"\1" + 2 * (b"\4" + struct.pack("<I", uid))
    return one(local=field(OWNER, value), central=field(OWNER, value))


def archives():
    """Archives in archives: what unpacks the outer one for its inner ones installs something."""
    yield nested("crane-layer", "tar", crane, "a layer of an image that crane saved")
    yield nested("oci-folder", "tar", oci, "a layer of an image layout that lies in a folder")
    yield nested("deb-control", "deb", lambda uid: packed(control(uid), gzip(layer(0))),
                 "a script in the control archive of a package")
    yield nested("ipk-control", "ipk", opkg, "a script in the control archive of an .ipk")
    yield nested("gentoo", "gpkg.tar", gentoo, "the image of a binary package of Gentoo")
    yield nested("eopkg", "eopkg", eopkg, "what an .eopkg installs")
    yield nested("cpio-in-tar", "tar", lambda uid: small(member(
        b"initrd", cpio({"name": b"init", "data": FIRST, "uid": uid}))),
        "a file of an initrd in a tar file")
    yield nested("zip-in-tar", "tar", lambda uid: small(member(b"a.zip", owned_zip(uid))),
                 "a file of a zip file in a tar file")


def benign():
    """Archives that are not for installing."""
    yield ("owner-plain-gz", "tar.gz", *(gzip(layer(uid)) for uid in USERS), "equivalent",
           "a plain file of a compressed plain tar has another owner",
           "gzip.compression tar.owner")
    yield ("owner-plain-zip", "zip", *map(owned_zip, USERS), "equivalent",
           "a plain file of a plain zip has another owner", "zip.owner")


def pairs():
    yield from packages()
    yield from archives()
    yield from benign()
