"""A Request for Assistance as the public record holds it: the leaf, the text beside it, and back.

Format: spec/rfa.md. What is judged before anything is written is in core.rfa.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from vicinage.core import beside, canonical, leaf
from vicinage.core.draft import Rfa
from vicinage.core.errors import RfaError
from vicinage.core.ids import parse_id
from vicinage.core.place import parse_area
from vicinage.core.review import ANSWER_FIELD, MOST_REASON, REASON_FIELD, Answer
from vicinage.core.rules import ANSWERS, Regime
from vicinage.core.span import format_instant, parse_instant

WORDS = ("title", "text", "contact")
TEXT_FIELDS = (*WORDS, REASON_FIELD)  # beside the log; may be redacted by law, never silently
FIELDS = (
    *("rfa", "agency", "regime", "submitted_at", "area", "window", "offence", "reference"),
    *("post", "first", "review", "text"),
)
MAX_QUESTIONS = 100


@dataclass(frozen=True)
class Record:
    """An rfa as the public record holds it.

    rfa: with empty title, text and contact when the text is not there. regime: the name of the one it was
    judged by. post: 1 or 2, the how-manieth on its incident. first: id of the incident's first, or None.
    answers: of the moderator, by question; reasons are empty when the text is not there. commitment: to the
    text. redacted: whether the text is not there.
    """

    rfa: Rfa
    submitted_at: datetime
    published_at: datetime
    regime: str
    post: int
    first: str | None
    commitment: str
    redacted: bool
    answers: Mapping[str, Answer] = field(default_factory=dict)


def written(
    regime: Regime,
    rfa: Rfa,
    posted: tuple[int, str | None],
    answers: Mapping[str, Answer],
    submitted_at: datetime,
    salt: str,
) -> tuple[dict[str, object], bytes]:
    """The members of the leaf besides v, type and at, and the text beside it.

    posted: number of the post, and id of the first. Raises RfaError for a malformed salt, IdError.
    """
    if rfa.area is None or rfa.window is None:
        raise RfaError("rfa-incomplete", "A request without area and time cannot be written down.")
    reasons = {id: answer.reason.strip() for id, answer in answers.items() if answer.reason.strip()}
    text = beside.text(salt, {**{name: getattr(rfa, name) for name in WORDS}, "review": reasons})
    fields: dict[str, object] = {
        "rfa": parse_id(rfa.id),
        "agency": parse_id(rfa.agency),
        "regime": regime.name,
        "submitted_at": format_instant(submitted_at),
        "area": rfa.area.geojson(),
        "window": leaf.window(rfa.window),
        "offence": rfa.offence,
        "reference": rfa.reference,
        "post": posted[0],
        "first": posted[1],
        "review": {id: answer.answer for id, answer in answers.items()},
        "text": beside.commitment(text),
    }
    return fields, text


def _words(text: Mapping[str, Any] | None, committed: str) -> tuple[dict[str, str], dict[str, str]]:
    """Title, text and contact; and the reasons."""
    if text is None:
        return dict.fromkeys(WORDS, ""), {}
    canonical.members(text, ("salt", *WORDS, "review"))
    beside.check(text, committed)
    reasons = text["review"]
    if not isinstance(reasons, dict) or len(reasons) > MAX_QUESTIONS:
        raise RfaError("rfa-review", "The reasons of the review must be an object.")
    said = {id: canonical.text(reason, "A reason", MOST_REASON) for id, reason in reasons.items()}
    return {name: canonical.text(text[name], name, 20000, least=0) for name in WORDS}, said


def _answers(value: object, reasons: Mapping[str, str]) -> dict[str, Answer]:
    if (
        not isinstance(value, dict)
        or len(value) > MAX_QUESTIONS
        or not all(v in ANSWERS for v in value.values())
    ):
        raise RfaError("rfa-review", "The answers of the review must be an object of yes and no.")
    if not set(reasons) <= set(value):
        raise RfaError("rfa-review", "The text gives a reason for a question that the leaf does not answer.")
    return {id: Answer(answer, reasons.get(id, "")) for id, answer in value.items()}


def from_record(entry: Mapping[str, Any], text: Mapping[str, Any] | None) -> Record:
    """Read an `rfa.published` leaf, and the text beside it if that is there, back into values.

    Raises RfaError when the text does not fit the leaf's commitment; PlaceError, SpanError, IdError,
    CanonicalError for broken fields.
    """
    fields = canonical.members(entry, ("v", "type", "at", *FIELDS))
    if fields["v"] != 1 or fields["type"] != "rfa.published":
        raise RfaError("rfa-leaf-type", "The leaf is not one of a published Request for Assistance.")
    area = parse_area(fields["area"])
    times = (fields["submitted_at"], fields["at"])
    if area.geojson() != fields["area"] or any(format_instant(parse_instant(t)) != t for t in times):
        raise RfaError(
            "rfa-form", "The area or a time of the leaf is not in its one form.", "See spec/rfa.md."
        )
    commitment = canonical.hex64(fields["text"], "The commitment to the text")
    words, reasons = _words(text, commitment)
    rfa = Rfa(
        id=parse_id(fields["rfa"]),
        agency=parse_id(fields["agency"]),
        reference=canonical.text(fields["reference"], "The reference", 200),
        offence=canonical.text(fields["offence"], "The offence", 60),
        area=area,
        window=leaf.read_window(fields["window"]),
        **words,
    )
    post = canonical.whole(fields["post"], "The number of the post", 1, 1000)
    first = None if fields["first"] is None else parse_id(fields["first"])
    if (post == 1) != (first is None):
        raise RfaError("rfa-first", "A first post refers to none; any other refers to the first.")
    return Record(
        rfa=rfa,
        submitted_at=parse_instant(fields["submitted_at"]),
        published_at=parse_instant(fields["at"]),
        regime=canonical.text(fields["regime"], "The regime's name", 40),
        post=post,
        first=first,
        commitment=commitment,
        redacted=text is None,
        answers=_answers(fields["review"], reasons),
    )


__all__ = ["ANSWER_FIELD", "FIELDS", "TEXT_FIELDS", "WORDS", "Record", "from_record", "written"]
