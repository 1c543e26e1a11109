"""A request passed on by mail: sealed in the log at once, shown word for word when it closes."""

import copy
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.cases import AT, HARBOUR, PASSING, REGIME, SALT, SOUND, an_id
from vicinage import regimes
from vicinage.core import canonical, leaf, rfa
from vicinage.core.draft import Earlier
from vicinage.core.errors import CoreError, RfaError
from vicinage.core.rfa import Mediation
from vicinage.core.span import Span

MEDIATED = regimes.load("mediated-2019")
CLOSES = AT + timedelta(days=30)


def _mediate(salt: str = SALT, earlier: tuple[Earlier, ...] = (), **change: Any) -> Mediation:
    asked = replace(SOUND, **change)
    return rfa.mediate(MEDIATED, asked, HARBOUR, earlier, (), PASSING, AT, AT, salt, CLOSES)


def _entry(made: Mediation) -> dict[str, Any]:
    assert made.decision.event is not None, made.decision.findings
    return leaf.parse(made.decision.event.leaf)


def test_the_log_holds_a_commitment_and_neither_words_nor_place() -> None:
    made = _mediate()
    assert made.decision.verdict == "mediated"
    assert made.decision.event is not None
    assert made.decision.event.text is None
    public = made.decision.event.leaf.decode()
    assert set(_entry(made)) == {
        *("v", "type", "at", "rfa", "agency", "regime", "submitted_at", "closes_at", "sealed"),
    }
    for secret in (SOUND.title, SOUND.reference, SOUND.offence, "coordinates", SALT):
        assert secret not in public


def test_a_resident_reads_it_back_from_leaf_fields_and_text() -> None:
    made = _mediate()
    record = rfa.from_mediated(_entry(made), made.fields, canonical.loads_canonical(made.text))
    assert record.rfa == SOUND
    assert (record.submitted_at, record.published_at, record.post, record.redacted) == (AT, AT, 1, False)


def test_when_it_closes_the_same_fields_and_words_are_published() -> None:
    made = _mediate()
    event = rfa.disclose(made.fields, made.text, CLOSES).event
    assert event is not None
    entry = leaf.parse(event.leaf)
    assert {name: entry[name] for name in made.fields} == made.fields
    assert rfa.seal_of({name: entry[name] for name in made.fields}) == _entry(made)["sealed"]
    assert rfa.from_record(entry, canonical.loads_canonical(event.text or b"")).published_at == CLOSES


def test_two_of_the_same_words_have_nothing_in_common() -> None:
    assert _entry(_mediate())["sealed"] != _entry(_mediate("a5" * 16))["sealed"]


def test_the_case_of_an_unguessable_reference_cannot_be_tried_out() -> None:
    """Who knows all but the salt cannot test a guess against the leaf: `text` in the fields hides it."""
    made = _mediate()
    guess = {**made.fields, "text": rfa.text_commitment(made.text.replace(SALT.encode(), b"00" * 16))}
    assert rfa.seal_of(guess) != _entry(made)["sealed"]


@pytest.mark.parametrize(
    "name", ["area", "window", "reference", "offence", "post", "first", "review", "text", "agency"]
)
def test_a_field_that_was_changed_is_not_believed(name: str) -> None:
    made = _mediate()
    fields = copy.deepcopy(dict(made.fields))
    other = _mediate(
        "a5" * 16,
        reference="26-2",
        offence="arson",
        window=Span(AT - timedelta(hours=9), AT - timedelta(hours=8)),
    )
    fields[name] = {"post": 2, "first": an_id("a"), "agency": an_id("x"), "review": {}, "area": None}.get(
        name, other.fields[name]
    )
    with pytest.raises(CoreError):
        rfa.from_mediated(_entry(made), fields, canonical.loads_canonical(made.text))


def test_other_words_are_not_believed() -> None:
    made = _mediate()
    text = {**canonical.loads_canonical(made.text), "text": "Send everything you have, at once, to us."}
    with pytest.raises(RfaError, match="rfa-text-mismatch"):
        rfa.from_mediated(_entry(made), made.fields, text)
    with pytest.raises(RfaError, match="rfa-text-mismatch"):
        rfa.disclose(made.fields, canonical.dumps(text), CLOSES)


@pytest.mark.parametrize("name", ["rfa", "agency", "regime", "submitted_at"])
def test_what_the_leaf_shows_is_what_it_seals(name: str) -> None:
    made = _mediate()
    shown = {
        "rfa": an_id("x"),
        "agency": an_id("x"),
        "regime": "public-2021",
        "submitted_at": "2026-11-22T13:00:00Z",
    }
    with pytest.raises(RfaError, match="rfa-sealed-mismatch"):
        rfa.from_mediated({**_entry(made), name: shown[name]}, made.fields, None)


