"""Debian's age and ours open each other's files."""

import io
import os
import subprocess
from pathlib import Path

import pytest

from vicinage.seal import box, header, unseal
from vicinage.seal.errors import PayloadBrokenError
from vicinage.seal.keys import Household, Identity

ALICE = Household.generate()
CHUNK = 64 * 1024
SIZES = (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 17)


def stock_age(*arguments: str, stdin: bytes) -> bytes:
    """What the stock tool answers. Fails the test if it refuses."""
    run = subprocess.run(["age", *arguments], input=stdin, capture_output=True, check=True)
    return run.stdout


@pytest.fixture
def alices_key(tmp_path: Path) -> Path:
    path = tmp_path / "household.txt"
    path.write_text(ALICE.text)
    return path


@pytest.mark.parametrize("size", SIZES)
def test_stock_age_opens_ours_with_the_household_file_as_it_is(size: int, alices_key: Path) -> None:
    plain = os.urandom(size)
    sealed = box.seal_bytes(plain, [Identity.generate().recipient, ALICE.identity.recipient])
    assert stock_age("-d", "-i", str(alices_key), stdin=sealed) == plain


@pytest.mark.parametrize("size", SIZES)
def test_we_open_what_stock_age_sealed(size: int) -> None:
    plain = os.urandom(size)
    sealed = stock_age("-r", ALICE.identity.recipient, stdin=plain)
    assert unseal.open_bytes(sealed, ALICE.identity) == plain


def test_a_payload_under_a_new_header_opens_for_the_agency_only(alices_key: Path, tmp_path: Path) -> None:
    agency, plain = Identity.generate(), os.urandom(100_000)
    file_key, payload = box.new_file_key(), io.BytesIO()
    box.seal_stream(io.BytesIO(plain), payload, file_key)
    alices_header = header.make(file_key, [ALICE.identity.recipient])
    agencys_header = header.make(unseal.open_header(alices_header, ALICE.identity), [agency.recipient])
    agencys_key = tmp_path / "agency.txt"
    agencys_key.write_text(agency.text)
    sealed = agencys_header + payload.getvalue()
    assert stock_age("-d", "-i", str(agencys_key), stdin=sealed) == plain
    with pytest.raises(subprocess.CalledProcessError):
        stock_age("-d", "-i", str(alices_key), stdin=sealed)


def test_stock_age_refuses_ours_once_a_byte_is_changed(alices_key: Path) -> None:
    sealed = bytearray(box.seal_bytes(b"the porch", [ALICE.identity.recipient]))
    sealed[-1] ^= 1
    with pytest.raises(subprocess.CalledProcessError):
        stock_age("-d", "-i", str(alices_key), stdin=bytes(sealed))
    with pytest.raises(PayloadBrokenError):
        unseal.open_bytes(bytes(sealed), ALICE.identity)


def test_age_keygen_agrees_on_the_recipient(alices_key: Path) -> None:
    run = subprocess.run(["age-keygen", "-y", str(alices_key)], capture_output=True, check=True)
    assert run.stdout.decode().strip() == ALICE.identity.recipient
