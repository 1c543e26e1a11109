"""Keys and signatures: each has one spelling, and what is nearly a key is refused."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vicinage.seal import bech32, keys, sign
from vicinage.seal.errors import KeyBrokenError
from vicinage.seal.keys import Household, Identity

SPEC_IDENTITY = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
SPEC_RECIPIENT = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"


def test_the_example_of_the_age_specification_holds() -> None:
    identity = Identity.parse(SPEC_IDENTITY)
    assert identity.recipient == SPEC_RECIPIENT
    assert identity.text == SPEC_IDENTITY
    assert keys.parse_recipient(SPEC_RECIPIENT).public_bytes_raw() == bech32.decode(SPEC_RECIPIENT)[1]


# Valid and invalid strings of BIP 173.
@pytest.mark.parametrize(
    "text",
    ["A12UEL5L", "a12uel5l", "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", "?1ezyfcl"],
)
def test_bip_173_valid_strings_are_read_and_written_back(text: str) -> None:
    prefix, data = bech32.decode(text)
    assert bech32.encode(prefix, data) == text.lower()


@pytest.mark.parametrize(
    "text",
    [
        "pzry9x0s0muk",
        "1pzry9x0s0muk",
        "x1b4n0q5v",
        "li1dgmt3",
        "A1G7SGD8",
        "10a06t8",
        "1qzzfhee",
        "a12UEL5L",
        "A12uel5l",
        "split1checkupstagehandshakeupstreamerranterredcaperred2y9e2w",
        "\x801eym55h",
        "",
    ],
)
def test_bip_173_invalid_strings_are_refused(text: str) -> None:
    with pytest.raises(KeyBrokenError):
        bech32.decode(text)


@given(st.binary(max_size=80))
def test_any_bytes_survive_bech32(data: bytes) -> None:
    assert bech32.decode(bech32.encode("age", data)) == ("age", data)


@pytest.mark.parametrize(
    "text",
    [
        SPEC_RECIPIENT.upper(),
        SPEC_RECIPIENT[:-1],
        SPEC_RECIPIENT.replace("z", "y", 1),
        SPEC_IDENTITY,
        bech32.encode("age", bytes(31)),
        bech32.encode("age1pq", bytes(32)),
    ],
)
def test_what_is_not_a_recipient_is_refused(text: str) -> None:
    with pytest.raises(KeyBrokenError):
        keys.parse_recipient(text)


@pytest.mark.parametrize(
    "text", ["", SPEC_RECIPIENT, SPEC_IDENTITY.lower(), SPEC_IDENTITY + "\n" + SPEC_IDENTITY]
)
def test_what_is_not_one_identity_is_refused(text: str) -> None:
    with pytest.raises(KeyBrokenError):
        Identity.parse(text)


def test_a_household_survives_its_text_and_shows_no_secret() -> None:
    alice = Household.generate()
    assert Household.parse(alice.text) == alice
    assert alice.identity.text not in repr(alice)
    assert repr(alice.signing_seed) not in repr(alice)
    assert repr(alice.identity.secret) not in repr(alice)


def test_a_household_text_with_any_line_changed_is_refused() -> None:
    lines = Household.generate().text.splitlines()
    other = Household.generate().text.splitlines()
    broken = [
        ["# vicinage household key v2", *lines[1:]],
        [lines[0], "# signing-seed: AAAA", *lines[2:]],
        [lines[0], "# signing-seed: ***", *lines[2:]],
        [lines[0], lines[2], lines[1], lines[3]],
        [*lines[:2], other[2], lines[3]],
        [*lines[:3], other[3]],
        lines[:3],
    ]
    for each in broken:
        with pytest.raises(KeyBrokenError):
            Household.parse("\n".join(each) + "\n")


def test_a_signature_holds_for_its_key_and_its_bytes_only() -> None:
    alice, mallory = bytes(32), bytes([1]) * 32
    signature = sign.sign(alice, b"vicinage/consent/v1\n{}")
    assert sign.verify(sign.public_key(alice), b"vicinage/consent/v1\n{}", signature)
    assert not sign.verify(sign.public_key(alice), b"vicinage/clip/v1\n{}", signature)
    assert not sign.verify(sign.public_key(mallory), b"vicinage/consent/v1\n{}", signature)


def test_a_signature_has_one_spelling() -> None:
    signature, key = sign.sign(bytes(32), b"x"), sign.public_key(bytes(32))
    other_bits = signature[:-3] + chr(ord(signature[-3]) + 1) + "=="
    assert base64.b64decode(other_bits) == base64.b64decode(signature)
    for spelling in (other_bits, signature + "\n", signature[:-1], "", "é", signature.replace("=", "")):
        assert not sign.verify(key, b"x", spelling)
    assert not sign.verify(key[:-2], b"x", signature)


def test_rfc_8032_test_1_holds() -> None:
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    assert base64.b64decode(sign.public_key(seed)).hex().startswith("d75a980182b10ab7d54bfed3c964073a")
    assert base64.b64decode(sign.sign(seed, b"")).hex().startswith("e5564300c360ac729086e2cc806e828a")
