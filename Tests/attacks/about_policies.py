"""Policies, time, and what lies on a stick."""

import base64

from statements import *
from vectors import *


def bindings():
    """Who may speak for whom, and when."""
    yield ruled(26, "builder-of-another", 1, "may not speak for", ORIGIN,
                sign(built("https://mirror.example/1"), CI))
    yield ruled(26, "builder-by-another-key", 1, "nobody", ORIGIN, sign(built(), MIRROR))
    yield ruled(26, "builder-longer-by-a-slash", 1, "may not speak for", ORIGIN,
                sign(built("https://ci.example/1/"), CI))
    yield ruled(26, "rebuilder-as-builder", 1, "nobody", ORIGIN, sign(built(), ALICE))
    both = entry("both", MALLORY.der, "x", "").replace("[]", '["builder", "rebuilder"]')
    yield Vector(29, "builder-vouches-for-itself", 2, "builder",
                 policy=signed_policy(policy(keys=both)))
    yield ruled(29, "builder-in-a-group-of-rebuilders", 2, "has no role rebuilder",
                AGREEMENT.replace("rebuilders", "builders"))
    yield ruled(30, "stale", 4, "too long ago", AGREEMENT + 'max-age = "1h"\n')
    yield Vector(30, "for-the-last-release", 3, "another file",
                 [sign(compared(data=B), ALICE, BOB)])
    yield Vector(48, "from-the-future", 4, "in the future", [
        sign(compared(time="2099-01-01T00:00:00Z"), ALICE, BOB)])
    yield Vector(48, "past-the-skew", 4, "in the future", at="2026-01-31T11:54:59Z")
    yield accepted(48, "within-the-skew", at="2026-01-31T11:55:00Z")
    for name, time in (("offset", "2026-01-31T12:00:00+00:00"), ("number", 0),
                       ("fraction", "2026-01-31T12:00:00.0Z"), ("leap", "2026-01-31T23:59:60Z"),
                       ("day", "2026-02-30T12:00:00Z"), ("lowercase", "2026-01-31t12:00:00z"),
                       ("year", "-026-01-31T12:00:00Z")):
        yield twice(row=48, name=f"time-{name}", expect=2, says="predicate.time",
                    text=compared(time=time))


