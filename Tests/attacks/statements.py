"""Envelopes, statements and policies, right and wrong ones, by nothing that tally has.

A dictionary is written as it is told; a list of pairs stands for an object in which a name may
occur twice; bytes stand for JSON text as it is.
"""

import base64
import hashlib
import json

from signing import Ed25519, RSAKey, P256Key, keyid

SAID, NOW = "2026-01-31T12:00:00Z", "2026-02-01T00:00:00Z"
STATEMENT, IN_TOTO = "https://in-toto.io/Statement/v1", "application/vnd.in-toto+json"
POLICY = "application/vnd.tallystick.policy+toml"
BASE = "https://tallystick.dev/attestation"
PROVENANCE = "https://slsa.dev/provenance/v1"
SUMMARY = "https://slsa.dev/verification_summary/v1"

# Who holds which key. Mallory's is in no policy.
ALICE, BOB, ALICE_2, CI, ANNA, BEN, MALLORY, ROOT, MIRROR = map(Ed25519, range(1, 10))
CURVE, WHEEL = P256Key(2**200 + 9), RSAKey(2048, "wheel")

A, B = b"the artifact\n", b"another artifact\n"


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def text(value):
    """JSON as compact text."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, list) and value and all(isinstance(one, tuple) for one in value):
        value = dict(enumerate(value))
        return b"{" + b",".join(text(k) + b":" + text(v) for k, v in value.values()) + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(map(text, value)) + b"]"
    if isinstance(value, dict):
        return text(list(value.items())) if value else b"{}"
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def pae(kind, payload):
    """What a signature covers (DSSE, "Signature Definition")."""
    kind = kind.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def signature(key, kind, payload, name=None):
    """An entry of `signatures`; another `name` than the key's own may be given, "" for none."""
    entry = {"keyid": keyid(key.der) if name is None else name}
    entry["sig"] = base64.b64encode(key.sign(pae(kind, payload))).decode()
    return entry


def raw(payload, signatures, kind=IN_TOTO, **more):
    """An envelope with the signatures given."""
    return text({"payload": base64.b64encode(payload).decode(), "payloadType": kind,
                 "signatures": signatures, **more})


def sign(payload, *keys, kind=IN_TOTO):
    """An envelope that keys sign as they should."""
    return raw(payload, [signature(key, kind, payload) for key in keys], kind)


def subject(data=A, name="app", **digests):
    """What is spoken of; other digests may be given."""
    return {"name": name, "digest": digests or {
        "sha256": sha256(data), "sha512": hashlib.sha512(data).hexdigest()}}


def statement(predicate, kind, subjects=None):
    """A statement as text."""
    return text({"_type": STATEMENT, "subject": [subject()] if subjects is None else subjects,
                 "predicateType": kind, "predicate": predicate})


def build(data=A, **more):
    """One side of a comparison."""
    return {"name": "app", "kind": "file", "digest": {"sha256": sha256(data)},
            "size": len(data), "builder": "undeclared", "provenance": "undeclared", **more}


RULE = {"rule": "tar.mtime", "version": 1, "count": 1, "listSHA256": sha256(b"list"),
        "first": [{"path": ["a"], "field": "tar.mtime", "left": "1", "right": "2"}]}


def comparison(verdict="identical", data=A, **more):
    """A predicate that agrees with itself, unless `more` says otherwise."""
    other = data if verdict == "identical" else data + b"other"
    form = {"normalForm": {"sha256": sha256(b"form")}} if verdict == "equivalent" else {}
    roots = [{"id": "1", "path": ["a"], "kind": "content"}] if verdict == "different" else []
    gaps = [{"side": "both", "path": [], "reason": "limit", "message": "too deep"}]
    gaps = gaps if verdict == "inconclusive" else []
    return {
        "basis": "compared", "verdict": verdict, "complete": not gaps, "time": SAID,
        "subject": "left",
        "builds": {"left": build(data, **form), "right": build(other, **form), "sameFile": False},
        "inputs": "undeclared", "view": "portable",
        "profile": {"name": "archive", "digest": {"sha256": sha256(b"profile")}},
        "normalizations": [RULE] if verdict == "equivalent" else [],
        "findings": {"roots": len(roots), "derived": 0, "omitted": 0, "listed": roots},
        "unread": {"count": len(gaps), "listed": gaps}, "excluded": [],
        "tool": {"name": "tally", "version": "0"}, "hashedAgain": True, "notes": [], **more}


