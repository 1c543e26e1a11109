"""Server-sent events for one signed-in person.

The notices know no private table: an app names in `tells` of its AppConfig a function
(user, since) -> [(at, event, data)] that reads its own rows through its own gate.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from asgiref.sync import sync_to_async
from django.apps import apps
from django.db import close_old_connections
from django.utils.module_loading import import_string

Told = tuple[datetime, str, dict[str, str]]
Source = Callable[[Any, datetime], list[Told]]

EVERY_S = 1.0
KEEP_ALIVE_S = 15.0
LONGEST_S = 600.0
# Looked at again each time: a row whose transaction ended late may be older than the newest told.
OVERLAP = timedelta(seconds=5)
MOST_AT_ONCE = 6

open_streams: Counter[Any] = Counter()


def sources() -> list[Source]:
    """Every function that an installed app names."""
    names = [name for config in apps.get_app_configs() for name in getattr(config, "tells", ())]
    return [import_string(name) for name in names]


def parse_last(text: str | None, now: datetime) -> datetime:
    """Where to go on: the `Last-Event-ID` of ours if it is one of the last hour, else `now`."""
    try:
        at = datetime.fromisoformat(text or "")
    except ValueError:
        return now
    if at.tzinfo is None or not now - timedelta(hours=1) <= at <= now:
        return now
    return at.astimezone(UTC)


def line(told: Told) -> bytes:
    """One event as text/event-stream; its id is the instant, so that a reader can go on from there."""
    at, event, data = told
    return f"id: {at.isoformat()}\nevent: {event}\ndata: {json.dumps(data)}\n\n".encode()


async def events(user: Any, since: datetime, until_s: float = LONGEST_S) -> AsyncIterator[bytes]:
    """Events of this person from `since` on, with comments that keep the connection alive.

    Ends after `until_s`; a browser then connects again by itself, and its session is checked again.
    """
    told: dict[tuple[str, str], datetime] = {}
    found_by = sync_to_async(_gather, thread_sensitive=False)
    begun = spoken = time.monotonic()
    edge = since
    with _counted(user.pk):
        yield b"retry: 3000\n\n"
        while time.monotonic() - begun < until_s:
            for item in await found_by(user, edge - OVERLAP):
                name = (item[1], json.dumps(item[2], sort_keys=True))
                if item[0] <= since or name in told:
                    continue
                told[name] = item[0]
                edge = max(edge, item[0])
                spoken = time.monotonic()
                yield line(item)
            told = {name: at for name, at in told.items() if at >= edge - 2 * OVERLAP}
            if time.monotonic() - spoken >= KEEP_ALIVE_S:
                spoken = time.monotonic()
                yield b": still here\n\n"
            await asyncio.sleep(EVERY_S)


def _gather(user: Any, since: datetime) -> list[Told]:
    try:
        return sorted(
            (told for source in sources() for told in source(user, since)), key=lambda told: told[0]
        )
    finally:
        close_old_connections()


@contextmanager
def _counted(person: Any) -> Any:
    open_streams[person] += 1
    try:
        yield
    finally:
        open_streams[person] -= 1
        if not open_streams[person]:
            del open_streams[person]