def test_each_route_is_taken_under_its_own_regime_only() -> None:
    wrong = rfa.publish(MEDIATED, SOUND, HARBOUR, (), (), PASSING, AT, AT, SALT)
    assert [f.rule for f in wrong.findings] == ["route-other"]
    other = rfa.mediate(REGIME, SOUND, HARBOUR, (), (), PASSING, AT, AT, SALT, CLOSES)
    assert [f.rule for f in other.decision.findings] == ["route-other"]
    assert (other.fields, other.text) == ({}, b"")
    closed = regimes.load("closed-2024")
    for decision in (
        rfa.publish(closed, SOUND, HARBOUR, (), (), {}, AT, AT, SALT),
        rfa.mediate(closed, SOUND, HARBOUR, (), (), {}, AT, AT, SALT, CLOSES).decision,
    ):
        assert [f.rule for f in decision.findings] == ["route-open"]


def test_mediated_requests_have_the_limits_of_their_time() -> None:
    old = Span(AT - timedelta(days=45, seconds=1), AT - timedelta(days=45) + timedelta(hours=3))
    assert [f.rule for f in _mediate(window=old).decision.findings] == ["window-age-max"]
    kept = Span(AT - timedelta(days=45), AT - timedelta(days=45) + timedelta(minutes=5))
    assert _mediate(window=kept).decision.findings == ()
    fire = replace(HARBOUR, kind="fire")
    refused = rfa.mediate(MEDIATED, SOUND, fire, (), (), PASSING, AT, AT, SALT, CLOSES).decision
    assert [f.rule for f in refused.findings] == ["agency-kind"]


def test_it_closes_after_it_began() -> None:
    with pytest.raises(RfaError, match="rfa-closes"):
        rfa.mediate(MEDIATED, SOUND, HARBOUR, (), (), PASSING, AT, AT, SALT, AT)
    with pytest.raises(RfaError, match="rfa-form"):
        rfa.mediated_from_leaf({**_entry(_mediate()), "closes_at": "2026-11-22T14:00:00Z"})


def test_a_second_post_names_the_first_and_no_other() -> None:
    before = (Earlier(an_id("a"), "26-1108", AT), Earlier(an_id("b"), "26/1107", AT))
    assert (_mediate(earlier=before).fields["post"], _mediate(earlier=before).fields["first"]) == (
        2,
        an_id("b"),
    )
    event = rfa.publish(REGIME, SOUND, HARBOUR, before, (), PASSING, AT, AT, SALT).event
    assert event is not None
    assert rfa.from_record(leaf.parse(event.leaf), None).first == an_id("b")


@pytest.mark.parametrize(
    ("resolved", "at", "state"),
    [
        *((None, 0, "open"), (None, 9, "open"), (None, 10, "expired"), (3, 2, "open"), (3, 3, "resolved")),
        *((3, 99, "resolved"), (10, 10, "expired"), (12, 20, "expired")),
    ],
)
def test_a_request_is_open_resolved_or_expired(resolved: int | None, at: int, state: str) -> None:
    day = timedelta(days=1)
    done = None if resolved is None else AT + resolved * day
    assert rfa.state(done, AT + 10 * day, AT + at * day) == state


@given(st.none() | st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
def test_what_has_closed_never_opens_again(resolved: int | None, until: int, at: int) -> None:
    def then(day: int) -> str:
        done = None if resolved is None else AT + timedelta(days=resolved)
        return rfa.state(done, AT + timedelta(days=until), AT + timedelta(days=day))

    if then(at) != "open":
        assert then(at + 1) == then(at)


@pytest.mark.parametrize(
    ("days", "fits"), [(0, True), (30, True), (30.1, False), (-0.1, False), (200, False)]
)
def test_nothing_is_decided_long_after_it_was_submitted_or_before(days: float, fits: bool) -> None:
    """An operator who dates a submission back into a regime that is over gets a month at most."""
    decided = AT + timedelta(days=days)
    found = rfa.publish(REGIME, SOUND, HARBOUR, (), (), PASSING, AT, decided, SALT).findings
    assert [f.rule for f in found] == ([] if fits else ["submission-age"])


def test_an_agency_suspended_or_lapsed_since_it_submitted_gets_nothing_published() -> None:
    for change, rule in (
        ({"suspended": True}, "agency-suspended"),
        ({"until": AT + timedelta(hours=1)}, "agency-renewal"),
    ):
        who = replace(HARBOUR, **change)
        found = rfa.publish(REGIME, SOUND, who, (), (), PASSING, AT, AT + timedelta(hours=2), SALT).findings
        assert [f.rule for f in found] == [rule]
