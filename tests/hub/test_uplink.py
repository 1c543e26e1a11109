"""Uploading with breaks: resumed, never doubled, refused once and for all."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.fakes.clip_server import TOKEN, ClipServer
from tests.hub.conftest import CAMERA, AliceHub, secrets_of
from vicinage.hub import uplink
from vicinage.hub.camera import Picture
from vicinage.hub.clip import Clip
from vicinage.hub.errors import UplinkError
from vicinage.hub.keep import Keeper
from vicinage.hub.match import History
from vicinage.hub.spool import Spool
from vicinage.hub.uplink import Uplink
from vicinage.seal import unseal

MP4 = bytes(range(256)) * 20_000
START = datetime(2026, 11, 22, 14, 0, 0, tzinfo=UTC)


@pytest.fixture
def spool(alice: AliceHub, tmp_path: Path) -> Spool:
    """A spool with one clip of five megabytes: two parts."""
    alice.pair("http://camera.example/stream")
    spool = Spool(tmp_path / "spool")
    keeper = Keeper(alice.paired.pairing, spool, History(alice.home, CAMERA))
    keeper.keep(Clip(MP4, b"", Picture("h264", 640, 360), START, 5.0, [], None), threading.Event())
    return spool


def drain(server: ClipServer, spool: Spool, token: str = TOKEN) -> None:
    """Upload all that waits."""
    uplink.drain(Uplink(server.address, token), spool, threading.Event())


def test_a_clip_arrives_whole_and_leaves_the_spool(server: ClipServer, spool: Spool, alice: AliceHub) -> None:
    drain(server, spool)
    (clip,) = server.complete()
    assert unseal.open_bytes(server.age_file(clip), alice.household.identity) == MP4
    assert spool.waiting() == []


def test_nothing_secret_is_in_any_byte_sent(server: ClipServer, spool: Spool, alice: AliceHub) -> None:
    drain(server, spool)
    assert MP4[:4096] not in server.heard
    assert not any(secret in server.heard for secret in secrets_of(alice))


def test_after_a_hang_up_the_upload_goes_on_where_it_stood(server: ClipServer, spool: Spool) -> None:
    server.hang_up = True
    with pytest.raises(UplinkError):
        drain(server, spool)
    (clip,) = server.offers
    assert 0 < len(server.payloads[clip]) < len(MP4)
    drain(server, spool)
    assert server.complete() == [clip]
    assert server.offered == [clip, clip]


def test_a_busy_server_is_tried_again(server: ClipServer, spool: Spool) -> None:
    server.failures = [503, 507]
    for _ in range(2):
        with pytest.raises(UplinkError) as caught:
            drain(server, spool)
        assert not caught.value.lasting
    drain(server, spool)
    assert len(server.complete()) == 1


def test_a_clip_that_the_server_will_never_take_is_set_aside(server: ClipServer, spool: Spool) -> None:
    server.refuse_offers = 409
    drain(server, spool)
    assert spool.waiting() == []
    assert len(spool.refused()) == 1


def test_a_withdrawn_token_keeps_the_clip_and_says_what_to_do(server: ClipServer, spool: Spool) -> None:
    with pytest.raises(UplinkError) as caught:
        drain(server, spool, token="mallory-has-no-token-000000")
    assert "Pair the hub again" in caught.value.hint
    assert len(spool.waiting()) == 1


def test_the_worker_delivers_once_the_server_is_there(
    alice: AliceHub, spool: Spool, server: ClipServer
) -> None:
    stop = threading.Event()
    server.failures = [503]
    worker = threading.Thread(target=uplink.work, args=(Uplink(server.address, TOKEN), spool, stop))
    worker.start()
    deadline = threading.Event()
    for _ in range(100):
        if server.complete():
            break
        deadline.wait(0.1)
    stop.set()
    spool.wake()
    worker.join(10)
    assert len(server.complete()) == 1
