"""Compares two signed heads of one log: does the larger tree begin with the smaller one?

A head that the log signed and that does not fit another is proof, for anyone, that the log showed two
different pasts. So what another person was shown is worth as much as what we were shown.
"""

from collections.abc import Iterable

from vicinage.errors import VicinageError
from vicinage.evidence import head as heads
from vicinage.evidence.head import Head
from vicinage.tlog import merkle, signing
from vicinage.tlog.checkpoint import Checkpoint
from vicinage.tlog.errors import MerkleError, NoteError
from vicinage.tlog.policy import Policy
from vicinage.tlog.reader import Fetch, Reader


def signed_by_log(rules: Policy, data: bytes) -> Head | None:
    """The head in a note, when a log of the policy truly signed it; witnesses are not asked for."""
    try:
        head = heads.parse(data)
        keys = [vkey for vkey, _ in rules.logs if vkey.name == head.tree.origin]
        return head if signing.true_lines(head.signed, keys) else None
    except VicinageError:
        return None


def agree(one: Checkpoint, other: Checkpoint, fetches: Iterable[Fetch]) -> bool | None:
    """Whether both are heads of one growing log. None: nothing that can be fetched proves it either way.

    fetches: where the tiles of the larger tree may be had.
    """
    small, large = sorted((one, other), key=lambda tree: tree.size)
    if small.origin != large.origin:
        return False
    if small.size == large.size:
        return small.root == large.root
    if small.size == 0:
        return True
    for fetch in fetches:
        answer = continues(fetch, small, large)
        if answer is not None:
            return answer
    return None


def continues(fetch: Fetch, small: Checkpoint, large: Checkpoint) -> bool | None:
    """Whether the tree `large` begins with `small` (of at least one entry), by the tiles fetched.

    None when they cannot be had, or are not those of `large` either.
    """
    reader = Reader(fetch, large.size)
    try:
        proof = reader.consistency(small.size)
        merkle.verify_consistency(small.size, large.size, small.root, large.root, proof)
        return True
    except MerkleError:
        pass
    except (VicinageError, NoteError):
        return None
    try:
        return False if reader.frontier().root() == large.root else None
    except VicinageError:
        return None
