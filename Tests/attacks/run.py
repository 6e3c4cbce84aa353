#!/usr/bin/env python3
"""Tries every attack of the table on `tally verify`, as a program that knows only the files.

    run.py BINARY [--keep FOLDER] [NAME…]     NAME: a part of the names of those to try

Each must end with its exit code, say its reason, print nothing that is unfit for a terminal, and
deliver nothing unless the answer is yes. Nothing that tally has makes the files, but where a row
needs keys that only tally can make. --keep leaves them, each vector in a folder of its own with a
file `vector` that says what is expected.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import about_claims
import about_keys
import about_policies
import about_texts

PATIENCE = 60
# Of the list that the rows are numbered by: about what is not built here yet.
ABSENT = {"33, 34": "certificates", "37": "timestamp tokens", "39-41": "transparency logs",
          "43": "audit logs"}
UNFIT = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\u0080-\u009f\u202a-\u202e\u2066-\u2069]")


def table():
    """All vectors."""
    for topic in (about_claims, about_texts, about_keys, about_policies):
        for part in topic.PARTS:
            yield from part()


def write(path, content):
    """A file; a text is a link, `...` a pipe, None a gigabyte without bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if content is None:
        with open(path, "wb") as file:
            file.truncate(1 << 30)
    elif content is ...:
        os.mkfifo(path)
    elif isinstance(content, str):
        path.symlink_to(content)
    else:
        path.write_bytes(content)


def make(vector, folder, binary):
    """The files of a vector."""
    folder.mkdir()
    for name, content in vector.world().items():
        write(folder / name, content)
    for words in vector.before:
        subprocess.run([binary, *words], cwd=folder, check=True, capture_output=True)
    if vector.prepare:
        vector.prepare(folder)
    header = {"row": vector.row, "expect": vector.expect, "says": vector.says,
              "run": "tally " + " ".join(vector.command())}
    (folder / "vector").write_text("".join(f"{key}: {value}\n" for key, value in header.items()))


def judge(vector, folder, binary):
    """What is wrong with the answer."""
    before = set((folder / "out").glob("*"))
    try:
        result = subprocess.run([binary, *vector.command()], cwd=folder, capture_output=True,
                                timeout=PATIENCE, stdin=subprocess.DEVNULL, check=False)
    except subprocess.TimeoutExpired:
        return [f"takes longer than {PATIENCE} seconds"]
    printed = result.stdout + result.stderr
    try:
        text = printed.decode()
    except UnicodeDecodeError:
        return ["prints what is no UTF-8"]
    wrong = []
    if result.returncode != vector.expect:
        wrong.append(f"exit {result.returncode}, not {vector.expect}")
    if vector.says not in text:
        wrong.append(f"does not say: {vector.says}")
    if UNFIT.search(text):
        wrong.append("prints what is unfit for a terminal")
    if result.returncode != 0 and set((folder / "out").glob("*")) != before:
        wrong.append("delivers something")
    return wrong + text.split("\n")[:12] if wrong else []


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("binary", type=Path)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    binary, total, failed, rows = options.binary.resolve(), 0, 0, set()
    with tempfile.TemporaryDirectory() as temporary:
        top = options.keep or Path(temporary)
        top.mkdir(exist_ok=True)
        for vector in table():
            if not all(part in vector.name for part in options.names):
                continue
            folder = top / vector.name
            make(vector, folder, binary)
            wrong = judge(vector, folder, binary)
            total, rows = total + 1, rows | {vector.row}
            failed += bool(wrong)
            if wrong:
                print(f"not ok {vector.row} {vector.name}: " + "\n  ".join(wrong))
            if not options.keep:
                subprocess.run(["rm", "-rf", folder], check=True)
    absent = "; ".join(f"{what}, {numbers}" for numbers, what in ABSENT.items())
    print(f"attacks: {total} vectors of {len(rows - {0})} rows, {failed} wrong "
          f"(not built here: {absent})")
    return 1 if failed or not total else 0


if __name__ == "__main__":
    sys.exit(main())
