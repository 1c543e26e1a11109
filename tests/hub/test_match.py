"""Matching at home against the public requests of a coarse cell."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.fakes.clip_server import TOKEN, ClipServer
from tests.hub.conftest import CAMERA, PLACE, AliceHub, secrets_of
from vicinage.core.clip import ClipStatement
from vicinage.core.place import Point, cell_of, circle
from vicinage.core.span import Span
from vicinage.hub import match
from vicinage.hub.clock import now
from vicinage.hub.errors import UplinkError
from vicinage.hub.match import History, OwnClip
from vicinage.wire import decode
from vicinage.wire.feed import CellFeed


def rfa(area: object, start: str, end: str, id_: str = "rfaburglary23456") -> dict[str, Any]:
    """An open rfa of the feed."""
    return {
        "id": id_,
        "index": 9,
        "title": "Burglary in Lark Street",
        "offence": "burglary",
        "agency": {"id": "larkpolice234567", "name": "Lark Meadow Police"},
        "window": {"from": start, "to": end},
        "area": area,
    }


HERE = circle(PLACE, 400).geojson()
ELSEWHERE = circle(Point(PLACE.lat + 0.01, PLACE.lon), 400).geojson()
CLIPS = [
    OwnClip("clipafternoon234", "2026-11-22T14:00:00.000Z", "2026-11-22T14:00:20.000Z"),
    OwnClip("clipevening23456", "2026-11-22T20:00:00.000Z", "2026-11-22T20:00:20.000Z"),
]


def feed(*rfas: dict[str, Any]) -> bytes:
    """The feed of the camera's cell."""
    return json.dumps({"cell": cell_of(PLACE), "rfas": rfas}).encode()


def found(*rfas: dict[str, Any]) -> list[list[str]]:
    """The clips of each match."""
    told = decode(CellFeed, feed(*rfas))
    return [one.clips for one in match.matches(told.rfas, PLACE, CAMERA, CLIPS)]


def test_the_clip_of_that_time_at_that_place_matches() -> None:
    assert found(rfa(HERE, "2026-11-22T13:00:00Z", "2026-11-22T15:00:00Z")) == [["clipafternoon234"]]


def test_another_place_or_another_time_does_not() -> None:
    assert found(rfa(ELSEWHERE, "2026-11-22T13:00:00Z", "2026-11-22T15:00:00Z")) == []
    assert found(rfa(HERE, "2026-11-22T15:00:00Z", "2026-11-22T16:00:00Z")) == []


def test_a_window_that_only_touches_the_clip_does_not_match() -> None:
    assert found(rfa(HERE, "2026-11-22T14:00:20Z", "2026-11-22T15:00:00Z")) == []


def test_a_malformed_request_matches_nothing_and_hides_no_other() -> None:
    broken = rfa({"type": "Point", "coordinates": [0, 0]}, "2026-11-22T13:00:00Z", "2026-11-22T15:00:00Z")
    good = rfa(HERE, "2026-11-22T13:00:00Z", "2026-11-22T15:00:00Z")
    assert found(broken, good) == [["clipafternoon234"]]


def statement(clip: str, hour: int) -> ClipStatement:
    """A clip of twenty seconds at this hour of today."""
    start = now().replace(hour=hour, minute=0, second=0, microsecond=0)
    span = Span(start, start.replace(second=20))
    key = "A" * 43 + "="
    return ClipStatement(clip, CAMERA, span, None, "0" * 64, 1, "0" * 64, "h264", 2, 2, (), key)


def test_the_hub_asks_for_the_cell_only_and_keeps_the_result_at_home(
    alice: AliceHub, server: ClipServer
) -> None:
    alice.pair("http://camera.example/")
    History(alice.home, CAMERA).add(statement("clipmorning23456", 6))
    day = now().date().isoformat()
    server.cells[cell_of(PLACE)] = feed(rfa(HERE, f"{day}T05:00:00Z", f"{day}T07:00:00Z"))
    match.look(alice.home, [alice.paired])
    told = json.loads((alice.home / "matches.json").read_bytes())
    assert [one["clips"] for one in told["matches"]] == [["clipmorning23456"]]
    assert server.heard.count(b"GET ") == 1
    assert f"GET /public/rfas/cell/{cell_of(PLACE)}.json".encode() in server.heard
    for secret in [*secrets_of(alice), TOKEN.encode(), CAMERA.encode(), b"clipmorning"]:
        assert secret not in server.heard


def test_a_cell_without_requests_is_no_error_but_a_dead_server_is(
    alice: AliceHub, server: ClipServer
) -> None:
    alice.pair("http://camera.example/")
    assert match.look(alice.home, [alice.paired]).matches == []
    server.__exit__()
    with pytest.raises(UplinkError) as caught:
        match.look(alice.home, [alice.paired])
    assert caught.value.code == "feed-unreachable"


def test_the_history_survives_a_line_cut_short_and_forgets_what_is_old(alice: AliceHub) -> None:
    history = History(alice.home, CAMERA)
    history.add(statement("clipmorning23456", 6))
    path = alice.home / "history" / f"{CAMERA}.jsonl"
    path.write_bytes(path.read_bytes() + b'{"clip":"cli')
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    assert [own.clip for own in history.clips(long_ago)] == ["clipmorning23456"]
    history.forget(now().replace(year=now().year + 1))
    assert history.clips(long_ago) == []
