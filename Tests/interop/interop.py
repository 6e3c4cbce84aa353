#!/usr/bin/env python3
"""Checks envelopes with software that is not ours, and makes one for ours to check.

    interop.py accept ENVELOPE PUB          exit 0 if all of them take our envelope
    interop.py make STATEMENT KEY OUT       an envelope signed by securesystemslib
    interop.py open KEY PASSPHRASE PUB      exit 0 if the encrypted key is the one of PUB
    interop.py seal KEY PASSPHRASE OUT      the key encrypted by pyca/cryptography
    interop.py provenance ARTIFACT BUILDER OUT
                                            a statement, built by in-toto-attestation
    interop.py layout OWNER PRODUCT OUT PUB…
                                            an in-toto layout: all the functionaries must have made
                                            the same product in the step 'rebuild'

ML-DSA, which securesystemslib does not know, is left to pyca/cryptography.

Needs: pip install 'securesystemslib[crypto]==1.6.0' 'in-toto-attestation==0.9.3'
'in-toto==3.1.0' 'cryptography>=48'; and openssl.
"""

import base64
import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from google.protobuf import json_format
from in_toto.models.layout import Layout, Step
from in_toto.models.metadata import Envelope as ToToEnvelope
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.resource_descriptor import ResourceDescriptor
from in_toto_attestation.v1.statement import Statement
from securesystemslib.dsse import Envelope
from securesystemslib.signer import CryptoSigner, SSlibKey

PAYLOAD_TYPE = "application/vnd.in-toto+json"


def key_id(public_key):
    """The lowercase hexadecimal SHA-256 of the SubjectPublicKeyInfo in DER."""
    der = public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()


def library_key(public_key):
    # securesystemslib passes over a signature whose keyid is not the key's.
    return SSlibKey.from_crypto(public_key, keyid=key_id(public_key))


def is_lattice(public_key):
    return isinstance(public_key, (mldsa.MLDSA65PublicKey, mldsa.MLDSA87PublicKey))


def verify_with_openssl(envelope, public_key, pub):
    """Has openssl verify the signature of `public_key` over the PAE."""
    signature = bytes.fromhex(envelope.signatures[key_id(public_key)].signature)
    with tempfile.TemporaryDirectory() as folder:
        pae, sig = Path(folder, "pae"), Path(folder, "sig")
        pae.write_bytes(envelope.pae())
        sig.write_bytes(signature)
        if isinstance(public_key, ed25519.Ed25519PublicKey):
            command = ["pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", pub]
            command += ["-in", pae, "-sigfile", sig]
        elif isinstance(public_key, ec.EllipticCurvePublicKey):
            digest = {256: "-sha256", 384: "-sha384"}[public_key.key_size]
            command = ["dgst", digest, "-verify", pub, "-signature", sig, pae]
        elif isinstance(public_key, rsa.RSAPublicKey):
            command = ["dgst", "-sha256", "-sigopt", "rsa_padding_mode:pss"]
            command += ["-sigopt", "rsa_pss_saltlen:digest"]
            command += ["-verify", pub, "-signature", sig, pae]
        else:
            raise ValueError(f"no openssl command for {type(public_key).__name__}")
        subprocess.run(["openssl", *command], check=True, stdout=subprocess.DEVNULL)


def accept(envelope_path, pub):
    text = Path(envelope_path).read_text()
    public_key = load_pem_public_key(Path(pub).read_bytes())
    envelope = Envelope.from_dict(json.loads(text))
    if envelope.payload_type != PAYLOAD_TYPE:
        raise ValueError(f"payload type {envelope.payload_type}")
    if is_lattice(public_key):
        signature = bytes.fromhex(envelope.signatures[key_id(public_key)].signature)
        public_key.verify(signature, envelope.pae())
    else:
        envelope.verify([library_key(public_key)], 1)
        verify_with_openssl(envelope, public_key, pub)
    message = json_format.Parse(envelope.payload, statement_pb2.Statement())
    Statement.copy_from_pb(message).validate()
    for subject in message.subject:
        if set(subject.digest) != {"sha256", "sha512"}:
            raise ValueError(f"digests of {subject.name}: {sorted(subject.digest)}")


def make(statement_path, key, out):
    private_key = load_pem_private_key(Path(key).read_bytes(), None)
    envelope = Envelope(Path(statement_path).read_bytes(), PAYLOAD_TYPE, {})
    if is_lattice(private_key.public_key()):
        signature = private_key.sign(envelope.pae())
        text = {
            "payload": base64.b64encode(envelope.payload).decode(),
            "payloadType": PAYLOAD_TYPE,
            "signatures": [{"sig": base64.b64encode(signature).decode()}],
        }
    else:
        envelope.sign(CryptoSigner(private_key, library_key(private_key.public_key())))
        text = envelope.to_dict()
    Path(out).write_text(json.dumps(text) + "\n")


def provenance(artifact, builder, out):
    """SLSA provenance, built and validated by in-toto-attestation."""
    digest = hashlib.sha256(Path(artifact).read_bytes()).hexdigest()
    subject = ResourceDescriptor(name=Path(artifact).name, digest={"sha256": digest})
    checkout = {"uri": "git+https://example.org/app", "digest": {"gitCommit": 40 * "1"}}
    predicate = {
        "buildDefinition": {
            "buildType": "https://example.org/build",
            "externalParameters": {"number": 3},
            "resolvedDependencies": [checkout],
        },
        "runDetails": {"builder": {"id": builder}},
    }
    statement = Statement([subject.pb], "https://slsa.dev/provenance/v1", predicate)
    statement.validate()
    Path(out).write_text(json_format.MessageToJson(statement.pb))


def layout(owner, product, out, *pubs):
    keys = {}
    for pub in pubs:
        key = library_key(load_pem_public_key(Path(pub).read_bytes()))
        keys[key.keyid] = {"keyid": key.keyid, **key.to_dict()}
    rules = [["ALLOW", product], ["DISALLOW", "*"]]
    step = Step(
        name="rebuild", pubkeys=list(keys), threshold=len(keys), expected_products=rules
    )
    root = Layout(keys=keys, steps=[step])
    root.set_relative_expiration(days=1)
    metadata = ToToEnvelope.from_signable(root)
    metadata.create_signature(CryptoSigner(load_pem_private_key(Path(owner).read_bytes(), None)))
    metadata.dump(out)


def open_key(key, passphrase, pub):
    private_key = load_pem_private_key(Path(key).read_bytes(), passphrase.encode())
    public_key = load_pem_public_key(Path(pub).read_bytes())
    if key_id(private_key.public_key()) != key_id(public_key):
        raise ValueError("another key")


def seal_key(key, passphrase, out):
    private_key = load_pem_private_key(Path(key).read_bytes(), None)
    encryption = BestAvailableEncryption(passphrase.encode())
    text = private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
    Path(out).write_bytes(text)


def main():
    commands = {
        ("accept", 2): accept,
        ("make", 3): make,
        ("open", 3): open_key,
        ("seal", 3): seal_key,
        ("provenance", 3): provenance,
    }
    name, arguments = (sys.argv[1:2] or [""])[0], sys.argv[2:]
    command = commands.get((name, len(arguments)))
    if name == "layout" and len(arguments) > 3:
        command = layout
    if command is None:
        sys.exit(__doc__)
    command(*arguments)


if __name__ == "__main__":
    main()
