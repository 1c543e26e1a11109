"""What happened, as Atom (RFC 4287): changes among the agencies, and requests as they are published.

An entry's id is the address of its entry in the log, or of the request's permanent page.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple
from xml.etree import ElementTree as Xml

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from vicinage.core.span import format_instant
from vicinage.server.feed import queries as feed
from vicinage.server.public import documents, record

NEWEST = 100
NAMESPACE = "http://www.w3.org/2005/Atom"
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
SENTENCES = {
    "agency.verified": gettext_noop("{name} was verified"),
    "agency.renewed": gettext_noop("{name} was verified again"),
    "agency.suspended": gettext_noop("{name} was suspended"),
    "agency.reinstated": gettext_noop("The suspension of {name} has ended"),
    "agency.left": gettext_noop("{name} has left"),
    "agency.key": gettext_noop("{name} published a key"),
    "agency.key-revoked": gettext_noop("{name} revoked a key"),
}


class News(NamedTuple):
    """One entry of a feed. id: an absolute address that never changes; page: where to read it."""

    id: str
    title: str
    at: datetime
    page: str
    summary: str


def agencies() -> bytes:
    """The newest changes among the agencies."""
    changes, known = record.newest_changes(NEWEST), record.read().agencies
    news = []
    for change, leaf, text in documents.entries(changes):
        one = known[change.agency]
        again = change.kind == "agency.verified" and change.index != one.index
        sentence = SENTENCES["agency.renewed" if again else change.kind]
        news.append(
            News(
                id=_absolute(reverse("log_leaf", args=[change.index])),
                title=_(sentence).format(name=one.name),
                at=change.at,
                page=_absolute(reverse("agency", args=[one.id])),
                summary=documents.reason(leaf, text) or str(leaf.get("region") or ""),
            )
        )
    return _feed(_("Agencies: joined, suspended, left"), reverse("agencies"), "agencies-atom", news)


def rfas() -> bytes:
    """The newest published requests; one that was resolved is told again, with the same id."""
    rows = feed.published().order_by("-entry__place__index")[:NEWEST]
    news = [
        News(
            id=_absolute(reverse("rfa", args=[row.id])),
            title=row.title,
            at=row.resolved_at or row.published_at,
            page=_absolute(reverse("rfa", args=[row.id])),
            summary=f"{row.agency.name}. {row.text}",
        )
        for row in rows
    ]
    return _feed(_("Requests for Assistance"), reverse("feed"), "rfas-atom", news)


def _feed(title: str, page: str, own: str, news: list[News]) -> bytes:
    """The document. Every feed has an author, and a time even when nothing has happened yet."""
    Xml.register_namespace("", NAMESPACE)
    root = Xml.Element(_name("feed"))
    add = _adder(root)
    add("id", _absolute(reverse(own)))
    add("title", title)
    add("updated", format_instant(max((one.at for one in news), default=BEGINNING)))
    add("link", rel="self", type="application/atom+xml", href=_absolute(reverse(own)))
    add("link", rel="alternate", type="text/html", href=_absolute(page))
    _adder(add("author"))("name", "Vicinage")
    for one in news:
        entry = _adder(add("entry"))
        entry("id", one.id)
        entry("title", one.title)
        entry("updated", format_instant(one.at))
        entry("link", rel="alternate", type="text/html", href=one.page)
        entry("summary", one.summary)
    written: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _adder(parent: Xml.Element) -> Callable[..., Xml.Element]:
    def add(name: str, text: str | None = None, **attributes: str) -> Xml.Element:
        child = Xml.SubElement(parent, _name(name), attributes)
        child.text = None if text is None else _sayable(text)
        return child

    return add


def _sayable(text: str) -> str:
    """The text without the characters that XML 1.0 has no way to write."""
    return "".join(
        c for c in text if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff" and not _half(c))
    )


def _half(c: str) -> bool:
    return "\ud800" <= c <= "\udfff"


def _name(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _absolute(path: str) -> str:
    return f"{settings.VICINAGE_ORIGIN}{path}"
