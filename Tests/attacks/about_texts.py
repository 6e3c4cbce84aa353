"""Texts that two readers read in two ways, that look like others, or that are too much."""

import base64

from signing import spki_ed25519
from statements import *
from vectors import *


def json_tricks():
    """Two readers, two meanings."""
    good = sign(SAME, ALICE, BOB)
    other = base64.b64encode(compared(data=B)).decode().encode()
    for place, old, new in (
            ("payload", b"{", b'{"payload":"%s",' % other),
            ("payload-escaped", b"{", b'{"p\\u0061yload":"%s",' % other),
            ("signatures", b"{", b'{"signatures":[],'),
            ("payload-type", b"{", b'{"payloadType":"x",'),
            ("sig", b'"sig"', b'"sig":"AAAA","sig"')):
        yield Vector(13, f"doubled-{place}", 2, "twice", [edited(good, old, new)])
    for place, old, new in (
            ("predicate-type", b"{", b'{"predicateType":"x",'),
            ("predicate-type-escaped", b"{", b'{"predicate\\u0054ype":"x",'),
            ("subject", b"{", b'{"subject":[],'),
            ("digest", b'"sha256"', b'"sha256":"%s","sha256"' % sha256(B).encode()),
            ("verdict", b'"verdict"', b'"verdict":"different","verdict"'),
            ("unknown", b"{", b'{"x":1,"x":1,')):
        yield twice(row=13, name=f"doubled-{place}", expect=2, says="twice",
                    text=edited(SAME, old, new))
    for name, tail in (("object", b"{}"), ("nul", b"\0"), ("comma", b","), ("bracket", b"}"),
                       ("letter", b"x"), ("bom", b"\xef\xbb\xbf"), ("form-feed", b"\f")):
        yield Vector(17, f"behind-an-envelope-{name}", 2, "not strict JSON", [good + tail])
        yield twice(row=17, name=f"behind-a-statement-{name}", expect=2, says="not strict JSON",
                    text=SAME + tail)
    yield Vector(17, "before-an-envelope-bom", 2, "not strict JSON", [b"\xef\xbb\xbf" + good])
    yield twice(row=17, name="before-a-statement-bom", expect=2, says="not strict JSON",
                text=b"\xef\xbb\xbf" + SAME)
    yield accepted(17, "behind-an-envelope-line-ends", good + b"\r\n\t \n")
    yield accepted(17, "lines-end-in-crlf", ONE + b"\r\n" + TWO + b"\r\n")
    for name, old, new in (
            ("comment", b"{", b"{/**/"), ("trailing-comma", b'"notes":[]', b'"notes":[],'),
            ("single-quotes", b'"notes"', b"'notes'"), ("leading-zero", b'"size":1', b'"size":01'),
            ("nan", b'"size":13', b'"size":NaN'), ("fraction", b'"size":13', b'"size":13.0'),
            ("exponent", b'"size":13', b'"size":13e0'), ("negative", b'"size":13', b'"size":-13'),
            ("past-64-bits", b'"size":13', b'"size":18446744073709551629'),
            ("lone-surrogate", b'"view":"', b'"view":"\\ud800'),
            ("broken-utf8", b'"view":"', b'"view":"\xff'),
            ("overlong-utf8", b'"view":"', b'"view":"\xc0\xaf'),
            ("raw-control", b'"view":"', b'"view":"\x01'),
            ("bad-escape", b'"view":"', b'"view":"\\x41')):
        yield twice(row=13, name=f"loose-{name}", expect=2, says="",
                    text=edited(SAME, old, new))
    spaced = good.replace(b'"sig":"', b'"sig": "')
    for name, old, new in (("space", b'"sig": "', b'"sig": " '), ("unpadded", b"=", b"")):
        yield Vector(17, f"base64-{name}", 2, "canonical Base64", [edited(spaced, old, new)])
    # The last digit of 64 bytes in Base64 carries four bits that mean nothing.
    sig = signature(ALICE, IN_TOTO, SAME)["sig"]
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    loose = sig[:-3] + digits[digits.index(sig[-3]) + 1] + "=="
    yield Vector(17, "base64-second-spelling", 2, "canonical Base64",
                 [edited(good, sig.encode(), loose.encode())])
    safe = sig.replace("+", "-").replace("/", "_")
    yield accepted(17, "base64-url-safe", edited(good, sig.encode(), safe.encode()))