def policies():
    """Old, expired, foreign and revoked."""
    old = policy(version=2).encode()
    floor = {"seen": b"tallystick/floor/v1\nacme 3 %s\n" % sha256(policy().encode()).encode()}
    remembered = ["--floor", "seen"]
    yield accepted(31, "at-the-floor", files=floor, more=remembered)
    yield Vector(31, "rolled-back", 1, "is older than version 3", policy=signed_policy(old),
                 files=floor, more=remembered)
    yield Vector(31, "another-text-of-one-version", 1, "is another text than the one seen before",
                 policy=signed_policy(policy() + "# other\n"), files=floor, more=remembered)
    yield Vector(31, "damaged-floor", 2, "the floor file is malformed", more=remembered,
                 files={"seen": b"tallystick/floor/v1\nacme 3\n"})
    yield Vector(31, "emptied-floor", 2, "the floor file is malformed", files={"seen": b""},
                 more=remembered)
    yield Vector(31, "fork", 2, "all of them signed", policy=signed_policy() + b"\n"
                 + signed_policy(policy() + "# other\n") + b"\n")
    moved = policy(version=4).replace('keys = ["root"]', 'keys = ["ben"]', 1)
    yield Vector(31, "successor-by-the-next-quorum-alone", 0, "policy acme version 3 is met",
                 policy=signed_policy() + b"\n" + signed_policy(moved, BEN) + b"\n")
    yield Vector(31, "successor-over-a-gap", 0, "policy acme version 3 is met",
                 policy=signed_policy() + b"\n" + signed_policy(
                     policy(version=5).replace('["root"]', '["ben"]', 1), BEN) + b"\n")
    yield Vector(32, "expired", 4, "expired at 2026-12-31", at="2026-12-31T00:00:01Z")
    yield accepted(32, "at-its-last-second", at="2026-12-31T00:00:00Z")
    yield ruled(32, "revoked", 4, "revoked at", AGREEMENT, words=dict(
        more={"bob": "revoked = 2026-01-31T23:00:00Z"}))
    yield ruled(32, "revoked-and-back-dated", 4, "revoked at", AGREEMENT, ONE,
                sign(compared(time="2020-01-01T00:00:00Z"), BOB), words=dict(
                    more={"bob": "revoked = 2026-01-31T23:00:00Z"}))
    yield ruled(32, "before-the-key", 4, "before the key's time", AGREEMENT, words=dict(
        more={"bob": "from = 2026-01-31T13:00:00Z"}))
    yield ruled(32, "after-the-key", 4, "after the key's time", AGREEMENT, words=dict(
        more={"bob": "until = 2026-01-31T11:00:00Z"}))
    yield Vector(49, "policy-by-a-stranger", 3, "no policy is signed by a key",
                 policy=signed_policy(policy(), MALLORY))
    yield Vector(49, "policy-by-nobody", 3, "no policy is signed by a key",
                 policy=raw(policy().encode(), [], POLICY))
    yield Vector(49, "policy-altered", 3, "no policy is signed by a key", policy=raw(
        policy(AGREEMENT.replace("= 2", "= 1")).encode(),
        [signature(ROOT, POLICY, policy().encode())], POLICY))
    yield Vector(49, "policy-as-plain-text", 2, "is no signed policy", policy=policy().encode())
    header = b'{"format":"tallystick/bundle/v1"}\n'
    own = header + sign(SAME, MALLORY) + b"\n" + text({"publicKey": base64.b64encode(
        MALLORY.der).decode()}) + b"\n" + signed_policy(policy(keys=entry(
            "mallory", MALLORY.der, "mallory", "rebuilder")), MALLORY) + b"\n"
    yield Vector(49, "bundle-with-its-own-key", 1, "no signature is by a key of the policy", [own])
    yield Vector(49, "bundle-with-its-own-policy", 3, "no policy is signed by a key", [own],
                 policy=own)
    hidden = edited(SAME, b'"notes"', text({"publicKey": base64.b64encode(
        MALLORY.der).decode()})[1:-1] + b',"notes"')
    yield Vector(49, "statement-with-its-own-key", 1, "no signature is by a key of the policy",
                 [sign(hidden, MALLORY)])
    for name, tail in (("misspelt-demand", AGREEMENT + "treshold = 2\n"), ("no-demand", ""),
                       ("unknown-table", AGREEMENT + "[[any]]\n"),
                       ("unknown-rule", EQUAL.replace("tar.mtime/1", "tar.mtime/9")),
                       ("rules-beside-identical", AGREEMENT + 'rules = ["tar.mtime/1"]\n'),
                       ("doubled-key", AGREEMENT + "threshold = 1\n"),
                       ("brackets-crossed", AGREEMENT + 'x = ["b",}\n'),
                       ("brackets-crossed-behind-quotes", AGREEMENT + 'x = ["""b"""" , }\n'),
                       ("line-separator", AGREEMENT + "x = [\u2028]\n"),
                       ("time-without-digits", AGREEMENT + "x = 2026-01-01Tprov\n"),
                       ("next-line", AGREEMENT + "x = [1,\u0085]\n"),
                       ("nul", AGREEMENT + "# \0\n"), ("escaped-nul", EQUAL.replace(
                           "tar.mtime/1", "tar.mtime/1\\u0000"))):
        yield ruled(4, f"policy-{name}", 2, "", tail)


def paths():
    """Names that lead elsewhere, and what lies on a stick."""
    delivered = ["--deliver", "out"]
    for name, word in (("up", "../../app"), ("absolute", "/etc/app"), ("backslash", "..\\app")):
        yield accepted(45, f"subject-{name}", sign(
            compared(subjects=[subject(name=word)]), ALICE, BOB), more=delivered)
    yield Vector(45, "deliver-a-dot", 2, "has no name to deliver it under", target=".",
                 more=delivered)
    yield Vector(45, "deliver-what-is-there", 2, "is there already", files={"out/app": b"mine"},
                 more=delivered)
    yield Vector(45, "deliver-onto-a-link", 2, "is there already", files={"out/app": "/nowhere"},
                 more=delivered)
    yield Vector(45, "artifact-a-link", 2, "is a link, which is not followed",
                 files={"link": "app"}, target="link")
    folder = {"stick/app": A}
    yield accepted(45, "folder", files=folder, target="stick", more=delivered)
    for name, file, expect, says in (
            ("a-file-more", B, 3, "stick/more: no attestation that counts here speaks of"),
            ("a-link", "app", 1, "stick/more is a symlink, which nothing can cover"),
            ("a-link-out", "/etc/passwd", 1, "stick/more is a symlink, which nothing can cover"),
            ("a-broken-link", "/nowhere", 1, "stick/more is a symlink, which nothing can cover"),
            ("a-pipe", ..., 1, "stick/more is a pipe, which nothing can cover")):
        yield Vector(45, f"folder-with-{name}", expect, says,
                     files={**folder, "stick/more": file}, target="stick", more=delivered)


PARTS = (bindings, policies, paths)
