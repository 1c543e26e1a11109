"""Ed25519 signatures (RFC 8032) over bytes that start with their own domain line."""

import base64
import binascii

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SEED_BYTES = 32


def public_key(seed: bytes) -> str:
    """The public key of a 32-byte seed, in base64."""
    return base64.b64encode(_private(seed).public_key().public_bytes_raw()).decode()


def sign(seed: bytes, message: bytes) -> str:
    """The signature of message (domain line included) in base64: 88 characters."""
    return base64.b64encode(_private(seed).sign(message)).decode()


def verify(key_b64: str, message: bytes, signature_b64: str) -> bool:
    """Whether the signature is this key's over this message. Broken base64 is simply False."""
    key, signature = _exact(key_b64, 32), _exact(signature_b64, 64)
    if key is None or signature is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _private(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed)


def _exact(text: str, size: int) -> bytes | None:
    """The `size` bytes of canonical base64, or None: one signature has one spelling."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(data) != size or base64.b64encode(data).decode() != text:
        return None
    return data
