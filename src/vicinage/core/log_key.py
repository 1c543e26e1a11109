"""A change of the log's own keys, as an event: whoever follows the log learns the next keys from it."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from vicinage.core import canonical, leaf
from vicinage.core.errors import CanonicalError
from vicinage.core.event import Decision, Event

VKEY = re.compile(r"([^+\s]{1,200})\+[0-9a-f]{8}\+[A-Za-z0-9+/]{20,2400}={0,2}\Z")


class Keys(NamedTuple):
    """The verifier keys (signed-note) that sign the log from here on; mldsa may be ""."""

    ed25519: str
    mldsa: str


def rotate(vkey: str, vkey_mldsa: str, at: datetime) -> Decision:
    """Announce the keys that sign the log from this entry on: an event `log.key`.

    vkey: Ed25519; vkey_mldsa: ML-DSA-44, or "". Both of one name. Raises CanonicalError for other text.
    """
    keys = _keys(vkey, vkey_mldsa)
    entry = leaf.public("log.key", at, {"ed25519": keys.ed25519, "mldsa": keys.mldsa})
    return Decision(
        "rotated", (), Event("log.key", keys.ed25519.partition("+")[0], entry, None, private=False)
    )


def _keys(vkey: object, vkey_mldsa: object) -> Keys:
    given = [vkey] if vkey_mldsa == "" else [vkey, vkey_mldsa]
    found = [VKEY.match(key) if isinstance(key, str) else None for key in given]
    names = {match[1] for match in found if match is not None}
    if None in found:
        raise CanonicalError("log-key", "The log's key must be a verifier key: name+hash+key.")
    if len(names) != 1:
        raise CanonicalError("log-key-name", "Both keys of the log must bear the log's name.")
    return Keys(str(vkey), str(vkey_mldsa))


def from_leaf(entry: Mapping[str, Any]) -> Keys:
    """The keys that a `log.key` leaf announces. Raises CanonicalError."""
    fields = canonical.members(entry, ("v", "type", "at", "ed25519", "mldsa"))
    return _keys(fields["ed25519"], fields["mldsa"])
