#!/usr/bin/env python3
"""Makes the hostile and special pairs of this folder, and expect.tsv: what each must get.

Usage: make.py            writes them here
       make.py --check    fails when the committed files are not what it would write
"""

import pathlib
import sys

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]
import pairs_attack_tar  # noqa: E402
import pairs_attack_zip  # noqa: E402
import pairs_deb  # noqa: E402
import pairs_stream  # noqa: E402
import pairs_tar  # noqa: E402
import pairs_zip  # noqa: E402

VERDICTS = {"equivalent", "different", "inconclusive", "not-accepted"}


def main():
    files, rows = {}, []
    for module in (pairs_tar, pairs_deb, pairs_stream, pairs_zip, pairs_attack_tar,
                   pairs_attack_zip):
        for name, suffix, left, right, verdict, reason in module.pairs():
            assert verdict in VERDICTS and left != right, name
            sides = [f"{name}-{side}.{suffix}" for side in ("left", "right")]
            assert sides[0] not in files, name
            files.update(zip(sides, (left, right)))
            rows.append("\t".join((*sides, verdict, reason)) + "\n")
    files["expect.tsv"] = "".join(rows).encode()

    made = {path.name for path in HERE.iterdir()
            if "-left." in path.name or "-right." in path.name} | {"expect.tsv"}
    if sys.argv[1:] == ["--check"]:
        wrong = made ^ files.keys()
        wrong |= {name for name in made & files.keys() if (HERE / name).read_bytes() != files[name]}
        if wrong:
            sys.exit("Fixtures/special: not what make.py makes: " + " ".join(sorted(wrong)))
        print(f"Fixtures/special: {len(rows)} pairs, made again byte for byte")
        return
    if sys.argv[1:]:
        sys.exit("usage: make.py [--check]")
    for name in made - files.keys():
        (HERE / name).unlink()
    for name, data in files.items():
        (HERE / name).write_bytes(data)
    print(f"Fixtures/special: {len(rows)} pairs, {sum(map(len, files.values()))} bytes")


main()
