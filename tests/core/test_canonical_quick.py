"""The quick look at canonical JSON never says yes where RFC 8785 says no."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vicinage.core import canonical
from vicinage.core.errors import CanonicalError

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.floats(1e-8, 1e-4)
    | st.integers(-180_000_000, 180_000_000).map(lambda n: n / 1e6)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@settings(max_examples=500, deadline=None)
@given(JSON, st.sampled_from([(",", ":"), (", ", ": ")]), st.booleans(), st.booleans())
def test_what_is_read_as_canonical_is_what_the_slow_writer_writes(
    value: object, separators: tuple[str, str], ascii_only: bool, in_order: bool
) -> None:
    try:
        written = json.dumps(value, separators=separators, ensure_ascii=ascii_only, sort_keys=in_order)
        data = written.encode()
        read = canonical.loads_canonical(data)
    except (CanonicalError, UnicodeEncodeError):
        return
    assert canonical.dumps(read) == data


@pytest.mark.parametrize(
    "data", [b"1.0", b"[-0]", b"-0.0", b"1e3", b"1e-07", b"[10000000000000000]", b'{"b":1,"a":1}']
)
def test_numbers_and_orders_that_another_writer_would_pass_are_refused(data: bytes) -> None:
    with pytest.raises(CanonicalError):
        canonical.loads_canonical(data)


@pytest.mark.parametrize(
    "data", [b"[-76.5933,39.2846]", b'{"at":"2026-11-22T14:00:00Z","v":1}', b'"1.0 e"', b"-0.5"]
)
def test_plain_leaves_are_canonical(data: bytes) -> None:
    assert canonical.dumps(canonical.loads_canonical(data)) == data
