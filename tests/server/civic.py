"""A lawful request, the steps that publish it, and the ways to make it unlawful. Shared by civic tests."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client

from tests.cast import PASSWORD, Cast, Person
from vicinage import regimes
from vicinage.core.agency import Agency as AgencyFacts
from vicinage.core.place import SQUARE_MILE_M2, Point, circle
from vicinage.core.rfa import Answer
from vicinage.server import clock
from vicinage.server.accounts import actions as accounts
from vicinage.server.agencies import actions as agencies
from vicinage.server.assemblies.models import Assembly
from vicinage.server.feed import queries as feed
from vicinage.server.feed.models import PublishedRfa
from vicinage.server.ledger import publish
from vicinage.server.posts.models import PostSubmission
from vicinage.server.regime import actions as regime_actions
from vicinage.server.regime import queries as rules
from vicinage.server.rfas.models import Submission

CENTRE = Point(34.05, -118.25)


def log() -> None:
    """What a commit does in life: publish what is recorded."""
    publish.publish_pending()


def local(at: datetime) -> str:
    """As a datetime-local field has it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M")


def hours_ago(hours: float) -> datetime:
    """Some time before now, on the minute."""
    return (clock.now() - timedelta(hours=hours)).replace(second=0, microsecond=0)


def square(square_miles: float) -> str:
    """A GeoJSON square of this size around the centre."""
    side_m = (square_miles * SQUARE_MILE_M2) ** 0.5
    around = circle(CENTRE, side_m / 2**0.5, vertices=4)
    return json.dumps(around.geojson())


def form(**changes: str) -> dict[str, str]:
    """The fields of a lawful request, as a browser sends them, with changes."""
    fields = {
        "title": "Robbery of a shop on Elm Street",
        "text": "Two people robbed a shop and fled on foot along Elm Street. Who saw them?",
        "offence": "robbery",
        "reference": "26-000123",
        "contact": "robbery@police.elmford.example",
        "window_from": local(hours_ago(5)),
        "window_to": local(hours_ago(3)),
        "area": square(0.2),
        "area_text": "",
    }
    return {**fields, **changes}


def body(answer: Any) -> str:
    """A page's text without the token that differs each time."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", answer.content.decode())


def submit(cast: Cast, **changes: str) -> str:
    """Carol submits a request; its id."""
    answer = cast.carol.client.post("/agency/rfas/new/", {**form(**changes), "submit": "yes"})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["Location"]).split("/")[-2]


def answered(rfa: str, **changes: str) -> dict[str, str]:
    """The review form, each question answered so that it may go on, with changes: fields by name."""
    row = Submission.objects.get(id=rfa)
    asked = {f"answer-{q.id}": q.passes for q in rules.in_force(row.submitted_at).review}
    return {**asked, **{name.replace("_", "-"): value for name, value in changes.items()}}


def answers(rfa: str) -> dict[str, Answer]:
    """The same as values, for those who call the action."""
    given = answered(rfa)
    return {name.removeprefix("answer-"): Answer(answer) for name, answer in given.items()}


def approve(cast: Cast, rfa: str, **changes: str) -> Any:
    """Erin answers the questions and approves it, and the log takes it in."""
    form = {**answered(rfa, **changes), "approve": "yes"}
    answer = cast.erin.client.post(f"/moderation/rfas/{rfa}/", form)
    log()
    return answer


def assembly(
    cast: Cast, start: datetime, end: datetime, where: str = "34.05, -118.25, 300", replaces: str = ""
) -> str:
    """Alice enters an assembly, and the log takes it in; its id."""
    fields = {"title": "March for the library", "area_text": where, "link": "https://march.example/"}
    times = {"window_from": local(start), "window_to": local(end)}
    page = f"/assemblies/new/?replaces={replaces}" if replaces else "/assemblies/new/"
    answer = cast.alice.client.post(page, {**fields, **times})
    assert answer.status_code == 302, answer.content.decode()
    log()
    return str(Assembly.objects.latest("entry_id").pk)


def post(cast: Cast) -> str:
    """Carol's tip, which Erin approves; its id."""
    tip = {"kind": "tip", "title": "Lock your bicycle", "text": "Locked to a stand it is stolen less often."}
    assert cast.carol.client.post("/agency/posts/new/", tip).status_code == 302
    row = PostSubmission.objects.get(review=None)
    assert cast.erin.client.post(f"/moderation/posts/{row.pk}/", {"approve": "yes"}).status_code == 302
    log()
    return str(row.pk)


def announce(name: str, days: float, at: datetime | None = None) -> datetime:
    """A change of the rules is announced, so many days ahead of now; when it takes force."""
    now = at or clock.now().replace(microsecond=0)
    effective_at = now + timedelta(days=days)
    entry, findings = regime_actions.announce(regimes.raw(name), effective_at, now)
    assert entry is not None, findings
    log()
    return effective_at


def published(cast: Cast, **changes: str) -> PublishedRfa:
    """A request that is public."""
    rfa = submit(cast, **changes)
    assert approve(cast, rfa).status_code == 302
    found = feed.one(rfa)
    assert found is not None
    return found


def counts() -> tuple[int, ...]:
    """How many rows the life of a request has written: drafts, submissions, reviews, public rows, entries."""
    from vicinage.server.ledger.models import Entry
    from vicinage.server.rfas.models import Draft, Review

    tables: list[Any] = [Draft, Submission, Review, PublishedRfa, Entry]
    return tuple(table.objects.count() for table in tables)


def facts(**changes: Any) -> AgencyFacts:
    """A lawful agency other than the cast's, with changes."""
    given: dict[str, Any] = {
        "id": "",
        "name": "Oakdale Fire Department",
        "kind": "fire",
        "level": "county",
        "domain": "fire.oakdale.example",
        "region": "Oakdale County",
        "retention_days": 90,
        "phone": "+1 213 555 0142",
        "email": "desk@fire.oakdale.example",
        "state": "CA",
    }
    return AgencyFacts(**{**given, **changes})


def officer_elsewhere(cast: Cast, **changes: Any) -> Client:
    """A client of an officer, with all authority, of another verified agency."""
    agency = cast.admit(facts(**changes))
    user, secret = accounts.create_person("frank@fire.oakdale.example", PASSWORD)
    agencies.add_officer(agency, user, may_ask=True, may_collect=True, at=clock.now())
    return Person(user, secret).client
