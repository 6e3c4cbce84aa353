#!/usr/bin/env python3
"""Writes Docs/Formats.md and Docs/Normalizations.md from what the program says of itself.

    Docs/generate.py [--check] BINARY     --check compares, and exits 1 if a page is out of date
"""

import json
import re
import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parent


def say(binary: str, *arguments: str) -> str:
    return subprocess.run([binary, *arguments], check=True, capture_output=True, text=True).stdout


def formats(binary: str) -> str:
    rows, sections = [], []
    for item in json.loads(say(binary, "formats", "--format", "json")):
        framing = "every byte" if item["framingAccounted"] else "framing not accounted"
        rules = ", ".join(f"[`{rule}`](Normalizations.md#{anchor(rule)})" for rule in item["rules"])
        source = item["specification"].replace("|", "\\|")
        rows.append(f"| `{item['name']}` | {item['title']} | {framing} | {rules} | {source} |\n")
        sections.append(fields(item))
    return (
        "# Formats\n\n"
        "<!-- Made by `Docs/generate.py BINARY` from `tally formats --format json`. -->\n\n"
        "Recognition goes by bytes, in this order; the first format that fits is taken. Where every "
        "byte is accounted for, each byte of\na layer belongs to a field or to content. Where the "
        "framing is not accounted, a confined child reads the members with libarchive;\nequal members "
        "in other bytes are then `different` (framing).\n\n"
        "| format | is | accounts for | rules | defined by |\n|---|---|---|---|---|\n"
        + "".join(rows) + "".join(sections))


def fields(item: dict) -> str:
    """The fields of one format, as far as it declares any."""
    if not item["fields"]:
        return ""
    rows = "".join(
        f"| `{field['id']}` | {field['meaning']} | "
        + (f"`{field['rule']}`" if field["rule"] else "") + " |\n"
        for field in item["fields"])
    return f"\n## {item['name']}\n\n| field | is | rule |\n|---|---|---|\n{rows}"


def unknown_rules(binary: str) -> list[str]:
    """Rules that Docs/Peers.md names and that do not exist."""
    known = {item["rule"] for item in json.loads(say(binary, "explain", "--format", "json"))}
    cells = [
        line.split("|")[3] for line in (DOCS / "Peers.md").read_text().splitlines()
        if line.startswith("|") and line.count("|") == 4]
    named = {name for cell in cells for name in re.findall(r"`([a-z0-9]+\.[a-z-]+)`", cell)}
    return sorted(named - known - {"data.tar"})


def anchor(rule: str) -> str:
    """As web forges make it of a heading."""
    return rule.replace(".", "")


def normalizations(binary: str) -> str:
    page = (
        "# Normalizations\n\n"
        "<!-- Made by `Docs/generate.py BINARY` from `tally explain`. -->\n\n"
        "A normalization is a named, versioned permission for one kind of field to differ. Profile "
        "`archive`, the default, holds all of these; `none`\nholds none. `--allow RULE` adds one, also "
        "where a profile would refuse it. What a rule tolerated is counted and listed in the report.\n")
    for block in say(binary, "explain").strip().split("\n\n"):
        head, *lines = block.split("\n")
        name, version = head.split(", version ")
        page += f"\n## {name}\nVersion {version}.\n\n"
        for line in lines:
            word, said = line[:15].strip(), line[15:].strip()
            page += f"- **{word}** {said}\n"
    return page


def main() -> int:
    arguments = [item for item in sys.argv[1:] if item != "--check"]
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 64
    stale = 0
    for rule in unknown_rules(*arguments):
        print(f"Docs/Peers.md names {rule}, which is no rule")
        stale = 1
    for name, page in ("Formats.md", formats(*arguments)), (
            "Normalizations.md", normalizations(*arguments)):
        path = DOCS / name
        if "--check" not in sys.argv:
            path.write_text(page)
        elif not path.exists() or path.read_text() != page:
            print(f"Docs/{name} is out of date; run Docs/generate.py {arguments[0]}")
            stale = 1
    return stale


if __name__ == "__main__":
    sys.exit(main())
