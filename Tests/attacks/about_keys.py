"""Keys, their IDs, their algorithms; signatures that are none."""

import base64

from signing import P256, RSAKey, integer, keyid, second_spelling, spki, spki_ed25519, tlv
from statements import *
from vectors import *


def hints():
    """Key IDs are hints, and nothing else."""
    yield unproven(19, "borrowed-key-id", ONE, raw(SAME, [FORGED]))
    yield unproven(19, "borrowed-key-ids", raw(SAME, [
        signature(MALLORY, IN_TOTO, SAME, keyid(key.der)) for key in (ALICE, BOB)]))
    yield Vector(19, "borrowed-key-id-short", 3, "no signature in the envelope is by the key", [
        raw(SAME, [FORGED])], keys=[BOB])
    for name, word in (("missing", None), ("empty", ""), ("null", None), ("foreign", "?"),
                       ("of-the-other", "other")):
        signatures = []
        for key, other in ((ALICE, BOB), (BOB, ALICE)):
            one = signature(key, IN_TOTO, SAME, keyid(other.der) if word == "other" else word or "")
            if name == "missing":
                del one["keyid"]
            if name == "null":
                one["keyid"] = None
            signatures.append(one)
        yield accepted(20, f"key-id-{name}", raw(SAME, signatures))
    yield Vector(20, "key-id-a-number", 2, "keyid is not a text", [
        edited(ONE, b'"keyid":"' + keyid(ALICE.der).encode() + b'"', b'"keyid":7')])


def algorithms():
    """The algorithm is the key's; the edges of each."""
    message = pae(IN_TOTO, SAME)

    def by(key, made):
        return raw(SAME, [signature(ALICE, IN_TOTO, SAME), {
            "keyid": keyid(key.der), "sig": base64.b64encode(made).decode()}])

    def keyed(name, der, says="public"):
        more = entry("odd", der, "odd", "")
        return Vector(21, name, 2, says, policy=signed_policy(policy(keys=more)))

    yield unproven(21, "rsa-pkcs1-for-pss", by(WHEEL, WHEEL.pkcs1(message)))
    yield unproven(21, "rsa-pss-with-sha1", by(WHEEL, WHEEL.pss(message, "sha1", 20)))
    yield unproven(21, "rsa-pss-with-sha512", by(WHEEL, WHEEL.pss(message, "sha512", 64)))
    yield unproven(21, "rsa-pss-without-salt", by(WHEEL, WHEEL.pss(message, salt=0)))
    yield unproven(21, "rsa-pss-salt-of-20", by(WHEEL, WHEEL.pss(message, salt=20)))
    yield unproven(21, "rsa-pss-longer", by(WHEEL, b"\0" + WHEEL.pss(message)))
    r, s = CURVE.pair(message)
    yield unproven(21, "ecdsa-raw", by(CURVE, r.to_bytes(32, "big") + s.to_bytes(32, "big")))
    der = CURVE.sign(message)
    yield unproven(21, "ecdsa-with-a-byte-behind", by(CURVE, der + b"\0"))
    yield unproven(21, "ecdsa-long-length", by(CURVE, b"\x30\x81" + der[1:]))
    yield unproven(21, "ecdsa-padded-number", by(CURVE, tlv(0x30, tlv(2, b"\0\0\0" + r.to_bytes(
        32, "big")) + integer(s))))
    yield unproven(21, "ecdsa-zeros", by(CURVE, tlv(0x30, integer(0) + integer(0))))
    yield unproven(21, "signature-of-another-algorithm", by(CURVE, ALICE.sign(message)))
    yield accepted(21, "algorithm-in-the-envelope", raw(
        SAME, [dict(signature(key, IN_TOTO, SAME), alg="none") for key in (ALICE, BOB)],
        algorithm="HS256"))
    yield unproven(21, "algorithm-none", raw(
        SAME, [dict(keyid=keyid(key.der), sig="", alg="none") for key in (ALICE, BOB)]))
    yield keyed("ed25519-key-as-p256", spki(P256, b"\4" + ALICE.point))
    yield keyed("p256-key-as-ed25519", spki_ed25519(CURVE.der[-64:]))
    yield keyed("ed25519-key-with-null", spki(bytes.fromhex("06032b65700500"), ALICE.point))
    yield keyed("rsa-key-of-1024-bits", RSAKey(1024, "small").der)
    yield keyed("key-with-a-byte-behind", ALICE.der + b"\0")
    for name, point in (("identity", b"\1" + bytes(31)), ("zero", bytes(32)),
                        ("order-2", b"\xec" + b"\xff" * 30 + b"\x7f"),
                        ("past-the-prime", b"\xee" + b"\xff" * 30 + b"\x7f"),
                        ("short", bytes(31)), ("off-the-curve", b"\2" + bytes(31))):
        yield Vector(23, f"ed25519-point-{name}", 2, "public", policy=signed_policy(policy(
            keys=entry("odd", spki_ed25519(point), "odd", ""))))
    made = BOB.sign(message)
    yield unproven(23, "ed25519-second-spelling-of-s", by(BOB, second_spelling(made)))
    yield unproven(23, "ed25519-zeros", by(BOB, bytes(64)))
    yield unproven(23, "ed25519-identity", by(BOB, b"\1" + bytes(63)))
    yield unproven(23, "ed25519-longer", by(BOB, made + b"\0"))
    yield unproven(23, "ed25519-shorter", by(BOB, made[:-1]))


