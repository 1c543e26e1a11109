"""What the two sides keep of a hand-over: the owner's receipt, the agency's evidence package."""

import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import IO

from vicinage.core import canonical
from vicinage.evidence import pack
from vicinage.server import home
from vicinage.server.agencies.models import Agency
from vicinage.server.handovers import queries
from vicinage.server.handovers.models import Handover, HandoverClip
from vicinage.server.ledger import queries as ledger
from vicinage.server.ledger.models import Entry
from vicinage.wire.handover import HandOverReceipt


def receipt(handover: Handover) -> HandOverReceipt:
    """The owner's receipt, without index and proof until the log has published the entry."""
    index = ledger.index_of_entry(handover.entry)
    proof = None if index is None else ledger.proof(index)
    return HandOverReceipt(id=handover.id, index=index, leaf=bytes(handover.entry.leaf), proof=proof)


def package(handover: Handover, at: datetime) -> IO[bytes]:
    """The evidence package as a file without a name, at its beginning; gone when closed.

    Raises LedgerError while one of its entries is not in the published log, and PackageError when a
    payload is not what its hub stated.
    """
    contents = _contents(handover, at)
    out = tempfile.TemporaryFile(dir=home.folder("spool"))  # noqa: SIM115 (the answer closes it)
    try:
        pack.write(out, contents)
        out.seek(0)
    except BaseException:
        out.close()
        raise
    return out


def _contents(handover: Handover, at: datetime) -> pack.Contents:
    public_log = home.public_log()
    agency: Agency = handover.agency
    text, mediated = handover.asked.words, handover.mediated
    return pack.Contents(
        made_at=at,
        clips=tuple(_packed(handover, clip) for clip in handover.clips.all()),
        rfa=_logged(handover.rfa_entry),
        rfa_text=text,
        rfa_fields=None if mediated is None else canonical.dumps(mediated.fields),
        agency=_logged(agency.verified_entry),
        agency_key=_logged(handover.agency_key_entry),
        consent=_logged(handover.entry),
        statement=handover.statement,
        signature=handover.signature,
        opening=handover.opening,
        policy=(public_log / "policy").read_bytes(),
        vkeys=(public_log / "vkeys").read_bytes(),
    )


def _packed(handover: Handover, clip: HandoverClip) -> pack.PackedClip:
    return pack.PackedClip(
        clip=clip.clip,
        header=bytes(clip.header),
        payload=_opener(queries.payload(handover.id, clip.clip)),
        statement=clip.hub_statement["statement"],
        signature=clip.hub_statement["signature"],
    )


def _opener(path: Path) -> Callable[[], IO[bytes]]:
    return lambda: path.open("rb")


def _logged(entry: Entry | None) -> pack.Logged:
    """The entry with its proof under the newest checkpoint. Raises LedgerError."""
    index = ledger.index_of_entry(entry) if entry is not None else None
    found = -1 if index is None else index
    return pack.Logged(ledger.leaf(found), ledger.proof(found).encode())
