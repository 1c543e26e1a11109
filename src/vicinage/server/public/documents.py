"""Files about one thing, as JSON: an agency, a request, a cell, a state. From what is published alone."""

import json
from collections.abc import Sequence
from typing import Any

import msgspec

from vicinage.core.span import format_instant
from vicinage.server.agencies import queries as desks
from vicinage.server.agencies.records import record_of
from vicinage.server.feed import queries as feed
from vicinage.server.feed.models import PublishedRfa
from vicinage.server.ledger.models import Place
from vicinage.server.public import record
from vicinage.server.public.record import Change
from vicinage.wire import encode
from vicinage.wire.feed import AgencyName, CellFeed, OpenRfa, RfaRecord, Window
from vicinage.wire.record import AgencyChange, AgencyFile, StateFile

NO_STATE = "none"


def rfa_file(row: PublishedRfa) -> bytes:
    """The leaf as logged, the text beside it, and the agency's key in force."""
    leaf, text = bytes(row.entry.leaf), row.entry.text
    told = RfaRecord(
        index=row.entry.place.index,
        leaf=json.loads(leaf),
        leaf_bytes=leaf,
        text=json.loads(bytes(text)) if text is not None else None,
        agency=record_of(row.agency),
    )
    return encode(told)


def cell_file(cell: str) -> bytes:
    """The open requests that touch an H3 cell, newest first.

    A home asks for its coarse cell and matches by itself; the answer is the same for everyone.
    """
    return encode(CellFeed(cell=cell, rfas=[_open(row) for row in feed.in_cell(cell)]))


def _open(row: PublishedRfa) -> OpenRfa:
    return OpenRfa(
        id=row.id,
        index=row.entry.place.index,
        title=row.title,
        offence=row.offence,
        agency=AgencyName(id=row.agency_id, name=row.agency.name),
        window=Window(start=format_instant(row.window_from), end=format_instant(row.window_to)),
        area=row.area,
    )


def state_file(state: str) -> bytes | None:
    """The agencies of one state, or of none; None where there are no such agencies."""
    wanted = "" if state == NO_STATE else state
    found = [one.line() for one in record.read().sorted() if one.state == wanted]
    return encode(StateFile(wanted, found)) if found else None


def states() -> dict[str, int]:
    """How many agencies each state has, by its two letters; "none" for those without."""
    counted: dict[str, int] = {}
    for one in record.read().agencies.values():
        state = one.leaf.state or NO_STATE
        counted[state] = counted.get(state, 0) + 1
    return dict(sorted(counted.items()))


def agency_file(agency_id: str) -> bytes | None:
    """One agency with its history and requests, or None."""
    one = record.one(agency_id)
    if one is None:
        return None
    history = [agency_change(change, leaf, text) for change, leaf, text in entries(record.changes_of(one.id))]
    key = desks.current_key(one.id)
    told = AgencyFile(
        agency=one.line(),
        phone=one.leaf.phone,
        email=one.leaf.email,
        evidence=list(one.leaf.evidence),
        approvals=one.leaf.approvals,
        key=key.recipient if key else None,
        history=history,
        rfas=list(feed.of_agency(one.id).values_list("id", flat=True)),
    )
    return encode(told)


def entries(changes: Sequence[Change]) -> list[tuple[Change, dict[str, Any], dict[str, Any] | None]]:
    """Each change with its leaf and the text beside it, in the same order. One query."""
    rows = Place.objects.filter(index__in=[change.index for change in changes]).values_list(
        "index", "entry__leaf", "entry__text"
    )
    read = msgspec.json.decode
    found = {index: (read(bytes(leaf)), read(bytes(text)) if text else None) for index, leaf, text in rows}
    return [(change, *found[change.index]) for change in changes if change.index in found]


def leaf(index: int) -> dict[str, Any]:
    """The leaf of an entry that is published."""
    return dict(msgspec.json.decode(bytes(Place.objects.select_related("entry").get(index=index).entry.leaf)))


def reason(leaf: dict[str, Any], text: dict[str, Any] | None) -> str:
    """Why an agency was suspended, or why a key was revoked; "" where none is told."""
    return str((text or {}).get("reason") or leaf.get("reason") or "")


def agency_change(change: Change, leaf: dict[str, Any], text: dict[str, Any] | None) -> AgencyChange:
    """As the exports have it."""
    return AgencyChange(
        index=change.index,
        kind=change.kind,
        at=format_instant(change.at),
        recipient=leaf.get("recipient"),
        in_force_from=leaf.get("from"),
        reason=reason(leaf, text) or None,
    )
