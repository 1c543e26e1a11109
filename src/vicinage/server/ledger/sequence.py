"""Gives each recorded entry its index, once, in the database, before anything is signed.

Public entries keep the order in which they were recorded. Private ones are published in batches:
padded with random commitments to a power of two of at least four, in an order drawn by lot, so
that the log tells neither how many there were nor which came first.
"""

import secrets
from random import SystemRandom

from django.db import transaction

from vicinage.core import leaf as leaves
from vicinage.server import clock
from vicinage.server.ledger.models import Entry, Place

PAD = "pad"
SMALLEST_BATCH = 4


def place_pending() -> int:
    """Give an index to each entry that has none. Returns how many entries were placed, pads included.

    All in one transaction: a crash leaves either all or none of them placed.
    """
    with transaction.atomic():
        waiting = list(Entry.objects.filter(place=None).order_by("pk"))
        if not waiting:
            return 0
        batch = [entry for entry in waiting if entry.private]
        if batch:
            batch += [_pad() for _ in range(batch_size(len(batch)) - len(batch))]
            SystemRandom().shuffle(batch)
        ordered = [entry for entry in waiting if not entry.private] + batch
        first = next_index()
        Place.objects.bulk_create(
            Place(index=first + offset, entry=entry) for offset, entry in enumerate(ordered)
        )
        return len(ordered)


def next_index() -> int:
    """The index of the next entry: how many are placed."""
    last = Place.objects.order_by("-index").values_list("index", flat=True).first()
    return 0 if last is None else last + 1


def batch_size(entries: int) -> int:
    """The size of a batch that holds so many private entries: the next power of two, at least four."""
    return max(SMALLEST_BATCH, 1 << (entries - 1).bit_length())


def _pad() -> Entry:
    """A commitment to nothing, not to be told from a real one."""
    return Entry.objects.create(
        kind=PAD,
        subject="",
        leaf=leaves.private(secrets.token_hex(32)),
        text=None,
        private=True,
        recorded_at=clock.now(),
    )
