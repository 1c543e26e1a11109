"""Asks the policy's witnesses: what they have seen, and for their cosignatures."""

import logging

from vicinage.server.ledger import errors
from vicinage.tlog import checkpoint
from vicinage.tlog.checkpoint import Checkpoint
from vicinage.tlog.errors import TlogError
from vicinage.tlog.note import Note
from vicinage.tlog.policy import NONE, Policy, quorum_size
from vicinage.tlog.reader import Reader
from vicinage.wire import WireError, witness
from vicinage.wire.witness import WitnessConflict

log = logging.getLogger(__name__)
TIMEOUT_S = 5.0


def heads(policy: Policy, origin: str) -> list[tuple[Checkpoint, str]]:
    """The tree heads that the witnesses cosigned last, each with who says so.

    Raises LedgerError (ledger-witnesses) when fewer answer than the quorum needs.
    """
    found, answers = [], 0
    for name, (_vkey, url) in policy.witnesses.items():
        if not url:
            continue
        try:
            seen = witness.latest(url, origin, TIMEOUT_S)
            answers += 1
            if seen is not None:
                found.append((checkpoint.parse(seen.text), f"the witness {name}"))
        except (WireError, TlogError) as error:
            log.info("witness %s does not answer: %s", name, error)
    if policy.quorum != NONE and answers < quorum_size(len(policy.witnesses)):
        raise _too_few()
    return found


def gather(policy: Policy, signed: Note, reader: Reader, old_size: int) -> Note:
    """`signed` with the cosignatures that the quorum demands.

    reader: the log at the checkpoint's size. old_size: the size most likely known to a witness.
    Raises LedgerError: ledger-older when a witness has cosigned more entries than there are;
    ledger-fork when it has cosigned another tree of this size; ledger-witnesses when too few answer.
    """
    for name, (vkey, url) in policy.witnesses.items():
        if not url:
            continue
        try:
            line = witness.cosign(url, vkey, signed.encode(), reader.consistency, old_size, TIMEOUT_S)
            signed = signed.with_signatures([line])
        except WitnessConflict as conflict:
            by = f"the witness {name}"
            if conflict.size is None:
                raise errors.fork(reader.size, by) from conflict
            if conflict.size > reader.size:
                raise errors.older(conflict.size, reader.size, by) from conflict
            log.info("witness %s did not cosign: %s", name, conflict)
        except (WireError, TlogError) as error:
            log.info("witness %s did not cosign: %s", name, error)
    try:
        policy.check(signed)
    except TlogError as error:
        raise _too_few() from error
    return signed


def _too_few() -> errors.LedgerError:
    return errors.LedgerError(
        "ledger-witnesses",
        "Too few witnesses answer; new log entries stay pending.",
        "Start the witness; the entries are published then.",
    )
