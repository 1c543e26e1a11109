"""The textual header of an age file: stanzas that each wrap the file key, and a MAC over them."""

import base64
import binascii
import io
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from vicinage.seal.errors import HeaderBrokenError, KeyBrokenError
from vicinage.seal.keys import parse_recipient

FILE_KEY_BYTES = 16
SHARE_BYTES = 32
WRAPPED_BYTES = 32
WRAP_NONCE = bytes(12)
X25519_INFO = b"age-encryption.org/v1/X25519"
LIMIT = 64 * 1024
"""Largest header read, in bytes: room for some hundred stanzas."""

_VERSION = b"age-encryption.org/v1\n"
_COLUMNS = 64
_ARGUMENT = re.compile(r"[!-~]+")


@dataclass(frozen=True)
class Stanza:
    """One wrapping of the file key: arguments (the first names its kind) and a body."""

    arguments: tuple[str, ...]
    body: bytes

    def encode(self) -> bytes:
        """The stanza as the header has it: a `->` line, then base64 in lines of 64."""
        text = raw_base64(self.body)
        lines = [text[i : i + _COLUMNS] for i in range(0, len(text) + 1, _COLUMNS)]
        return f"-> {' '.join(self.arguments)}\n".encode() + "".join(f"{line}\n" for line in lines).encode()


@dataclass(frozen=True)
class Header:
    """A parsed header. `covered` is what the MAC is over; `raw` is the header as it was."""

    stanzas: tuple[Stanza, ...]
    mac: bytes
    covered: bytes

    @property
    def raw(self) -> bytes:
        """The header's bytes, to the line end before the payload."""
        return self.covered + b" " + raw_base64(self.mac).encode() + b"\n"


def make(file_key: bytes, recipients: Sequence[str]) -> bytes:
    """A header that lets each recipient ("age1...") open the file key of 16 bytes.

    The ephemeral secrets are new in each header. Raises KeyBrokenError.
    """
    if not recipients:
        raise KeyBrokenError("A sealed file needs at least one recipient; none was given.")
    return assemble(file_key, [_x25519_stanza(file_key, recipient) for recipient in recipients])


def assemble(file_key: bytes, stanzas: Sequence[Stanza]) -> bytes:
    """Version line, stanzas, MAC line."""
    if len(file_key) != FILE_KEY_BYTES:
        raise ValueError(f"a file key has {FILE_KEY_BYTES} bytes, not {len(file_key)}")
    covered = _VERSION + b"".join(stanza.encode() for stanza in stanzas) + b"---"
    return Header(tuple(stanzas), mac_of(file_key, covered), covered).raw


def parse(data: bytes) -> Header:
    """The header that `data` is, with nothing after it. Raises HeaderBrokenError."""
    source = io.BytesIO(data)
    header = read(source)
    if source.read(1):
        raise HeaderBrokenError("A header should end after its MAC line; more bytes follow.")
    return header


def read(src: BinaryIO) -> Header:
    """The header at the start of an age file; `src` is left at the payload's first byte.

    Raises HeaderBrokenError. Reads at most LIMIT bytes.
    """
    lines = _Lines(src)
    if lines.next() + b"\n" != _VERSION:
        raise HeaderBrokenError("A sealed file should start with the line age-encryption.org/v1.")
    stanzas: list[Stanza] = []
    while (line := lines.next()).startswith(b"-> "):
        stanzas.append(_parse_stanza(line, lines.next))
    if not stanzas:
        raise HeaderBrokenError("A header should have at least one stanza.")
    if not line.startswith(b"--- "):
        raise HeaderBrokenError('A line of the header should start with "->" or "---".')
    mac = from_raw_base64(_text(line)[4:])
    if len(mac) != 32:
        raise HeaderBrokenError(f"The header's MAC should have 32 bytes, not {len(mac)}.")
    return Header(tuple(stanzas), mac, bytes(lines.taken[: -len(line) - 1]) + b"---")


def mac_of(file_key: bytes, covered: bytes) -> bytes:
    """HMAC-SHA-256 over the header up to and including `---`."""
    mac = HMAC(hkdf(file_key, b"", b"header"), SHA256())
    mac.update(covered)
    return mac.finalize()


def hkdf(secret: bytes, salt: bytes, info: bytes) -> bytes:
    """32 bytes of HKDF-SHA-256 (RFC 5869)."""
    return HKDF(SHA256(), 32, salt, info).derive(secret)


def raw_base64(data: bytes) -> str:
    """Standard base64 without padding."""
    return base64.b64encode(data).rstrip(b"=").decode()


def from_raw_base64(text: str) -> bytes:
    """The bytes of canonical unpadded base64. Raises HeaderBrokenError."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise HeaderBrokenError("A part of the header should be base64, and is not.") from error
    if raw_base64(data) != text:
        raise HeaderBrokenError("A part of the header is base64 in a spelling that is not the canonical one.")
    return data


def _x25519_stanza(file_key: bytes, recipient: str) -> Stanza:
    """The file key wrapped for one recipient, by a new ephemeral secret."""
    public = parse_recipient(recipient)
    ephemeral = X25519PrivateKey.from_private_bytes(os.urandom(SHARE_BYTES))
    share = ephemeral.public_key().public_bytes_raw()
    try:
        shared = ephemeral.exchange(public)
    except ValueError as error:
        raise KeyBrokenError("The recipient is a point of low order, which no real key is.") from error
    wrap_key = hkdf(shared, share + public.public_bytes_raw(), X25519_INFO)
    body = ChaCha20Poly1305(wrap_key).encrypt(WRAP_NONCE, file_key, None)
    return Stanza(("X25519", raw_base64(share)), body)


class _Lines:
    """Lines of a header, without their LF, counted against LIMIT."""

    def __init__(self, src: BinaryIO) -> None:
        self.src = src
        self.taken = bytearray()

    def next(self) -> bytes:
        line = self.src.readline(LIMIT - len(self.taken))
        if not line.endswith(b"\n"):
            raise HeaderBrokenError("The header is cut short, or longer than a header may be.")
        self.taken += line
        return line[:-1]


def _parse_stanza(line: bytes, next_line: Callable[[], bytes]) -> Stanza:
    """A stanza from its `->` line and the body lines that follow."""
    arguments = tuple(_text(line)[3:].split(" "))
    if not all(_ARGUMENT.fullmatch(argument) for argument in arguments):
        raise HeaderBrokenError("A stanza should have arguments of visible ASCII, one space between.")
    body = bytearray()
    while True:
        text = _text(next_line())
        if len(text) > _COLUMNS:
            raise HeaderBrokenError(f"A line of a stanza should have at most {_COLUMNS} characters.")
        body += from_raw_base64(text)
        if len(text) < _COLUMNS:
            return Stanza(arguments, bytes(body))


def _text(line: bytes) -> str:
    """The line as ASCII. Raises HeaderBrokenError."""
    try:
        return line.decode("ascii")
    except UnicodeDecodeError as error:
        raise HeaderBrokenError("The header should be ASCII.") from error
