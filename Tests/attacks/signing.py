"""Keys and signatures in plain Python: RFC 8032 (Ed25519), FIPS 186-5 (ECDSA), RFC 8017 (RSA).

They make hostile vectors, so they make wrong signatures as readily as right ones. Everything comes
from a seed and nothing is constant in time: never use them for anything else.
"""

import base64
import hashlib
import random

# Ed25519

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def _x(y):
    """The even x of a point with this y."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * ROOT % P
    return x if x % 2 == 0 else P - x


def _point(y):
    x = _x(y)
    return x, y, 1, x * y % P


def _add(a, b):
    """The sum in extended coordinates."""
    minus, plus = (a[1] - a[0]) * (b[1] - b[0]), (a[1] + a[0]) * (b[1] + b[0])
    c, d = 2 * D * a[3] * b[3], 2 * a[2] * b[2]
    e, f, g, h = (plus - minus) % P, (d - c) % P, (d + c) % P, (plus + minus) % P
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(number, point):
    result = (0, 1, 1, 0)
    while number:
        if number & 1:
            result = _add(result, point)
        point, number = _add(point, point), number >> 1
    return result


def _bytes(point):
    inverse = pow(point[2], -1, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE = _point(4 * pow(5, -1, P) % P)


class Ed25519:
    """A key from a secret of 32 equal bytes."""

    def __init__(self, byte):
        digest = hashlib.sha512(bytes([byte]) * 32).digest()
        self.scalar = int.from_bytes(digest[:32], "little") & (1 << 254) - 8 | 1 << 254
        self.prefix = digest[32:]
        self.point = _bytes(_times(self.scalar, BASE))
        self.der = spki_ed25519(self.point)

    def sign(self, message):
        """A signature: R and S."""
        nonce = _number(self.prefix, message)
        start = _bytes(_times(nonce, BASE))
        number = (nonce + _number(start, self.point, message) * self.scalar) % ORDER
        return start + number.to_bytes(32, "little")


def _number(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % ORDER


def second_spelling(signature):
    """The same signature with S + L in place of S, which RFC 8032 forbids."""
    number = int.from_bytes(signature[32:], "little") + ORDER
    return signature[:32] + number.to_bytes(32, "little")


# DER

def tlv(tag, body):
    """An element of DER."""
    size = len(body)
    if size < 128:
        return bytes([tag, size]) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def integer(number):
    """A whole number from 0."""
    return tlv(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def spki(identifier, key):
    """A SubjectPublicKeyInfo."""
    return tlv(0x30, tlv(0x30, identifier) + tlv(3, b"\0" + key))


ED25519 = bytes.fromhex("06032b6570")
P256 = bytes.fromhex("06072a8648ce3d020106082a8648ce3d030107")
RSA = bytes.fromhex("06092a864886f70d0101010500")


def spki_ed25519(point):
    """Any 32 bytes as a key of Ed25519."""
    return spki(ED25519, point)


def pem(der):
    """A public key as PEM."""
    text = base64.b64encode(der).decode()
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return "\n".join(["-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", ""])


def keyid(der):
    """The key ID by which tally knows a key."""
    return hashlib.sha256(der).hexdigest()


# ECDSA over P-256 with SHA-256

PRIME = 2**256 - 2**224 + 2**192 + 2**96 - 1
COUNT = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
START = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
         0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)


def _sum(a, b):
    if a is None or b is None:
        return a or b
    if a[0] == b[0] and (a[1] + b[1]) % PRIME == 0:
        return None
    slope = ((3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, PRIME) if a == b
             else (b[1] - a[1]) * pow(b[0] - a[0], -1, PRIME)) % PRIME
    x = (slope * slope - a[0] - b[0]) % PRIME
    return x, (slope * (a[0] - x) - a[1]) % PRIME


def _multiple(number, point):
    result = None
    while number:
        if number & 1:
            result = _sum(result, point)
        point, number = _sum(point, point), number >> 1
    return result


class P256Key:
    """A key of P-256; `sign` gives DER, `pair` the two numbers."""

    def __init__(self, secret):
        self.secret = secret
        x, y = _multiple(secret, START)
        self.der = spki(P256, b"\4" + x.to_bytes(32, "big") + y.to_bytes(32, "big"))

    def pair(self, message):
        digest = int.from_bytes(hashlib.sha256(message).digest(), "big")
        nonce = int.from_bytes(hashlib.sha256(b"nonce" + message).digest(), "big") % COUNT
        r = _multiple(nonce, START)[0] % COUNT
        return r, pow(nonce, -1, COUNT) * (digest + r * self.secret) % COUNT

    def sign(self, message):
        return tlv(0x30, b"".join(map(integer, self.pair(message))))


# RSA

def _is_prime(number, source):
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for _ in range(24):
        value = pow(source.randrange(2, number - 1), odd, number)
        if value in (1, number - 1):
            continue
        for _ in range(twos - 1):
            value = value * value % number
            if value == number - 1:
                break
        else:
            return False
    return True


def _prime(bits, source):
    while True:
        number = source.getrandbits(bits) | 3 << bits - 2 | 1
        small = any(number % factor == 0 for factor in (3, 5, 7, 11, 13, 17, 19, 23, 29, 31))
        if not small and (number - 1) % 65537 and _is_prime(number, source):
            return number


class RSAKey:
    """A key of RSA; signatures by PSS or PKCS #1 v1.5, with any digest."""

    def __init__(self, bits, seed):
        source = random.Random(seed)
        p, q = _prime(bits // 2, source), _prime(bits // 2, source)
        self.modulus, self.size = p * q, bits // 8
        self.secret = pow(65537, -1, (p - 1) * (q - 1))
        self.der = spki(RSA, tlv(0x30, integer(self.modulus) + integer(65537)))

    def _raw(self, block):
        number = pow(int.from_bytes(block, "big"), self.secret, self.modulus)
        return number.to_bytes(self.size, "big")

    def pss(self, message, name="sha256", salt=32):
        """RSASSA-PSS (section 8.1.1)."""
        digest = hashlib.new(name, message).digest()
        size, seasoning = len(digest), bytes(salt)
        check = hashlib.new(name, bytes(8) + digest + seasoning).digest()
        block = bytes(self.size - salt - size - 2) + b"\1" + seasoning
        mask = b"".join(hashlib.new(name, check + at.to_bytes(4, "big")).digest()
                        for at in range(-(-len(block) // size)))
        masked = bytearray(a ^ b for a, b in zip(block, mask))
        masked[0] &= 0x7F
        return self._raw(bytes(masked) + check + b"\xbc")

    sign = pss

    def pkcs1(self, message):
        """RSASSA-PKCS1-v1_5 (section 8.2.1) with SHA-256."""
        info = bytes.fromhex("3031300d060960864801650304020105000420")
        info += hashlib.sha256(message).digest()
        return self._raw(b"\0\1" + b"\xff" * (self.size - len(info) - 3) + b"\0" + info)
