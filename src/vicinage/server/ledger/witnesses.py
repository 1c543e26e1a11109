"""Asks the policy's witnesses to cosign a checkpoint."""

import logging
from collections.abc import Iterable

from vicinage.server.ledger import errors
from vicinage.tlog.errors import TlogError, WitnessError
from vicinage.tlog.note import Note, Signature
from vicinage.tlog.policy import Policy
from vicinage.tlog.reader import Reader
from vicinage.wire import WireError
from vicinage.wire import witness as wire

log = logging.getLogger(__name__)
TIMEOUT_S = 5.0


def gather(policy: Policy, signed: Note, reader: Reader, old_size: int) -> Note:
    """`signed` with the cosignatures that the quorum demands.

    reader: the log at the checkpoint's size. old_size: the size most likely known to a witness.
    Raises LedgerError: ledger-older when a witness has cosigned more entries than there are;
    ledger-fork when it has cosigned another tree of this size; ledger-witnesses when too few answer.
    """
    for name, (_vkey, url) in policy.witnesses.items():
        if not url:
            continue
        try:
            signed = signed.with_signatures(_ask(url, signed, reader, old_size, name))
        except (WireError, OSError, TlogError) as error:
            log.warning("witness %s did not cosign: %s", name, error)
    try:
        policy.check(signed)
    except TlogError as error:
        raise errors.LedgerError(
            "ledger-witnesses",
            "Too few witnesses cosigned the log; new entries stay pending.",
            "Start the witness; the entries are published then.",
        ) from error
    return signed


def _ask(url: str, signed: Note, reader: Reader, old_size: int, name: str) -> Iterable[Signature]:
    """The cosignatures of one witness; asks once more with the size that it names."""
    try:
        return wire.add_checkpoint(url, old_size, reader.consistency(old_size), signed.encode(), TIMEOUT_S)
    except WitnessError as error:
        if error.status != 409 or error.size is None:
            raise
        if error.size > reader.size:
            raise errors.older(error.size, reader.size, f"the witness {name}") from error
        if error.size == old_size:
            raise errors.fork(error.size, f"the witness {name}") from error
        proof = reader.consistency(error.size)
        return wire.add_checkpoint(url, error.size, proof, signed.encode(), TIMEOUT_S)
