"""The public age vectors pass: X25519 and passphrase files open, each broken one is refused as prescribed.

Out of scope for now, and refused: ASCII armour and the hybrid (ML-KEM) stanza.
"""

import hashlib
import io

import pytest

from tests.seal.cctv import Vector, vectors
from vicinage.seal import header, unseal
from vicinage.seal.errors import (
    HeaderBrokenError,
    KeyBrokenError,
    MacWrongError,
    NoMatchError,
    PayloadBrokenError,
    SealError,
)
from vicinage.seal.keys import Identity

REFUSALS: dict[str, type[SealError]] = {
    "no match": NoMatchError,
    "HMAC failure": MacWrongError,
    "header failure": HeaderBrokenError,
    "payload failure": PayloadBrokenError,
}
ALL = vectors()
HYBRID = [v for v in ALL if "hybrid" in v.name]
ARMORED = [v for v in ALL if v.armored and v not in HYBRID]
OURS = [v for v in ALL if v not in HYBRID and v not in ARMORED]


def attempt(vector: Vector, dst: io.BytesIO) -> None:
    """Open with the vector's first passphrase, or its first identity."""
    if vector.passphrases and not vector.identities:
        dst.write(unseal.open_passphrase(vector.data, vector.passphrases[0]))
    else:
        identity = Identity.parse(vector.identities[0]) if vector.identities else Identity.generate()
        unseal.open_stream(io.BytesIO(vector.data), dst, identity)


def test_the_package_holds_the_vectors_we_count_on() -> None:
    assert len(ALL) == 143
    assert len(OURS) == 92


@pytest.mark.parametrize("vector", OURS, ids=lambda v: v.name)
def test_a_vector_ends_as_prescribed(vector: Vector) -> None:
    released = io.BytesIO()
    if vector.expect == "success":
        attempt(vector, released)
    else:
        with pytest.raises(REFUSALS[vector.expect]):
            attempt(vector, released)
    if vector.payload:
        assert hashlib.sha256(released.getvalue()).hexdigest() == vector.payload


@pytest.mark.parametrize("vector", ARMORED, ids=lambda v: v.name)
def test_armour_is_refused_by_name_of_the_first_line(vector: Vector) -> None:
    with pytest.raises(HeaderBrokenError):
        attempt(vector, io.BytesIO())


@pytest.mark.parametrize("vector", HYBRID, ids=lambda v: v.name)
def test_a_hybrid_identity_is_refused_as_no_key_of_ours(vector: Vector) -> None:
    with pytest.raises((KeyBrokenError, HeaderBrokenError, NoMatchError)):
        attempt(vector, io.BytesIO())


@pytest.mark.parametrize("vector", [v for v in OURS if v.expect == "success"], ids=lambda v: v.name)
def test_a_parsed_header_is_written_back_to_the_byte(vector: Vector) -> None:
    parsed = header.read(io.BytesIO(vector.data))
    again = b"".join(stanza.encode() for stanza in parsed.stanzas)
    assert vector.data.startswith(parsed.raw)
    assert again in parsed.raw
