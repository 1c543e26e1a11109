"""What an agency may say without asking for anything: a tip, an update, an event. Format: spec/post.md."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from vicinage.core import beside, canonical, leaf
from vicinage.core.agency import Agency, standing
from vicinage.core.errors import RfaError
from vicinage.core.event import Decision, Event, Finding
from vicinage.core.ids import parse_id
from vicinage.core.rules import POST_KINDS, Regime
from vicinage.core.span import format_instant, parse_instant
from vicinage.core.wording import plain

MAX_TITLE, MAX_TEXT, MAX_PLACE = 120, 4000, 200
MAX_REASON = 2000
TEXT_FIELDS = ("title", "text", "place_words")
SOURCE = "House rule: a post informs; whatever asks residents for clips is a Request for Assistance."
_ASKS = (
    *("footage", "video", "videos", "clip", "clips", "recording", "recordings", "camera", "cameras"),
    *("doorbell", "surveillance"),
)
_LEAF_FIELDS = ("post", "agency", "kind", "starts_at", "ends_at", "text")


@dataclass(frozen=True)
class Post:
    """An agency's post. kind: of POST_KINDS. starts_at: of an event, else None; ends_at: of some events.

    place_words: where, in words, or "".
    """

    id: str
    agency: str
    kind: str
    title: str
    text: str
    starts_at: datetime | None
    ends_at: datetime | None
    place_words: str


class Record(NamedTuple):
    """A post as the public record holds it. redacted: its text is not there, and its words are empty."""

    post: Post
    published_at: datetime
    redacted: bool


def judge_post(
    regime: Regime, post: Post, agency: Agency | None, at: datetime, text: bool = True
) -> tuple[Finding, ...]:
    """All findings on a post. text: whether title, text and place are there to judge."""
    found = list(standing(regime, agency, at)) if agency is not None else []

    def find(rule: str, field: str, message: str, hint: str, source: str = SOURCE, **args: str) -> None:
        found.append(Finding(rule, message, args, source, hint, field))

    if agency is None or agency.id != post.agency or agency.until is None:
        find("post-agency", "agency", "Only a verified agency may post.", "Ask the operator to verify it.")
    allowed = regime.conduct.posts
    if post.kind not in allowed:
        source = regime.conduct.sources.get("posts", SOURCE)
        message = "The regime in force does not let agencies post this kind: {kind}."
        hint = f"Allowed: {', '.join(allowed)}." if allowed else "Agencies cannot post under this regime."
        find("post-kind", "kind", message, hint, source, kind=post.kind[:20])
    if text:
        for name, least, most in (
            ("title", 5, MAX_TITLE),
            ("text", 20, MAX_TEXT),
            ("place_words", 0, MAX_PLACE),
        ):
            if not least <= len(getattr(post, name).strip()) <= most:
                message = "It has {actual} characters; it must have {least} to {most}."
                size = str(len(getattr(post, name).strip()))
                given = {"actual": size, "least": str(least), "most": str(most)}
                find("post-length", name, message, "Write it shorter or longer.", **given)
    if (post.kind == "event") != (post.starts_at is not None):
        message = "An event needs the time at which it starts; nothing else has one."
        find("post-time", "starts_at", message, "Give it, or choose another kind.")
    if post.ends_at is not None and (post.starts_at is None or post.ends_at <= post.starts_at):
        find("post-time", "ends_at", "The end must come after the start.", "Look at the times again.")
    return tuple(found)


def hints(post: Post) -> tuple[str, ...]:
    """Words by which a post may be a request in disguise: for the moderator, in the order of the text."""
    words = plain(f"{post.title}. {post.text}")
    found = "".join(ch if ch.isalnum() else " " for ch in words).split()
    return tuple(dict.fromkeys(word for word in found if word in _ASKS))


def publish(regime: Regime, post: Post, agency: Agency | None, at: datetime, salt: str) -> Decision:
    """Publish a post: "published" with an event `post.published`, or "refused" with findings.

    salt: 32 hex digits of chance. Raises IdError, RfaError for a malformed salt.
    """
    findings = judge_post(regime, post, agency, at)
    if findings:
        return Decision("refused", findings)
    text = beside.text(salt, {name: getattr(post, name) for name in TEXT_FIELDS})
    fields: dict[str, object] = {
        "post": parse_id(post.id),
        "agency": parse_id(post.agency),
        "kind": post.kind,
        "starts_at": _written(post.starts_at),
        "ends_at": _written(post.ends_at),
        "text": beside.commitment(text),
    }
    entry = leaf.public("post.published", at, fields)
    return Decision("published", (), Event("post.published", post.id, entry, text, private=False))


def reject(reason: str) -> Decision:
    """Turn a submitted post down: "rejected", or "refused" when no reason is given to the officer."""
    if 1 <= len(reason.strip()) <= MAX_REASON:
        return Decision("rejected")
    message = "A rejection must give its reason in 1 to {most} characters."
    source, hint = "House rule: a rejection names its reason.", "Say what the officer may change."
    given = {"most": str(MAX_REASON)}
    return Decision("refused", (Finding("rejection-reason", message, given, source, hint, "reason"),))


def _written(at: datetime | None) -> str | None:
    return None if at is None else format_instant(at)


def _read(value: object) -> datetime | None:
    if value is None:
        return None
    at = parse_instant(value)
    if format_instant(at) != value:
        raise RfaError("post-form", "A time of the post is not in its one form.", "Whole seconds, in UTC.")
    return at


def from_record(entry: Mapping[str, Any], text: Mapping[str, Any] | None) -> Record:
    """Read a `post.published` leaf, and the text beside it if that is there. Raises CoreError."""
    fields = canonical.members(entry, ("v", "type", "at", *_LEAF_FIELDS))
    if fields["kind"] not in POST_KINDS:
        raise RfaError("post-kind-unknown", "The kind of the post is not one that is known.")
    lengths = {"title": MAX_TITLE, "text": MAX_TEXT, "place_words": MAX_PLACE}
    post = Post(
        id=parse_id(fields["post"]),
        agency=parse_id(fields["agency"]),
        kind=fields["kind"],
        starts_at=_read(fields["starts_at"]),
        ends_at=_read(fields["ends_at"]),
        **beside.read(text, fields["text"], lengths),
    )
    return Record(post, parse_instant(fields["at"]), text is None)
