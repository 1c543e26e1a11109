"""Asks the policy's witnesses, all at once: what they have seen, and for their cosignatures.

A slow witness holds nobody up: once the quorum has answered, the others have GRACE_S left. A witness's
word against this log counts only with this log's own signature on it; without that it may be lying.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from vicinage.server.ledger import errors
from vicinage.tlog import checkpoint, merkle, signing
from vicinage.tlog.checkpoint import Checkpoint
from vicinage.tlog.errors import NoteError, TlogError
from vicinage.tlog.keys import VKey, parse_vkey
from vicinage.tlog.note import Note, Signature
from vicinage.tlog.policy import NONE, Policy
from vicinage.tlog.tile import Folder
from vicinage.wire import WireError, witness
from vicinage.wire.witness import WitnessConflict

log = logging.getLogger(__name__)
TIMEOUT_S = 5.0
GRACE_S = 0.25

Named = tuple[str, VKey, str]
Head = tuple[Checkpoint, str]
T = TypeVar("T")


@dataclass(frozen=True)
class Accusation:
    """A witness says that this log forks from what it has cosigned; `head`: what it can show, or None."""

    name: str
    sentence: str
    head: Checkpoint | None


def parse(setting: str) -> list[Named]:
    """The witnesses in VICINAGE_WITNESSES: `name vkey url`, parted by commas.

    Raises LedgerError (ledger-witnesses-setting).
    """
    found = []
    for part in filter(None, (part.strip() for part in setting.split(","))):
        words = part.split()
        try:
            name, key, url = words
            found.append((name, parse_vkey(key), url))
        except (ValueError, NoteError) as error:
            raise _setting(f"{part[:80]!r} is none: {error}") from error
    for what in ([name for name, _, _ in found], [vkey.key for _, vkey, _ in found]):
        if len(set(what)) != len(found):
            raise _setting("two of them have one name or one key")
    return found


def heads(policy: Policy, origin: str, known: Sequence[VKey]) -> list[Head]:
    """The tree heads, signed by a key of `known`, that the witnesses cosigned last; each with who says so.

    Raises LedgerError (ledger-witnesses) when fewer answer than the quorum needs.
    """

    def ask(name: str, _vkey: VKey, url: str) -> list[Head]:
        head = _shown(url, origin, known)
        return [] if head is None else [(head, f"the witness {name}")]

    answers = _all_at_once(policy, ask, lambda got: policy.is_met_by(got.keys()))
    if policy.quorum != NONE and not policy.is_met_by(answers.keys()):
        raise _too_few()
    return [head for found in answers.values() for head in found]


def gather(policy: Policy, signed: Note, folder: Folder, public: Note | None, known: Sequence[VKey]) -> Note:
    """`signed` with the cosignatures of the quorum, and of who else is quick.

    folder: holds the tiles of the checkpoint. public: the note that was published last. known: all keys
    that this log has ever signed with. Raises LedgerError: ledger-older when a witness shows our own
    signature over more entries than there are; ledger-fork when it shows one over another tree;
    ledger-witnesses when too few cosign.
    """
    tree = checkpoint.parse(signed.text)
    old_size = 0 if public is None else checkpoint.parse(public.text).size

    def ask(name: str, vkey: VKey, url: str) -> Signature | Accusation:
        def told(size: int) -> None:
            had = public is not None and any(line.is_from(vkey) for line in public.signatures)
            if had and size < old_size:
                log.warning(
                    "witness %s has cosigned %d entries, and now remembers %d: it was rolled back",
                    name,
                    old_size,
                    size,
                )

        try:
            prove = folder.reader(tree.size).consistency
            return witness.cosign(url, vkey, signed.encode(), prove, old_size, TIMEOUT_S, told)
        except WitnessConflict as conflict:
            return Accusation(name, str(conflict), _shown(url, tree.origin, known))

    def is_enough(got: dict[str, Signature | Accusation]) -> bool:
        return policy.is_met_by({name for name, answer in got.items() if isinstance(answer, Signature)})

    answers = _all_at_once(policy, ask, is_enough)
    for answer in answers.values():
        if isinstance(answer, Accusation):
            _answer(answer, tree, folder)
    signed = signed.with_signatures(a for a in answers.values() if isinstance(a, Signature))
    try:
        policy.check(signed)
    except TlogError as error:
        raise _too_few() from error
    return signed


def that_know(policy: Policy, vkey: VKey) -> set[str]:
    """The names of the witnesses that trust this key of the log: it signed what they cosigned last.

    A witness keeps only the lines of keys that it trusts.
    """

    def ask(_name: str, _vkey: VKey, url: str) -> bool:
        seen = witness.latest(url, vkey.name, TIMEOUT_S)
        return seen is not None and bool(signing.true_lines(seen, [vkey]))

    answers = _all_at_once(policy, ask, lambda got: False)
    return {name for name, knows in answers.items() if knows}


def _answer(said: Accusation, tree: Checkpoint, folder: Folder) -> None:
    """Raise when our own signature proves the accusation; say so in the log when nothing does."""
    by = f"the witness {said.name}"
    if said.head is not None and said.head.size > tree.size:
        raise errors.older(said.head.size, tree.size, by)
    if said.head is not None:
        ours = merkle.frontier_at(said.head.size, folder.reader(tree.size).read_hash).root()
        if said.head.root != ours:
            raise errors.fork(said.head.size, by)
    log.warning("%s is not believed, since it shows no signature of ours for this: %s", by, said.sentence)


def _shown(url: str, origin: str, known: Sequence[VKey]) -> Checkpoint | None:
    """The head of this log that a witness can show with a true signature of ours, or None.

    Raises WireError when it does not answer.
    """
    seen = witness.latest(url, origin, TIMEOUT_S)
    if seen is None:
        return None
    try:
        head = checkpoint.parse(seen.text)
        is_ours = head.origin == origin and bool(signing.true_lines(seen, known))
    except TlogError as error:
        log.warning("the witness at %s shows a note that is not ours: %s", url, error)
        return None
    return head if is_ours else None


def _all_at_once(
    policy: Policy, ask: Callable[[str, VKey, str], T], is_enough: Callable[[dict[str, T]], bool]
) -> dict[str, T]:
    """What the witnesses answered, in the policy's order; those that failed or were too slow are not in it.

    Daemon threads: one that hangs holds up neither this call nor the end of the process.
    """
    came: queue.SimpleQueue[tuple[str, T | None]] = queue.SimpleQueue()

    def run(name: str, vkey: VKey, url: str) -> None:
        answer: T | None = None
        try:
            answer = ask(name, vkey, url)
        except (WireError, TlogError, OSError) as error:
            log.info("witness %s does not help: %s", name, error)
        finally:
            came.put((name, answer))

    asked = [(name, vkey, url) for name, (vkey, url) in policy.witnesses.items() if url]
    for witness_ in asked:
        threading.Thread(target=run, args=witness_, daemon=True, name=f"witness {witness_[0]}").start()
    until, was_enough = time.monotonic() + 3 * TIMEOUT_S, False
    got: dict[str, T] = {}
    for _ in asked:
        try:
            name, answer = came.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            break
        if answer is not None:
            got[name] = answer
        if not was_enough and is_enough(got):
            was_enough, until = True, time.monotonic() + GRACE_S
    return {name: got[name] for name in policy.witnesses if name in got}


def _too_few() -> errors.LedgerError:
    return errors.LedgerError(
        "ledger-witnesses",
        "Too few witnesses answer; new log entries stay pending.",
        "Start the witness; the entries are published then.",
    )


def _setting(what: str) -> errors.LedgerError:
    return errors.LedgerError(
        "ledger-witnesses-setting",
        f"VICINAGE_WITNESSES should list `name vkey url`, parted by commas; {what}.",
        "Each witness prints its vkey and its address when it starts.",
        status=500,
    )
