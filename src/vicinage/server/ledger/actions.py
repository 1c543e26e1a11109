"""The only way into the log."""

from django.db import transaction

from vicinage import faults
from vicinage.core.event import Event
from vicinage.server import clock
from vicinage.server.ledger import publish
from vicinage.server.ledger.models import Entry


def record(event: Event) -> Entry:
    """Write the event into the outbox, inside the caller's transaction; publish once it commits.

    The caller's state and the event become durable together or not at all. Raises
    TransactionManagementError outside of a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("record() belongs inside the action's transaction.")
    entry = Entry.objects.create(
        kind=event.kind,
        subject=event.subject,
        leaf=event.leaf,
        text=event.text,
        private=event.private,
        recorded_at=clock.now(),
    )
    faults.point("ledger.recorded")
    transaction.on_commit(publish.publish_soon, robust=True)
    return entry
