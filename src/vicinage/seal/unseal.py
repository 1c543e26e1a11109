"""Opens: for the owner's device, the agency's, and tests. Server and hub never import this.

The plaintext released before an error is genuine but may be cut short: on any SealError the caller
deletes what it wrote.
"""

import hashlib
import hmac
import io
import re
from dataclasses import dataclass
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from vicinage.seal import header, passphrase, stream
from vicinage.seal.errors import HeaderBrokenError, MacWrongError, NoMatchError, PayloadBrokenError
from vicinage.seal.keys import Identity

_WORK = re.compile(r"[1-9][0-9]*")


@dataclass(frozen=True)
class Opened:
    """What came out: SHA-256 (hex) and size (bytes) of the plaintext."""

    sha256_plain: str
    size_plain: int


def open_header(data: bytes, identity: Identity) -> bytes:
    """The file key (16 bytes) in a header without payload.

    Raises HeaderBrokenError, NoMatchError, MacWrongError.
    """
    return _file_key(header.parse(data), identity)


def open_stream(src: BinaryIO, dst: BinaryIO, identity: Identity) -> Opened:
    """Open an age file and write its plaintext to `dst`, in constant memory.

    Raises HeaderBrokenError, NoMatchError, MacWrongError, PayloadBrokenError.
    """
    return open_payload(src, dst, _file_key(header.read(src), identity))


def open_bytes(data: bytes, identity: Identity) -> bytes:
    """The plaintext of a whole age file. Raises as open_stream does."""
    out = io.BytesIO()
    open_stream(io.BytesIO(data), out, identity)
    return out.getvalue()


def open_passphrase(data: bytes, code: str) -> bytes:
    """The plaintext of an age file that was sealed with a passphrase.

    Raises HeaderBrokenError, NoMatchError (wrong code), MacWrongError, PayloadBrokenError.
    """
    src, out = io.BytesIO(data), io.BytesIO()
    open_payload(src, out, _file_key_by_code(header.read(src), code))
    return out.getvalue()


def open_payload(src: BinaryIO, dst: BinaryIO, file_key: bytes) -> Opened:
    """Open nonce and chunks to the end of `src`. Raises HeaderBrokenError (no nonce), PayloadBrokenError."""
    nonce = bytearray(stream.NONCE_BYTES)
    if stream.fill(src, memoryview(nonce)) < len(nonce):
        raise HeaderBrokenError("The sealed file ends before its payload: the 16-byte nonce is missing.")
    cipher = stream.cipher(file_key, bytes(nonce))
    digest = hashlib.sha256()
    total, number = 0, 0
    rooms = [bytearray(stream.CHUNK_BYTES + stream.TAG_BYTES) for _ in range(2)]
    out = memoryview(bytearray(stream.CHUNK_BYTES))
    size = stream.fill(src, memoryview(rooms[0]))
    while True:
        ahead = stream.fill(src, memoryview(rooms[1])) if size == len(rooms[0]) else 0
        plain = out[: max(0, size - stream.TAG_BYTES)]
        wrong = _open_chunk(cipher, number, memoryview(rooms[0])[:size], plain, last=not ahead)
        dst.write(plain)
        if wrong:
            raise PayloadBrokenError(wrong)
        digest.update(plain)
        total += len(plain)
        if not ahead:
            return Opened(digest.hexdigest(), total)
        rooms.reverse()
        size, number = ahead, number + 1


def _open_chunk(
    cipher: ChaCha20Poly1305, number: int, sealed: memoryview, plain: memoryview, *, last: bool
) -> str:
    """Open one chunk into `plain`; a sentence if it is genuine, but not where the file should end.

    Raises PayloadBrokenError.
    """
    if len(sealed) < stream.TAG_BYTES:
        raise PayloadBrokenError("The sealed file is cut short.")
    if number and not plain:
        raise PayloadBrokenError(
            "The sealed file ends with an empty chunk, which only an empty file may have."
        )
    for as_last in (last, not last) if len(plain) == stream.CHUNK_BYTES else (last,):
        try:
            cipher.decrypt_into(stream.chunk_nonce(number, last=as_last), sealed, None, plain)
        except InvalidTag:
            continue
        if as_last == last:
            return ""
        return "The sealed file is cut short." if last else "More bytes follow the sealed file's last chunk."
    raise PayloadBrokenError(f"The sealed file was changed or cut short at its chunk {number}.")


