"""Keys of signed notes: vkeys (public, for everyone) and skeys (secret, for one 0600 file).

A vkey is `<name>+<8 hex digits of the key id>+<base64(type || public key)>`; a skey is Go's
`PRIVATE+KEY+<name>+<key id>+<base64(type || seed)>`. Source: c2sp.org/signed-note, x/mod/sumdb/note.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from hashlib import sha256

from vicinage.tlog.errors import NoteError

ED25519 = 0x01
COSIGNATURE_V1 = 0x04
MLDSA44 = 0x06

KEY_SIZES = {ED25519: 32, COSIGNATURE_V1: 32, MLDSA44: 1312}
SEED_SIZE = 32
NAME_LIMIT = 255

_SKEY_PREFIX = "PRIVATE+KEY+"
_KEY_ID = re.compile(r"[0-9a-f]{8}")


def decode_base64(text: str, what: str) -> bytes:
    """Bytes of a canonical standard base64 text. Raises NoteError (note-base64) naming `what`."""
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise NoteError("note-base64", f"The {what} is not standard base64.") from error
    if base64.b64encode(raw).decode("ascii") != text:
        raise NoteError("note-base64", f"The {what} is base64 that is not canonical.")
    return raw


def check_name(name: str) -> str:
    """The key name itself, when it is one: non-empty, no Unicode space, no plus, no control character."""
    bad = not name or len(name.encode()) > NAME_LIMIT or "+" in name
    if bad or any(c.isspace() or ord(c) < 0x20 for c in name):
        raise NoteError(
            "note-name",
            f"{name!r} is no key name: 1 to {NAME_LIMIT} bytes without spaces or plus signs are.",
        )
    return name


def make_key_id(name: str, key_type: int, key: bytes) -> bytes:
    """SHA-256(name || 0x0A || type || public key)[:4]."""
    return sha256(name.encode() + b"\n" + bytes([key_type]) + key).digest()[:4]


@dataclass(frozen=True)
class VKey:
    """A public key with its name and signature type.

    key: 32 bytes for Ed25519 (types 0x01, 0x04), 1312 for ML-DSA-44 (type 0x06).
    Raises NoteError (note-name, note-key) when built from anything else.
    """

    name: str
    key_type: int
    key: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        size = KEY_SIZES.get(self.key_type)
        if size is None:
            raise NoteError("note-key", f"The key {self.name} has the unknown type 0x{self.key_type:02x}.")
        if len(self.key) != size:
            raise NoteError(
                "note-key", f"The key {self.name} has {len(self.key)} bytes; its type has {size}."
            )

    @property
    def key_id(self) -> bytes:
        """The four bytes that name this key in a signature line."""
        return make_key_id(self.name, self.key_type, self.key)

    def __str__(self) -> str:
        body = base64.b64encode(bytes([self.key_type]) + self.key).decode()
        return f"{self.name}+{self.key_id.hex()}+{body}"


def parse_vkey(text: str) -> VKey:
    """The key in a vkey line. Raises NoteError (note-vkey and those of VKey)."""
    parts = text.split("+", 2)
    if len(text) > 4096 or len(parts) != 3 or not _KEY_ID.fullmatch(parts[1]):
        raise NoteError("note-vkey", "A vkey should read name+8 hex digits+base64; this one does not.")
    raw = decode_base64(parts[2], "key in the vkey")
    if not raw:
        raise NoteError("note-vkey", "The vkey holds no key.")
    vkey = VKey(parts[0], raw[0], raw[1:])
    if vkey.key_id.hex() != parts[1]:
        raise NoteError(
            "note-vkey", f"The vkey {vkey.name} says its id is {parts[1]}; it is {vkey.key_id.hex()}."
        )
    return vkey


def parse_vkeys(text: str) -> tuple[VKey, ...]:
    """One vkey a line; empty lines and lines that start with `#` are skipped. At most 128 keys."""
    lines = [line.strip() for line in text.splitlines()]
    keys = [line for line in lines if line and not line.startswith("#")]
    if len(keys) > 128:
        raise NoteError("note-vkey", f"The list holds {len(keys)} keys; at most 128 are read.")
    return tuple(parse_vkey(line) for line in keys)


def format_skey(vkey: VKey, seed: bytes) -> str:
    """The secret line for a key file. seed: 32 bytes (Ed25519 or ML-DSA-44 seed)."""
    body = base64.b64encode(bytes([vkey.key_type]) + seed).decode()
    return f"{_SKEY_PREFIX}{vkey.name}+{vkey.key_id.hex()}+{body}"


def parse_skey(text: str) -> tuple[str, bytes, int, bytes]:
    """(name, key id, type, seed) of a secret line. Raises NoteError (note-skey)."""
    text = text.strip()
    parts = text.removeprefix(_SKEY_PREFIX).split("+", 2)
    if not text.startswith(_SKEY_PREFIX) or len(parts) != 3 or not _KEY_ID.fullmatch(parts[1]):
        raise NoteError("note-skey", "A secret key line should start with PRIVATE+KEY+ and have five parts.")
    raw = decode_base64(parts[2], "secret key")
    if len(raw) != 1 + SEED_SIZE:
        raise NoteError("note-skey", f"A secret key should have {SEED_SIZE} bytes after its type.")
    return check_name(parts[0]), bytes.fromhex(parts[1]), raw[0], raw[1:]
