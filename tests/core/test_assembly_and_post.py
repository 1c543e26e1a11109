"""What the public enters and what agencies tell: bounds, and reading back from the record."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.core.cases import AT, CENTER, HARBOUR, REGIME, SALT, SOUND, an_id
from vicinage import regimes
from vicinage.core import assembly, canonical, leaf, place, post
from vicinage.core.assembly import Assembly
from vicinage.core.errors import CoreError, RfaError
from vicinage.core.event import Decision
from vicinage.core.place import Area, Point
from vicinage.core.post import Post
from vicinage.core.span import Span

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
VIGIL = Assembly(
    an_id("v"),
    "Vigil on the harbour",
    place.circle(CENTER, 400),
    Span(AT, AT + 2 * HOUR),
    "https://vigil.example/",
)
NEWS = Post(
    an_id("p"), HARBOUR.id, "event", "Open day", "The station is open to all.", AT + DAY, None, "Main St"
)


def _read(decision: Decision) -> tuple[dict[str, Any], dict[str, Any]]:
    assert decision.event is not None, decision.findings
    assert decision.event.text is not None
    return leaf.parse(decision.event.leaf), canonical.loads_canonical(decision.event.text)


def test_an_assembly_reads_back_with_its_words_beside_the_log() -> None:
    entry, text = _read(assembly.enter(VIGIL, an_id("w"), SALT, AT))
    assert assembly.from_leaf(entry, text) == (VIGIL, an_id("w"))
    assert assembly.from_leaf(entry, None) == (replace(VIGIL, title="", link=""), an_id("w"))
    assert "Vigil" not in str(entry)
    with pytest.raises(RfaError, match="rfa-text-mismatch"):
        assembly.from_leaf(entry, {**text, "title": "Riot"})


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"title": " "}, "assembly-title"),
        ({"title": "x" * 121}, "assembly-title"),
        ({"link": "javascript:alert(1)"}, "assembly-link"),
        ({"link": 'https://a.example/"onload="x'}, "assembly-link"),
        ({"link": "https://" + "a" * 500}, "assembly-link"),
        ({"area": place.circle(CENTER, 2100)}, "assembly-area"),
        ({"area": Area((Point(0, 0), Point(0.01, 0.01), Point(0.01, 0), Point(0, 0.01)))}, "assembly-shape"),
        ({"window": Span(AT, AT + 25 * HOUR)}, "assembly-window"),
        ({"window": Span(AT - 61 * DAY, AT - 60 * DAY - HOUR)}, "assembly-when"),
        ({"window": Span(AT + 60 * DAY + HOUR, AT + 61 * DAY)}, "assembly-when"),
    ],
)
def test_an_assembly_out_of_bounds_is_refused(change: dict[str, Any], rule: str) -> None:
    decision = assembly.enter(replace(VIGIL, **change), None, SALT, AT)
    assert [finding.rule for finding in decision.findings] == [rule]
    assert decision.event is None


@pytest.mark.parametrize(
    "change",
    [
        *({"link": ""}, {"area": place.circle(CENTER, 2000)}, {"window": Span(AT, AT + 24 * HOUR)}),
        *(
            {"window": Span(AT + 60 * DAY, AT + 60 * DAY + HOUR)},
            {"window": Span(AT - 61 * DAY, AT - 60 * DAY)},
        ),
    ],
)
def test_an_assembly_at_its_bounds_is_entered(change: dict[str, Any]) -> None:
    assert assembly.enter(replace(VIGIL, **change), None, SALT, AT).verdict == "entered"


def test_an_assembly_is_withdrawn_by_its_id() -> None:
    event = assembly.withdraw(VIGIL.id, AT).event
    assert event is not None
    assert assembly.withdrawn_from_leaf(leaf.parse(event.leaf)) == VIGIL.id


def test_areas_that_touch_are_no_metres_apart_and_the_antimeridian_is_no_gap() -> None:
    assert place.apart_m(VIGIL.area, place.circle(CENTER, 100)) == 0
    east, west = place.circle(Point(0, 179.99), 100), place.circle(Point(0, -179.99), 100)
    assert place.apart_m(east, west) == pytest.approx(2024, rel=0.02)


def test_a_draft_without_place_or_time_meets_nothing() -> None:
    now = replace(SOUND, window=VIGIL.window)
    assert assembly.overlaps(now, VIGIL)
    assert not assembly.overlaps(replace(now, area=None), VIGIL)
    assert not assembly.overlaps(replace(now, window=None), VIGIL)


def test_a_post_reads_back() -> None:
    entry, text = _read(post.publish(REGIME, NEWS, HARBOUR, AT, SALT))
    assert post.from_record(entry, text) == post.Record(NEWS, AT, False)
    assert post.from_record(entry, None).redacted
    with pytest.raises(RfaError, match="rfa-text-mismatch"):
        post.from_record(entry, {**text, "text": "Send us your video."})
    for change in ({"kind": "rfa"}, {"starts_at": "2026-11-23T14:00:00.000Z"}, {"ends_at": 5}):
        with pytest.raises(CoreError):
            post.from_record({**entry, **change}, text)


@pytest.mark.parametrize(
    ("change", "rule", "field"),
    [
        ({"title": "Hi"}, "post-length", "title"),
        ({"text": "Too short."}, "post-length", "text"),
        ({"place_words": "x" * 201}, "post-length", "place_words"),
        ({"starts_at": None}, "post-time", "starts_at"),
        ({"kind": "tip"}, "post-time", "starts_at"),
        ({"ends_at": AT}, "post-time", "ends_at"),
        ({"kind": "request", "starts_at": None}, "post-kind", "kind"),
        ({"agency": an_id("x")}, "post-agency", "agency"),
    ],
)
def test_a_post_that_breaks_a_rule_is_refused(change: dict[str, Any], rule: str, field: str) -> None:
    decision = post.publish(REGIME, replace(NEWS, **change), HARBOUR, AT, SALT)
    assert [(f.rule, f.field) for f in decision.findings] == [(rule, field)]


def test_agencies_still_post_when_requests_have_ended_and_suspended_ones_do_not() -> None:
    closed = regimes.load("closed-2024")
    assert post.publish(closed, NEWS, HARBOUR, AT, SALT).verdict == "published"
    for who in (
        None,
        replace(HARBOUR, suspended=True),
        replace(HARBOUR, until=AT),
        replace(HARBOUR, until=None),
    ):
        assert post.publish(closed, NEWS, who, AT, SALT).verdict == "refused"


def test_a_request_in_the_clothes_of_a_post_is_shown_to_the_moderator() -> None:
    asking = replace(NEWS, text="Anyone with Doorbell-Footage or a \u0421amera near the park: call us.")
    assert post.hints(asking) == ("doorbell", "footage", "camera")
    assert post.hints(NEWS) == ()