def _file_key(parsed: header.Header, identity: Identity) -> bytes:
    """The file key of the first X25519 stanza that this identity opens, the MAC checked."""
    _check_passphrase_alone(parsed)
    for stanza in parsed.stanzas:
        if stanza.arguments[0] == "X25519" and (key := _open_x25519(stanza, identity)) is not None:
            return _check_mac(parsed, key)
    raise NoMatchError("The file was not sealed to this key.")


def _open_x25519(stanza: header.Stanza, identity: Identity) -> bytes | None:
    """The file key, or None if the stanza is another's. Raises HeaderBrokenError."""
    if len(stanza.arguments) != 2:
        raise HeaderBrokenError("An X25519 stanza should have one argument after its name.")
    share = header.from_raw_base64(stanza.arguments[1])
    if len(share) != header.SHARE_BYTES or len(stanza.body) != header.WRAPPED_BYTES:
        raise HeaderBrokenError("An X25519 stanza should have a share and a body of 32 bytes each.")
    private = identity.private_key
    try:
        shared = private.exchange(X25519PublicKey.from_public_bytes(share))
    except ValueError as error:
        raise HeaderBrokenError(
            "An X25519 stanza has a share of low order, which no real sender makes."
        ) from error
    salt = share + private.public_key().public_bytes_raw()
    return _unwrap(header.hkdf(shared, salt, header.X25519_INFO), stanza.body)


def _file_key_by_code(parsed: header.Header, code: str) -> bytes:
    """The file key of the scrypt stanza, the MAC checked."""
    _check_passphrase_alone(parsed)
    stanza = parsed.stanzas[0]
    if stanza.arguments[0] != "scrypt":
        raise NoMatchError("The file was sealed to a key, not with a passphrase.")
    if len(stanza.arguments) != 3 or not _WORK.fullmatch(stanza.arguments[2]):
        raise HeaderBrokenError("A scrypt stanza should have a salt and a whole number after its name.")
    salt = header.from_raw_base64(stanza.arguments[1])
    if len(salt) != passphrase.SALT_BYTES or len(stanza.body) != header.WRAPPED_BYTES:
        raise HeaderBrokenError("A scrypt stanza should have a salt of 16 bytes and a body of 32.")
    if len(stanza.arguments[2]) > 2 or int(stanza.arguments[2]) > passphrase.LOG_N_MAX:
        raise HeaderBrokenError(f"A scrypt stanza asks for more work than 2**{passphrase.LOG_N_MAX}.")
    key = _unwrap(passphrase.wrap_key(code, salt, int(stanza.arguments[2])), stanza.body)
    if key is None:
        raise NoMatchError("The recovery code or passphrase is not the one it was sealed with.")
    return _check_mac(parsed, key)


def _check_passphrase_alone(parsed: header.Header) -> None:
    """A scrypt stanza stands alone: it would vouch for a sender otherwise."""
    if len(parsed.stanzas) > 1 and any(s.arguments[0] == "scrypt" for s in parsed.stanzas):
        raise HeaderBrokenError("A passphrase stanza should be the only one in its header.")


def _unwrap(wrap_key: bytes, body: bytes) -> bytes | None:
    try:
        return ChaCha20Poly1305(wrap_key).decrypt(header.WRAP_NONCE, body, None)
    except InvalidTag:
        return None


def _check_mac(parsed: header.Header, file_key: bytes) -> bytes:
    """The file key, once it vouches for the header. Raises MacWrongError."""
    if not hmac.compare_digest(header.mac_of(file_key, parsed.covered), parsed.mac):
        raise MacWrongError
    return file_key
