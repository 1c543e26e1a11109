"""Pairing, and the file it leaves."""

import stat
from pathlib import Path

import msgspec
import pytest

from tests.hub.conftest import AliceHub
from vicinage.hub import config, main
from vicinage.hub.errors import PairingError
from vicinage.wire import WireError
from vicinage.wire.pairing import make_code


def test_a_paired_camera_is_read_back_and_its_file_is_its_owners_alone(alice: AliceHub) -> None:
    path = alice.pair("rtsp://alice:pass@camera.example/stream")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    paired = config.load(path)
    assert paired.source == "rtsp://alice:pass@camera.example/stream"
    assert paired.place == alice.paired.place


def test_pairing_again_replaces_the_source(alice: AliceHub) -> None:
    alice.pair("http://camera.example/one")
    alice.pair("http://camera.example/two")
    assert [camera.source for camera in config.cameras(alice.home)] == ["http://camera.example/two"]


def test_a_mangled_code_is_refused_and_nothing_is_written(alice: AliceHub) -> None:
    with pytest.raises(WireError):
        config.pair("vicinage-pair-1.abc", "http://camera.example/", alice.home)
    assert not alice.home.exists()


def test_a_cell_that_is_not_the_places_is_refused(alice: AliceHub) -> None:
    alice.pair("http://camera.example/")
    wrong = msgspec.structs.replace(alice.paired.pairing, cell="872aa8c8dffffff")
    with pytest.raises(PairingError) as caught:
        config.pair(make_code(wrong), "http://camera.example/", alice.home)
    assert caught.value.code == "pairing-cell"


def test_a_reader_that_is_no_age_key_is_refused(alice: AliceHub) -> None:
    alice.pair("http://camera.example/")
    wrong = msgspec.structs.replace(alice.paired.pairing, recipients=["age1" + "q" * 58])
    with pytest.raises(PairingError) as caught:
        config.pair(make_code(wrong), "http://camera.example/", alice.home)
    assert caught.value.code == "pairing-recipient"


def test_a_source_must_be_an_address_or_a_file(alice: AliceHub) -> None:
    with pytest.raises(PairingError) as caught:
        alice.pair("no-such-file.mp4")
    assert caught.value.code == "pairing-source"


def test_a_home_without_cameras_says_how_to_pair(tmp_path: Path) -> None:
    with pytest.raises(PairingError) as caught:
        main.run(tmp_path)
    assert "vicinage hub pair" in str(caught.value)


def test_a_damaged_file_is_named(alice: AliceHub) -> None:
    alice.pair("http://camera.example/").write_text("{}")
    with pytest.raises(PairingError) as caught:
        config.cameras(alice.home)
    assert caught.value.code == "pairing-file"
