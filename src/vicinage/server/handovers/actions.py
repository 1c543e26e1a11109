"""Writes of hand-overs: hand over, withdraw.

The owner's browser made the headers, the statement, its signature and the commitment. Here each is
checked against what the server knows, and then all rows and the log's entry are one transaction.
"""

import base64
import hashlib
import secrets
import shutil
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from vicinage.core import clip as clips
from vicinage.core import consent
from vicinage.core.event import Finding
from vicinage.seal import header as headers
from vicinage.seal import sign
from vicinage.server import clock, home
from vicinage.server.accounts.models import User
from vicinage.server.agencies import queries as agencies
from vicinage.server.agencies.models import Agency, AgencyKey
from vicinage.server.errors import ServerError
from vicinage.server.handovers import queries
from vicinage.server.handovers.models import Handover, HandoverClip, Withdrawal
from vicinage.server.ledger.actions import record
from vicinage.server.library import payloads
from vicinage.server.library import queries as library
from vicinage.server.library.models import Clip
from vicinage.server.mediation import queries as mediation
from vicinage.server.mediation.asking import Asking
from vicinage.wire.handover import HandOver, HubStatement

MAKING_S = 3600


class HandoverError(ServerError):
    """What was sent does not fit together, or not to what is here now."""

    def __init__(self, code: str, sentence: str, hint: str = "", status: int = 422) -> None:
        super().__init__(code, sentence, hint, status=status)


def hand_over(user: User, message: HandOver, at: datetime) -> tuple[Handover | None, tuple[Finding, ...]]:
    """Hand clips to an agency. With findings, or an error, nothing is written.

    The caller has confirmed the second factor. Raises HandoverError, CoreError, SealError.
    """
    statement = consent.parse_statement(message.statement)
    _signed_by_household(user, statement, message.signature)
    _opening_fits(statement, message)
    with transaction.atomic():
        if agencies.officer_of(user) is not None:
            raise HandoverError(
                "handover-by-officer",
                "An officer's account cannot hand clips over.",
                "Use a private account.",
            )
        # What follows waits for, and is seen by, a resolution, a suspension or a new key of the same agency.
        _takes(Agency.objects.select_for_update().filter(id=statement.agency).first())
        rfa, key = _asked(user, statement), _key(statement)
        decision = consent.hand_over(
            statement,
            consent.Asked(rfa.id, rfa.entry.place.index, rfa.agency_id, rfa.window, rfa.is_open),
            consent.KeyInForce(key.recipient, key.entry.place.index, rfa.agency.retention_days),
            message.commitment,
            at,
        )
        if decision.event is None:
            return None, decision.findings
        shared = {shared.clip: _clip(user, shared, message) for shared in statement.clips}
        if shared.keys() != message.headers.keys():
            raise HandoverError(
                "handover-clips",
                "The statement and the headers should name the same clips.",
                "Reload the page.",
            )
        row = Handover(
            id=statement.id,
            owner=user,
            agency_id=rfa.agency_id,
            rfa_id=rfa.id,
            rfa_entry=rfa.entry,
            entry=record(decision.event),
            agency_key_entry=key.entry,
            statement=statement.members(),
            signature=message.signature,
            commitment=message.commitment,
            opening=message.opening,
            at=at,
            delete_by=at + timedelta(days=statement.retention_days),
        )
        _save(row, shared, message)
    return row, ()


def withdraw(user: User, handover_id: str, at: datetime) -> None:
    """Take a hand-over back: from now on the agency is served nothing of it. Logged.

    Raises HandoverError when it is already withdrawn or not this person's.
    """
    at = at.replace(microsecond=0)
    with transaction.atomic():
        row = Handover.objects.select_for_update().filter(id=handover_id, owner=user).first()
        if row is None or Withdrawal.objects.filter(handover=row).exists():
            raise HandoverError(
                "handover-withdrawn",
                "This hand-over is already withdrawn.",
                "Nothing is left to do.",
                status=409,
            )
        fields = consent.withdrawal_fields(row.id, at)
        salts = {name: secrets.token_hex(16) for name in fields}
        commitment = consent.commit(fields, salts)
        decision = consent.withdraw(row.id, commitment, at)
        assert decision.event is not None  # noqa: S101 (withdrawing has no rule to fail)
        Withdrawal.objects.create(
            handover=row,
            entry=record(decision.event),
            commitment=commitment,
            opening=consent.opening(fields, salts),
            at=at,
        )
        transaction.on_commit(lambda: forget_payloads(row.id), robust=True)


def forget_payloads(handover_id: str) -> None:
    """Remove the hand-over's copies of sealed payloads; the household's own stay."""
    shutil.rmtree(home.folder("handovers") / handover_id, ignore_errors=True)


