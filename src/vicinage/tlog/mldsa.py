"""The ML-DSA-44 line of c2sp.org/tlog-cosignature: what is signed, and its check (FIPS 204).

    struct {
        uint8 label[12] = "subtree/v1\\n\\0";
        opaque cosigner_name<1..2^8-1>;
        uint64 timestamp;
        opaque log_origin<1..2^8-1>;
        uint64 start;   uint64 end;   uint8 hash[32];
    } cosigned_message;

Extension lines of the checkpoint are not signed by this kind; our checkpoints have none.
"""

import struct

from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

from vicinage.tlog import checkpoint
from vicinage.tlog.errors import CheckpointError, NoteError
from vicinage.tlog.keys import VKey

LABEL = b"subtree/v1\n\x00"
SIGNATURE_SIZE = 2420


def message(cosigner: str, timestamp: int, text: str) -> bytes:
    """The signed bytes for a checkpoint text. Raises NoteError (note-mldsa) when it is no checkpoint."""
    try:
        tree = checkpoint.parse(text)
    except CheckpointError as error:
        raise NoteError("note-mldsa", "An ML-DSA-44 line signs checkpoints only.") from error
    return (
        LABEL
        + _opaque(cosigner)
        + struct.pack(">Q", timestamp)
        + _opaque(tree.origin)
        + struct.pack(">QQ", 0, tree.size)
        + tree.root
    )


def verify(vkey: VKey, timestamp: int, text: str, raw: bytes) -> None:
    """Check the 2420 signature bytes after the timestamp. Raises InvalidSignature or NoteError."""
    public = MLDSA44PublicKey.from_public_bytes(vkey.key)
    public.verify(raw, message(vkey.name, timestamp, text))


def _opaque(name: str) -> bytes:
    """A TLS vector with one length byte, 1 to 255 bytes long."""
    raw = name.encode()
    if not 1 <= len(raw) <= 255:
        raise NoteError("note-mldsa", f"The name {name!r} has {len(raw)} bytes; 1 to 255 fit the format.")
    return bytes([len(raw)]) + raw
