"""What sealing promises: hashes and sizes that hold, constant memory, no key used twice."""

import hashlib
import io
import os
import tracemalloc
from typing import BinaryIO, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vicinage.seal import box, header, stream, unseal
from vicinage.seal.errors import (
    HeaderBrokenError,
    KeyBrokenError,
    MacWrongError,
    NoMatchError,
    SealError,
)
from vicinage.seal.keys import Identity

ALICE = Identity.generate()
MALLORY = Identity.generate()


class Trickle:
    """A source of `size` bytes that hands out at most `step` at a time, as a socket does."""

    def __init__(self, size: int, step: int) -> None:
        self.left, self.step = size, step

    def read(self, size: int) -> bytes:
        take = min(size, self.step, self.left)
        self.left -= take
        return b"v" * take


class Drain:
    """A sink that keeps nothing."""

    def write(self, data: memoryview) -> int:
        return len(data)


def seal(plain: bytes) -> tuple[bytes, box.Sealed, bytes]:
    out, file_key = io.BytesIO(), box.new_file_key()
    sealed = box.seal_stream(io.BytesIO(plain), out, file_key)
    return out.getvalue(), sealed, file_key


@pytest.mark.parametrize("size", [0, 1, 65535, 65536, 65537, 131072, 200_000])
def test_sealed_states_the_hashes_and_sizes_of_both_sides(size: int) -> None:
    plain = os.urandom(size)
    payload, sealed, _ = seal(plain)
    assert sealed == box.Sealed(
        hashlib.sha256(plain).hexdigest(), hashlib.sha256(payload).hexdigest(), size, len(payload)
    )
    assert stream.payload_size(size) == len(payload)


def test_a_source_that_gives_a_few_bytes_at_a_time_is_sealed_the_same() -> None:
    out, file_key = io.BytesIO(), box.new_file_key()
    box.seal_stream(cast(BinaryIO, Trickle(150_000, 777)), out, file_key)
    opened = io.BytesIO()
    unseal.open_payload(io.BytesIO(out.getvalue()), opened, file_key)
    assert opened.getvalue() == b"v" * 150_000


def test_sealing_and_opening_hold_no_more_than_a_few_chunks() -> None:
    size, file_key = 24 * 1024 * 1024, box.new_file_key()
    tracemalloc.start()
    box.seal_stream(cast(BinaryIO, Trickle(size, 1 << 20)), cast(BinaryIO, Drain()), file_key)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1024 * 1024


def test_two_seals_of_one_plaintext_share_no_key_nonce_or_share() -> None:
    first, second = (box.seal_bytes(b"same", [ALICE.recipient]) for _ in range(2))
    one, two = header.read(io.BytesIO(first)), header.read(io.BytesIO(second))
    assert one.stanzas[0].arguments != two.stanzas[0].arguments
    assert first[-36:] != second[-36:]


def test_mallory_cannot_open_and_is_told_so_in_a_sentence() -> None:
    sealed = box.seal_bytes(b"for Alice", [ALICE.recipient])
    with pytest.raises(NoMatchError, match="not sealed to this key"):
        unseal.open_bytes(sealed, MALLORY)


def test_a_header_with_a_recipient_taken_out_is_refused() -> None:
    file_key = box.new_file_key()
    made = header.parse(header.make(file_key, [MALLORY.recipient, ALICE.recipient]))
    covered = made.covered.replace(made.stanzas[0].encode(), b"")
    with pytest.raises(MacWrongError):
        unseal.open_header(header.Header(made.stanzas[1:], made.mac, covered).raw, ALICE)


def test_a_header_with_more_after_it_is_refused() -> None:
    with pytest.raises(HeaderBrokenError, match="more bytes follow"):
        header.parse(header.make(box.new_file_key(), [ALICE.recipient]) + b"x")


def test_a_header_longer_than_the_limit_is_refused_before_it_is_read_whole() -> None:
    endless = b"age-encryption.org/v1\n" + b"-> x\n\n" * 20_000
    with pytest.raises(HeaderBrokenError, match="longer than a header may be"):
        header.parse(endless)


def test_no_recipient_or_a_low_order_one_is_refused() -> None:
    from vicinage.seal import bech32

    with pytest.raises(KeyBrokenError):
        header.make(box.new_file_key(), [])
    with pytest.raises(KeyBrokenError, match="low order"):
        header.make(box.new_file_key(), [bech32.encode("age", bytes(32))])


def test_a_recovery_code_opens_and_a_wrong_one_does_not() -> None:
    sealed = box.seal_passphrase(b"household key", "ten-random-words", log_n=10)
    assert unseal.open_passphrase(sealed, "ten-random-words") == b"household key"
    with pytest.raises(NoMatchError, match="recovery code"):
        unseal.open_passphrase(sealed, "ten-random-word")
    with pytest.raises(HeaderBrokenError, match="more work"):
        unseal.open_passphrase(sealed.replace(b" 10\n", b" 19\n"), "ten-random-words")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_no_changed_byte_of_a_sealed_file_passes(plain: bytes, where: int, flip: int) -> None:
    sealed = bytearray(box.seal_bytes(plain, [ALICE.recipient]))
    sealed[where % len(sealed)] ^= flip
    with pytest.raises(SealError):
        unseal.open_bytes(bytes(sealed), ALICE)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_at_all_end_in_an_error_of_ours(noise: bytes) -> None:
    with pytest.raises(SealError):
        unseal.open_bytes(b"age-encryption.org/v1\n-> X25519 " + noise, ALICE)
