"""Keys of a household: an age X25519 identity to open with, an Ed25519 seed to sign with.

A recipient is the public half of an identity, as text "age1...". Spec: spec/seal.md.
"""

import base64
import binascii
import os
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from vicinage.seal import bech32, sign
from vicinage.seal.errors import KeyBrokenError

_IDENTITY = "age-secret-key-"
_RECIPIENT = "age"
_TITLE = "# vicinage household key v1"
_SEED = "# signing-seed: "
_PUBLIC = "# recipient: "


def parse_recipient(text: str) -> X25519PublicKey:
    """The X25519 public key in "age1...". Raises KeyBrokenError."""
    prefix, data = bech32.decode(text)
    if prefix != _RECIPIENT or len(data) != 32 or text != text.lower():
        raise KeyBrokenError(
            'A recipient should be an age X25519 key: "age1" and 58 small letters and digits.'
        )
    return X25519PublicKey.from_public_bytes(data)


@dataclass(frozen=True)
class Identity:
    """An age X25519 identity. `secret` has 32 bytes and is never shown by repr."""

    secret: bytes = field(repr=False)

    @classmethod
    def generate(cls) -> "Identity":
        """A new identity from the system's chance."""
        return cls(os.urandom(32))

    @classmethod
    def parse(cls, text: str) -> "Identity":
        """The identity in "AGE-SECRET-KEY-1...", or the only one in an age identity file.

        Lines that start with # and empty lines are skipped. Raises KeyBrokenError.
        """
        lines = [line.strip() for line in text.splitlines()]
        keys = [line for line in lines if line and not line.startswith("#")]
        if len(keys) != 1:
            raise KeyBrokenError(
                f"An identity file should hold one AGE-SECRET-KEY-1 line; this has {len(keys)}."
            )
        prefix, data = bech32.decode(keys[0])
        if prefix != _IDENTITY or len(data) != 32 or keys[0] != keys[0].upper():
            raise KeyBrokenError(
                'An identity should start with "AGE-SECRET-KEY-1" and be written in capitals.'
            )
        return cls(data)

    @property
    def private_key(self) -> X25519PrivateKey:
        """For the exchange with a stanza's share."""
        return X25519PrivateKey.from_private_bytes(self.secret)

    @property
    def text(self) -> str:
        """ "AGE-SECRET-KEY-1...", without a line end."""
        return bech32.encode(_IDENTITY, self.secret).upper()

    @property
    def recipient(self) -> str:
        """The public half, "age1..."."""
        return bech32.encode(_RECIPIENT, self.private_key.public_key().public_bytes_raw())


@dataclass(frozen=True)
class Household:
    """Both secrets of a household. Its text is an age identity file that stock `age -i` reads."""

    identity: Identity
    signing_seed: bytes = field(repr=False)

    @classmethod
    def generate(cls) -> "Household":
        """New keys from the system's chance."""
        return cls(Identity.generate(), os.urandom(sign.SEED_BYTES))

    @classmethod
    def parse(cls, text: str) -> "Household":
        """The household in its text form. Raises KeyBrokenError."""
        lines = text.splitlines()
        if len(lines) != 4 or lines[0] != _TITLE:
            raise KeyBrokenError(f'A household key should have four lines, the first being "{_TITLE}".')
        if not (lines[1].startswith(_SEED) and lines[2].startswith(_PUBLIC)):
            raise KeyBrokenError("A household key should name its signing seed, then its recipient.")
        try:
            seed = base64.b64decode(lines[1].removeprefix(_SEED), validate=True)
        except (binascii.Error, ValueError) as error:
            raise KeyBrokenError("The signing seed should be base64.") from error
        if len(seed) != sign.SEED_BYTES:
            raise KeyBrokenError(
                f"The signing seed should have {sign.SEED_BYTES} bytes; this has {len(seed)}."
            )
        identity = Identity.parse(lines[3])
        if identity.recipient != lines[2].removeprefix(_PUBLIC):
            raise KeyBrokenError("The recipient line should be the public half of the key below it.")
        return cls(identity, seed)

    @property
    def signing_key(self) -> str:
        """The Ed25519 public key, in base64."""
        return sign.public_key(self.signing_seed)

    @property
    def text(self) -> str:
        """The identity file. A secret: keep it in a file of mode 0600."""
        seed = base64.b64encode(self.signing_seed).decode()
        return f"{_TITLE}\n{_SEED}{seed}\n{_PUBLIC}{self.identity.recipient}\n{self.identity.text}\n"
