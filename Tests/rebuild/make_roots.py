#!/usr/bin/env python3
"""Makes what roots.sh builds with: archives, a tar of a root file system, an OCI layout, and hostile
ones of each.

    Tests/rebuild/make_roots.py FOLDER
"""

import gzip
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile

# The last one brings the mathematical library, which libfaketime needs: clocks are varied.
PROGRAMS = ["/bin/sh", "/bin/cat", "/bin/ls", "/usr/bin/mawk"]


def add(tar, name, data=b"", mode=0o644, kind=tarfile.REGTYPE, link=""):
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.type, entry.linkname = len(data), mode, kind, link
    entry.mtime = 1_700_000_000
    tar.addfile(entry, io.BytesIO(data))


def tar(members):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for member in members:
            add(archive, *member[:1], **member[1])
    return buffer.getvalue()


def libraries(program):
    """The loader and libraries of a program, as the loader says."""
    text = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    return [word for word in text.split() if word.startswith("/")]


def system():
    """Members of a root file system that can run a shell."""
    members = {}
    for program in PROGRAMS:
        for path in [program, *libraries(program)]:
            with open(path, "rb") as file:
                members[path.lstrip("/")] = dict(data=file.read(), mode=0o755)
    links = [("bin", "usr/bin"), ("lib", "usr/lib"), ("lib64", "usr/lib64")]
    result = [(name, dict(kind=tarfile.SYMTYPE, link=target, mode=0o777)) for name, target in links]
    for name, facts in members.items():
        if name.split("/")[0] in ("bin", "lib", "lib64"):
            name = "usr/" + name
        result.append((name, facts))
    result.append(("dev/null", dict(kind=tarfile.CHRTYPE, mode=0o666)))
    return result


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


def layout(folder, layers, break_blob=False):
    """An OCI layout of these tars."""
    def blob(data, media):
        name = hashlib.sha256(data).hexdigest()
        write(f"{folder}/blobs/sha256/{name}", data + (b"x" if break_blob and "layer" in media else b""))
        return dict(mediaType=media, digest=f"sha256:{name}", size=len(data))

    media = "application/vnd.oci.image"
    config = blob(b"{}", f"{media}.config.v1+json")
    blobs = [blob(gzip.compress(data, mtime=0), f"{media}.layer.v1.tar+gzip") for data in layers]
    manifest = dict(
        schemaVersion=2, mediaType=f"{media}.manifest.v1+json", config=config, layers=blobs)
    entry = blob(json.dumps(manifest).encode(), f"{media}.manifest.v1+json")
    write(f"{folder}/oci-layout", b'{"imageLayoutVersion": "1.0.0"}')
    write(f"{folder}/index.json", json.dumps(dict(schemaVersion=2, manifests=[entry])).encode())


def text(name, data):
    return (name, dict(data=data.encode()))


def main(folder):
    os.makedirs(folder, exist_ok=True)
    base = system()
    write(f"{folder}/root.tar", tar(base))
    write(f"{folder}/source.tar.gz", gzip.compress(tar([
        text("a/one", "one\n"), ("a/run", dict(data=b"#!/bin/sh\necho ran\n", mode=0o755)),
        ("a/hard", dict(kind=tarfile.LNKTYPE, link="a/one")),
        ("a/soft", dict(kind=tarfile.SYMTYPE, link="one"))]), mtime=0))
    layout(f"{folder}/image", [
        tar(base + [text("data/kept", "kept\n"), text("data/gone", ""), text("old/a", ""),
                    text("old/b/c", ""), text("data/changed", "before\n"), text("was/folder", "")]),
        tar([text("data/.wh.gone", ""), text("old/new", "new\n"), text("old/.wh..wh..opq", ""),
             text("data/changed", "after\n"), text("was", "now a file\n")])])
    layout(f"{folder}/broken", [tar(base)], break_blob=True)
    hostile = dict(
        upward=[text("../outside", "x")],
        absolute=[text("/abs", "kept inside\n")],
        through=[("l", dict(kind=tarfile.SYMTYPE, link="/tmp")), text("l/outside", "x")],
        twice=[text("a", "1"), text("a", "2")],
        device=[("a", dict(kind=tarfile.CHRTYPE))],
        hard=[("a", dict(kind=tarfile.LNKTYPE, link="../../etc/passwd"))])
    for name, members in hostile.items():
        write(f"{folder}/{name}.tar", tar(members))


main(sys.argv[1])