def hybrids():
    """A classical and a post-quantum signature, and one of them taken away. tally makes these keys:
    nothing else here can. A signature of ML-DSA differs in every run, what comes of it does not."""
    make = [["key", "generate", "--output", name, "--type", kind, "--quiet"]
            for name, kind in (("old", "ed25519"), ("new", "ml-dsa-65"))]
    make.append(["compare", "app", "same", "--json", "report.json"])

    def prepare(folder):
        entries = "".join(
            f'[key.{name}]\npublic = """\n{(folder / name).with_suffix(".pub").read_text()}"""\n'
            f'operator = "both"\nroles = ["rebuilder"]\n' for name in ("old", "new"))
        (folder / "acme.policy").write_bytes(signed_policy(policy(
            AGREEMENT.replace("= 2", "= 1"), head="post-quantum = true\n", keys=entries).replace(
                '"bob", ', '"bob", "old", "new", ')))

    for name, keys, expect, says in (
            ("both", ["old", "new"], 0, "accepted: "),
            ("classical-alone", ["old"], 1, "did not sign with both"),
            ("post-quantum-alone", ["new"], 1, "did not sign with both")):
        attest = ["attest", "report.json", "--output", "0.att", "--time", SAID]
        for key in keys:
            attest += ["--key", f"{key}.key"]
        yield Vector(25, f"hybrid-{name}", expect, says, [b""], files={"same": A},
                     before=[*make, attest], prepare=prepare)


def unsigned():
    """No signature, and what is not taken for one."""
    yield Vector(50, "no-signatures", 1, "it is not signed", [raw(SAME, [])])
    yield Vector(50, "no-signatures-short", 3, "no signature in the envelope", [raw(SAME, [])],
                 keys=[ALICE])
    yield Vector(50, "empty-signatures", 3, "operators of rebuilders must", [raw(SAME, [
        {"keyid": keyid(key.der), "sig": ""} for key in (ALICE, BOB)])])
    yield Vector(50, "signatures-no-list", 2, "signatures is not an array", [
        edited(raw(SAME, []), b'"signatures":[]', b'"signatures":{}')])
    yield Vector(50, "signatures-missing", 2, "signatures is not an array", [
        edited(raw(SAME, []), b',"signatures":[]', b"")])
    yield Vector(50, "bare-statement", 1, "no attestation that counts here", [SAME])
    yield Vector(50, "by-a-stranger", 1, "no signature is by a key of the policy",
                 [sign(SAME, MALLORY)])
    yield Vector(50, "altered-payload", 3, "operators of rebuilders must", [raw(
        edited(SAME, b'"notes":[]', b'"notes":["x"]'),
        [signature(key, IN_TOTO, SAME) for key in (ALICE, BOB)])])


PARTS = (hints, algorithms, hybrids, unsigned)
