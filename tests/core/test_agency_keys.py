"""Keys that clips are sealed to: a first one at once, a change after a week, a theft in vain."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.cases import AT, HARBOUR, REGIME
from vicinage.core import agency, leaf
from vicinage.core.agency import Key
from vicinage.core.errors import AgencyError, CoreError
from vicinage.core.event import Decision

RECIPIENT = "age1" + "q" * 58
WEEK = timedelta(days=7)


def _key(decision: Decision) -> Key:
    assert decision.event is not None
    return agency.key_from_leaf(leaf.parse(decision.event.leaf))


def _named(letter: str, from_day: float, revoked_day: float | None = None) -> Key:
    revoked = None if revoked_day is None else AT + timedelta(days=revoked_day)
    return Key(HARBOUR.id, "age1" + letter * 58, AT + timedelta(days=from_day), revoked)


def test_a_first_key_takes_force_at_once_and_reads_back() -> None:
    key = _key(agency.publish_key(REGIME, HARBOUR.id, RECIPIENT, in_force=False, at=AT))
    assert (key.agency, key.recipient, key.from_at) == (HARBOUR.id, RECIPIENT, AT)


def test_a_change_of_key_cools_for_the_days_of_the_regime() -> None:
    key = _key(agency.publish_key(REGIME, HARBOUR.id, RECIPIENT, in_force=True, at=AT))
    assert key.from_at == AT + WEEK


@pytest.mark.parametrize(
    "text", ["", "age1", RECIPIENT.upper(), RECIPIENT + "q", "age1" + "b" * 58, "AGE-SECRET-KEY-1"]
)
def test_what_is_no_recipient_is_refused(text: str) -> None:
    with pytest.raises(CoreError):
        agency.publish_key(REGIME, HARBOUR.id, text, in_force=False, at=AT)
    with pytest.raises(CoreError):
        agency.revoke_key(HARBOUR.id, text, "lost", AT)


def test_a_revocation_reads_back_and_gives_one_of_the_known_reasons() -> None:
    event = agency.revoke_key(HARBOUR.id, RECIPIENT, "compromised", AT).event
    assert event is not None
    assert agency.revoked_from_leaf(leaf.parse(event.leaf)) == (HARBOUR.id, RECIPIENT, "compromised")
    with pytest.raises(AgencyError, match="agency-key-reason"):
        agency.revoke_key(HARBOUR.id, RECIPIENT, "because", AT)


def test_a_key_cannot_say_that_it_was_in_force_before_it_was_published() -> None:
    event = agency.publish_key(REGIME, HARBOUR.id, RECIPIENT, in_force=False, at=AT).event
    assert event is not None
    for start in ("2026-11-22T13:59:59Z", "2026-11-22T14:00:00.500Z", "soon"):
        with pytest.raises(CoreError):
            agency.key_from_leaf({**leaf.parse(event.leaf), "from": start})


def test_the_key_in_force_is_the_newest_that_took_force_and_is_not_revoked() -> None:
    keys = [_named("q", 0), _named("p", 7, revoked_day=20), _named("z", 30)]
    for day, letter in ((0, "q"), (6.9, "q"), (7, "p"), (19.9, "p"), (20, "q"), (30, "z")):
        found = agency.key_in_force(keys, AT + timedelta(days=day))
        assert found is not None
        assert found.recipient[4] == letter, day
    assert agency.key_in_force(keys, AT - timedelta(seconds=1)) is None
    assert agency.key_in_force([], AT) is None


def test_a_thief_who_revokes_the_key_first_still_waits_a_week() -> None:
    """Mallory has Carol's session: revoke the key, publish her own. The week is not saved."""
    keys = [_named("q", -90, revoked_day=0)]
    assert agency.key_in_force(keys, AT) is None
    assert agency.was_in_force(keys, AT)
    stolen = agency.publish_key(REGIME, HARBOUR.id, RECIPIENT, agency.was_in_force(keys, AT), AT)
    assert _key(stolen).from_at == AT + WEEK


def test_a_stolen_key_that_is_revoked_while_it_cools_never_takes_force() -> None:
    keys = [_named("q", -90), _named("p", 7, revoked_day=3)]
    for day in range(40):
        found = agency.key_in_force(keys, AT + timedelta(days=day))
        assert found is not None
        assert found.recipient[4] == "q"


def test_a_key_that_never_took_force_makes_no_later_one_cool() -> None:
    assert not agency.was_in_force([_named("q", 7, revoked_day=3)], AT + timedelta(days=10))
    assert not agency.was_in_force([_named("q", 7)], AT)


DAYS = st.integers(-50, 50)
KEYS = st.lists(st.builds(_named, st.sampled_from("qpzry"), DAYS, st.none() | DAYS), max_size=6)


@given(KEYS, DAYS)
def test_no_key_is_sealed_to_before_it_took_force_or_after_it_was_revoked(keys: list[Key], day: int) -> None:
    at = AT + timedelta(days=day)
    found = agency.key_in_force(keys, at)
    live = [k for k in keys if k.from_at <= at and not (k.revoked_at is not None and k.revoked_at <= at)]
    assert (found is None) == (not live)
    if found is not None:
        assert found in live
        assert found.from_at == max(k.from_at for k in live)
        assert agency.was_in_force(keys, at)