def compared(verdict="identical", data=A, subjects=None, kind=None, **more):
    """A statement about a comparison."""
    subjects = [subject(data)] if subjects is None else subjects
    kind = f"{BASE}/{verdict}/v1" if kind is None else kind
    return statement(comparison(verdict, data, **more), kind, subjects)


def built(builder="https://ci.example/1", data=A, dependencies=(), **more):
    """A statement of provenance."""
    return statement({
        "buildDefinition": {"buildType": "https://ci.example/build", "externalParameters": {},
                            "resolvedDependencies": list(dependencies), **more},
        "runDetails": {"builder": {"id": builder}, "metadata": {"finishedOn": SAID}},
    }, PROVENANCE, [subject(data)])


def approved(environment="production", on=(), data=A, time=SAID):
    """A statement of approval."""
    return statement({
        "environment": environment, "time": time,
        "reliesOn": [{"digest": {"sha256": sha256(one)}, "predicateType": "x"} for one in on],
    }, f"{BASE}/approval/v1", [subject(data)])


# Policies

HOLDERS = [("alice", ALICE, "university", "rebuilder"), ("bob", BOB, "foundation", "rebuilder"),
           ("alice-2", ALICE_2, "university", "rebuilder"), ("ci", CI, "ci", "builder"),
           ("mirror", MIRROR, "mirror", "builder"), ("anna", ANNA, "anna", "approver"),
           ("ben", BEN, "ben", "approver"), ("curve", CURVE, "curve", "rebuilder"),
           ("wheel", WHEEL, "wheel", "rebuilder"), ("root", ROOT, "root", "")]

AGREEMENT = '[[agreement]]\ngroup = "rebuilders"\nthreshold = 2\n'
ORIGIN = ('[[provenance]]\ngroup = "builders"\nthreshold = 1\n'
          'builders = { ci = ["https://ci.example/1"] }\n')
APPROVAL = '[[approval]]\ngroup = "approvers"\nthreshold = 2\nenvironment = "production"\n'


def entry(name, der, holder, role, more=""):
    """A key of a policy."""
    public = base64.b64encode(der).decode()
    return (f'[key.{name}]\npublic = "{public}"\noperator = "{holder}"\n'
            f'roles = [{role and chr(34) + role + chr(34)}]\n{more}\n')


def policy(demands=AGREEMENT, version=3, expires="2026-12-31T00:00:00Z", more=None, keys="",
           head=""):
    """A policy's text; `more` adds to the entries of keys by name, `keys` adds keys and groups."""
    more = more or {}
    entries = "".join(entry(name, key.der, holder, role, more.get(name, ""))
                      for name, key, holder, role in HOLDERS)
    return (f'format = "tallystick/policy/v1"\nname = "acme"\nversion = {version}\n'
            f'expires = {expires}\n{head}[root]\nkeys = ["root"]\nthreshold = 1\n{entries}{keys}'
            '[group.rebuilders]\nkeys = ["alice", "bob", "alice-2", "curve", "wheel"]\n'
            '[group.builders]\nkeys = ["ci"]\n[group.approvers]\nkeys = ["anna", "ben"]\n'
            + demands)


def signed_policy(words=None, *keys):
    """A policy as it travels."""
    words = words if isinstance(words, bytes) else (words or policy()).encode()
    return sign(words, *(keys or [ROOT]), kind=POLICY)
