"""An attack: a small world of files, a command, and what must come of it. `about_*.py` has them.

`row` is the number of the case in the list of known attacks on verifiers that the table follows;
0 for what guards against a table in which everything fails: the same files must pass unharmed.
"""

from dataclasses import dataclass, field

from signing import keyid, pem
from statements import *  # the words that vectors are written in

SAME = compared()
ONE, TWO = sign(SAME, ALICE), sign(SAME, BOB)


@dataclass
class Vector:
    """One attack."""

    row: int
    name: str
    expect: int  # the exit code
    says: str  # part of what is printed
    evidence: list = field(default_factory=lambda: [ONE, TWO])
    policy: bytes = None  # signed, by default the usual one
    artifact: bytes = A
    more: list = field(default_factory=list)  # further options
    files: dict = field(default_factory=dict)  # further files; a text is where a link leads
    keys: list = None  # public keys, in place of a policy
    target: str = "app"  # what is verified
    before: list = field(default_factory=list)  # commands of tally that make more evidence
    prepare: object = None  # what is done to the folder behind them
    at: str = NOW

    def world(self):
        """Its files by name."""
        files = {"app": self.artifact, "root.pub": pem(ROOT.der).encode(), **self.files}
        for number, text in enumerate(self.evidence):
            files[f"{number}.att"] = text
        for number, key in enumerate(self.keys or []):
            files[f"{number}.pub"] = key if isinstance(key, bytes) else pem(key.der).encode()
        if self.keys is None:
            files["acme.policy"] = self.policy or signed_policy()
        return files

    def command(self):
        """What is run, without the program."""
        words = ["verify", self.target]
        for name in sorted(self.world(), key=lambda name: (len(name), name)):
            words += ["--attestation", name] if name.endswith(".att") else []
        if self.keys is None:
            words += ["--policy", "acme.policy", "--policy-key", "root.pub"]
        for number in range(len(self.keys or [])):
            words += ["--key", f"{number}.pub"]
        return words + ["--at", self.at] + self.more


def accepted(row, name, *evidence, **more):
    """What must pass, and mean the same as without the oddity."""
    return Vector(row, name, 0, "accepted: ", list(evidence) or [ONE, TWO], **more)


def twice(*keys, row=46, name="", expect=1, says="", text=SAME, **more):
    """One statement that alice and bob both sign: nothing but the statement can be wrong."""
    return Vector(row, name, expect, says, [sign(text, *(keys or (ALICE, BOB)))], **more)


def ruled(row, name, expect, says, demands, *evidence, **more):
    """Evidence under another policy."""
    words = policy(demands, **more.pop("words", {}))
    return Vector(row, name, expect, says, list(evidence) or [ONE, TWO],
                  signed_policy(words), **more)


def edited(text, old, new):
    """A text with one thing changed, which must be there."""
    assert old in text, old
    return text.replace(old, new, 1)


def unproven(row, name, *evidence, says="not counted", **more):
    """Signatures that fail, by keys that count."""
    return Vector(row, name, 3, more.pop("words", "operators of rebuilders must"),
                  list(evidence), **more)


EQUAL = AGREEMENT + 'verdict = "equivalent"\nrules = ["tar.mtime/1"]\n'
FORGED = signature(MALLORY, IN_TOTO, SAME, keyid(BOB.der))
