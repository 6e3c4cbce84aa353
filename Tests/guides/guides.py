#!/usr/bin/env python3
"""Runs the guides of Docs/guides as a reader would, block after block in one shell.

    guides.py BINARY [GUIDE…]     (default: every guide)

A block marked `console` has commands behind `$ `, continued behind `> `, and below each what it
prints, on both streams: `…` stands for any text in a line, or alone on a line for any lines. A block
marked `sh` is run as it is, and may print what it likes. Whatever does not exit 0 must be followed
by `$ echo $?`. Blocks of other kinds are not run.

Where no network namespace may be made, `unshare` is replaced by one that makes none, and that is
said and counted.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120
MARK = "\x1e"


class Wrong(Exception):
    """A guide and the binary disagree."""


class Shell:
    """One bash, as the reader's terminal: what it is told stays in force."""

    def __init__(self, folder, environment):
        self.folder = folder
        self.process = subprocess.Popen(
            ["bash", "--noprofile", "--norc"], cwd=folder / "work", env=environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            errors="backslashreplace")

    def run(self, command):
        """What a command prints, and how it ends; `$?` is its status for the next one."""
        file = self.folder / "command"
        file.write_text(command)
        self.process.stdin.write(
            f'command=$(<{file}); (exit "${{status:-0}}"); eval "$command" </dev/null; status=$?\n'
            f"printf '{MARK}%s\\n' \"$status\"\n")
        self.process.stdin.flush()
        printed = ""
        signal.alarm(PATIENCE)
        for line in self.process.stdout:
            text, mark, status = line.partition(MARK)
            printed += text
            if mark:
                signal.alarm(0)
                return printed.rstrip("\n").split("\n") if printed else [], int(status)
        raise Wrong("the shell has gone")

    def close(self):
        self.process.stdin.close()
        self.process.wait(PATIENCE)


def hangs(*_):
    """Ends the wait for a command that does not end."""
    raise Wrong(f"a command takes longer than {PATIENCE} seconds")


def blocks(text):
    """Kind, number of the first line, and lines of every fenced block."""
    kind, start, lines = None, 0, []
    for number, line in enumerate(text.split("\n"), 1):
        if kind is None and line.startswith("```"):
            kind, start, lines = line[3:].strip(), number + 1, []
        elif kind is not None and line == "```":
            yield kind, start, lines
            kind = None
        else:
            lines.append(line)


def commands(text):
    """Line, command and what it prints (`None` for anything) of all that is to be run."""
    found = []
    for kind, start, lines in blocks(text):
        if kind == "sh":
            found.append((start, "\n".join(lines), None))
        elif kind == "console":
            for number, line in enumerate(lines, start):
                if line.startswith("$ "):
                    found.append((number, line[2:], []))
                elif line.startswith("> ") and not found[-1][2]:
                    line_number, command, printed = found[-1]
                    found[-1] = (line_number, f"{command}\n{line[2:]}", printed)
                else:
                    found[-1][2].append(line)
    return found


def fits(expected, printed):
    """Whether what was printed is what the guide says."""
    if expected is None:
        return True
    parts = [r"(?:[^\n]*\n)*" if line == "…"
             else ".*".join(map(re.escape, line.rstrip().split("…"))) + r"[ \t]*\n"
             for line in expected]
    return re.fullmatch("".join(parts), "".join(line + "\n" for line in printed)) is not None


def follow(guide, folder, environment):
    """Runs a guide, and says how many commands it has and how many of them are refused."""
    found = commands(guide.read_text())
    shell, refused = Shell(folder, environment), 0
    for index, (line, command, expected) in enumerate(found):
        printed, status = shell.run(command)
        place = f"{guide.relative_to(ROOT)}:{line}: {command.splitlines()[0]}"
        if not fits(expected, printed):
            raise Wrong("\n".join(
                [f"{place}\n  prints", *(f"    {text}" for text in printed), "  and not",
                 *(f"    {text}" for text in expected)]))
        if status == 0:
            continue
        refused += 1
        if index + 1 == len(found) or found[index + 1][1] != "echo $?":
            raise Wrong("\n".join([f"{place}\n  exits {status}", *printed]))
    shell.close()
    return len(found), refused


def surroundings(folder, binary):
    """The environment of the reader, and whether the network can be cut."""
    (folder / "work").mkdir()
    programs = folder / "bin"
    programs.mkdir()
    (programs / "tally").symlink_to(binary)
    environment = {"PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(folder),
                   "LC_ALL": "C.UTF-8", "TZ": "UTC", "NO_COLOR": "1"}
    cut = ["unshare", "--map-root-user", "--net", "true"]
    try:
        is_cut = subprocess.run(cut, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        is_cut = False
    if not is_cut:
        stand_in = programs / "unshare"
        stand_in.write_text('#!/bin/sh\nwhile [ "${1#-}" != "$1" ]; do shift; done\nexec "$@"\n')
        stand_in.chmod(0o755)
    return environment, is_cut


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    signal.signal(signal.SIGALRM, hangs)
    binary = Path(sys.argv[1]).resolve()
    guides = [Path(name).resolve() for name in sys.argv[2:]]
    failed = skipped = 0
    for guide in guides or sorted((ROOT / "Docs/guides").glob("*.md")):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            environment, is_cut = surroundings(folder, binary)
            if not is_cut and "unshare" in guide.read_text():
                skipped += 1
                print(f"skipped {guide.name}: the cutting of the network, which is not allowed here")
            try:
                total, refused = follow(guide, folder, environment)
                print(f"ok {guide.name}: {total} commands, {refused} of them refused as they should be")
            except Wrong as error:
                failed += 1
                print(f"not ok {error}")
    print(f"guides: {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
