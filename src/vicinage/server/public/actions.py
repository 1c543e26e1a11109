"""Writes of the public record: its static files, after each publishing. Run by the jobs loop."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from vicinage import faults
from vicinage.core.place import cells_of, parse_area
from vicinage.server import clock, home
from vicinage.server.feed import queries as feed
from vicinage.server.ledger import queries as ledger
from vicinage.server.ledger.models import Place
from vicinage.server.public import atom, documents, exports, openapi, record
from vicinage.server.public.shelf import Made, Shelf
from vicinage.server.regime import queries as rules

LISTS: dict[str, Callable[[], bytes]] = {
    "agencies.geojson": exports.agencies_geojson,
    "agencies.csv": exports.agencies_csv,
    "agencies.atom": atom.agencies,
    "agencies/points.json": exports.points,
    "rfas.geojson": exports.rfas_geojson,
    "rfas.csv": exports.rfas_csv,
    "rfas.atom": atom.rfas,
    "openapi.json": openapi.document,
}
TOLD = (*record.AGENCY_EVENTS, *record.RFA_EVENTS, "rfa.resolved", "text.redacted")
BATCH = 200
LONGEST_S = 2.0


def refresh(longest_s: float = LONGEST_S) -> int:
    """Make the static files follow the published log; how many were written.

    Gives back after about `longest_s`; the next call goes on where this one was. Safe to kill.
    Raises OSError.
    """
    until = time.monotonic() + longest_s
    with _alone() as is_ours:
        if not is_ours:
            return 0
        shelf = Shelf()
        made, size, law = shelf.made(), ledger.size(), rules.stamp()
        if made.size > size:
            made = Made()
        is_due = made.next_s is not None and clock.now().timestamp() >= made.next_s
        if made.done == made.size == size and made.rules == law and not is_due:
            return 0
        if _tells(made.size, size) or made.rules != law or made.size == 0:
            _put_lists(shelf)
        if made.rules != law or is_due:
            _put_cells(shelf, _closed_since(made.next_s) if made.rules == law else None)
            _put_all(shelf, *_with_rfas(_keyed_since(made.next_s), set()))
        made = Made(size, made.done, law, _next_close())
        shelf.note(made)
        while made.done < size and time.monotonic() < until:
            upto = min(made.done + BATCH, size)
            _put_subjects(shelf, made.done, upto)
            made = Made(size, upto, law, made.next_s)
            faults.point("public.batch")
            shelf.note(made)
        return shelf.written


def _tells(first: int, size: int) -> bool:
    """Whether an entry from `first` on changes a list: hand-overs and their like do not."""
    return Place.objects.filter(index__gte=first, index__lt=size, entry__kind__in=TOLD).exists()


def _put_lists(shelf: Shelf) -> None:
    for name, make in LISTS.items():
        shelf.put(name, make())
    for state in documents.states():
        data = documents.state_file(state)
        if data is not None:
            shelf.put(f"agencies/state/{state}.json", data)
    faults.point("public.lists")


def _put_subjects(shelf: Shelf, first: int, upto: int) -> None:
    """The files of the agencies, requests and cells that these entries are about."""
    agencies, rfas = _touched(first, upto)
    _put_all(shelf, agencies, rfas)


def _put_all(shelf: Shelf, agencies: set[str], rfas: set[str]) -> None:
    for id in sorted(agencies):
        data = documents.agency_file(id)
        if data is not None:
            shelf.put(f"agencies/{id}.json", data)
    cells: set[str] = set()
    for row in feed.published().filter(id__in=rfas):
        shelf.put(f"rfas/{row.id}.json", documents.rfa_file(row))
        cells |= set(cells_of(parse_area(row.area)))
    if cells:
        _put_cells(shelf, cells)


def _touched(first: int, upto: int) -> tuple[set[str], set[str]]:
    """Ids of agencies and of requests that an entry in first <= index < upto is about, or that it changes."""
    places = Place.objects.filter(index__gte=first, index__lt=upto, entry__kind__in=TOLD)
    told = set(places.values_list("entry__kind", "entry__subject"))
    taken_down = [int(entry) for kind, entry in told if kind == "text.redacted" and entry.isdigit()]
    told |= set(Place.objects.filter(index__in=taken_down).values_list("entry__kind", "entry__subject"))
    agencies = {subject for kind, subject in told if kind in record.AGENCY_EVENTS}
    return _with_rfas(agencies, {subject for kind, subject in told if kind.startswith("rfa.")})


def _with_rfas(agencies: set[str], rfas: set[str]) -> tuple[set[str], set[str]]:
    """With the requests of these agencies, whose files name the key, and the agencies of these requests."""
    rows = feed.published()
    of_them = rows.filter(agency_id__in=agencies).values_list("id", flat=True)
    asking = rows.filter(id__in=rfas).values_list("agency_id", flat=True)
    return agencies | set(asking), rfas | set(of_them)


def _keyed_since(at_s: float | None) -> set[str]:
    """The agencies of which a key came into force since then."""
    if at_s is None:
        return set()
    since, now = datetime.fromtimestamp(at_s - 1, UTC), clock.now()
    return {agency for at, agency in record.read().keys_from if since <= at <= now}


def _put_cells(shelf: Shelf, cells: set[str] | None) -> None:
    """The open requests of these cells, or of every cell that any request ever touched."""
    for cell in sorted(feed.cells() if cells is None else cells):
        shelf.put(f"rfas/cell/{cell}.json", documents.cell_file(cell))


def _closed_since(at_s: float | None) -> set[str] | None:
    """The cells of requests that closed by themselves since then; None for all, where rules end requests."""
    if at_s is None or _ends():
        return None
    since, now = datetime.fromtimestamp(at_s - 1, UTC), clock.now()
    rows = feed.published().filter(closes_at__gte=since, closes_at__lte=now)
    return {cell for row in rows for cell in cells_of(parse_area(row.area))}


def _ends() -> list[datetime]:
    """When rules under which nobody may ask take the last answers."""
    return [
        change.effective_at + timedelta(days=change.regime.conduct.answer_days)
        for change in rules.published().changes
        if change.regime.conduct.route == "closed"
    ]


def _next_close() -> float | None:
    """When the next request closes by itself, rules end some, or a key comes into force. POSIX time."""
    now = clock.now()
    first = feed.still_open(now).order_by("closes_at").values_list("closes_at", flat=True).first()
    announced = [change.effective_at for change in rules.published().announced(now)]
    keys = [at for at, _ in record.read().keys_from]
    later = [at for at in (first, *announced, *_ends(), *keys) if at is not None and at > now]
    return min(later).timestamp() if later else None


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether no other process makes the files now."""
    handle = os.open(home.folder() / "public.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        yield False
        return
    try:
        yield True
    finally:
        os.close(handle)
