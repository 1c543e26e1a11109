"""An rfa from Carol's draft through Erin's review to the record, and back out of it."""

import copy
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.core.cases import AT, HARBOUR, PASSING, REGIME, SALT, SOUND, an_id, lasting
from vicinage.core import canonical, leaf, place, rfa
from vicinage.core.draft import Earlier
from vicinage.core.errors import CoreError, IdError, RfaError
from vicinage.core.event import Decision, Event
from vicinage.core.judge import judge
from vicinage.core.span import Span

LATER = AT + timedelta(hours=2)


def _published(**change: Any) -> Decision:
    return rfa.publish(REGIME, replace(SOUND, **change), HARBOUR, (), (), PASSING, AT, LATER, SALT)


def _event(decision: Decision) -> Event:
    assert decision.event is not None
    return decision.event


def _record() -> tuple[dict[str, Any], dict[str, Any]]:
    event = _event(_published())
    assert event.text is not None
    return leaf.parse(event.leaf), canonical.loads_canonical(event.text)


def test_a_sound_draft_is_submitted_and_nothing_enters_the_log_yet() -> None:
    assert rfa.submit(REGIME, SOUND, HARBOUR, (), AT) == Decision("submitted")


def test_a_draft_that_breaks_a_rule_is_refused_with_the_finding_and_no_event() -> None:
    decision = rfa.submit(REGIME, replace(SOUND, window=lasting(hours=13)), HARBOUR, (), AT)
    assert (decision.verdict, [f.rule for f in decision.findings]) == ("refused", ["window-max"])
    assert decision.event is None


def test_a_published_rfa_reads_back_from_the_record_as_it_was_written() -> None:
    record = rfa.from_record(*_record())
    assert record.rfa == SOUND
    assert (record.submitted_at, record.published_at, record.post) == (AT, LATER, 1)
    assert (record.regime, record.redacted) == ("public-2021", False)


def test_the_leaf_holds_no_free_text() -> None:
    event = _event(_published(text="The planted marker, one in a red jacket.", title="Planted marker"))
    assert b"lanted" not in event.leaf
    assert b"harbour.example" not in event.leaf
    assert event.text is not None
    assert b"planted marker" in event.text


def test_a_redacted_text_leaves_a_record_that_says_so() -> None:
    entry, _ = _record()
    record = rfa.from_record(entry, None)
    assert record.redacted
    assert (record.rfa.title, record.rfa.text, record.rfa.contact) == ("", "", "")
    assert record.rfa.area == SOUND.area


def test_an_altered_text_does_not_fit_the_leaf() -> None:
    entry, text = _record()
    with pytest.raises(RfaError, match="rfa-text-mismatch"):
        rfa.from_record(entry, {**text, "contact": "mallory@harbour.example"})


def test_publication_judges_as_of_the_submission() -> None:
    ahead = replace(SOUND, window=lasting(minutes=30))
    early = AT - timedelta(hours=1, minutes=10)
    decision = rfa.publish(REGIME, ahead, HARBOUR, (), (), PASSING, early, LATER, SALT)
    assert [f.rule for f in decision.findings] == ["window-past"]


def test_publication_refuses_what_the_judge_refuses() -> None:
    decision = rfa.publish(REGIME, SOUND, None, (), (), PASSING, AT, LATER, SALT)
    assert (decision.verdict, decision.event) == ("refused", None)


def test_the_second_post_on_an_incident_says_so() -> None:
    before = (Earlier(an_id("a"), "26 1107", AT - timedelta(days=1)),)
    event = _event(rfa.publish(REGIME, SOUND, HARBOUR, before, (), PASSING, AT, LATER, SALT))
    assert leaf.parse(event.leaf)["post"] == 2


def test_a_salt_must_be_one() -> None:
    with pytest.raises(RfaError):
        rfa.publish(REGIME, SOUND, HARBOUR, (), (), PASSING, AT, LATER, "00")


def test_the_same_text_with_another_salt_has_another_commitment() -> None:
    one = _event(_published())
    two = _event(rfa.publish(REGIME, SOUND, HARBOUR, (), (), PASSING, AT, LATER, "a5" * 16))
    assert leaf.parse(one.leaf)["text"] != leaf.parse(two.leaf)["text"]


def test_a_rejection_names_its_reason() -> None:
    assert rfa.reject(SOUND, "It is about a protest.").verdict == "rejected"
    refused = rfa.reject(SOUND, "  ")
    assert (refused.verdict, refused.findings[0].field) == ("refused", "reason")
    assert rfa.reject(SOUND, "x" * 2001).verdict == "refused"


def test_a_resolved_rfa_is_an_event_of_its_own() -> None:
    event = _event(rfa.resolve(SOUND.id, AT))
    assert rfa.resolved_from_leaf(leaf.parse(event.leaf)) == SOUND.id
    with pytest.raises(IdError):
        rfa.resolve("not an id", AT)


ANGLES = st.tuples(st.floats(-60, 70), st.floats(-179, 179))


@settings(deadline=None, max_examples=60)
@given(
    ANGLES, st.floats(146, 640), st.integers(8, 60), st.booleans(), st.floats(900, 43200), st.floats(0, 10**6)
)
def test_whatever_is_published_is_judged_sound_again_from_the_record(
    center: tuple[float, float], radius: float, corners: int, turned: bool, lasts_s: float, ago_s: float
) -> None:
    ring = place.circle(place.Point(*center), radius, corners).ring
    end = AT - timedelta(seconds=ago_s)
    asked = replace(
        SOUND,
        area=place.Area(ring[::-1] if turned else ring),
        window=Span(end - timedelta(seconds=lasts_s), end),
    )
    assume(not judge(REGIME, asked, HARBOUR, (), AT))
    event = _event(rfa.publish(REGIME, asked, HARBOUR, (), (), PASSING, AT, LATER, SALT))
    record = rfa.from_record(leaf.parse(event.leaf), canonical.loads_canonical(event.text or b""))
    assert judge(REGIME, record.rfa, HARBOUR, (), record.submitted_at) == ()
    assert record.rfa.area == asked.area


def _paths(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(value, dict):
        for name in value:
            found += _paths(value[name], (*path, name))
    if isinstance(value, list):
        for i in range(min(len(value), 2)):
            found += _paths(value[i], (*path, i))
    return found


@pytest.mark.parametrize("wrong", [None, -1, "x", [], {}, "\x00", 2**60], ids=repr)
@pytest.mark.parametrize("path", _paths(_record()[0]), ids=str)
def test_no_broken_field_of_a_leaf_passes_for_the_same_rfa(path: tuple[Any, ...], wrong: object) -> None:
    entry, text = _record()
    broken = copy.deepcopy(entry)
    place: Any = broken
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = wrong
    if broken == entry:
        return
    try:
        record = rfa.from_record(broken, text)
    except CoreError:
        return
    assert record != rfa.from_record(entry, text)


def test_a_leaf_of_another_type_is_no_published_rfa() -> None:
    entry, text = _record()
    with pytest.raises(RfaError):
        rfa.from_record({**entry, "type": "rfa.resolved"}, text)


def test_a_leaf_in_another_form_is_refused() -> None:
    entry, text = _record()
    ring = entry["area"]["coordinates"][0]
    clockwise = {"type": "Polygon", "coordinates": [ring[::-1]]}
    in_milliseconds = {"from": entry["window"]["from"].replace("Z", ".000Z"), "to": entry["window"]["to"]}
    for change in ({"area": clockwise}, {"window": in_milliseconds}):
        with pytest.raises(CoreError, match=r"rfa-form|leaf-window"):
            rfa.from_record({**entry, **change}, text)
