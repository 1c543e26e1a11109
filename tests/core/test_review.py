"""Erin is asked what software cannot tell; what it found is shown to her; her answers are in the log."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.cases import AT, CENTER, HARBOUR, PASSING, REASONED, REGIME, SALT, SOUND, WHY, an_id
from vicinage.core import canonical, leaf, place, rfa
from vicinage.core.assembly import Assembly
from vicinage.core.errors import CoreError
from vicinage.core.event import Decision
from vicinage.core.judge import questions
from vicinage.core.rfa import Answer
from vicinage.core.span import Span

assert SOUND.window is not None
VIGIL = Assembly(an_id("v"), "Vigil", place.circle(CENTER, 300), SOUND.window)


def _publish(answers: dict[str, Answer], assemblies: tuple[Assembly, ...] = (), **change: Any) -> Decision:
    asked = replace(SOUND, **change)
    return rfa.publish(REGIME, asked, HARBOUR, (), assemblies, answers, AT, AT, SALT)


def _broken(answers: dict[str, Answer], assemblies: tuple[Assembly, ...] = (), **change: Any) -> list[str]:
    return [finding.rule for finding in _publish(answers, assemblies, **change).findings]


def _hints(assemblies: tuple[Assembly, ...] = (), **change: Any) -> dict[str, tuple[str, ...]]:
    asked = questions(REGIME, replace(SOUND, **change), assemblies)
    return {each.question.id: each.hints for each in asked if each.hints}


def test_every_question_is_asked_even_where_software_found_nothing() -> None:
    assert [each.question.id for each in questions(REGIME, SOUND, ())] == [q.id for q in REGIME.review]
    assert _hints() == {}


def test_an_unanswered_question_keeps_an_rfa_from_being_published() -> None:
    assert _broken({}) == [f"review-{question.id}" for question in REGIME.review]
    for id in PASSING:
        assert _broken({k: v for k, v in PASSING.items() if k != id}) == [f"review-{id}"]


@pytest.mark.parametrize("answer", ["", "YES", "maybe", "nope", " no"])
def test_only_yes_and_no_are_answers(answer: str) -> None:
    assert _broken({**PASSING, "pressure": Answer(answer, WHY)}) == ["review-pressure"]


def test_the_wrong_answer_refuses_and_no_reason_makes_it_good() -> None:
    for id in PASSING:
        assert _broken({**PASSING, id: Answer("yes", WHY)}) == [f"review-{id}"]


def test_an_answer_to_a_question_nobody_asks_is_refused() -> None:
    assert _broken({**PASSING, "weather": Answer("no")}) == ["review-weather"]


def test_an_rfa_at_a_vigil_needs_a_reason_that_is_logged_beside() -> None:
    assert "lawful-activity" in _hints((VIGIL,))
    assert _broken(PASSING, (VIGIL,)) == ["review-lawful-activity"]
    given_ = {**PASSING, "lawful-activity": Answer("no", "The shop was robbed; the vigil was not.")}
    event = _publish(given_, (VIGIL,)).event
    assert event is not None
    assert event.text is not None
    assert leaf.parse(event.leaf)["review"] == {q.id: "no" for q in REGIME.review}
    text = canonical.loads_canonical(event.text)
    assert text["review"] == {"lawful-activity": "The shop was robbed; the vigil was not."}
    assert rfa.from_record(leaf.parse(event.leaf), text).answers == given_


def test_a_case_number_does_not_spare_the_question_of_a_protest() -> None:
    text = "Unlawful protest at the town hall, case 26-1107: we look for video of the marchers."
    assert set(_hints(text=text)) == {"lawful-activity"}
    assert _broken(PASSING, text=text) == ["review-lawful-activity"]


@pytest.mark.parametrize("reason", ["", "ok", "x" * 19, " " * 40, "\u200b" * 40, "no" + " \n" * 30 + "no"])
def test_a_reason_of_nothing_is_none(reason: str) -> None:
    answers = {**PASSING, "lawful-activity": Answer("no", reason)}
    assert _broken(answers, (VIGIL,)) == ["review-lawful-activity"]


def test_a_reason_has_an_end() -> None:
    assert _broken({**PASSING, "pressure": Answer("no", "x" * 1001)}) == ["review-pressure"]
    assert _broken({**PASSING, "pressure": Answer("no", "x" * 1000)}) == []


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("You must send us your video at once, or you obstruct an investigation.", "pressure"),
        ("Residents who refuse will be visited by officers.", "pressure"),
        ("We know that your doorbell recorded it. Send it today.", "pressure"),
        ("Looking for a suspicious person who does not belong in this area.", "profiling"),
        ("Some illegals were seen at the corner, wearing red jackets.", "profiling"),
        ("The victim, a student at Elm High, lives at 12 Main Street.", "victim"),
        ("Her name is Ann Smith, date of birth 1 May 1999.", "victim"),
        ("Reminder: join us for the community event on Sunday evening.", "announcement"),
        ("We look for a b.m. with a red jacket and a limp.", "profiling"),
        ("You m u s t send your video; r-e-f-u-s-a-l has a p.e.n.a.l.t.y.", "pressure"),
    ],
)
def test_what_a_text_may_do_is_shown_to_erin(text: str, question: str) -> None:
    assert question in _hints(text=text)


def test_a_missing_person_may_be_named_with_a_reason_and_nobody_else() -> None:
    text = "Missing: Ann Smith, 9 years old, lives at 12 Main Street, last seen in a red jacket."
    named = {**PASSING, "victim": Answer("yes", "She is missing and is to be found.")}
    for offence in ("missing-person", "abduction"):
        assert _broken(named, text=text, offence=offence) == []
        assert _broken({**named, "victim": Answer("yes", "")}, text=text, offence=offence) == [
            "review-victim"
        ]
    assert _broken(named, text=text, offence="robbery") == ["review-victim"]


def test_the_exemption_is_of_its_question_alone() -> None:
    answers = {**PASSING, "pressure": Answer("yes", WHY)}
    assert _broken(answers, offence="missing-person") == ["review-pressure"]


def test_a_text_that_was_taken_down_leaves_the_answers() -> None:
    event = _publish(REASONED, (VIGIL,)).event
    assert event is not None
    record = rfa.from_record(leaf.parse(event.leaf), None)
    assert record.redacted
    assert {id: answer.answer for id, answer in record.answers.items()} == {q.id: "no" for q in REGIME.review}
    found = rfa.findings(REGIME, record.rfa, HARBOUR, (), (VIGIL,), record.answers, AT, AT)
    assert {finding.field for finding in found} <= set(rfa.TEXT_FIELDS)


@pytest.mark.parametrize(
    "review",
    [
        None,
        [],
        {"pressure": "maybe"},
        {"pressure": True},
        {"pressure": {"answer": "no"}},
        {f"q{i}": "no" for i in range(101)},
    ],
)
def test_a_leaf_with_answers_that_are_none_cannot_be_read(review: object) -> None:
    event = _publish(PASSING).event
    assert event is not None
    with pytest.raises(CoreError):
        rfa.from_record({**leaf.parse(event.leaf), "review": review}, None)


@given(
    st.dictionaries(
        st.sampled_from([*PASSING, "weather"]), st.builds(Answer, st.text(max_size=4), st.text(max_size=40))
    )
)
def test_only_a_whole_set_of_passing_answers_publishes(answers: dict[str, Answer]) -> None:
    passes = set(answers) == set(PASSING) and all(answer.answer == "no" for answer in answers.values())
    assert (_publish(answers).event is not None) == passes


@given(st.floats(0, 3000), st.integers(-300, 300))
def test_what_is_near_an_assembly_in_place_and_time_is_shown(metres: float, minutes: int) -> None:
    """Two circles of 300 m whose centres are so far apart; two spans of two hours, shifted."""
    there = place.Point(lat=CENTER.lat + metres / 111_195, lon=CENTER.lon)
    assert SOUND.window is not None
    shift = timedelta(minutes=minutes)
    window = Span(SOUND.window.start + shift, SOUND.window.end + shift)
    shown = bool(_hints((replace(VIGIL, area=place.circle(there, 300), window=window),)))
    if metres < 780 and abs(minutes) <= 180:
        assert shown
    if metres > 820 or abs(minutes) > 180:
        assert not shown
