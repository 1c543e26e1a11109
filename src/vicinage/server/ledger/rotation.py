"""Changing the log's keys: the new pair signs beside the old one until the old one is given up.

1. `rotate` makes the new pair and records `log.key`. Once that entry has its place, every checkpoint
   carries the lines of both pairs, and the public policy names both: a reader with the old policy, or
   with the new one, believes it.
2. Witnesses and readers take the new key in their own time.
3. `retire` gives the old pair up, once a quorum of witnesses has shown that it knows the new one.

Each step may be done again after a crash.
"""

import os
from collections.abc import Callable
from datetime import datetime

from vicinage import durable
from vicinage.server import home
from vicinage.server.ledger import actions, keys, publish, sequence, witnesses
from vicinage.server.ledger.errors import LedgerError
from vicinage.server.ledger.keys import Pair
from vicinage.tlog import checkpoint, note
from vicinage.tlog.keys import VKey
from vicinage.tlog.note import Note
from vicinage.tlog.tile import Folder


def rotate(at: datetime, tell: Callable[[VKey], None] = lambda vkey: None) -> Pair:
    """Make the next pair of keys and say so in the log; the pair. Doing it again changes nothing.

    tell: is given the new key before the log speaks of it, for a witness at hand.
    Raises LedgerError (ledger-keys-missing) when the log has no keys yet.
    """
    with publish.one_sequencer():
        current, following = keys.load().pair, keys.next_pair()
        if following is None or following.subject == current.subject:
            following = keys.make_pair(current.ed25519.vkey.name)
            keys.write_pair(following, keys.NEXT_ED25519, keys.NEXT_MLDSA)
    tell(following.ed25519.vkey)
    actions.announce_key(following.subject, following.ed25519.vkey, following.mldsa.vkey, at)
    return following


def retire() -> VKey:
    """Give the old pair up; its Ed25519 key. From here on only the new pair signs.

    Raises LedgerError (ledger-key-rotation) when there is no new pair, when it has signed no published
    checkpoint yet, or when too few witnesses know it; (ledger-witnesses) when too few answer.
    """
    with publish.one_sequencer():
        held = keys.load()
        old = held.pair
        if held.next is None:
            raise _not_now("There is no new key in use", "Run `vicinage log rotate-key` first.")
        folder, fresh = Folder(home.public_log()), held.next.ed25519.vkey
        published = _published(folder)
        if not any(line.is_from(fresh) for line in published.signatures):
            raise _not_now("The new key has signed no published checkpoint yet", "Wait until it has.")
        if checkpoint.parse(published.text).size != sequence.next_index():
            raise _not_now("Entries are waiting to be published", "Wait until they are.")
        _ask_witnesses(fresh)
        durable.replace(
            home.keys() / keys.RETIRED,
            "".join(f"{vkey}\n" for vkey in dict.fromkeys((*keys.retired(), old.ed25519.vkey))).encode(),
        )
        given_up = [old.ed25519.vkey, old.mldsa.vkey]
        kept = tuple(s for s in published.signatures if not any(s.is_from(vkey) for vkey in given_up))
        folder.put_checkpoint(Note(published.text, kept).encode())
        keys.write_pair(held.next, keys.ED25519, keys.MLDSA)
        for name in (keys.NEXT_ED25519, keys.NEXT_MLDSA):
            os.unlink(home.keys() / name)
        durable.sync_folder(home.keys())
        keys.write_public(keys.load())
        return old.ed25519.vkey


def _published(folder: Folder) -> Note:
    data = folder.checkpoint()
    if data is None:
        raise _not_now("The log has published nothing yet", "Wait until it has.")
    return note.parse(data)


def _ask_witnesses(fresh: VKey) -> None:
    """Raise unless the witnesses that have seen a line by the new key would make the quorum."""
    policy = keys.current_policy()
    took = witnesses.that_know(policy, fresh)
    if policy.quorum != "none" and not policy.is_met_by(took):
        missing = ", ".join(name for name in policy.witnesses if name not in took)
        raise _not_now(
            f"These witnesses do not know the new key: {missing}",
            "Each must be told: `vicinage witness --trust VKEY`. It shows so after the next entry.",
        )


def _not_now(what: str, hint: str = "") -> LedgerError:
    return LedgerError("ledger-key-rotation", f"{what}; the old key stays.", hint, status=409)
