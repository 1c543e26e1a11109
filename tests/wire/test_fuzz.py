"""Whatever bytes the other side sends, there is a message within its limits or a WireError."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.wire.test_messages import handover, offer
from vicinage.seal import header
from vicinage.seal.errors import SealError
from vicinage.seal.keys import Household, Identity, parse_recipient
from vicinage.wire import WireError, decode, encode
from vicinage.wire.feed import CellFeed, RfaRecord
from vicinage.wire.handover import HandOver, HandOverReceipt
from vicinage.wire.household import Camera, CameraToken, ClipPage, HouseholdKeys
from vicinage.wire.hub import ClipOffer, ServerTime, UploadState
from vicinage.wire.judge import Judgement, RfaDraft
from vicinage.wire.pairing import PREFIX, Pairing, parse_code
from vicinage.wire.problem import Problem
from vicinage.wire.vault import AgencyKey, OwnKey, Shares, Vault

KINDS: list[Any] = [
    *(ClipOffer, UploadState, ServerTime, HandOver, HandOverReceipt, AgencyKey, HouseholdKeys, Camera),
    *(OwnKey, Shares, Vault, CameraToken, ClipPage, CellFeed, RfaRecord, RfaDraft, Judgement, Pairing),
    *(Problem, list[Camera]),
]
NAMES = sorted({field for kind in KINDS[:-1] for field in kind.__struct_encode_fields__})
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("a" * 16),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=9),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=80) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_a_message_that_writes_back_or_an_error_of_the_wire(data: bytes) -> None:
    for kind in KINDS:
        with contextlib.suppress(WireError):
            read = decode(kind, data)
            assert decode(kind, encode(read)) == read


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([(ClipOffer, offer()), (HandOver, handover())]), st.data())
def test_a_message_with_one_odd_member_is_refused_or_within_its_limits(
    case: Any, data: st.DataObject
) -> None:
    kind, sound = case
    odd = {**sound, data.draw(st.sampled_from(sorted(sound))): data.draw(JSON)}
    with contextlib.suppress(WireError):
        read = decode(kind, json.dumps(odd).encode())
        assert decode(kind, encode(read)) == read


@given(st.text(max_size=60) | st.text("ABCabc019_-=", max_size=60).map(lambda text: PREFIX + text))
def test_any_text_is_a_pairing_or_an_error_of_the_wire(text: str) -> None:
    with pytest.raises(WireError):
        parse_code(text)


LINE = st.binary(max_size=70) | st.sampled_from(
    [
        b"age-encryption.org/v1",
        b"-> X25519 " + b"A" * 43,
        b"A" * 43,
        b"A" * 64,
        b"--- " + b"A" * 43,
        b"-> ",
        b"",
    ]
)


@settings(max_examples=300)
@given(st.lists(LINE, max_size=8), st.booleans())
def test_any_lines_are_a_header_that_is_written_back_or_an_error_of_the_seal(
    lines: list[bytes], begun: bool
) -> None:
    data = b"".join(line + b"\n" for line in ([b"age-encryption.org/v1", *lines] if begun else lines))
    with contextlib.suppress(SealError):
        assert header.parse(data).raw == data


@settings(max_examples=200)
@given(st.text(max_size=80), st.integers(0, 300), st.characters())
def test_any_text_is_a_key_or_an_error_of_the_seal(text: str, at: int, sign: str) -> None:
    whole = Household(Identity(bytes(32)), bytes(32)).text
    spoilt = whole[:at] + sign + whole[at + 1 :]
    for kind in (parse_recipient, Identity.parse, Household.parse):
        for told in (text, spoilt):
            with contextlib.suppress(SealError):
                kind(told)
