"""Makes and checks the three kinds of signature line a checkpoint may carry.

0x01 Ed25519 over the note text; 0x04 Ed25519 witness cosignature with a time (cosignature/v1);
0x06 ML-DSA-44 cosignature with a time (subtree/v1). Sources: signed-note, tlog-cosignature.
"""

import struct
from collections.abc import Iterable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from vicinage.tlog import mldsa
from vicinage.tlog.errors import NoteError
from vicinage.tlog.keys import (
    COSIGNATURE_V1,
    ED25519,
    MLDSA44,
    VKey,
    format_skey,
    parse_skey,
)
from vicinage.tlog.note import Note, Signature

ED25519_SIGNATURE_SIZE = 64
TIMESTAMP_LIMIT = 2**63


class _Seeded:
    """A signer made from a 32-byte seed."""

    def __init__(self, vkey: VKey, seed: bytes) -> None:
        self._vkey = vkey
        self._seed = seed

    @property
    def vkey(self) -> VKey:
        """The public key."""
        return self._vkey

    @property
    def skey(self) -> str:
        """The secret line to be kept in a 0600 file."""
        return format_skey(self._vkey, self._seed)


class Ed25519Signer(_Seeded):
    """Signs as a log: type 0x01. name: the log's origin. seed: 32 secret bytes."""

    def __init__(self, name: str, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        super().__init__(VKey(name, ED25519, self._key.public_key().public_bytes_raw()), seed)

    @classmethod
    def generate(cls, name: str) -> "Ed25519Signer":
        """A new key."""
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    def sign(self, text: str, timestamp: int = 0) -> Signature:
        """A line over the note text; the timestamp is not part of this kind."""
        return Signature(self._vkey.name, self._vkey.key_id, self._key.sign(text.encode()))


class CosignatureSigner(_Seeded):
    """Signs as a witness: type 0x04, cosignature/v1. name: the witness's. seed: 32 secret bytes."""

    def __init__(self, name: str, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        super().__init__(VKey(name, COSIGNATURE_V1, self._key.public_key().public_bytes_raw()), seed)

    @classmethod
    def generate(cls, name: str) -> "CosignatureSigner":
        """A new key."""
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    def sign(self, text: str, timestamp: int) -> Signature:
        """A cosignature of the checkpoint text at `timestamp` (POSIX seconds)."""
        raw = struct.pack(">Q", timestamp) + self._key.sign(_cosigned(text, timestamp))
        return Signature(self._vkey.name, self._vkey.key_id, raw)


class MldsaSigner(_Seeded):
    """Signs with ML-DSA-44: type 0x06. name: log origin or witness name. seed: 32 secret bytes."""

    def __init__(self, name: str, seed: bytes) -> None:
        self._key = MLDSA44PrivateKey.from_seed_bytes(seed)
        super().__init__(VKey(name, MLDSA44, self._key.public_key().public_bytes_raw()), seed)

    @classmethod
    def generate(cls, name: str) -> "MldsaSigner":
        """A new key."""
        return cls(name, MLDSA44PrivateKey.generate().private_bytes_raw())

    def sign(self, text: str, timestamp: int) -> Signature:
        """A cosignature of the checkpoint text at `timestamp` (POSIX seconds)."""
        signature = self._key.sign(mldsa.message(self._vkey.name, timestamp, text))
        return Signature(self._vkey.name, self._vkey.key_id, struct.pack(">Q", timestamp) + signature)


def load_signer(skey: str) -> Ed25519Signer | CosignatureSigner | MldsaSigner:
    """The signer in a secret line. Raises NoteError (note-skey) for an unknown type or a wrong key id."""
    name, key_id, key_type, seed = parse_skey(skey)
    signer: Ed25519Signer | CosignatureSigner | MldsaSigner
    if key_type == ED25519:
        signer = Ed25519Signer(name, seed)
    elif key_type == COSIGNATURE_V1:
        signer = CosignatureSigner(name, seed)
    elif key_type == MLDSA44:
        signer = MldsaSigner(name, seed)
    else:
        raise NoteError("note-skey", f"The secret key {name} has the unknown type 0x{key_type:02x}.")
    if signer.vkey.key_id != key_id:
        raise NoteError("note-skey", f"The secret key {name} does not fit the key id it states.")
    return signer


def verify(vkey: VKey, text: str, signature: Signature) -> int | None:
    """Check one line by a known key over a note text.

    Returns the time in the line (POSIX seconds), or None for plain Ed25519.
    Raises NoteError (note-false) when the line is not by that key over that text.
    """
    false = NoteError("note-false", f"The signature by {vkey.name} is false: text or signature was changed.")
    if not signature.is_from(vkey):
        raise false
    try:
        if vkey.key_type == ED25519:
            Ed25519PublicKey.from_public_bytes(vkey.key).verify(signature.raw, text.encode())
            return None
        timestamp = int.from_bytes(signature.raw[:8], "big")
        if timestamp >= TIMESTAMP_LIMIT:
            raise false
        if vkey.key_type == COSIGNATURE_V1:
            public = Ed25519PublicKey.from_public_bytes(vkey.key)
            public.verify(signature.raw[8:], _cosigned(text, timestamp))
        else:
            mldsa.verify(vkey, timestamp, text, signature.raw[8:])
    except (InvalidSignature, ValueError) as error:
        raise false from error
    return timestamp


def stated_time(signed: Note, vkey: VKey) -> int | None:
    """The time in the newest line of a note that names this key of type 0x04 or 0x06; not checked."""
    times = [int.from_bytes(line.raw[:8], "big") for line in signed.signatures if line.is_from(vkey)]
    return max(times, default=None)


def true_lines(signed: Note, keys: Iterable[VKey]) -> list[tuple[VKey, Signature, int | None]]:
    """The lines of a note by known keys, in the note's order, with the times they state.

    Lines by unknown keys are left out, as the specification demands. Raises NoteError (note-false)
    when a line by a known key is not true.
    """
    known = list(keys)
    return [
        (vkey, line, verify(vkey, signed.text, line))
        for line in signed.signatures
        for vkey in known
        if line.is_from(vkey)
    ]


def _cosigned(text: str, timestamp: int) -> bytes:
    """What a cosignature/v1 signs: two header lines and the whole note text."""
    return f"cosignature/v1\ntime {timestamp}\n{text}".encode()
