"""Who said what of which bytes."""

import hashlib

from statements import *
from vectors import *


def controls():
    """What must pass, or all the rest proves nothing."""
    full = AGREEMENT + ORIGIN + APPROVAL
    yield accepted(0, "two-operators")
    yield accepted(0, "one-envelope", sign(SAME, ALICE, BOB))
    yield accepted(0, "ecdsa-and-rsa", sign(SAME, CURVE, WHEEL))
    yield ruled(0, "every-kind-of-demand", 0, "accepted: ", full, ONE, TWO, sign(built(), CI),
                sign(approved(), ANNA), sign(approved(), BEN))
    yield ruled(0, "equivalent-where-allowed", 0, "accepted: ", EQUAL,
                sign(compared("equivalent"), ALICE, BOB))
    yield accepted(0, "short-form", ONE, keys=[ALICE])
    yield Vector(0, "nothing", 1, "nobody", [sign(compared("different"), MALLORY)])


def counting():
    """One who looks like two."""
    copied = raw(SAME, [signature(ALICE, IN_TOTO, SAME, name) for name in ("A", keyid(BOB.der))])
    yield Vector(1, "one-signature-two-key-ids", 3, "1 operator, as declared", [copied])
    yield Vector(1, "one-file-twice", 1, "1 operator, as declared", [ONE, ONE])
    yield Vector(1, "one-operator-two-keys", 1, "1 operator, as declared",
                 [ONE, sign(SAME, ALICE_2)])
    yield Vector(1, "one-key-two-entries", 2, "are one and the same key",
                 policy=signed_policy(policy(keys=entry("twin", ALICE.der, "x", "rebuilder"))))
    yield Vector(1, "one-key-given-twice", 0, "1 signer;", keys=[ALICE, ALICE], evidence=[ONE])
    for number in ("0", "-1", "1.5", '"2"', "true", "9", "9223372036854775808"):
        says = {"-": "has the value", "1": "has the value", "9": ""}.get(number[0], "threshold")
        yield ruled(4, f"threshold-{number}", 2, says,
                    AGREEMENT.replace("= 2", f"= {number}"))
    yield Vector(4, "threshold-missing", 2, "threshold",
                 policy=signed_policy(policy(AGREEMENT.replace("threshold = 2\n", ""))))
    yield Vector(4, "threshold-of-the-root", 2, "root.threshold", policy=signed_policy(
        edited(policy(), "threshold = 1", "threshold = 0")))
    yield Vector(4, "threshold-of-policy-keys", 64, "", more=["--policy-threshold", "0"])


def types():
    """What is signed is taken for something else."""
    yield Vector(5, "payload-type-swapped", 1, "the payload's type is", [
        edited(sign(SAME, ALICE, BOB), IN_TOTO.encode(), b"application/json")])
    yield Vector(5, "payload-type-of-a-policy", 1, "the payload's type is", [
        edited(sign(SAME, ALICE, BOB), IN_TOTO.encode(), POLICY.encode())])
    yield Vector(5, "payload-type-swapped-short", 1, "the payload's type is",
                 [edited(ONE, IN_TOTO.encode(), b"application/json")], keys=[ALICE])
    yield Vector(6, "foreign-payload-type", 1, "the payload's type is \"application/json\"",
                 [sign(SAME, ALICE, BOB, kind="application/json")])
    yield Vector(6, "payload-type-in-capitals", 1, "the payload's type is",
                 [sign(SAME, ALICE, BOB, kind=IN_TOTO.upper())])
    yield Vector(6, "statement-as-policy", 2, "which is no policy", policy=sign(SAME, ROOT))
    yield Vector(6, "policy-under-another-type", 2, "which is no policy",
                 policy=sign(policy().encode(), ROOT, kind="application/toml"))
    for name, kind in (("summary", SUMMARY), ("sbom", "https://spdx.dev/Document/v3"),
                       ("version-2", f"{BASE}/identical/v2"), ("empty", ""),
                       ("slash", f"{BASE}/identical/v1/"), ("capitals", f"{BASE}/Identical/v1"),
                       ("look-alike", f"{BASE}/\u0456dentical/v1")):
        yield twice(row=7, name=f"predicate-type-{name}", text=compared(kind=kind),
                    says="the predicate's type is")
    yield twice(row=7, name="predicate-type-of-provenance", text=compared(kind=PROVENANCE),
                expect=2, says="buildDefinition")
    yield twice(row=7, name="approval-for-comparison", text=approved(), says="signed no comparison")
    yield twice(row=7, name="statement-version", says="statement._type", text=edited(
        SAME, STATEMENT.encode(), b"https://in-toto.io/Statement/v2"))
    yield twice(row=7, name="link-for-statement", expect=2, says="statement._type is not a text",
                text=edited(SAME, b'"_type":"' + STATEMENT.encode() + b'"', b'"_type":{}'))


