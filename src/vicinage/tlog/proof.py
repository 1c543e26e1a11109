"""Proofs of logging (`.tlog-proof`): an entry's index, its inclusion proof, and a cosigned checkpoint.

Checked offline against the entry and a policy. Source: c2sp.org/tlog-proof.
"""

import base64
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from vicinage.tlog import checkpoint, merkle, note
from vicinage.tlog.errors import CheckpointError, MerkleError, NoteError, PolicyError, ProofError
from vicinage.tlog.keys import VKey, decode_base64
from vicinage.tlog.merkle import HASH_SIZE
from vicinage.tlog.policy import Checked, Policy
from vicinage.tlog.tile import Folder

HEADER = "c2sp.org/tlog-proof@v1"
MAX_BYTES = note.MAX_BYTES + 128 * 1024
MAX_HASHES = 63


@dataclass(frozen=True)
class Proof:
    """A proof of logging, not yet checked.

    index: of the entry. hashes: sibling first, 32 bytes each. signed: the checkpoint note.
    extra: opaque bytes that nothing authenticates, or None.
    """

    index: int
    hashes: tuple[bytes, ...]
    signed: note.Note
    extra: bytes | None = None

    def text(self) -> str:
        """The `.tlog-proof` file."""
        lines = [HEADER]
        if self.extra is not None:
            lines.append(f"extra {base64.b64encode(self.extra).decode()}")
        lines.append(f"index {self.index}")
        lines += [base64.b64encode(item).decode() for item in self.hashes]
        return "\n".join(lines) + "\n\n" + self.signed.encode().decode()

    def by(self, keys: Collection[VKey]) -> "Proof":
        """This proof with the signature lines of these keys alone: no larger than its reader needs."""
        lines = tuple(s for s in self.signed.signatures if any(s.is_from(vkey) for vkey in keys))
        return replace(self, signed=note.Note(self.signed.text, lines))

    def encode(self) -> bytes:
        """The file's bytes."""
        return self.text().encode()

    def verify(self, policy: Policy, leaf: bytes) -> Checked:
        """Check that `leaf` (the entry's bytes) stands at `index` in a log that meets `policy`.

        Raises ProofError (proof-policy, proof-inclusion).
        """
        try:
            checked = policy.check(self.signed)
        except PolicyError as error:
            raise ProofError("proof-policy", error.sentence) from error
        tree = checked.checkpoint
        try:
            merkle.verify_inclusion(self.index, tree.size, merkle.leaf_hash(leaf), self.hashes, tree.root)
        except MerkleError as error:
            raise ProofError("proof-inclusion", error.sentence) from error
        return checked


def make(index: int, hashes: Sequence[bytes], signed: bytes, extra: bytes | None = None) -> Proof:
    """A proof from its parts; signed: the checkpoint note's bytes."""
    return Proof(index, tuple(hashes), note.parse(signed), extra)


def from_folder(folder: Folder, index: int, extra: bytes | None = None) -> Proof:
    """The proof of entry `index` under the folder's published checkpoint.

    Raises ProofError (proof-unpublished) when the checkpoint does not hold the entry yet.
    """
    data = folder.checkpoint()
    if data is None:
        raise ProofError("proof-unpublished", "The log has no checkpoint yet.")
    signed = note.parse(data)
    size = checkpoint.parse(signed.text).size
    try:
        return Proof(index, folder.reader(size).inclusion(index), signed, extra)
    except MerkleError as error:
        raise ProofError(
            "proof-unpublished", f"The published log does not hold entry {index} yet."
        ) from error


def parse(data: bytes) -> Proof:
    """The proof in a file. Raises ProofError (proof-format) when it is malformed."""
    if len(data) > MAX_BYTES:
        raise _broken(f"has {len(data)} bytes; at most {MAX_BYTES} are read")
    try:
        head, found, rest = data.decode("utf-8").partition("\n\n")
        if not found:
            raise _broken("has no empty line before its checkpoint")
        lines = head.split("\n")
        if lines.pop(0) != HEADER:
            raise _broken(f"does not start with {HEADER}")
        extra = None
        if lines and lines[0].startswith("extra "):
            extra = decode_base64(lines.pop(0).removeprefix("extra "), "extra data")
        if not lines or not lines[0].startswith("index "):
            raise _broken("has no index line")
        index = checkpoint.parse_size(lines.pop(0).removeprefix("index "))
        hashes = tuple(decode_base64(line, "hash") for line in lines)
        if len(hashes) > MAX_HASHES or any(len(item) != HASH_SIZE for item in hashes):
            raise _broken(f"should have at most {MAX_HASHES} hashes of {HASH_SIZE} bytes")
        return Proof(index, hashes, note.parse(rest.encode()), extra)
    except (UnicodeDecodeError, NoteError, CheckpointError) as error:
        raise _broken(f"is malformed: {error}") from error


def _broken(what: str) -> ProofError:
    return ProofError("proof-format", f"The proof of logging {what}.", "See c2sp.org/tlog-proof.")
