#!/usr/bin/env python3
"""Makes the vectors of this folder: hostile pairs, and the benign ones beside them.

Usage: make.py            writes them here
       make.py --check    fails when the committed files are not what it would write
"""

import pathlib
import re
import sys

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]
import pairs_attack_tar  # noqa: E402
import pairs_attack_zip  # noqa: E402
import pairs_bomb  # noqa: E402
import pairs_deb  # noqa: E402
import pairs_jar  # noqa: E402
import pairs_leaf  # noqa: E402
import pairs_list  # noqa: E402
import pairs_number  # noqa: E402
import pairs_owner  # noqa: E402
import pairs_package  # noqa: E402
import pairs_seal  # noqa: E402
import pairs_readers  # noqa: E402
import pairs_stream  # noqa: E402
import pairs_streams  # noqa: E402
import pairs_tar  # noqa: E402
import pairs_zip  # noqa: E402

MODULES = (pairs_tar, pairs_deb, pairs_stream, pairs_zip, pairs_attack_tar, pairs_attack_zip,
           pairs_bomb, pairs_jar, pairs_leaf, pairs_list, pairs_number, pairs_owner, pairs_package,
           pairs_seal, pairs_streams, pairs_readers)
VERDICTS = {"equivalent", "different", "inconclusive", "not-accepted"}


def vector(name, suffix, left, right, verdict, reason, rules="", profile="", open_=""):
    """One vector as bytes. The class stands at the end of the reason, in brackets."""
    about, kind = re.fullmatch(r"(.*?)(?: \(([A-Z]\d+)\))?", reason).groups()
    assert verdict in VERDICTS and left != right, name
    # A benign pair is of no class and says which rules it takes; a hostile one is of a class.
    assert (verdict == "equivalent") == bool(rules) and bool(kind or rules), name
    lines = [("expect", verdict), ("class", kind), ("about", about), ("profile", profile),
             ("rules", ",".join(sorted(rules.split()))), ("open", open_),
             ("left", f"{name}-left.{suffix} {len(left)}"),
             ("right", f"{name}-right.{suffix} {len(right)}")]
    head = "".join(f"{key}: {value}\n" for key, value in lines if value)
    return head.encode() + b"\n" + left + right


def main():
    files = {}
    for module in MODULES:
        for pair in module.pairs():
            path = f"{pair[0]}.vector"
            assert path not in files, path
            files[path] = vector(*pair)

    made = {path.name for path in HERE.glob("*.vector")}
    if sys.argv[1:] == ["--check"]:
        wrong = made ^ files.keys()
        wrong |= {name for name in made & files.keys() if (HERE / name).read_bytes() != files[name]}
        if wrong:
            sys.exit("Fixtures/hostile: not what make.py makes: " + " ".join(sorted(wrong)))
        print(f"Fixtures/hostile: {len(files)} vectors, made again byte for byte")
        return
    if sys.argv[1:]:
        sys.exit("usage: make.py [--check]")
    for name in made - files.keys():
        (HERE / name).unlink()
    for name, data in files.items():
        (HERE / name).write_bytes(data)
    print(f"Fixtures/hostile: {len(files)} vectors, {sum(map(len, files.values()))} bytes")


main()
