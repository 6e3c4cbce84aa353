#!/usr/bin/env python3
"""Plants leaks in small builds and has `tally rebuild --bisect` find them again.

    leaks.py BINARY USR [LEAK…]     (default: each leak alone, two that need each other, and all at once)

Each leak is a recipe whose commands write what they should not depend on into `out.txt`; USR is what
they find as /usr. The record has to blame exactly the planted variations, each for the line of
`out.txt` that depends on it and for no other byte, and has to name who wrote the file. Prints a row
per leak: what is blamed, for which bytes, and how many builds that took.
"""
import json
import os
import subprocess
import sys
import tempfile

# The eight of the reference.
EIGHT = {
    "build-path": "pwd",
    "home": "echo $HOME",
    "time": "date +%Y",
    "time-zone": "date -d @0 +%H",
    "locale": "echo $LC_ALL",
    "umask": "umask",
    "processors": "nproc",
    "kernel": "uname -r | cut -d. -f1,2",
}
# Our own.
MORE = {
    "user": "id -u",
    "host": "uname -n",
    "environment": "env | grep -c CAPTURED || true",
    "path-tail": "echo ${PATH##*:}",
    "file-order": "ls -U src | tr '\\n' ' '; echo",
    "addresses": "grep -F '[stack]' /proc/self/maps | cut -d- -f1",
    "pids": "echo $$",
    "temporary": "echo ${TMPDIR:-none}",
    "processor-features": "grep -m1 'model name' /proc/cpuinfo",
    "space": "grep MemTotal /proc/meminfo",
}
# A host and a domain name are one variation, which has two lines here.
DOMAIN = {"host": "cat /proc/sys/kernel/domainname"}
# A clock that goes on between two builds under equal conditions, beside a leak of another kind.
SECONDS = {"time": "date +%s", "host": "uname -n"}
# Two variations that make a difference only together.
BOTH = {
    "home+umask": "if [ $(umask) = 0002 ] && [ ! -d $HOME ]; then echo both; else echo none; fi",
}

RECIPE = """format = "tallystick/recipe/v1"
name = "leak"
commands = ['''
exec > out.txt
%s
''']
outputs = ["out.txt"]
source-date-epoch = 1735689600

[[source]]
tree = "src"
at = "src"

[[tool]]
tree = "%s"
at = "/usr"

[limits]
disk = "64 MiB"
seconds = 60
"""


class Failure(Exception):
    """A leak that was not found as it was planted."""


def tally(binary, folder, *words):
    """Runs the program in a folder; its status and what it said."""
    done = subprocess.run(
        [binary, *words], cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr.strip()


def bisect(binary, usr, folder, scripts):
    """The record of a recipe with these commands, locked and bisected; and the control's output."""
    os.makedirs(os.path.join(folder, "src"))
    for name in "abc":
        with open(os.path.join(folder, "src", name), "w", encoding="ascii") as file:
            file.write(name)
    with open(os.path.join(folder, "tally.toml"), "w", encoding="utf-8") as file:
        file.write(RECIPE % ("\n".join(scripts), usr))
    status, said = tally(binary, folder, "lock", "-q", "tally.toml")
    if status != 0:
        raise Failure("tally lock: " + said)
    status, said = tally(
        binary, folder, "rebuild", "-q", "tally.toml", "--bisect", "--trace", "--json", "record.json",
        "--output", "sides")
    if status != 1:
        raise Failure(f"exit {status}, not 1: {said}")
    with open(os.path.join(folder, "sides/left/out.txt"), "rb") as file:
        control = file.read()
    with open(os.path.join(folder, "record.json"), encoding="utf-8") as file:
        return json.load(file), control


def blamed(cause):
    """The bytes of out.txt that a cause changes: offset and length on the control's side."""
    ranges = []
    for finding in cause["comparison"]["findings"]:
        if finding["role"] != "root":
            continue
        if finding["path"][-1] != "out.txt" or not finding.get("left"):
            raise Failure(f"{cause['variations']} changes {finding['path']}, {finding['kind']}")
        ranges.append((finding["left"]["offset"], finding["left"]["length"]))
    return ranges


def check(record, control, leaks):
    """Fails unless the causes, their bytes and their writers are as planted; returns what to print."""
    if record["flaky"] or not record["confirmed"]:
        raise Failure("called flaky" if record["flaky"] else "not confirmed")
    found = {"+".join(cause["variations"]): cause for cause in record["causes"]}
    if sorted(found) != sorted(leaks) or len(found) != len(record["causes"]):
        raise Failure(f"blames {sorted(found)}, not {sorted(leaks)}")
    lines = control.splitlines(keepends=True)
    if len(lines) != len(leaks):
        raise Failure(f"the control has {len(lines)} lines for {len(leaks)} leaks")
    told = []
    for number, name in enumerate(leaks):
        start = sum(map(len, lines[:number]))
        end = start + len(lines[number])
        ranges = blamed(found[name])
        if not ranges or any(at < start or at + size > end for at, size in ranges):
            raise Failure(f"{name} is blamed for {ranges}, and not within {start}..<{end}")
        told.append(f"{name}: " + ", ".join(f"{size} at {at}" for at, size in ranges))
        origins = found[name].get("origins") or [{"file": None}]
        if origins[0]["file"] != "out.txt" or not origins[0]["writers"]:
            raise Failure(f"{name}: nobody is named who wrote out.txt")
    return "; ".join(told)


def main():
    """Runs what was asked for."""
    binary, usr, *names = sys.argv[1:]
    single = {**EIGHT, **MORE, **BOTH}
    rows = [(name, {name: script}) for name, script in single.items()]
    rows += [("seconds", SECONDS), ("domain name", DOMAIN), ("eight at once", EIGHT), ("all at once", {**EIGHT, **MORE})]
    failed = count = 0
    for title, leaks in rows:
        if names and title not in names:
            continue
        count += 1
        with tempfile.TemporaryDirectory() as folder:
            try:
                record, control = bisect(
                    binary, usr, os.path.join(folder, "leak"), leaks.values())
                told = check(record, control, leaks)
                print(f"ok      {title}: {record['builds']} builds; {told}", flush=True)
            except Failure as failure:
                failed += 1
                print(f"FAILED  {title}: {failure}", flush=True)
    print(f"leaks: {count - failed} passed, {failed} failed")
    return 1 if failed or not count else 0


sys.exit(main())
