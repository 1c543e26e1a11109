"""Carol asks; the judge answers with every rule that her request does not meet."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spec.vectors import make
from tests.core.cases import AT, HARBOUR, REGIME, SOUND, an_id, findings, lasting, rules
from vicinage.core import place
from vicinage.core.draft import Earlier, Rfa
from vicinage.core.judge import CHECKS, is_mail, is_phone, judge
from vicinage.core.regime import KINDS
from vicinage.core.span import Span

VECTORS = json.loads((Path(make.__file__).parent / "judge.json").read_text(encoding="utf-8"))


def _earlier(*references: str) -> tuple[Earlier, ...]:
    return tuple(Earlier(an_id(chr(97 + i)), ref, AT) for i, ref in enumerate(references))


def test_a_sound_request_has_no_finding() -> None:
    assert findings() == ()


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"window": lasting(hours=12, minutes=1)}, "window-max"),
        ({"window": lasting(minutes=14)}, "window-min"),
        ({"area": make.square(0.51)}, "area-max"),
        ({"area": make.square(0.024)}, "area-min"),
        ({"window": Span(AT - timedelta(hours=1), AT + timedelta(minutes=1))}, "window-past"),
        ({"window": Span(AT + timedelta(days=1), AT + timedelta(days=1, hours=1))}, "window-past"),
        ({"reference": ""}, "reference-required"),
        ({"reference": " -/- "}, "reference-required"),
        ({"text": "Looking for a Black man seen walking on the avenue."}, "description-not-race-alone"),
        ({"agency": replace(HARBOUR, level="federal")}, "agency-level"),
        ({"agency": None}, "agency-verified"),
        ({"contact": "Detective Carol, room 12"}, "contact-reachable"),
        ({"contact": "555"}, "contact-reachable"),
        ({"offence": ""}, "offence-listed"),
        ({"earlier": _earlier("26-1107", "26 1107")}, "incident-posts-max"),
        ({"area": None}, "area-required"),
        ({"window": None}, "window-required"),
    ],
)
def test_each_breach_has_its_one_finding_with_a_source_and_a_hint(change: dict[str, Any], rule: str) -> None:
    found = findings(**change)
    assert [f.rule for f in found] == [rule]
    assert found[0].source
    assert found[0].hint
    assert "{" not in found[0].sentence


def _corners(*pairs: tuple[float, float]) -> place.Area:
    return place.Area(tuple(place.Point(lat=lat, lon=lon) for lon, lat in pairs))


def test_a_polygon_that_crosses_itself_is_refused_for_its_shape() -> None:
    bow_tie = _corners((0, 0), (0.01, 0.01), (0.01, 0), (0, 0.01))
    assert [f.sentence for f in findings(area=bow_tie)] == [
        "The area cannot be used: its border crosses or touches itself."
    ]


def test_a_polygon_across_the_antimeridian_is_refused_for_its_shape() -> None:
    across = _corners((179.995, 0), (-179.995, 0), (-179.995, 0.01), (179.995, 0.01))
    assert [f.sentence for f in findings(area=across)] == [
        "The area cannot be used: it crosses the antimeridian (180 degrees)."
    ]


@pytest.mark.parametrize(
    "window", [lasting(hours=12), lasting(minutes=15), Span(AT - timedelta(hours=1), AT)]
)
def test_a_window_at_the_limit_is_allowed(window: Span) -> None:
    assert rules(window=window) == set()


def test_a_window_one_second_past_the_limit_is_not() -> None:
    assert rules(window=lasting(hours=12, seconds=1)) == {"window-max"}
    assert rules(window=lasting(minutes=14, seconds=59)) == {"window-min"}


@settings(deadline=None, max_examples=40)
@given(st.sampled_from([0.5, 0.025]), st.floats(-60, 70), st.floats(-179, 179))
def test_a_square_at_the_limit_is_allowed_wherever_it_lies_after_rounding(
    miles: float, lat: float, lon: float
) -> None:
    assert rules(area=make.square(miles, lat, lon)) == set()


@settings(deadline=None, max_examples=40)
@given(st.sampled_from([(0.51, "area-max"), (0.024, "area-min")]), st.floats(-60, 70), st.floats(-179, 179))
def test_a_square_past_the_limit_is_refused_wherever_it_lies(
    case: tuple[float, str], lat: float, lon: float
) -> None:
    assert rules(area=make.square(case[0], lat, lon)) == {case[1]}


def test_the_second_post_on_an_incident_is_allowed_and_the_third_is_not() -> None:
    assert rules(earlier=_earlier("26-1107")) == set()
    assert rules(earlier=_earlier("26-1107", "26-1107")) == {"incident-posts-max"}


def test_a_reference_written_otherwise_is_the_same_incident() -> None:
    assert rules(earlier=_earlier("26/1107", "２６ 1107")) == {"incident-posts-max"}


def test_the_request_itself_does_not_count_among_the_earlier_ones() -> None:
    itself = Earlier(SOUND.id, SOUND.reference, AT)
    assert rules(earlier=(itself, *_earlier("26-1107"))) == set()


def test_an_empty_draft_hears_of_everything_that_is_missing_at_once() -> None:
    empty = Rfa(SOUND.id, HARBOUR.id, "", "", "", "", "", None, None)
    found = judge(REGIME, empty, None, (), AT)
    assert {f.field for f in found} == {
        *("agency", "title", "offence", "reference", "contact", "window", "area", "text"),
    }


def test_mallory_cannot_ask_in_the_name_of_another_agency() -> None:
    assert rules(agency=replace(HARBOUR, id=an_id("m"))) == {"agency-verified"}


@pytest.mark.parametrize("kind", ["immigration", "bank", ""])
def test_an_agency_of_another_kind_may_not_ask(kind: str) -> None:
    assert rules(agency=replace(HARBOUR, kind=kind)) == {"agency-kind"}


def test_a_rule_the_regime_does_not_name_is_not_tested() -> None:
    lenient = replace(REGIME, rules={id: r for id, r in REGIME.rules.items() if id != "window-max"})
    assert judge(lenient, replace(SOUND, window=lasting(hours=13)), HARBOUR, (), AT) == ()


def test_every_rule_a_regime_may_name_has_a_test_in_the_judge_or_on_the_agency() -> None:
    on_the_agency = {"agency-kind", "agency-level", "agency-domain", "agency-domain-refused"}
    on_the_agency |= {"agency-retention-max", "agency-evidence"}
    assert set(CHECKS) | on_the_agency == set(KINDS)


@pytest.mark.parametrize(
    "phone",
    ["+1 410 555 0142", "410-555-0142", "(410) 555-0142", "410.555.0142 x12", "+44 20 7946 0018 ext. 7"],
)
def test_a_telephone_number_is_a_contact(phone: str) -> None:
    assert is_phone(phone)


@pytest.mark.parametrize(
    "text", ["", "911", "call me", "1234567890123456", "410-555-0142 or desk", "+", "()"]
)
def test_what_is_no_telephone_number_is_none(text: str) -> None:
    assert not is_phone(text)


@pytest.mark.parametrize(
    "text", ["a@b", "@harbour.example", "a b@harbour.example", "a@b@c.example", "a@-x.example"]
)
def test_what_is_no_mail_address_is_none(text: str) -> None:
    assert not is_mail(text)


@settings(deadline=None, max_examples=60)
@given(
    st.text(max_size=300),
    st.text(max_size=60),
    st.text(max_size=60),
    st.text(max_size=60),
    st.text(max_size=60),
)
def test_no_text_breaks_the_judge(text: str, title: str, reference: str, offence: str, contact: str) -> None:
    found = findings(text=text, title=title, reference=reference, offence=offence, contact=contact)
    assert all(f.sentence for f in found)


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: str(case["name"]))
def test_the_vectors_say_what_the_judge_says(case: dict[str, Any]) -> None:
    again = make._judge_case(case["name"], dict(make._judge_changes())[case["name"]])
    assert again == case
