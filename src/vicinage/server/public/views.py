"""Public pages: the tracker of agencies, a profile, a request for good, the proof check, the downloads."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from vicinage.core.place import parse_area
from vicinage.server import home
from vicinage.server.agencies import queries as desks
from vicinage.server.feed import queries as feed
from vicinage.server.feed.outline import outline
from vicinage.server.feed.public_page import public_page
from vicinage.server.ledger import queries as ledger
from vicinage.server.public import documents, openapi, plain, profile, record
from vicinage.server.public.record import Change, Tracked
from vicinage.server.regime import queries as rules

PAGE = 25
CHANGES = 10
CHANGES_PAGE = 100
LONGEST_SEARCH = 100


@dataclass(frozen=True)
class Told:
    """A change among the agencies as a page tells it. reason: in the operator's words, or ""."""

    agency: Tracked
    index: int
    at: datetime
    sentence: str
    reason: str = ""
    recipient: str = ""
    in_force_from: str = ""


@require_safe
@public_page
def agencies(request: HttpRequest) -> HttpResponse:
    """The tracker: list and search, then the map. `?q=` words, `?state=` two letters, `?page=` from 1."""
    words, state = request.GET.get("q", "")[:LONGEST_SEARCH].strip(), request.GET.get("state", "")
    known = documents.states()
    if state not in known:
        state = ""
    found = record.search(words, state)
    pages = max(1, -(-len(found) // PAGE))
    page = min(_number(request.GET.get("page", "")) or 1, pages)
    context = {
        "lines": found[(page - 1) * PAGE : page * PAGE],
        "found": len(found),
        "all": len(record.read().agencies),
        "q": words,
        "state": state,
        "page": page,
        "pages": pages,
        "states": [(code, plain.state_name(code), count) for code, count in known.items() if len(code) == 2],
        "changes": told(record.newest_changes(CHANGES)),
    }
    return render(request, "public/agencies.html", context)


@require_safe
@public_page
def changes(request: HttpRequest) -> HttpResponse:
    """Every change among the agencies, newest first; `?before=` an index in the log."""
    before = _number(request.GET.get("before", ""))
    rows = [c for c in reversed(record.read().changes) if before is None or c.index < before]
    shown = rows[:CHANGES_PAGE]
    context = {"changes": told(shown), "before": shown[-1].index if len(rows) > CHANGES_PAGE else None}
    return render(request, "public/changes.html", context)


@require_safe
@public_page
def agency(request: HttpRequest, agency_id: str) -> HttpResponse:
    """An agency's profile: what was verified, its promise, its history, and every request it ever made."""
    one = record.one(agency_id)
    if one is None:
        raise Http404
    rfas = list(feed.of_agency(one.id))
    context = {
        "agency": one,
        "evidence": [plain.say(plain.EVIDENCE, code) for code in one.leaf.evidence],
        "key": desks.current_key(one.id),
        "history": told(record.changes_of(one.id)),
        "rfas": rfas,
        "posts": list(feed.posts_of_agency(one.id)),
        "areas": profile.areas(rfas),
        "rings": [row.area["coordinates"][0] for row in rfas],
        "has_map": has_map(),
        "caps": profile.at_caps(rfas, rules.published()),
        "mix": profile.offence_mix(rfas),
        "offences": rules.offence_titles(),
    }
    return render(request, "public/agency.html", context)


@require_safe
@public_page
def rfa(request: HttpRequest, rfa_id: str) -> HttpResponse:
    """The permanent page of a published request."""
    row = feed.one(rfa_id)
    if row is None:
        raise Http404
    law = rules.published().change_in_force(row.submitted_at)
    asked = law.regime.review if law else ()
    context: dict[str, Any] = {
        "rfa": row,
        "index": row.entry.place.index,
        "outline": outline(parse_area(row.area)),
        "rings": [row.area["coordinates"][0]],
        "has_map": has_map(),
        "law": law,
        "review": [
            (question, row.answers[question.id], row.reasons.get(question.id, ""))
            for question in asked
            if question.id in row.answers
        ],
        "other_posts": feed.on_incident(row),
        "redaction": _redaction(row.entry.place.index) if row.is_redacted else None,
        "offences": rules.offence_titles(),
        "log_size": ledger.size(),
    }
    return render(request, "public/rfa.html", context)


@require_safe
@public_page
def verify(request: HttpRequest) -> HttpResponse:
    """The proof check: in the browser, with the log's own files, not with our word."""
    return render(request, "public/verify.html")


@require_safe
@public_page
def api(request: HttpRequest) -> HttpResponse:
    """What may be downloaded, in words: the OpenAPI description as a page."""
    return render(request, "public/api.html", {"groups": openapi.groups()})


def told(changes: list[Change]) -> list[Told]:
    """Changes as pages tell them, in the same order."""
    known = record.read().agencies
    lines = []
    for change, leaf, text in documents.entries(changes):
        one = known.get(change.agency)
        if one is None:
            continue
        again = change.kind == "agency.verified" and change.index != one.index
        lines.append(
            Told(
                agency=one,
                index=change.index,
                at=change.at,
                sentence=plain.say(plain.HISTORY, "agency.renewed" if again else change.kind),
                reason=documents.reason(leaf, text),
                recipient=str(leaf.get("recipient", "")),
                in_force_from=str(leaf.get("from", "")),
            )
        )
    return lines


def has_map() -> bool:
    """Whether the operator has laid a map of streets in the folder."""
    folder = home.folder("public")
    return any((folder / name).is_file() for name in ("map.pmtiles", "town.geojson"))


def _redaction(index: int) -> dict[str, Any] | None:
    """The log's entry by which the text of an entry was taken down: its leaf and its own index."""
    at = ledger.index_of("text.redacted", str(index))
    return None if at is None else {**documents.leaf(at), "index": at}


def _number(text: str) -> int | None:
    """A whole number of at most nine digits, else None."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
