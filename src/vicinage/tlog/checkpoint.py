"""Checkpoints: origin, tree size and root of a log, as the text of a signed note.

Source: c2sp.org/tlog-checkpoint.
"""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass

from vicinage.tlog.errors import CheckpointError, NoteError
from vicinage.tlog.keys import decode_base64
from vicinage.tlog.merkle import EMPTY_ROOT, HASH_SIZE, MAX_SIZE
from vicinage.tlog.note import Note, Signer

DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True)
class Checkpoint:
    """A tree head. origin: the log's name. size: entries. root: 32 bytes. extensions: opaque lines."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def text(self) -> str:
        """The note text, ending in a newline."""
        lines = (self.origin, str(self.size), base64.b64encode(self.root).decode(), *self.extensions)
        return "".join(line + "\n" for line in lines)

    def sign(self, signers: Sequence[Signer], timestamp: int) -> Note:
        """A signed note, one line per signer in order. timestamp: POSIX seconds."""
        text = self.text()
        return Note(text, tuple(signer.sign(text, timestamp) for signer in signers))


def parse_size(text: str) -> int:
    """A tree size: ASCII decimal, no leading zero, below 2**63. Raises CheckpointError (checkpoint-size)."""
    if not DECIMAL.fullmatch(text) or int(text) > MAX_SIZE:
        raise CheckpointError("checkpoint-size", f"{text[:40]!r} is no tree size: a plain decimal number is.")
    return int(text)


def parse(text: str) -> Checkpoint:
    """The checkpoint in a note text. Raises CheckpointError (checkpoint-lines, -size, -root)."""
    lines = text.split("\n")
    if lines.pop() or len(lines) < 3 or not all(lines):
        raise CheckpointError(
            "checkpoint-lines", "A checkpoint should have three or more non-empty lines: origin, size, root."
        )
    size = parse_size(lines[1])
    try:
        root = decode_base64(lines[2], "root hash")
    except NoteError as error:
        raise CheckpointError("checkpoint-root", error.sentence) from error
    if len(root) != HASH_SIZE:
        raise CheckpointError("checkpoint-root", f"The root hash has {len(root)} bytes; it should have 32.")
    if size == 0 and root != EMPTY_ROOT:
        raise CheckpointError("checkpoint-root", "An empty log should have the root of the empty tree.")
    return Checkpoint(lines[0], size, root, tuple(lines[3:]))
