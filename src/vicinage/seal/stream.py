"""What both directions of the payload share: STREAM over ChaCha20-Poly1305 in chunks of 64 KiB.

    payload = nonce (16) || chunk 0 || chunk 1 || ...      each chunk: up to 64 KiB, and a tag of 16

A chunk's nonce is its number (11 bytes, big endian) and a byte that is 1 on the last chunk only.
"""

from typing import BinaryIO

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from vicinage.seal.header import hkdf

CHUNK_BYTES = 64 * 1024
TAG_BYTES = 16
NONCE_BYTES = 16


def cipher(file_key: bytes, nonce: bytes) -> ChaCha20Poly1305:
    """The payload's cipher, from the file key and the payload's nonce."""
    return ChaCha20Poly1305(hkdf(file_key, nonce, b"payload"))


def chunk_nonce(number: int, *, last: bool) -> bytes:
    """12 bytes for chunk `number` (from 0)."""
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


def payload_size(plain_size: int) -> int:
    """Bytes of the payload that seals `plain_size` bytes: an empty plaintext has one empty chunk."""
    chunks = max(1, -(-plain_size // CHUNK_BYTES))
    return NONCE_BYTES + plain_size + chunks * TAG_BYTES


def fill(src: BinaryIO, room: memoryview) -> int:
    """Bytes read into `room`: all of it, or fewer at the end of the source."""
    into = getattr(src, "readinto", None)
    done = 0
    while done < len(room):
        if into is not None:
            size = into(room[done:]) or 0
        else:
            data = src.read(len(room) - done)
            size = len(data)
            room[done : done + size] = data
        if not size:
            break
        done += size
    return done
