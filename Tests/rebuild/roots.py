#!/usr/bin/env python3
"""Checks that a record's root differences lie where an older compiler package leaves them.

    roots.py RECORD FILE…

Looks at the official FILEs alone: packages of debug symbols that were built again with another clock are
not what the .buildinfo declares, and no official ones are at hand. Prints each root that lies elsewhere,
and fails if there is one.
"""
import json
import sys

PLACES = {".gnu_debuglink", ".gnu_debugaltlink", ".note.gnu.build-id"}

findings = json.load(open(sys.argv[1], encoding="utf-8"))["comparison"]["findings"]
roots = [
    finding for finding in findings
    if finding["role"] == "root" and finding["path"][0] in sys.argv[2:]
]
elsewhere = [finding["path"] for finding in roots if finding["path"][-1] not in PLACES]
for path in elsewhere:
    print("  # another root:", " > ".join(path))
sys.exit(1 if elsewhere or not roots else 0)
