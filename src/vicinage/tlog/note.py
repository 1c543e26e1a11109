"""Signed notes: text with signature lines, after c2sp.org/signed-note.

text ending in a newline
(empty line)
— name base64(key id || signature)
"""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from vicinage.tlog.errors import NoteError
from vicinage.tlog.keys import VKey, check_name, decode_base64

MAX_BYTES = 256 * 1024
MAX_SIGNATURES = 64

_DASH = "\u2014 "
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True)
class Signature:
    """One signature line: key name, key id (4 bytes), signature bytes after the id."""

    name: str
    key_id: bytes
    raw: bytes

    def line(self) -> str:
        """The line as it stands in a note, newline included."""
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.raw).decode()}\n"

    def is_from(self, vkey: VKey) -> bool:
        """Whether the line names this key (name and id); says nothing of its truth."""
        return self.name == vkey.name and self.key_id == vkey.key_id


@dataclass(frozen=True)
class Note:
    """A text (ending in a newline) and its signatures, in order."""

    text: str
    signatures: tuple[Signature, ...]

    def encode(self) -> bytes:
        """The note as bytes: what is stored and served."""
        return (self.text + "\n" + "".join(s.line() for s in self.signatures)).encode()

    def with_signatures(self, more: Iterable[Signature]) -> "Note":
        """This note with further lines; a line already there is not doubled."""
        lines = list(self.signatures)
        lines.extend(s for s in more if s not in lines)
        return Note(self.text, tuple(lines))


class Signer(Protocol):
    """What signs a note: an Ed25519 log key, a witness's cosignature key, or an ML-DSA-44 key."""

    @property
    def vkey(self) -> VKey:
        """The public key."""

    def sign(self, text: str, timestamp: int) -> Signature:
        """The signature line for a note text. timestamp: POSIX seconds; plain Ed25519 ignores it."""


def parse_signature(line: str) -> Signature:
    """One signature line without its newline. Raises NoteError (note-signature)."""
    parts = line.removeprefix(_DASH).split(" ")
    if not line.startswith(_DASH) or len(parts) != 2:
        raise NoteError("note-signature", "A signature line should read: dash, key name, base64.")
    raw = decode_base64(parts[1], f"signature by {parts[0]!r}")
    if len(raw) < 5:
        raise NoteError("note-signature", f"The signature by {parts[0]!r} is shorter than its key id.")
    return Signature(check_name(parts[0]), raw[:4], raw[4:])


def parse_signatures(text: str) -> tuple[Signature, ...]:
    """One or more signature lines, each ending in a newline (a witness's answer)."""
    if not text.endswith("\n"):
        raise NoteError("note-signature", "The last signature line does not end in a newline.")
    lines = text[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise NoteError("note-signature", f"{len(lines)} signatures; at most {MAX_SIGNATURES} are read.")
    return tuple(parse_signature(line) for line in lines)


def parse(data: bytes) -> Note:
    """The note in `data`, its signatures not yet checked. Raises NoteError (note-format, note-signature)."""
    if len(data) > MAX_BYTES:
        raise NoteError("note-format", f"The note has {len(data)} bytes; at most {MAX_BYTES} are read.")
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NoteError("note-format", "The note is not UTF-8.") from error
    if _CONTROL.search(whole):
        raise NoteError("note-format", "The note holds a control character other than newline.")
    text, found, signatures = whole.rpartition("\n\n")
    if not found or not text:
        raise NoteError("note-format", "The note has no empty line between its text and its signatures.")
    return Note(text + "\n", parse_signatures(signatures))
