#!/usr/bin/env python3
"""Splits vectors into their two files, for people and for tests of the command line.

Usage: split.py VECTOR… FOLDER   writes the two files of each; --all stands for every vector

FOLDER/expect.tsv gets a line per vector, with tabs between: left, right, verdict, profile (- for
the default one), what it is about. The verdict of a vector that is open is "open".
"""

import pathlib
import sys


def read(path):
    """The header as a dictionary, and the bytes of both sides."""
    head, _, body = path.read_bytes().partition(b"\n\n")
    fields = dict(line.split(": ", 1) for line in head.decode().split("\n"))
    sides, at = [], 0
    for side in ("left", "right"):
        name, size = fields[side].rsplit(" ", 1)
        assert "/" not in name and at + int(size) <= len(body), path
        sides.append((name, body[at : at + int(size)]))
        at += int(size)
    assert at == len(body), f"{path}: {len(body) - at} bytes too many"
    return fields, sides


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    paths, folder = sys.argv[1:-1], pathlib.Path(sys.argv[-1])
    if paths == ["--all"]:
        paths = sorted(pathlib.Path(__file__).resolve().parent.glob("*.vector"))
    rows = []
    for path in map(pathlib.Path, paths):
        fields, sides = read(path)
        for name, data in sides:
            (folder / name).write_bytes(data)
        rows.append("\t".join((*(name for name, _ in sides), 
                               "open" if "open" in fields else fields["expect"],
                               fields.get("profile", "-"), fields["about"])) + "\n")
    (folder / "expect.tsv").write_text("".join(rows))


if __name__ == "__main__":
    main()
