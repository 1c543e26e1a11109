"""Alice's side of a hand-over: check the log, write the agency's headers, sign, and keep the receipt."""

import hashlib
import json
import os
import secrets
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from vicinage.core import agency as core_agency
from vicinage.core import consent, leaf
from vicinage.core import rfa as law
from vicinage.core.consent import SharedClip, Statement
from vicinage.core.errors import CoreError
from vicinage.core.ids import make_id
from vicinage.device import agency_key
from vicinage.device.account import Account
from vicinage.device.errors import RefusedError, UntrustedError
from vicinage.device.owner import OwnClip, Owner
from vicinage.device.transparency import LogReader, Proven
from vicinage.seal import header, sign, unseal
from vicinage.seal.errors import SealError
from vicinage.tlog import proof as tlog_proof
from vicinage.wire.feed import AgencyRecord, RfaRecord
from vicinage.wire.handover import HandOver, HandOverReceipt, HubStatement
from vicinage.wire.mediation import PASSED_ON_LIMIT, PassedOn

# The log takes a consent in at once, unless its witnesses are away; the consent counts all the same.
LATER_S, AGAIN_S = 60.0, 1.0


@dataclass(frozen=True)
class Receipt:
    """What the owner keeps of a hand-over: the log's leaf and proof, and the opening of the leaf."""

    id: str
    statement: dict[str, Any]
    signature: str
    commitment: str
    opening: dict[str, Any]
    place: Proven

    def keep(self, folder: Path) -> None:
        """Write consent.leaf, consent.tlog-proof and consent.json into a folder."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / "consent.leaf").write_bytes(self.place.leaf)
        (folder / "consent.tlog-proof").write_bytes(self.place.proof)
        told = {"statement": self.statement, "signature": self.signature, "opening": self.opening}
        (folder / "consent.json").write_text(json.dumps(told, indent=1) + "\n")


@dataclass(frozen=True)
class Asking:
    """An rfa as the log proves it, with the agency's key in force as the log proves that."""

    rfa: str
    rfa_index: int
    agency: str
    key_index: int
    recipient: str
    retention_days: int


def check_asking(owner: Owner, log: LogReader, rfa: str) -> Asking:
    """Read an rfa and its agency's key, and believe them from the log alone. Raises UntrustedError."""
    record = owner.session.ask(RfaRecord, "GET", f"/rfas/{rfa}.json")

    def is_it(entry: dict[str, Any]) -> bool:
        named = (entry.get("type"), entry.get("rfa"), entry.get("agency"))
        return named == ("rfa.published", rfa, record.agency.id)

    return _believed(log, rfa, record.index, record.agency, is_it)


def check_passed_on(owner: Owner, log: LogReader, rfa: str) -> Asking:
    """The same for an rfa that was passed on and is not public: the log commits to its fields and words.

    Raises UntrustedError.
    """
    told = owner.session.ask(PassedOn, "GET", f"/api/rfas/passed-on/{rfa}", limit=PASSED_ON_LIMIT)

    def is_it(entry: dict[str, Any]) -> bool:
        try:
            record = law.from_mediated(entry, told.fields, told.text)
        except CoreError:
            return False
        return (record.rfa.id, record.rfa.agency) == (rfa, told.agency.id)

    return _believed(log, rfa, told.index, told.agency, is_it)


def _believed(
    log: LogReader, rfa: str, index: int, told: AgencyRecord, is_it: Callable[[dict[str, Any]], bool]
) -> Asking:
    """The asking, its entry being the one that was meant, with the agency's key and promise from the log."""
    if told.key_index is None or told.recipient is None or told.verified_index is None:
        raise UntrustedError(
            "device-no-agency-key",
            f"{told.name} should have a key in the log, and has none yet.",
            "Wait until the agency has published its key.",
        )
    if not is_it(leaf.parse(log.prove(index).leaf)):
        raise _other("the request", index)
    key = agency_key.check(log, told.key_index, told.id, told.recipient, datetime.now(UTC))
    verified = core_agency.from_leaf(leaf.parse(log.prove(told.verified_index).leaf))
    if verified.id != told.id:
        raise _other("the agency's verification", told.verified_index)
    return Asking(rfa, index, key.agency, told.key_index, key.recipient, verified.retention_days)


