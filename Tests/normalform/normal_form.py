#!/usr/bin/env python3
"""A second implementation of the normal form (Docs/NormalForm.md), to check the first one by.

    normal_form.py PATH...          the normal-form digest of each file or folder
    normal_form.py --unpacked PATH  the digest of what a folder and an archive of it share
    normal_form.py --set LIST       the digest of a list of files and of these
    normal_form.py --lines FILE PATH...
                                    recompute the lines that `tally digest --normal PATH...` wrote
    normal_form.py --report REPORT  recompute what a JSON report of `tally compare` says

It shares no code with `tally` and needs Python 3.11 and its standard library only. It reads whole
files into memory and believes most of what they say: what is malformed or ambiguous, `tally` refuses
before there is a normal form. Python 3.11 has no zstd module, so compressed zstd is left out.

Exit code 0 if all agree, 1 if not; 77 if a file is not covered here, or a report holds no forms.
"""

import argparse
import json
import os
import sys

sys.dont_write_bytecode = True

from forms.profile import PROFILES, Profile  # noqa: E402
from forms.records import Refused, Unsupported  # noqa: E402
from forms.trees import Forms, read  # noqa: E402

UNSUPPORTED = 77


def digest(path: bytes, profile: Profile, view: str = "portable", kind: str | None = None) -> bytes:
    form = Forms(profile)
    if kind == "unpacked":
        return form.unpacked(path)
    if kind == "set":
        return form.set(path)
    return form.tree(path, view) if os.path.isdir(path) else form.digest(read(path))


def named(name: str) -> Profile:
    """The profile of a name with the rules that the user named behind it."""
    name, *allowed = name.split("+")
    return Profile(name, allowed)


def check_report(report: dict) -> int:
    if report["left"]["normalForm"] is None:
        print(f"the verdict is {report['verdict']}: no normal forms")
        return UNSUPPORTED
    profile = named(report["profile"]["name"])
    agrees = report["profile"]["sha256"] == profile.digest().hex()
    if not agrees:
        print("the digest of the profile is another one here:", profile.digest().hex())
    kinds = [report[side]["kind"] for side in ("left", "right")]
    kind = "unpacked" if kinds[0] != kinds[1] else kinds[0]
    for side in ("left", "right"):
        form = digest(os.fsencode(report[side]["path"]), profile, report["view"], kind)
        if report[side]["normalForm"] != form.hex():
            agrees = False
            print(f"{side}: {report[side]['normalForm']} in the report, {form.hex()} here")
    return 0 if agrees else 1


def check_lines(lines: list[str], paths: list[str]) -> int:
    """Says of each path whether its line is right; a path without a line was refused."""
    said = {}
    for line in lines:
        form, profile, path = line.split("  ", 2)
        said[path] = form, *profile.split(":")
    counts = dict.fromkeys(("agree", "disagree", "skipped", "refused", "refused-there"), 0)
    profiles = {}
    for path in paths:
        form, name, rules = said.get(path, (None, "none", None))
        profile = profiles.setdefault(name, named(name))
        if rules is not None and rules != profile.digest().hex():
            print(f"not ok {path}: the profile is {profile.digest().hex()} here")
            counts["disagree"] += 1
            continue
        try:
            own = digest(os.fsencode(path), profile).hex()
        except Unsupported as what:
            counts["skipped" if form else "refused"] += 1
            if form:
                print(f"skipped {path}: {what}")
            continue
        except Exception as error:
            # Whatever went wrong: no form could be found.
            own, why = None, f"{type(error).__name__} {error}"
        if form is None:
            counts["refused" if own is None else "refused-there"] += 1
            if own is not None and os.environ.get("VERBOSE"):
                print(f"a form only here: {path}")
        elif form == own:
            counts["agree"] += 1
        else:
            counts["disagree"] += 1
            print(f"not ok {path} ({name}): {form} there, {own or why} here")
    print("count", *counts.values())
    return 1 if counts["disagree"] else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--profile", default="archive", choices=sorted(PROFILES))
    parser.add_argument("--allow", action="append", default=[], metavar="RULE")
    parser.add_argument("--view", default="portable", choices=["portable", "full"])
    parser.add_argument("--unpacked", dest="kind", action="store_const", const="unpacked")
    parser.add_argument("--set", dest="kind", action="store_const", const="set")
    parser.add_argument("--lines", metavar="FILE")
    parser.add_argument("--report")
    parser.add_argument("paths", nargs="*")
    arguments = parser.parse_args()
    try:
        if arguments.report:
            return check_report(json.loads(read(os.fsencode(arguments.report))))
        if arguments.lines:
            with open(arguments.lines, encoding="utf-8") as file:
                return check_lines(file.read().splitlines(), arguments.paths)
        profile = Profile(arguments.profile, arguments.allow)
        for path in arguments.paths:
            form = digest(os.fsencode(path), profile, arguments.view, arguments.kind)
            name = "+".join([profile.name, *sorted(profile.allowed)])
            print(f"{form.hex()}  {name}:{profile.digest().hex()}  {path}")
    except (Unsupported, Refused) as what:
        print(f"not covered here: {what}")
        return UNSUPPORTED
    return 0


if __name__ == "__main__":
    sys.exit(main())
