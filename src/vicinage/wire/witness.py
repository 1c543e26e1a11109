"""The client of c2sp.org/tlog-witness: asks a witness for its cosignature on a checkpoint.

WireError
  WitnessConflict     409: the witness has cosigned another size (`size`), or another root
"""

from collections.abc import Callable, Sequence
from hashlib import sha256

from vicinage.tlog import checkpoint, note, signing, witness
from vicinage.tlog.errors import TlogError
from vicinage.tlog.keys import VKey
from vicinage.tlog.note import Signature
from vicinage.wire import web
from vicinage.wire.codec import WireError

ANSWER_LIMIT = 64 * 1024


class WitnessConflict(WireError):  # noqa: N818 - the protocol's own word
    """The witness stands elsewhere. size: entries it last cosigned, or None when the log forks from it."""

    def __init__(self, sentence: str, size: int | None, hint: str = "") -> None:
        super().__init__("witness-conflict", sentence, hint)
        self.size = size


def add_checkpoint(
    url: str, old_size: int, proof: Sequence[bytes], signed: bytes, timeout_s: float = 5.0
) -> tuple[Signature, ...]:
    """The witness's cosignature lines on the note `signed`; the caller checks them against a vkey.

    url: the witness's submission prefix. proof: consistency from old_size, hashes of 32 bytes.
    Raises WitnessConflict (409, 422), WireError (witness-refused, witness-answer, wire-unreachable).
    """
    body = witness.format_request(old_size, proof, signed)
    answer = web.post(f"{url.rstrip('/')}/add-checkpoint", body, ANSWER_LIMIT, timeout_s)
    said = answer.body.decode("utf-8", "replace")
    if answer.status == 409:
        if answer.kind != witness.SIZE_TYPE:
            raise WitnessConflict(
                f"The witness at {url} holds another root for this size: {said[:200]}", None
            )
        size = _size(said)
        raise WitnessConflict(f"The witness at {url} last cosigned {size} entries, not {old_size}.", size)
    if answer.status == 422:
        raise WitnessConflict(
            f"The witness at {url} says this log forks from what it cosigned: {said[:200]}", None
        )
    if answer.status != 200:
        raise WireError(
            "witness-refused",
            f"The witness at {url} answered {answer.status}: {said[:200].strip()}",
            "Check that the witness trusts this log's key.",
        )
    try:
        return note.parse_signatures(said)
    except TlogError as error:
        raise WireError("witness-answer", f"The witness at {url} answered no signature lines.") from error


def cosign(
    url: str,
    vkey: VKey,
    signed: bytes,
    prove: Callable[[int], Sequence[bytes]],
    old_size: int = 0,
    timeout_s: float = 5.0,
    told: Callable[[int], None] = lambda size: None,
) -> Signature:
    """The true cosignature by `vkey` on the note `signed`, asking again once when the sizes differ.

    prove(old) gives the consistency proof from `old` entries to the note's size. old_size: what the
    witness is thought to have seen. told: is called with the size it says it has seen instead. Raises as
    `add_checkpoint`; WitnessConflict when the witness has seen more entries than the note has (this log
    was rolled back); WireError (witness-answer) when no line by `vkey` is true.
    """
    text = note.parse(signed).text
    size = checkpoint.parse(text).size
    try:
        lines = add_checkpoint(url, old_size, prove(old_size), signed, timeout_s)
    except WitnessConflict as conflict:
        if conflict.size is None or conflict.size == old_size:
            raise
        told(conflict.size)
        if conflict.size > size:
            raise WitnessConflict(
                f"The witness at {url} has seen {conflict.size} entries; this log has {size}.",
                conflict.size,
                "The log's data may be an old copy. Restore the newest; do not sign over it.",
            ) from conflict
        lines = add_checkpoint(url, conflict.size, prove(conflict.size), signed, timeout_s)
    for line in lines:
        if line.is_from(vkey):
            try:
                signing.verify(vkey, text, line)
            except TlogError as error:
                raise WireError(
                    "witness-answer", f"The witness at {url} sent a false cosignature."
                ) from error
            return line
    raise WireError("witness-answer", f"The witness at {url} sent no cosignature by {vkey.name}.")


def latest(url: str, origin: str, timeout_s: float = 5.0) -> note.Note | None:
    """The note the witness last cosigned for a log, or None when it has seen none.

    url: the witness's monitoring prefix (ours equals its submission prefix).
    Raises WireError (witness-refused, witness-answer, wire-unreachable).
    """
    name = sha256(origin.encode()).hexdigest()
    answer = web.get(f"{url.rstrip('/')}/{name}/checkpoint", note.MAX_BYTES, timeout_s)
    if answer.status == 404:
        return None
    if answer.status != 200:
        raise WireError("witness-refused", f"The witness at {url} answered {answer.status}.")
    try:
        return note.parse(answer.body)
    except TlogError as error:
        raise WireError("witness-answer", f"The witness at {url} answered no checkpoint.") from error


def _size(said: str) -> int:
    """The size in a 409 body: decimal and a newline."""
    try:
        if not said.endswith("\n"):
            raise WireError("witness-answer", "The witness's size does not end in a newline.")
        return checkpoint.parse_size(said[:-1])
    except TlogError as error:
        raise WireError("witness-answer", "The witness's answer holds no size.") from error
