"""A clip that arrives is told at once to its owner, and to nobody else."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import Client

from tests.cast import Cast
from vicinage.server import clock
from vicinage.server.notices import stream

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look ten times a second."""
    monkeypatch.setattr(stream, "EVERY_S", 0.1)


async def heard(user: Any, since: datetime, act: Any = None, for_s: float = 0.8) -> list[str]:
    """What a listener hears while `act` happens after its first line."""
    lines: list[str] = []
    async for piece in stream.events(user, since, until_s=for_s):
        lines.append(piece.decode())
        if act is not None:
            await sync_to_async(act)()
            act = None
    return lines


def test_a_clip_is_told_with_its_camera_and_start(cast: Cast) -> None:
    home = cast.alices_home
    made: list[Any] = []
    lines = asyncio.run(heard(cast.alice.user, clock.now(), lambda: made.append(home.clip())))
    told = [line for line in lines if "event: clip" in line]
    assert len(told) == 1
    assert f'"id": "{made[0].pk}"' in told[0]
    assert f'"camera": "{home.camera.pk}"' in told[0]
    assert '"start": "2026-11-22T15:00:00.000Z"' in told[0]


def test_what_was_there_before_is_not_told(cast: Cast) -> None:
    cast.alices_home.clip()
    assert not [line for line in asyncio.run(heard(cast.alice.user, clock.now())) if "event:" in line]


def test_mallory_hears_nothing_of_alices_clip(cast: Cast) -> None:
    home, mallory = cast.alices_home, cast.mallory.user
    assert not [line for line in asyncio.run(heard(mallory, clock.now(), home.clip)) if "event:" in line]


def test_a_reader_that_comes_back_goes_on_where_it_was(cast: Cast) -> None:
    home, begun = cast.alices_home, clock.now()
    first, second = home.clip(), home.clip()
    lines = asyncio.run(heard(cast.alice.user, begun))
    told = [line for line in lines if "event: clip" in line]
    assert [first.pk in told[0], second.pk in told[1]] == [True, True]
    last = told[0].split("\n")[0].removeprefix("id: ")
    again = asyncio.run(heard(cast.alice.user, stream.parse_last(last, clock.now())))
    assert [second.pk in line for line in again if "event: clip" in line] == [True]


@pytest.mark.parametrize(
    "last", [None, "", "yesterday", "2026-11-22T15:00:00", "9" * 300, "2020-01-01T00:00:00+00:00"]
)
def test_a_strange_last_event_begins_now(last: str | None) -> None:
    now = clock.now()
    assert stream.parse_last(last, now) == now
    assert stream.parse_last((now + timedelta(days=1)).isoformat(), now) == now


def test_a_silent_stream_is_kept_alive(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "KEEP_ALIVE_S", 0.2)
    assert ": still here\n\n" in asyncio.run(heard(cast.alice.user, clock.now()))


def test_a_person_has_so_many_streams_and_each_is_given_back(cast: Cast) -> None:
    client = cast.alice.client
    stream.open_streams[cast.alice.user.pk] = stream.MOST_AT_ONCE
    assert client.get("/home/events/").status_code == 429
    del stream.open_streams[cast.alice.user.pk]
    asyncio.run(heard(cast.alice.user, clock.now(), for_s=0.2))
    assert cast.alice.user.pk not in stream.open_streams


def test_a_stranger_and_an_officer_hear_nothing(cast: Cast) -> None:
    assert Client().get("/home/events/").status_code == 302
    assert cast.carol.client.get("/home/events/").status_code == 404


def test_the_stream_is_one_and_not_stored(cast: Cast) -> None:
    response = cast.alice.client.get("/home/events/")
    assert response["Content-Type"] == "text/event-stream"
    assert response["Cache-Control"] == "no-store"
