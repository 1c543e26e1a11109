"""An officer's form for a post, read leniently: whatever can be read is read, the law judges the rest."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vicinage.core.event import Finding
from vicinage.core.post import Post
from vicinage.server import typed

FIELDS = ("kind", "title", "text", "place_words", "starts_at", "ends_at")


@dataclass(frozen=True)
class Reading:
    """What was typed. `unread`: findings for what could not be read."""

    post: Post
    unread: tuple[Finding, ...]


def as_typed(sent: Mapping[str, Any]) -> dict[str, str]:
    """The form's fields as typed, cut at their limits."""
    return {name: typed.plain(sent.get(name, ""), 20_000 if name == "text" else 300) for name in FIELDS}


def read(fields: Mapping[str, str], post_id: str, agency_id: str) -> Reading:
    """The post in the form. Never raises."""
    unread: list[Finding] = []
    is_event = fields["kind"] == "event"
    starts, ends = (typed.instant(name, fields[name], unread) for name in ("starts_at", "ends_at"))
    post = Post(
        id=post_id,
        agency=agency_id,
        kind=fields["kind"],
        title=fields["title"],
        text=fields["text"].replace("\r\n", "\n"),
        starts_at=starts if is_event else None,
        ends_at=ends if is_event else None,
        place_words=fields["place_words"] if is_event else "",
    )
    return Reading(post, tuple(unread) if is_event else ())