def hand_over(
    owner: Owner,
    log: LogReader,
    account: Account,
    asking: Asking,
    clips: Sequence[OwnClip],
    *,
    name: str,
    contact: str,
    at: datetime,
) -> Receipt:
    """Consent to hand these clips over, with the second factor; check and give the receipt."""
    household = owner.household
    for clip in clips:
        _is_the_hubs(owner, clip)
    headers = {
        clip.record.id: header.make(
            unseal.open_header(clip.record.header, household.identity), [asking.recipient]
        )
        for clip in clips
    }
    statement = Statement(
        id=make_id(secrets.token_bytes(10)),
        rfa=asking.rfa,
        rfa_leaf=asking.rfa_index,
        agency=asking.agency,
        agency_key_leaf=asking.key_index,
        recipient=asking.recipient,
        clips=tuple(_shared(clip, headers[clip.record.id]) for clip in clips),
        name=name,
        contact=contact,
        retention_days=asking.retention_days,
        at=at,
        household=household.signing_key,
    )
    fields = consent.fields_of(statement)
    salts = {field: secrets.token_hex(16) for field in fields}
    commitment, opening = consent.commit(fields, salts), consent.opening(fields, salts)
    signature = sign.sign(household.signing_seed, consent.signed_bytes(statement))
    message = HandOver(
        statement=statement.members(),
        signature=signature,
        commitment=commitment,
        opening=opening,
        headers=headers,
        hub_statements={clip.record.id: HubStatement(clip.statement_json, clip.signature) for clip in clips},
        code=account.authenticator.code(),
    )
    answer = owner.session.ask(HandOverReceipt, "POST", "/api/handovers", message)
    if (answer.id, answer.leaf) != (statement.id, leaf.private(commitment)):
        raise _other("the consent", answer.index)
    proven = _proof(owner, answer)
    place = log.check(tlog_proof.parse(proven).index, answer.leaf, proven)
    return Receipt(answer.id, statement.members(), signature, commitment, opening, place)


def _proof(owner: Owner, receipt: HandOverReceipt) -> bytes:
    """The proof in the receipt, or the one that the log gives once it has caught up. Raises RefusedError."""
    if receipt.proof is not None:
        return receipt.proof.encode()
    until = time.monotonic() + LATER_S
    while True:
        try:
            return owner.session.fetch(f"/api/handovers/{receipt.id}/consent.tlog-proof")
        except RefusedError as error:
            if error.status != 404 or time.monotonic() > until:
                raise
        time.sleep(AGAIN_S)


def _is_the_hubs(owner: Owner, clip: OwnClip) -> None:
    """What the header here opens is the video that the hub signed; else a server could slip in another.

    Raises UntrustedError. The video passes through a file without a name, sealed.
    """
    with tempfile.TemporaryFile() as sealed, open(os.devnull, "wb") as nowhere:
        owner.download(clip, sealed)
        sealed.seek(0)
        try:
            opened = unseal.open_stream(sealed, nowhere, owner.household.identity)
        except SealError as error:
            raise _swapped(clip) from error
    if opened.sha256_plain != clip.statement.sha256:
        raise _swapped(clip)


def _swapped(clip: OwnClip) -> UntrustedError:
    return UntrustedError(
        "device-clip-swapped",
        f"Clip {clip.record.id} should open to the video that its hub signed, and does not.",
        "Leave it out; tell the operator.",
    )


def _shared(clip: OwnClip, agency_header: bytes) -> SharedClip:
    """The clip as the consent names it. The hub signed its times and hashes; the header is ours."""
    stated = clip.statement
    return SharedClip(
        clip=stated.clip,
        sha256=stated.sha256,
        payload_sha256=stated.payload_sha256,
        header_sha256=hashlib.sha256(agency_header).hexdigest(),
        span=stated.span,
        hub=stated.hub,
    )


def _other(what: str, index: int | None) -> UntrustedError:
    place = "The receipt's entry" if index is None else f"Entry {index} of the log"
    return UntrustedError(
        "device-other-leaf",
        f"{place} should be {what}, and is something else.",
        "Do not hand anything over; tell the operator and the witnesses.",
    )
