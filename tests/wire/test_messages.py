"""Messages of the other side become values only within their limits; what we write, we read back."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vicinage.core.ids import make_id
from vicinage.seal.keys import Household
from vicinage.wire import WireError, decode, encode
from vicinage.wire.feed import CellFeed, RfaRecord
from vicinage.wire.handover import HandOver
from vicinage.wire.household import Camera, HouseholdKeys
from vicinage.wire.hub import ClipOffer, UploadState
from vicinage.wire.judge import RfaDraft
from vicinage.wire.problem import Problem

ID, OTHER = make_id(b"a" * 10), make_id(b"b" * 10)
SIGNATURE = base64.b64encode(b"s" * 64).decode()
ALICE = Household.generate()


def b64(size: int) -> str:
    return base64.b64encode(b"x" * size).decode()


def offer(**change: Any) -> dict[str, Any]:
    return {
        "id": ID,
        "camera": OTHER,
        "start": "2026-11-22T14:00:00.123Z",
        "end": "2026-11-22T14:00:20.000Z",
        "payload_sha256": "ab" * 32,
        "payload_size": 1_000_000,
        "header_b64": b64(168),
        "label_b64": b64(900),
        "thumbnail_b64": b64(4000),
        **change,
    }


def handover(**change: Any) -> dict[str, Any]:
    signed = {"statement": {"v": 1}, "signature": SIGNATURE}
    return {
        "statement": {"v": 1},
        "signature_b64": SIGNATURE,
        "commitment": "cd" * 32,
        "opening": {"fields": {}},
        "headers": {ID: b64(168)},
        "hub_statements": {ID: signed},
        "code": "123456",
        **change,
    }


def reading(kind: type[Any], value: object, limit: int = 1 << 20) -> Any:
    return decode(kind, json.dumps(value).encode(), limit)


def test_an_offer_is_read_with_its_bytes_and_written_back_the_same() -> None:
    read = reading(ClipOffer, offer())
    assert read.header == b"x" * 168
    assert read.thumbnail == b"x" * 4000
    assert json.loads(encode(read)) == offer()


@pytest.mark.parametrize(
    "change",
    [
        {"id": ID.upper()},
        {"id": ID + "\n"},
        {"id": "../../etc/passwd"},
        {"start": "2026-11-22T14:00:00+01:00"},
        {"start": "2026-02-30T14:00:00Z"},
        {"end": "2026-11-22T14:00:00.123Z"},
        {"end": "2026-11-22T13:59:59Z"},
        {"payload_sha256": "AB" * 32},
        {"payload_sha256": "ab" * 31},
        {"payload_size": 31},
        {"payload_size": 2**40},
        {"payload_size": "1000"},
        {"payload_size": 1.5},
        {"header_b64": b64(8 * 1024 + 1)},
        {"header_b64": "not base64"},
        {"header_b64": b64(168).rstrip("=")[:-1]},
        {"label_b64": b64(8 * 1024 + 1)},
        {"thumbnail_b64": b64(256 * 1024 + 1)},
        {"more": 1},
        {"camera": None},
    ],
    ids=lambda change: "-".join(change),
)
def test_an_offer_beyond_its_limits_is_refused_and_the_field_named(change: dict[str, Any]) -> None:
    with pytest.raises(WireError) as error:
        reading(ClipOffer, offer(**change))
    assert error.value.code == "wire-not-the-message"
    assert error.value.sentence.startswith("The message is not a ClipOffer: ")


def test_every_field_of_an_offer_is_needed() -> None:
    for name in offer():
        short = offer()
        del short[name]
        with pytest.raises(WireError, match=name):
            reading(ClipOffer, short)


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"\xff", b'{"a":NaN}', b"[" * 200_000, b'{"id":"\\ud800"}'],
    ids=lambda d: repr(d[:12]),
)
def test_what_is_not_json_is_refused(data: bytes) -> None:
    with pytest.raises(WireError):
        decode(dict, data)


def test_a_body_over_the_limit_is_refused_unread() -> None:
    with pytest.raises(WireError, match="at most 100 are accepted") as error:
        decode(dict, b"[" + b" " * 100, 100)
    assert error.value.code == "wire-too-large"


@given(st.binary(max_size=200))
def test_any_bytes_end_in_a_message_or_a_wire_error(data: bytes) -> None:
    for kind in (ClipOffer, HandOver, CellFeed, RfaDraft):
        try:
            decode(kind, data)
        except WireError:
            continue


def test_a_hand_over_names_the_same_clips_twice() -> None:
    assert reading(HandOver, handover()).headers == {ID: b"x" * 168}
    with pytest.raises(WireError, match="same clips"):
        reading(HandOver, handover(headers={OTHER: b64(168)}))


@pytest.mark.parametrize(
    "change",
    [
        {"headers": {}, "hub_statements": {}},
        {"signature_b64": SIGNATURE[:-1]},
        {"code": "12345"},
        {"code": "12345a"},
        {"statement": []},
        {"commitment": "xyz"},
        {"headers": {"not an id": b64(168)}},
    ],
    ids=lambda change: "-".join(change),
)
def test_a_hand_over_beyond_its_limits_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(WireError):
        reading(HandOver, handover(**change))


def test_more_than_twenty_clips_are_refused() -> None:
    many = [make_id(bytes([i]) * 10) for i in range(21)]
    signed = {"statement": {}, "signature": SIGNATURE}
    with pytest.raises(WireError):
        reading(
            HandOver,
            handover(headers={i: b64(168) for i in many}, hub_statements={i: signed for i in many}),
        )


def test_a_household_keeps_its_keys_and_a_camera_its_label() -> None:
    keys = {
        "recipient": ALICE.identity.recipient,
        "signing_key_b64": ALICE.signing_key,
        "recovery_b64": b64(400),
    }
    assert json.loads(encode(reading(HouseholdKeys, keys))) == keys
    with pytest.raises(WireError):
        reading(HouseholdKeys, {**keys, "recipient": ALICE.identity.text})
    with pytest.raises(WireError):
        reading(HouseholdKeys, {**keys, "signing_key_b64": b64(31)})
    cameras = [{"id": ID, "cell": "872aa8a6effffff", "label_b64": b64(300)}]
    assert json.loads(encode(reading(list[Camera], cameras))) == cameras


def test_a_question_with_an_unknown_field_is_refused_but_an_answer_may_gain_one() -> None:
    assert reading(UploadState, {"offset": 5, "complete": False, "new": 1}) == UploadState(5)
    with pytest.raises(WireError):
        reading(RfaDraft, {"title": "x", "new": 1})


def test_a_draft_may_be_empty_and_its_area_an_object_or_text() -> None:
    assert reading(RfaDraft, {}).title == ""
    polygon = {"type": "Polygon", "coordinates": []}
    assert reading(RfaDraft, {"area": polygon}).area == polygon
    assert reading(RfaDraft, {"area": json.dumps(polygon)}).area == json.dumps(polygon)


def test_a_problem_says_its_code() -> None:
    told = json.loads(encode(Problem("Not found", 404, "not-found")))
    assert (told["status"], told["code"], told["type"]) == (404, "not-found", "about:blank")


def test_the_feed_of_a_cell_is_read_as_the_public_file_has_it() -> None:
    rfa = {
        **{"id": ID, "index": 4, "title": "Robbery", "offence": "robbery"},
        "agency": {"id": OTHER, "name": "Harbour Police"},
        "window": {"from": "2026-11-22T09:00:00Z", "to": "2026-11-22T11:00:00Z"},
        "area": {"type": "Polygon", "coordinates": []},
    }
    told = {"cell": "872aa8a6effffff", "rfas": [rfa]}
    feed = reading(CellFeed, told)
    assert feed.rfas[0].window.start == "2026-11-22T09:00:00Z"
    assert json.loads(encode(feed)) == told


def test_an_rfa_record_keeps_the_leaf_to_the_byte_and_may_lack_its_text() -> None:
    leaf = b'{"at":"2026-11-22T14:00:00Z"}'
    told = {"index": 4, "leaf": json.loads(leaf), "leaf_b64": base64.b64encode(leaf).decode(), "text": None}
    record = reading(RfaRecord, {**told, "agency": {"id": OTHER, "name": "Harbour Police"}})
    assert record.leaf_bytes == leaf
    assert record.text is None
    assert record.agency.recipient is None
