"""The only way into the log, and the only way out for a text that lies beside it."""

from datetime import datetime

from django.db import transaction

from vicinage import faults
from vicinage.core import log_key, redaction
from vicinage.core.event import Event
from vicinage.server import clock
from vicinage.server.ledger import errors, publish, queries
from vicinage.server.ledger.errors import LedgerError
from vicinage.server.ledger.models import Entry, Place, Redaction
from vicinage.tlog.keys import VKey
from vicinage.tlog.times import SLACK_S


def record(event: Event, subject: str = "") -> Entry:
    """Write the event into the outbox, inside the caller's transaction; publish once it commits.

    The caller's state and the event become durable together or not at all. subject: in place of the
    event's own, where the ledger knows it by another. Raises TransactionManagementError outside of a
    transaction; LedgerError (ledger-clock) when the clock was set back behind the newest entry, for
    what is said to happen now would seem to have happened before.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("record() belongs inside the action's transaction.")
    now = clock.now()
    last = Entry.objects.order_by("-pk").values_list("recorded_at", flat=True).first()
    if last is not None and (behind_s := (last - now).total_seconds()) > SLACK_S:
        raise errors.clock(
            f"The clock is {behind_s:.0f} seconds behind the newest entry of the log; nothing was recorded."
        )
    entry = Entry.objects.create(
        kind=event.kind,
        subject=subject or event.subject,
        leaf=event.leaf,
        text=event.text,
        private=event.private,
        recorded_at=now,
    )
    faults.point("ledger.recorded")
    transaction.on_commit(publish.publish_soon, robust=True)
    return entry


def redact(index: int, reason: str, authority: str, at: datetime) -> Entry:
    """Take down the text beside a published entry, and say so in the log; the redacted entry.

    Inside the caller's transaction, in which every page that holds a copy loses it as well. The text
    leaves the database with the transaction, and the public folder as soon as the log says why. The
    leaf, and with it every proof, stays. Redacting twice changes nothing.
    reason: of core.redaction.REASONS. authority: who ordered it, at most 200 characters.
    Raises LedgerError: ledger-unpublished; ledger-no-text; ledger-redaction when the law refuses it.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("redact() belongs inside the action's transaction.")
    place = Place.objects.select_related("entry").filter(index=index, index__lt=queries.size()).first()
    if place is None:
        raise queries.unpublished(index)
    entry = place.entry
    if Redaction.objects.filter(entry=entry).exists():
        return entry
    if entry.text is None or publish.text_suffix(entry.kind) != "json":
        raise LedgerError(
            "ledger-no-text",
            f"There is no text beside entry {index} that could be redacted.",
            "The rules of a regime and what stands in the log itself stay.",
            status=400,
        )
    decision = redaction.redact(index, reason, authority, at)
    if decision.event is None:
        sentence = " ".join(finding.sentence for finding in decision.findings)
        raise LedgerError("ledger-redaction", sentence, status=400)
    Redaction.objects.create(entry=entry, event=record(decision.event))
    Entry.objects.filter(pk=entry.pk).update(text=None)
    entry.refresh_from_db()
    return entry


def announce_key(subject: str, ed25519: VKey, mldsa: VKey, at: datetime) -> None:
    """Say in the log which keys it takes next; once for each pair. subject: how the ledger names the pair."""
    with transaction.atomic():
        if Entry.objects.filter(kind="log.key", subject=subject).exists():
            return
        event = log_key.rotate(str(ed25519), str(mldsa), at).event
        if event is not None:
            record(event, subject)
