"""What leaves the recorder: a sealed clip, a signed statement, a sealed label and thumbnail."""

import hashlib
import io
import json
from datetime import UTC, datetime

import pytest

from tests.hub.conftest import AliceHub
from vicinage.core.clip import ClipStatement, parse_statement, signed_bytes
from vicinage.hub import clip as clips
from vicinage.hub.camera import Picture
from vicinage.hub.clip import Clip
from vicinage.seal import sign, unseal
from vicinage.wire.hub import ClipOffer

MP4 = b"a plain clip that nobody may see " * 5000
START = datetime(2026, 11, 22, 14, 0, 0, 123987, UTC)


@pytest.fixture
def closed(alice: AliceHub) -> tuple[ClipOffer, ClipStatement, bytes]:
    """A closed clip: the offer, the statement, the payload."""
    alice.pair("http://camera.example/stream")
    clip = Clip(MP4, b"\xff\xd8 a jpeg", Picture("h264", 640, 360), START, 7.25, [(3.0, 4.2)], -40)
    payload = io.BytesIO()
    offer, statement = clips.close(clip, clips.new_id(), alice.paired.pairing, payload)
    return offer, statement, payload.getvalue()


def test_only_the_household_opens_the_clip(
    alice: AliceHub, closed: tuple[ClipOffer, ClipStatement, bytes]
) -> None:
    offer, statement, payload = closed
    plain = unseal.open_bytes(offer.header + payload, alice.household.identity)
    assert plain == MP4
    assert statement.sha256 == hashlib.sha256(MP4).hexdigest()
    assert offer.payload_sha256 == hashlib.sha256(payload).hexdigest()
    assert offer.payload_size == len(payload)


def test_the_statement_is_signed_by_the_hub_and_sealed_in_the_label(
    alice: AliceHub, closed: tuple[ClipOffer, ClipStatement, bytes]
) -> None:
    offer, statement, _ = closed
    label = json.loads(unseal.open_bytes(offer.label, alice.household.identity))
    told = parse_statement(label["statement"])
    assert told == statement
    assert sign.verify(told.hub, signed_bytes(told), label["signature"])
    assert told.hub == sign.public_key(alice.paired.pairing.seed)


def test_times_are_whole_milliseconds_and_the_clock_offset_is_stated(
    closed: tuple[ClipOffer, ClipStatement, bytes],
) -> None:
    offer, statement, _ = closed
    assert (offer.start, offer.end) == ("2026-11-22T14:00:00.123Z", "2026-11-22T14:00:07.373Z")
    assert statement.motion == ((3000, 4200),)
    assert statement.clock_offset_ms == -40


def test_the_offer_shows_no_byte_of_clip_picture_or_place(
    closed: tuple[ClipOffer, ClipStatement, bytes],
) -> None:
    offer, _, payload = closed
    for secret in (b"plain clip", b"a jpeg", b"39.287654", b"Porch of Alice"):
        assert secret not in offer.label + offer.thumbnail + offer.header + payload


def test_two_clips_never_share_a_key_or_an_id(alice: AliceHub) -> None:
    alice.pair("http://camera.example/stream")
    clip = Clip(MP4, b"", Picture("h264", 640, 360), START, 7.25, [], None)
    first, second = io.BytesIO(), io.BytesIO()
    clips.close(clip, clips.new_id(), alice.paired.pairing, first)
    clips.close(clip, clips.new_id(), alice.paired.pairing, second)
    assert first.getvalue()[16:64] != second.getvalue()[16:64]
    assert clips.new_id() != clips.new_id()
