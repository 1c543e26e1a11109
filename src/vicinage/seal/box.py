"""Closes: seals bytes and streams as age v1 files. Nothing here can open one.

A clip's payload is written once, under a file key of its own; headers for different readers are
made beside it (`header.make`), and `header || payload` is an ordinary age file.
"""

import hashlib
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from vicinage.seal import header, passphrase, stream


@dataclass(frozen=True)
class Sealed:
    """What was sealed: SHA-256 (hex) and size (bytes) of the plaintext and of the payload."""

    sha256_plain: str
    sha256_payload: str
    size_plain: int
    size_payload: int


def new_file_key() -> bytes:
    """16 bytes of the system's chance. One per plaintext: never reuse it for another."""
    return os.urandom(header.FILE_KEY_BYTES)


def seal_stream(src: BinaryIO, dst: BinaryIO, file_key: bytes) -> Sealed:
    """Seal all of `src` and write the payload to `dst` (no header), in constant memory.

    The caller makes `dst` durable.
    """
    nonce = os.urandom(stream.NONCE_BYTES)
    cipher = stream.cipher(file_key, nonce)
    plain_hash, payload_hash = hashlib.sha256(), hashlib.sha256(nonce)
    dst.write(nonce)
    size_plain, size_payload, number = 0, len(nonce), 0
    rooms = [bytearray(stream.CHUNK_BYTES), bytearray(stream.CHUNK_BYTES)]
    out = memoryview(bytearray(stream.CHUNK_BYTES + stream.TAG_BYTES))
    size = stream.fill(src, memoryview(rooms[0]))
    while True:
        ahead = stream.fill(src, memoryview(rooms[1])) if size == stream.CHUNK_BYTES else 0
        chunk = memoryview(rooms[0])[:size]
        sealed = out[: size + stream.TAG_BYTES]
        cipher.encrypt_into(stream.chunk_nonce(number, last=not ahead), chunk, None, sealed)
        plain_hash.update(chunk)
        payload_hash.update(sealed)
        dst.write(sealed)
        size_plain += size
        size_payload += len(sealed)
        if not ahead:
            break
        rooms.reverse()
        size, number = ahead, number + 1
    return Sealed(plain_hash.hexdigest(), payload_hash.hexdigest(), size_plain, size_payload)


def seal_bytes(data: bytes, recipients: Sequence[str]) -> bytes:
    """A whole age file of `data` for the recipients ("age1..."): for labels and thumbnails.

    Raises KeyBrokenError.
    """
    file_key = new_file_key()
    return header.make(file_key, recipients) + _payload(data, file_key)


def seal_passphrase(data: bytes, code: str, log_n: int = 15) -> bytes:
    """A whole age file of `data` that `code` opens, with scrypt at N = 2**log_n (128 MiB at 17).

    The default suits a code of ten random words (129 bits); a code that a person thought up needs more.
    """
    file_key, salt = new_file_key(), os.urandom(passphrase.SALT_BYTES)
    body = ChaCha20Poly1305(passphrase.wrap_key(code, salt, log_n)).encrypt(header.WRAP_NONCE, file_key, None)
    stanza = header.Stanza(("scrypt", header.raw_base64(salt), str(log_n)), body)
    return header.assemble(file_key, [stanza]) + _payload(data, file_key)


def _payload(data: bytes, file_key: bytes) -> bytes:
    out = io.BytesIO()
    seal_stream(io.BytesIO(data), out, file_key)
    return out.getvalue()
