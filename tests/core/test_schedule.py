"""Olga changes the regime: announced ahead, in force to the second, no promise to answer cut short."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.cases import AT, HARBOUR, REGIME, SOUND
from vicinage import regimes
from vicinage.core import leaf, regime
from vicinage.core.errors import CoreError, RegimeError
from vicinage.core.judge import judge
from vicinage.core.regime import Change, Schedule

DAY = timedelta(days=1)
CLOSED, MEDIATED = regimes.load("closed-2024"), regimes.load("mediated-2019")
TOML = regimes.raw("closed-2024")
BEGUN = Schedule((Change(AT, REGIME, 0),))


def _at(day: float) -> datetime:
    return AT + day * DAY


def _schedule(*changes: tuple[float, str]) -> Schedule:
    return Schedule(tuple(Change(_at(day), regimes.load(name), i) for i, (day, name) in enumerate(changes)))


def test_a_change_is_announced_and_reads_back() -> None:
    event = regime.announce(BEGUN, TOML, _at(30), _at(10)).event
    assert event is not None
    assert (event.kind, event.subject, event.text) == ("regime.announced", "closed-2024", TOML)
    assert regime.from_leaf(leaf.parse(event.leaf), TOML, 4) == Change(_at(30), CLOSED, 4)


@pytest.mark.parametrize(
    ("ahead", "verdict"),
    [(14, "announced"), (15, "announced"), (13.99, "refused"), (0, "refused"), (-1, "refused")],
)
def test_the_notice_is_that_of_the_regime_in_force_to_the_second(ahead: float, verdict: str) -> None:
    decision = regime.announce(BEGUN, TOML, _at(10 + ahead), _at(10))
    assert decision.verdict == verdict
    assert [f.rule for f in decision.findings] == ([] if decision.event else ["regime-notice"])
    just_late = regime.announce(BEGUN, TOML, _at(24) - timedelta(seconds=1), _at(10))
    assert "2026-12-16T14:00:00Z is the earliest" in just_late.findings[0].sentence


def test_parts_of_seconds_shorten_no_notice() -> None:
    """What is judged is what the leaf will say: whole seconds, cut."""
    half = timedelta(milliseconds=900)
    assert (
        regime.announce(BEGUN, TOML, _at(24) - timedelta(milliseconds=100), _at(10) + half).verdict
        == "refused"
    )
    event = regime.announce(BEGUN, TOML, _at(24) + half, _at(10)).event
    assert event is not None
    assert regime.from_leaf(leaf.parse(event.leaf), TOML).effective_at == _at(24)


def test_the_first_regime_is_adopted_and_none_announced_before() -> None:
    with pytest.raises(RegimeError, match="regime-first"):
        regime.announce(Schedule(), TOML, _at(30), AT)
    with pytest.raises(RegimeError, match="regime-first"):
        regime.announce(BEGUN, TOML, _at(30), _at(-1))


def test_a_leaf_that_names_another_file_or_half_seconds_is_refused() -> None:
    event = regime.announce(BEGUN, TOML, _at(30), _at(10)).event
    assert event is not None
    entry = leaf.parse(event.leaf)
    with pytest.raises(RegimeError, match="regime-mismatch"):
        regime.from_leaf(entry, regimes.raw("public-2021"))
    for change in ({"effective_at": "2026-12-22T14:00:00.000Z"}, {"effective_at": None}, {"more": 1}):
        with pytest.raises(CoreError):
            regime.from_leaf({**entry, **change}, TOML)


def test_of_two_changes_for_one_moment_the_later_entry_takes_force() -> None:
    schedule = _schedule((0, "public-2021"), (20, "closed-2024"), (20, "mediated-2019"))
    assert schedule.in_force(_at(20)) == MEDIATED
    assert [change.regime for change in schedule.announced(_at(19))] == [MEDIATED]
    assert schedule.announced(_at(20)) == ()


def test_a_change_announced_later_for_sooner_takes_force_first() -> None:
    schedule = _schedule((0, "public-2021"), (60, "closed-2024"), (30, "mediated-2019"))
    found = [schedule.in_force(_at(day)) for day in (-1, 0, 29, 30, 59, 60)]
    assert found == [None, REGIME, REGIME, MEDIATED, MEDIATED, CLOSED]
    assert [change.index for change in schedule.announced(_at(1))] == [2, 1]


def test_under_a_closed_regime_nobody_asks_and_the_finding_says_so() -> None:
    found = judge(CLOSED, SOUND, HARBOUR, (), AT)
    assert [finding.rule for finding in found] == ["route-open"]
    assert "No requests (2024)" in found[0].sentence
    assert found[0].source
    assert [f.rule for f in judge(CLOSED, SOUND, None, (), AT)] == ["route-open", "agency-verified"]


def test_open_requests_take_answers_for_29_days_once_requests_end() -> None:
    schedule = _schedule((0, "public-2021"), (60, "closed-2024"))
    cases = {(10, 10): 40, (31, 31): 61, (58, 59): 89, (59, 59): 89, (59, 70): 89, (59, 95): 95}
    for (submitted, published), until in cases.items():
        assert schedule.open_until(_at(submitted), _at(published)) == _at(until)


def test_a_closed_regime_that_never_took_force_shortens_nothing() -> None:
    replaced = _schedule((0, "public-2021"), (20, "closed-2024"), (20, "public-2021"))
    over = _schedule((0, "public-2021"), (20, "closed-2024"), (40, "public-2021"))
    assert replaced.open_until(_at(10), _at(10)) == _at(40)
    assert over.open_until(_at(45), _at(45)) == _at(75)


def test_before_any_regime_nothing_is_open() -> None:
    with pytest.raises(RegimeError, match="regime-none-then"):
        BEGUN.open_until(_at(-1), _at(1))


NAMES = st.sampled_from(regimes.names())
CHANGES = st.lists(st.tuples(st.integers(0, 120), NAMES), max_size=5)


@given(CHANGES, st.integers(0, 200))
def test_the_regime_in_force_is_the_last_to_take_force(changes: list[tuple[int, str]], day: int) -> None:
    told = [(0, "public-2021"), *changes]
    found = _schedule(*told).in_force(_at(day))
    best = max((start, i) for i, (start, _) in enumerate(told) if start <= day)
    assert found is not None
    assert found.name == told[best[1]][1]
    waiting = _schedule(*told).announced(_at(day))
    assert [change.effective_at for change in waiting] == sorted(
        {_at(start) for start, _ in told if start > day}
    )


@given(CHANGES, st.integers(0, 120), st.integers(0, 30), st.integers(0, 150), NAMES)
def test_a_change_that_is_added_never_ends_answers_before_its_own_days_are_over(
    changes: list[tuple[int, str]], submitted: int, waited: int, effective: int, name: str
) -> None:
    """No later change makes an rfa open for longer, nor ends it before its days are over."""
    told = [(0, "public-2021"), *changes]
    times = _at(submitted), _at(submitted + waited)
    before = _schedule(*told).open_until(*times)
    assert times[1] <= before <= times[1] + 366 * DAY
    if effective <= submitted + waited:
        return
    after = _schedule(*told, (effective, name)).open_until(*times)
    if name == "closed-2024":
        assert min(before, _at(effective + 29)) <= after <= before or after == before
    longest = times[1] + 30 * DAY
    assert times[1] <= after <= longest