def sweep_payloads() -> None:
    """Finish what a crash cut short: remove copies of hand-overs withdrawn, dropped or never made.

    One that is not there may be in the making in another process, so it is given an hour.
    """
    known = set(Handover.objects.values_list("id", flat=True))
    served = set(Handover.objects.filter(withdrawal=None, dropped_at=None).values_list("id", flat=True))
    for kept in home.folder("handovers").iterdir():
        is_old = clock.now().timestamp() - kept.stat().st_mtime > MAKING_S
        if kept.name not in served and (kept.name in known or is_old):
            forget_payloads(kept.name)


def _signed_by_household(user: User, statement: consent.Statement, signature: str) -> None:
    """The statement is the household's own word."""
    household = library.household_of(user)
    if household is None:
        raise HandoverError("handover-no-household", "This account has no household key.", "Make one first.")
    key = base64.b64encode(bytes(household.signing_key)).decode()
    if statement.household != key or not sign.verify(key, consent.signed_bytes(statement), signature):
        raise HandoverError(
            "handover-signature",
            "The statement is not signed by the key of this household.",
            "Open the household key on this device and sign again.",
        )


def _opening_fits(statement: consent.Statement, message: HandOver) -> None:
    """The commitment is to this very statement: recomputed from the opening, every field shown."""
    shown = consent.check_opening(message.opening, message.commitment)
    if shown != consent.fields_of(statement):
        raise HandoverError(
            "handover-opening",
            "The opening does not show the statement that was signed.",
            "Load the page again.",
        )


def _asked(user: User, statement: consent.Statement) -> Asking:
    rfa = mediation.answerable(user, statement.rfa)
    if rfa is None:
        raise HandoverError(
            "handover-no-rfa", "There is no such Request for Assistance.", "Load the page again."
        )
    return rfa


def _takes(agency: Agency | None) -> None:
    """Who is suspended, or has left, is given nothing: nobody there could open it."""
    if agency is not None and (agency.suspended_at is not None or agency.left_at is not None):
        raise HandoverError(
            "handover-agency",
            "The agency is suspended or has left, so nothing can be handed to it.",
            "Its public page says why.",
            status=409,
        )


def _key(statement: consent.Statement) -> AgencyKey:
    key = agencies.current_key(statement.agency)
    if key is None:
        raise HandoverError(
            "handover-no-key", "The agency has no key in the log yet.", "Wait until it has published one."
        )
    return key


def _clip(user: User, shared: consent.SharedClip, message: HandOver) -> Clip:
    """One clip of the caller's own, and everything that was said of it."""
    clip = library.visible_clips(user).filter(id=shared.clip).first()
    header, hub = message.headers.get(shared.clip), message.hub_statements.get(shared.clip)
    if clip is None or header is None or hub is None:
        raise HandoverError(
            "handover-not-your-clip",
            "A clip of the statement is not in your library, or comes without its header.",
            "Choose among your own clips.",
        )
    if hashlib.sha256(header).hexdigest() != shared.header_sha256 or headers.parse(header).raw != header:
        raise HandoverError(
            "handover-header", "A header is not the one that the statement names.", "Load the page again."
        )
    stated = clips.parse_statement(hub.statement)
    same = (stated.clip, stated.camera, stated.sha256, stated.payload_sha256, stated.span, stated.hub)
    here = (clip.id, clip.camera_id, shared.sha256, clip.payload_sha256, shared.span, shared.hub)
    if shared.payload_sha256 != clip.payload_sha256 or same != here:
        raise HandoverError(
            "handover-clip-differs",
            "The statement, the hub's own statement and the clip that is stored differ.",
            "Load the page again.",
        )
    if not _hub_signed(stated, hub):
        raise HandoverError(
            "handover-hub-signature",
            "The hub's statement on a clip is not signed by its hub.",
            "Leave it out.",
        )
    return clip


def _hub_signed(stated: clips.ClipStatement, hub: HubStatement) -> bool:
    return sign.verify(stated.hub, clips.signed_bytes(stated), hub.signature)


def _save(row: Handover, shared: dict[str, Clip], message: HandOver) -> None:
    """The rows, and a second name for each payload, so that deleting a clip at home is not a withdrawal."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise HandoverError(
            "handover-known", "A hand-over with this id was already made.", "Load the page again.", status=409
        ) from error
    try:
        for clip in shared.values():
            _keep(row.id, clip.id)
            HandoverClip.objects.create(
                handover=row,
                clip=clip.id,
                header=message.headers[clip.id],
                hub_statement={
                    "statement": message.hub_statements[clip.id].statement,
                    "signature": message.hub_statements[clip.id].signature,
                },
                start=clip.start,
                end=clip.end,
                payload_size=clip.payload_size,
            )
    except BaseException:
        forget_payloads(row.id)
        raise


def _keep(handover_id: str, clip: str) -> None:
    """A second name for the payload. Raises HandoverError when the clip was deleted a moment ago."""
    try:
        payloads.keep_copy(clip, queries.payload(handover_id, clip))
    except FileNotFoundError as error:
        raise HandoverError(
            "handover-not-your-clip", "A clip of the statement was just deleted.", "Choose again.", status=409
        ) from error
