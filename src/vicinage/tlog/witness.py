"""What a witness decides about a checkpoint, as c2sp.org/tlog-witness says: no clock, disk or network.

A request is: `old <size>`, up to 63 base64 proof lines, an empty line, and the checkpoint.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vicinage.tlog import checkpoint, merkle, note, signing
from vicinage.tlog.checkpoint import Checkpoint
from vicinage.tlog.errors import MerkleError, NoteError, TlogError, WitnessError
from vicinage.tlog.keys import VKey, decode_base64
from vicinage.tlog.merkle import HASH_SIZE
from vicinage.tlog.note import Note

MAX_PROOF = 63
MAX_BYTES = note.MAX_BYTES + 4096
SIZE_TYPE = "text/x.tlog.size"


@dataclass(frozen=True)
class Request:
    """A parsed add-checkpoint request; signatures and proof not yet checked."""

    old_size: int
    proof: tuple[bytes, ...]
    signed: Note
    tree: Checkpoint


def format_request(old_size: int, proof: Sequence[bytes], signed: bytes) -> bytes:
    """The body of an add-checkpoint request. signed: the checkpoint note."""
    lines = [f"old {old_size}", *(base64.b64encode(item).decode() for item in proof)]
    return ("\n".join(lines) + "\n\n").encode() + signed


def parse_request(body: bytes) -> Request:
    """The request in a body. Raises WitnessError 400 (witness-request)."""
    if len(body) > MAX_BYTES:
        raise WitnessError(400, "witness-request", f"A request should have at most {MAX_BYTES} bytes.")
    head, found, rest = body.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
        old = lines.pop(0)
        if not found or not old.startswith("old "):
            raise WitnessError(400, "witness-request", "A request should start with its old size.")
        old_size = checkpoint.parse_size(old.removeprefix("old "))
        proof = tuple(decode_base64(line, "proof line") for line in lines)
        signed = note.parse(rest)
        tree = checkpoint.parse(signed.text)
    except WitnessError:
        raise
    except (TlogError, UnicodeDecodeError) as error:
        raise WitnessError(400, "witness-request", f"The request is malformed. {error}") from error
    if len(proof) > MAX_PROOF or any(len(item) != HASH_SIZE for item in proof):
        raise WitnessError(400, "witness-request", "A proof should have at most 63 hashes of 32 bytes.")
    return Request(old_size, proof, signed, tree)


def judge(request: Request, logs: Mapping[str, Sequence[VKey]], seen: Checkpoint | None) -> Note:
    """The checkpoint to record and then cosign: its text with the log's true signature lines.

    logs: trusted keys by origin. seen: the checkpoint last cosigned for this origin, or None.
    Raises WitnessError: 404 unknown log, 403 no true signature, 400 old size above the new,
    409 old size is not the one seen (with that size) or another root at the same size,
    422 the proof is false.
    """
    tree = request.tree
    if tree.origin not in logs:
        raise WitnessError(404, "witness-unknown-log", f"This witness does not know the log {tree.origin}.")
    signed = _true_lines(request.signed, logs[tree.origin])
    if request.old_size > tree.size:
        raise WitnessError(
            400, "witness-old-size", f"The old size {request.old_size} is above the new, {tree.size}."
        )
    known = seen.size if seen else 0
    if request.old_size != known:
        raise WitnessError(409, "witness-conflict", f"The size last cosigned is {known}.", known)
    if seen is None or seen.size == 0:
        if request.proof:
            raise WitnessError(422, "witness-proof", "A proof from the empty log should be empty.")
        return signed
    if request.old_size == tree.size and tree.root != seen.root:
        raise WitnessError(409, "witness-fork", f"Another root was cosigned for {tree.size} entries.")
    try:
        merkle.verify_consistency(request.old_size, tree.size, seen.root, tree.root, request.proof)
    except MerkleError as error:
        raise WitnessError(422, "witness-proof", error.sentence) from error
    return signed


def _true_lines(signed: Note, keys: Sequence[VKey]) -> Note:
    """The note with the lines of trusted keys only; each of them must be true, and there must be one."""
    try:
        lines = [line for _, line, _ in signing.true_lines(signed, keys)]
    except NoteError as error:
        raise WitnessError(403, "witness-signature", error.sentence) from error
    if not lines:
        raise WitnessError(403, "witness-signature", "No trusted key of the log signed this checkpoint.")
    return Note(signed.text, tuple(lines))
