"""Mallory's server shows Alice a key that was revoked, replaced or has not cooled. Her device finds out."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.core.cases import REGIME
from tests.device import shown_log
from vicinage.core import agency, leaf
from vicinage.core.event import Decision
from vicinage.device import agency_key
from vicinage.device.errors import DeviceError, UntrustedError
from vicinage.seal.keys import Identity
from vicinage.tlog import layout

AT = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
ELMFORD, OAKDALE = "e" * 16, "o" * 16
FIRST, SECOND = Identity.generate().recipient, Identity.generate().recipient
PAD = leaf.private("00" * 32)


def logged(decision: Decision) -> bytes:
    """What enters the log."""
    assert decision.event is not None
    return decision.event.leaf


def published(recipient: str, at: datetime, *, cools: bool = False, whose: str = ELMFORD) -> bytes:
    """An entry of a key."""
    return logged(agency.publish_key(REGIME, whose, recipient, cools, at))


def revoked(recipient: str, whose: str = ELMFORD) -> bytes:
    """An entry of a revocation."""
    return logged(agency.revoke_key(whose, recipient, "compromised", AT))


LONG_AGO = AT - timedelta(days=300)
KEY = published(FIRST, LONG_AGO)
SUSPENDED = logged(agency.suspend(ELMFORD, "It asked for a protest.", "0" * 32, AT))
REINSTATED, LEFT = logged(agency.reinstate(ELMFORD, AT)), logged(agency.leave(ELMFORD, AT))


def checked(folder: Path, leaves: list[bytes], recipient: str = FIRST, index: int = 1) -> agency.Key:
    """What a device believes of the key at this index."""
    _, reader = shown_log.show(folder, leaves)
    return agency_key.check(reader, index, ELMFORD, recipient, AT)


@pytest.mark.parametrize(
    "later",
    [
        [],
        [PAD],
        [PAD] * 700,
        [published(SECOND, AT, cools=True)],
        [published(SECOND, LONG_AGO, whose=OAKDALE), revoked(FIRST, OAKDALE)],
        [published(SECOND, LONG_AGO + timedelta(days=1)), revoked(SECOND)],
        [SUSPENDED, REINSTATED],
    ],
    ids=["nothing", "a pad", "many pads", "a cooling key", "another's", "a revoked newer key", "reinstated"],
)
def test_a_key_in_force_is_believed_after(later: list[bytes], tmp_path: Path) -> None:
    key = checked(tmp_path, [PAD, KEY, *later])
    assert (key.recipient, key.from_at, key.index) == (FIRST, LONG_AGO, 1)


@pytest.mark.parametrize(
    ("later", "code"),
    [
        ([PAD, revoked(FIRST)], "device-key-revoked"),
        ([*[PAD] * 600, revoked(FIRST)], "device-key-revoked"),
        ([published(SECOND, LONG_AGO, cools=True)], "device-key-older"),
        ([SUSPENDED], "device-agency-standing"),
        ([LEFT, REINSTATED], "device-agency-standing"),
    ],
    ids=["revoked", "revoked far on", "replaced", "suspended", "left"],
)
def test_a_key_is_refused_after(later: list[bytes], code: str, tmp_path: Path) -> None:
    with pytest.raises(UntrustedError, match=code):
        checked(tmp_path, [PAD, KEY, *later])


def test_a_key_that_has_not_cooled_is_refused_until_its_time(tmp_path: Path) -> None:
    cooling = published(SECOND, AT, cools=True)
    _, reader = shown_log.show(tmp_path, [PAD, KEY, cooling])
    start = AT + timedelta(days=REGIME.conduct.key_cooling_days)
    with pytest.raises(UntrustedError, match="device-key-not-yet"):
        agency_key.check(reader, 2, ELMFORD, SECOND, start - timedelta(seconds=1))
    assert agency_key.check(reader, 2, ELMFORD, SECOND, start).recipient == SECOND


def test_the_key_of_another_agency_or_another_recipient_is_refused(tmp_path: Path) -> None:
    _, reader = shown_log.show(tmp_path, [PAD, KEY])
    for whose, recipient in ((OAKDALE, FIRST), (ELMFORD, SECOND)):
        with pytest.raises(UntrustedError, match="device-other-leaf"):
            agency_key.check(reader, 1, whose, recipient, AT)


@pytest.mark.parametrize("hidden", ["left out", "another", "elsewhere", "cut short", "not there"])
def test_a_revocation_cannot_be_hidden_among_the_entries_of_a_signed_log(hidden: str, tmp_path: Path) -> None:
    leaves = [PAD, KEY, *[PAD] * 40, revoked(FIRST), *[PAD] * 40]
    lies, reader = shown_log.show(tmp_path, leaves)
    shown = {
        "left out": [*leaves[:42], *leaves[43:], PAD],
        "another": [*leaves[:42], PAD, *leaves[43:]],
        "elsewhere": [revoked(FIRST), KEY, *[PAD] * 81],
        "cut short": leaves[:42],
        "not there": [],
    }[hidden]
    name = layout.bundle_path(0, len(leaves))
    if shown:
        shown_log.put(lies, name, layout.encode_bundle(shown))
    else:
        del lies.answers[f"GET /log/{name}"]
    with pytest.raises(DeviceError) as refused:
        agency_key.check(reader, 1, ELMFORD, FIRST, AT)
    assert refused.value.code in ("device-log-tail", "http-404")


def test_a_log_too_long_to_be_read_is_not_believed_on_the_servers_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agency_key, "MOST_READ", 3)
    assert checked(tmp_path / "short", [PAD, KEY, *[PAD] * 3]).recipient == FIRST
    with pytest.raises(UntrustedError, match="device-log-too-long"):
        checked(tmp_path / "long", [PAD, KEY, *[PAD] * 4])
