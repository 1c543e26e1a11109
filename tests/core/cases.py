"""What the tests of the law share: a verified agency, a sound rfa, and ways to change it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from vicinage import regimes
from vicinage.core import place
from vicinage.core.agency import Agency
from vicinage.core.draft import Earlier, Rfa
from vicinage.core.event import Finding
from vicinage.core.ids import make_id
from vicinage.core.judge import judge
from vicinage.core.review import Answer
from vicinage.core.span import Span

AT = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
CENTER = place.Point(lat=39.2846, lon=-76.5933)
REGIME = regimes.load("public-2021")
SALT = "5a" * 16
WHY = "This was looked at, and it may go on."
REASONED = {question.id: Answer(question.passes, WHY) for question in REGIME.review}
PASSING = {question.id: Answer(question.passes) for question in REGIME.review}


def an_id(letter: str) -> str:
    """An id that is the same for the same letter."""
    return make_id(letter.encode() * 10)


HARBOUR = Agency(
    id=an_id("h"),
    name="Harbour Police",
    kind="police",
    level="local",
    domain="harbour.example",
    region="Harbour City",
    retention_days=365,
    phone="+1 410 555 0100",
    email="desk@harbour.example",
    state="MD",
    seat=(-76.593, 39.285),
    evidence=("acknowledgement", "call-back", "directory", "mail"),
    approvals=2,
    until=AT + timedelta(days=300),
)
SOUND = Rfa(
    id=an_id("r"),
    agency=HARBOUR.id,
    reference="26-1107",
    offence="robbery",
    title="Robbery on Eastern Avenue",
    text="A shop was robbed. Two people, one in a red jacket, left on foot towards the park.",
    contact="robbery@harbour.example",
    area=place.circle(CENTER, 300),
    window=Span(AT - timedelta(hours=5), AT - timedelta(hours=3)),
)


def lasting(**length: float) -> Span:
    """A window of this length that was over an hour before AT."""
    end = AT - timedelta(hours=1)
    return Span(end - timedelta(**length), end)


def findings(
    agency: Agency | None = HARBOUR, earlier: tuple[Earlier, ...] = (), **change: Any
) -> tuple[Finding, ...]:
    """What the judge finds on the sound rfa with these changes."""
    return judge(REGIME, replace(SOUND, **change), agency, earlier, AT)


def rules(**change: Any) -> set[str]:
    """The rules that the sound rfa with these changes does not meet."""
    return {finding.rule for finding in findings(**change)}
