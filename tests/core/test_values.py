"""Ids, instants, spans, canonical JSON and leaves: read strictly, written in one form."""

import contextlib
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.cases import AT
from vicinage.core import canonical, leaf
from vicinage.core.errors import CanonicalError, CoreError, IdError, SpanError
from vicinage.core.ids import make_id, parse_id
from vicinage.core.span import Span, format_instant, parse_instant

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TIMES = st.integers(0, 7 * 10**15).map(lambda n: EPOCH + timedelta(microseconds=n))
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(-(2.0**53) + 1, 2.0**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=15,
)


@given(st.binary(min_size=10, max_size=10))
def test_ten_bytes_make_an_id_that_can_be_read(ten: bytes) -> None:
    assert parse_id(make_id(ten)) == make_id(ten)


@pytest.mark.parametrize("text", ["", "a" * 15, "a" * 17, "A" * 16, "1" * 16, "a" * 16 + "\n", None, 5])
def test_what_is_no_id_is_refused(text: object) -> None:
    with pytest.raises(IdError):
        parse_id(text)


def test_an_id_is_made_of_ten_bytes() -> None:
    with pytest.raises(IdError):
        make_id(b"short")


@given(TIMES)
def test_an_instant_written_to_the_millisecond_reads_back(at: datetime) -> None:
    whole = at.replace(microsecond=at.microsecond // 1000 * 1000)
    assert parse_instant(format_instant(at, milliseconds=True)) == whole
    assert parse_instant(format_instant(at)) == at.replace(microsecond=0)


@pytest.mark.parametrize(
    "text",
    [
        *("2026-11-22", "2026-11-22T14:00:00", "2026-11-22T14:00:00+00:00", "2026-11-22t14:00:00z"),
        *("2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-22T24:00:01Z", "2026-11-22T14:00:60Z"),
        *("2026-11-22T14:00:00.1Z", "2026-11-22T14:00:00Z\n", "２026-11-22T14:00:00Z", None),
    ],
)
def test_what_is_no_instant_is_refused(text: object) -> None:
    with pytest.raises(SpanError):
        parse_instant(text)


@given(st.text())
def test_no_text_breaks_the_reader_of_instants(text: str) -> None:
    with contextlib.suppress(SpanError):
        assert parse_instant(text).tzinfo is UTC


def test_a_span_is_kept_in_utc_and_never_backwards() -> None:
    east = timezone(timedelta(hours=5))
    assert Span(AT.astimezone(east), AT + timedelta(hours=1)).start.tzinfo is UTC
    for end in (AT, AT - timedelta(seconds=1)):
        with pytest.raises(SpanError):
            Span(AT, end)
    with pytest.raises(SpanError):
        Span(datetime(2026, 1, 1), AT)  # noqa: DTZ001 - a naive time is what is tested


@given(TIMES, st.integers(1, 10**6), TIMES, st.integers(1, 10**6))
def test_overlap_is_mutual_and_means_a_shared_instant(a: datetime, m: int, b: datetime, n: int) -> None:
    one, two = Span(a, a + timedelta(seconds=m)), Span(b, b + timedelta(seconds=n))
    assert one.overlaps(two) == two.overlaps(one)
    assert one.overlaps(two) == (max(one.start, two.start) < min(one.end, two.end))
    assert not one.overlaps(Span(one.end, one.end + timedelta(seconds=1)))
    assert one.duration_s == m


@given(JSON)
def test_canonical_json_reads_back_and_is_the_same_again(value: Any) -> None:
    written = canonical.dumps(value)
    assert canonical.dumps(canonical.loads_canonical(written, 10**7)) == written


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"a":1,"a":2}', "json-twin-member"),
        (b'{"a":NaN}', "json-not-a-number"),
        (b"[-Infinity]", "json-not-a-number"),
        (b'"\xff"', "json-unreadable"),
        (b"{", "json-unreadable"),
        (b"[" * 60000, "json-unreadable"),
        (b'"' + b"a" * 70000 + b'"', "json-too-long"),
        (b'{"b":1,"a":2}', "json-not-canonical"),
        (b'{"a": 2}', "json-not-canonical"),
        (b"1e400", "json-unsayable"),
        (b'"\\ud800"', "json-unsayable"),
    ],
)
def test_json_that_is_not_as_it_should_be_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(CanonicalError) as caught:
        canonical.loads_canonical(data)
    assert caught.value.code == code


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader_of_leaves(data: bytes) -> None:
    with contextlib.suppress(CoreError):
        assert leaf.parse(data)["v"] == 1


def test_every_private_leaf_has_the_same_length() -> None:
    assert {len(leaf.private(f"{n:064x}")) for n in (0, 1, 2**255)} == {95}
    assert leaf.parse(leaf.private("0" * 64))["type"] == "private"


@pytest.mark.parametrize(
    "entry",
    [
        {"v": 2, "type": "private", "c": "0" * 64},
        {"v": True, "type": "private", "c": "0" * 64},
        {"v": 1, "type": "private", "c": "0" * 63},
        {"v": 1, "type": "private", "c": "0" * 64, "who": "Bob"},
        {"v": 1, "type": "rfa.deleted", "at": "2026-11-22T14:00:00Z"},
        {"v": 1, "type": "rfa.resolved", "at": "today"},
        {"v": 1, "type": ["private"]},
        [],
    ],
)
def test_a_leaf_that_no_version_1_log_holds_is_refused(entry: object) -> None:
    with pytest.raises(CoreError):
        leaf.parse(canonical.dumps(entry))


def test_a_leaf_too_long_for_an_entry_bundle_is_refused() -> None:
    with pytest.raises(CanonicalError):
        leaf.public("rfa.resolved", AT, {"rfa": "a" * 65536})


@pytest.mark.parametrize("value", ["", "A" * 43 + "=", "A" * 44, "A" * 42 + "B=", "ä" * 44, None, 3])
def test_a_key_is_32_bytes_in_the_one_base64_form(value: object) -> None:
    if value == "A" * 43 + "=":
        assert canonical.key32(value, "The key") == value
    else:
        with pytest.raises(CanonicalError):
            canonical.key32(value, "The key")


@pytest.mark.parametrize(
    ("value", "fits"), [("a", True), ("a\nb", True), ("", False), ("a\x00", False), (1, False)]
)
def test_a_text_has_limits_and_no_control_characters(value: object, fits: bool) -> None:
    if fits:
        assert canonical.text(value, "The name", 3) == value
    else:
        with pytest.raises(CanonicalError):
            canonical.text(value, "The name", 3)
