#!/usr/bin/env python3
"""Checks envelopes with software that is not ours, and makes one for ours to check.

    interop.py accept ENVELOPE PUB          exit 0 if all of them take our envelope
    interop.py make STATEMENT KEY OUT       an envelope signed by securesystemslib

Needs: pip install 'securesystemslib[crypto]==1.6.0' 'in-toto-attestation==0.9.3'; and openssl.
"""

import base64
import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from google.protobuf import json_format
from in_toto_attestation.v1 import statement_pb2
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
            command = ["dgst", "-sha256", "-verify", pub, "-signature", sig, pae]
        else:
            raise ValueError(f"no openssl command for {type(public_key).__name__}")
        subprocess.run(["openssl", *command], check=True, stdout=subprocess.DEVNULL)


def accept(envelope_path, pub):
    text = Path(envelope_path).read_text()
    public_key = load_pem_public_key(Path(pub).read_bytes())
    envelope = Envelope.from_dict(json.loads(text))
    if envelope.payload_type != PAYLOAD_TYPE:
        raise ValueError(f"payload type {envelope.payload_type}")
    envelope.verify([library_key(public_key)], 1)
    verify_with_openssl(envelope, public_key, pub)
    message = json_format.Parse(envelope.payload, statement_pb2.Statement())
    Statement.copy_from_pb(message).validate()
    for subject in message.subject:
        if set(subject.digest) != {"sha256", "sha512"}:
            raise ValueError(f"digests of {subject.name}: {sorted(subject.digest)}")


def make(statement_path, key, out):
    private_key = load_pem_private_key(Path(key).read_bytes(), None)
    signer = CryptoSigner(private_key, library_key(private_key.public_key()))
    envelope = Envelope(Path(statement_path).read_bytes(), PAYLOAD_TYPE, {})
    envelope.sign(signer)
    Path(out).write_text(json.dumps(envelope.to_dict()) + "\n")


def main():
    commands = {("accept", 2): accept, ("make", 3): make}
    name, arguments = (sys.argv[1:2] or [""])[0], sys.argv[2:]
    command = commands.get((name, len(arguments)))
    if command is None:
        sys.exit(__doc__)
    command(*arguments)


if __name__ == "__main__":
    main()