def looks():
    """Names that look alike."""
    acute, combined = "\u00e9", "e\u0301"
    for name, word in (("rlo", "app\u202egpj"), ("control", "app\u001b[31m"), ("nul", "a\0p"),
                       ("combined", f"app{combined}"), ("kelvin", "\u212aapp"), ("empty", "")):
        yield accepted(15, f"subject-name-{name}",
                       sign(compared(subjects=[subject(name=word)]), ALICE, BOB))
    yield Vector(15, "verdict-look-alike", 2, "which is not known", [
        sign(edited(SAME, b'"verdict":"identical"', '"verdict":"\u0456dentical"'.encode()),
             ALICE, BOB)])
    yield ruled(15, "builder-in-another-normal-form", 1, "may not speak for", edited(
        ORIGIN, "https://ci.example/1", f"https://ci.example/{acute}"),
        sign(built(f"https://ci.example/{combined}"), CI))
    yield ruled(15, "builder-with-a-kelvin-sign", 1, "may not speak for", edited(
        ORIGIN, "https://ci.example/1", "https://ci.example/K"),
        sign(built("https://ci.example/\u212a"), CI))
    yield ruled(15, "environment-look-alike", 1, "approved it for", APPROVAL,
                *(sign(approved("pr\u043eduction"), key) for key in (ANNA, BEN)))
    yield Vector(15, "policy-key-look-alike", 2, "a name has lowercase letters",
                 policy=signed_policy(policy(keys=entry('"al\u0456ce"', MALLORY.der, "x", ""))))
    yield Vector(15, "policy-operator-look-alike", 2, "a name has lowercase letters",
                 policy=signed_policy(policy(keys=entry("x", MALLORY.der, "univ\u0435rsity", ""))))
    foreign = raw(SAME, [signature(ALICE, IN_TOTO, SAME, "\u212a"), signature(
        BOB, IN_TOTO, SAME, "caf" + combined)])
    yield accepted(15, "key-ids-of-any-letters", foreign)


def bombs():
    """More than there should be of anything."""
    deep = b"[" * 100_000
    yield Vector(18, "deep-envelope", 2, "not strict JSON", [deep])
    yield Vector(18, "deep-field", 2, "not strict JSON",
                 [edited(ONE, b"{", b'{"x":' + deep + b"]" * 100_000 + b",")])
    yield twice(row=18, name="deep-statement", expect=2, says="not strict JSON", text=deep)
    yield twice(row=18, name="deep-predicate", expect=2, says="not strict JSON",
                text=edited(SAME, b"{", b'{"x":' + deep + b"]" * 100_000 + b","))
    yield Vector(18, "values-past-counting", 2, "not strict JSON",
                 [b'{"x":[' + b"0," * 2_000_000 + b"0]}"])
    yield Vector(18, "envelope-of-a-gigabyte", 2, "has more than 67108864 bytes", [None])
    yield Vector(18, "65-signatures", 2, "signatures has more than 64 entries", [
        raw(SAME, [signature(ALICE, IN_TOTO, SAME)] * 65)])
    yield accepted(18, "64-signatures", raw(
        SAME, [FORGED] * 62 + [signature(key, IN_TOTO, SAME) for key in (ALICE, BOB)]))
    yield Vector(18, "lines-past-counting", 2, "not strict JSON", [b"{}\n" * 70_000 + ONE + b"\n"])
    yield Vector(18, "bundle-of-many-lines", 2, "more than 65536 lines", [
        b'{"format":"tallystick/bundle/v1"}\n' + b"{}\n" * 70_000 + ONE + b"\n"])
    yield Vector(18, "policy-of-two-megabytes", 2, "more than 1048576 bytes",
                 policy=signed_policy(policy() + "#" * (2 << 20)))
    for name, word in (("arrays", "x = " + "[" * 50_000), ("inline", "x = " + "{a=" * 50_000),
                       ("tables", "[" + ".".join("a" * 5000) + "]")):
        yield Vector(18, f"policy-deep-{name}", 2, "nested more than",
                     policy=signed_policy(policy() + word))
    many = "".join(entry(f"k{number}", spki_ed25519(bytes([number]) * 31 + b"\0"), "x", "")
                   for number in range(2, 250))
    yield Vector(18, "policy-of-many-keys", 2, "", policy=signed_policy(policy(keys=many)))


PARTS = (json_tricks, looks, bombs)
