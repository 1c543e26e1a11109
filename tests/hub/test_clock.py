"""The hub's times."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.fakes.clip_server import TOKEN, ClipServer
from vicinage.hub.clock import Anchor, Offset
from vicinage.hub.uplink import Uplink

NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


def test_the_earliest_arrival_sets_the_anchor() -> None:
    anchor = Anchor()
    for at_s, late_s in ((0.0, 2.4), (1.0, 1.4), (2.0, 0.1), (3.0, 0.6)):
        anchor.arrived(at_s, NOON + timedelta(seconds=at_s + late_s))
    assert abs(anchor.time_of(10.0) - (NOON + timedelta(seconds=10.1))) < timedelta(milliseconds=5)


def test_a_camera_whose_clock_runs_slow_is_followed() -> None:
    anchor = Anchor()
    for second in range(0, 36_000, 10):
        anchor.arrived(second, NOON + timedelta(seconds=second * 1.0001))
    error = anchor.time_of(36_000) - (NOON + timedelta(seconds=36_003.6))
    assert abs(error) < timedelta(milliseconds=50)


@pytest.mark.parametrize("ahead_s", [0.0, 90.0, -90.0])
def test_the_offset_is_the_hubs_clock_minus_the_servers(server: ClipServer, ahead_s: float) -> None:
    server.clock_ahead_s = ahead_s
    offset_ms = Offset(Uplink(server.address, TOKEN).server_time).measure()
    assert offset_ms == pytest.approx(-1000 * ahead_s, abs=200)


def test_an_unreachable_server_gives_no_offset() -> None:
    assert Offset(Uplink("http://127.0.0.1:9", TOKEN).server_time).measure() is None