def subjects():
    """Evidence of something else."""
    hexadecimal = sha256(A)
    long = hashlib.sha512(A).hexdigest()
    yield Vector(8, "another-artifact", 3, "it is another file than the app that was attested",
                 artifact=B)
    yield Vector(8, "another-artifact-short", 3, "no subject has the artifact's SHA-256",
                 [ONE], keys=[ALICE], artifact=B)
    yield Vector(8, "empty-artifact", 3, "it is another file", artifact=b"")
    yield Vector(8, "subject-beside-the-predicate", 1, "the subjects are not the build", [
        sign(compared(subjects=[subject(B)]), ALICE, BOB)], artifact=B)
    yield Vector(8, "second-subject-smuggled-in", 1, "the subjects are not the build", [
        sign(compared(subjects=[subject(), subject(B, "other")]), ALICE, BOB)], artifact=B)
    for name, digests in (("md5", {"md5": "0" * 32}), ("sha1", {"sha1": "0" * 40}),
                          ("unknown", {"gitBlob": hexadecimal}), ("none", {"x": ""})):
        yield twice(row=10, name=f"digest-{name}-only", says="only weaker digests",
                    text=compared(subjects=[subject(**digests)]))
    yield Vector(10, "digest-not-of-both", 3, "and another SHA-512", [
        sign(compared(subjects=[subject(sha256=hexadecimal, sha512="0" * 128)]), ALICE, BOB)])
    yield accepted(10, "digest-weak-beside-a-good-one", sign(
        compared(subjects=[subject(sha256=hexadecimal, md5="0" * 32)]), ALICE, BOB))
    for name, value in (("capitals", hexadecimal.upper()), ("short", hexadecimal[:-1]),
                        ("long", hexadecimal + "0"), ("prefixed", f"sha256:{hexadecimal}"),
                        ("spaced", hexadecimal + " "), ("empty", ""), ("base64", "A" * 43 + "="),
                        ("wide", "".join(chr(ord(one) + 0xFEE0) for one in hexadecimal))):
        yield twice(row=12, name=f"digest-{name}", expect=2, says="64 lowercase hexadecimal digits",
                    text=compared(subjects=[subject(sha256=value)]))
    yield twice(row=12, name="digest-a-number", expect=2, says="is not a text",
                text=compared(subjects=[subject(sha256=0)]))
    yield twice(row=12, name="digest-long-in-capitals", expect=2, says="128 lowercase",
                text=compared(subjects=[subject(sha256=hexadecimal, sha512=long.upper())]))
    yield twice(row=11, name="no-subject", expect=2, says="the statement has no subject",
                text=compared(subjects=[]))
    yield twice(row=11, name="1025-subjects", expect=2, says="more than 1024 entries",
                text=compared(subjects=[subject()] * 1025))
    yield twice(row=11, name="20000-subjects", expect=2, says="more than 1024 entries",
                text=compared(subjects=text([subject(sha256=hexadecimal)] * 20_000)))
    yield twice(row=11, name="subject-without-digest", expect=2, says="digest",
                text=compared(subjects=[{"name": "app"}]))


def verdicts():
    """A lesser verdict in the clothes of a better one."""
    equal, other = compared("equivalent"), compared("different")
    yield Vector(46, "equivalent-edited", 3, "operators of rebuilders must", [raw(
        SAME, [signature(key, IN_TOTO, equal) for key in (ALICE, BOB)])])
    yield twice(name="equivalent", text=equal, says="says equivalent, which is not identical")
    yield twice(name="different", text=other, says="says different")
    yield twice(name="inconclusive", text=compared("inconclusive"), says="says inconclusive")
    yield twice(name="equivalent-under-the-type-of-identical", says="under the type of identical",
                text=compared("equivalent", kind=f"{BASE}/identical/v1"))
    yield twice(name="identical-under-the-type-of-different", says="under the type of different",
                text=compared(kind=f"{BASE}/different/v1"))
    contradictions = {
        "rules": {"normalizations": [RULE]}, "unread": {"complete": False},
        "something-unread": {"unread": {"count": 1, "listed": []}},
        "exclusions": {"excluded": ["*.so"]},
        "findings": {"findings": {"roots": 1, "derived": 0, "omitted": 0, "listed": [
            {"id": "1", "path": ["a"], "kind": "content"}]}},
        "findings-past-the-limit": {"findings": {
            "roots": 0, "derived": 0, "omitted": 1, "listed": []}},
        "a-first-difference": {"firstDifference": 0},
        "two-digests": {"builds": {"left": build(), "right": build(B), "sameFile": False}},
        "two-sizes": {"builds": {"left": build(), "right": build(size=9), "sameFile": False}},
        "a-tree": {"builds": {"left": build(), "right": build(kind="tree"), "sameFile": False}}}
    for name, more in contradictions.items():
        yield twice(name=f"identical-with-{name}", text=compared(**more), says="stands beside")
    yield twice(name="with-itself", says="compared a file with itself", text=compared(
        builds={"left": build(), "right": build(), "sameFile": True}))
    yield twice(name="by-digest-only", says="on the basis digest-only",
                text=compared(basis="digest-only"))
    yield ruled(46, "not-hashed-again", 1, "did not hash the artifacts again",
                AGREEMENT + "hashed-again = true\n", sign(compared(hashedAgain=False), ALICE, BOB))
    for name, more, says in (
            ("without-rules", {"normalizations": []}, "stands beside"),
            ("of-another-rule", {"normalizations": [dict(RULE, rule="tar.owner")]}, "not allowed"),
            ("of-another-version", {"normalizations": [dict(RULE, version=2)]}, "not allowed"),
            ("of-one-rule-more", {"normalizations": [RULE, dict(RULE, rule="x")]}, "not allowed"),
            ("of-one-rule-twice", {"normalizations": [RULE, RULE]}, "stands beside"),
            ("of-no-differences", {"normalizations": [dict(RULE, count=0, first=[])]},
             "stands beside"),
            ("of-a-list-cut-short", {"normalizations": [dict(RULE, count=2)]}, "stands beside")):
        yield ruled(46, f"equivalent-{name}", 1, says, EQUAL,
                    sign(compared("equivalent", **more), ALICE, BOB))
    yield ruled(46, "equivalent-with-two-normal-forms", 1, "stands beside", EQUAL, sign(compared(
        "equivalent", builds={"left": build(normalForm={"sha256": sha256(b"1")}), "right": build(
            B, normalForm={"sha256": sha256(b"2")}), "sameFile": False}), ALICE, BOB))
    yield Vector(46, "equivalent-short", 1, "--accept equivalent would take it",
                 [sign(equal, ALICE)], keys=[ALICE])
    pinned = AGREEMENT + f'inputs = {{ "gcc.deb" = "sha256:{sha256(b"gcc")}" }}\n'

    def inputs(data):
        return sign(compared(inputs=[{"name": "gcc.deb", "digest": {"sha256": sha256(data)}}]),
                    ALICE, BOB)

    yield ruled(46, "input-as-pinned", 0, "accepted: ", pinned, inputs(b"gcc"))
    yield ruled(46, "input-substituted", 1, "used another input gcc.deb", pinned, inputs(b"evil"))
    yield ruled(46, "input-undeclared", 1, "does not name the input gcc.deb", pinned)
    revision = "0123456789abcdef" * 2 + "01234567"
    source = ORIGIN + f'source = {{ repository = "git+https://e/app", revision = "{revision}" }}\n'

    def checkout(uri, **digests):
        return sign(built(dependencies=[{"uri": uri, "digest": digests}]), CI)

    yield ruled(46, "source-as-demanded", 0, "accepted: ", source,
                checkout("git+https://e/app@refs/tags/1", gitCommit=revision))
    yield ruled(46, "source-of-a-longer-name", 1, "did not build from", source,
                checkout("git+https://e/app2", gitCommit=revision))
    yield ruled(46, "source-at-another-revision", 1, "not from revision", source,
                checkout("git+https://e/app", gitCommit=revision[::-1]))
    yield ruled(46, "source-without-a-revision", 1, "not from revision", source,
                checkout("git+https://e/app", sha256=sha256(b"")))


PARTS = (controls, counting, types, subjects, verdicts)
