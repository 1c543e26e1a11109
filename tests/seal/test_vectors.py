"""The shared vectors of sealing hold in Python, and are what the code makes today."""

import base64
import hashlib
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from vicinage.seal import header, sign, unseal
from vicinage.seal.errors import SealError
from vicinage.seal.keys import Household, Identity, parse_recipient
from vicinage.wire import WireError
from vicinage.wire.pairing import make_code, parse_code

FOLDER = Path(__file__).parents[2] / "spec/vectors"
SEAL: dict[str, Any] = json.loads((FOLDER / "seal.json").read_text())
ALICE = Household.parse(SEAL["household"]["text"])
AGENCY = Identity.parse(SEAL["agency"]["identity"])


def raw(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def plain(size: int) -> bytes:
    return bytes(i % 251 for i in range(size))


def test_the_file_is_what_the_generator_makes() -> None:
    subprocess.run([sys.executable, str(FOLDER / "make_seal.py"), "--check"], check=True)


def test_the_household_reads_and_writes_the_same() -> None:
    told = SEAL["household"]
    assert (ALICE.text, ALICE.identity.text, ALICE.identity.recipient, ALICE.signing_key) == (
        told["text"],
        told["identity"],
        told["recipient"],
        told["signing_key_b64"],
    )
    assert ALICE.signing_seed == raw(told["signing_seed_b64"])


@pytest.mark.parametrize("case", SEAL["recipients_refused"], ids=lambda c: c["text"][:12])
def test_a_false_recipient_is_refused(case: dict[str, str]) -> None:
    with pytest.raises(SealError) as error:
        parse_recipient(case["text"])
    assert error.value.code == case["code"]


@pytest.mark.parametrize("name", ["owner", "agency", "both"])
def test_each_header_gives_the_file_key_to_whom_it_is_for(name: str) -> None:
    made = raw(SEAL["clip"]["headers"][name]["header_b64"])
    assert hashlib.sha256(made).hexdigest() == SEAL["clip"]["headers"][name]["sha256"]
    assert header.parse(made).raw == made
    readers = {"owner": [ALICE.identity], "agency": [AGENCY], "both": [ALICE.identity, AGENCY]}[name]
    for reader in readers:
        assert unseal.open_header(made, reader).hex() == SEAL["clip"]["file_key"]


def test_the_clip_opens_under_the_header_for_the_agency() -> None:
    told = SEAL["clip"]
    sealed = raw(told["headers"]["agency"]["header_b64"]) + raw(told["payload_b64"])
    assert unseal.open_bytes(sealed, AGENCY) == plain(told["plain_size"])


@pytest.mark.parametrize("case", [c for c in SEAL["payloads"]["cases"] if "payload_b64" in c], ids=str)
def test_a_small_payload_opens(case: dict[str, Any]) -> None:
    out, payload = io.BytesIO(), raw(case["payload_b64"])
    opened = unseal.open_payload(io.BytesIO(payload), out, bytes.fromhex(SEAL["payloads"]["file_key"]))
    assert out.getvalue() == plain(case["size"])
    assert opened == unseal.Opened(case["sha256_plain"], case["size"])


def test_label_and_recovery_open() -> None:
    label, recovery = SEAL["label"], SEAL["recovery"]
    assert unseal.open_bytes(raw(label["file_b64"]), ALICE.identity).decode() == label["text"]
    assert unseal.open_passphrase(raw(recovery["file_b64"]), recovery["code"]).decode() == recovery["text"]


@pytest.mark.parametrize("case", SEAL["broken"], ids=lambda c: c["name"])
def test_a_spoilt_file_ends_in_the_error_named(case: dict[str, str]) -> None:
    with pytest.raises(SealError) as error:
        unseal.open_bytes(raw(case["file_b64"]), ALICE.identity)
    assert error.value.code == case["code"]


def test_the_signature_holds() -> None:
    told = SEAL["signature"]
    assert sign.verify(ALICE.signing_key, told["message"].encode(), told["signature_b64"])
    assert not sign.verify(ALICE.signing_key, told["message"].encode() + b" ", told["signature_b64"])


def test_the_pairing_code_reads_and_writes_the_same() -> None:
    told = SEAL["pairing"]
    pairing = parse_code(told["code"])
    assert make_code(pairing) == told["code"]
    assert sign.public_key(pairing.seed) == told["hub"]
    assert (pairing.name, pairing.lat, pairing.lon) == ("Tür & Straße", 39.2846, -76.5933)


@pytest.mark.parametrize("case", SEAL["pairing"]["refused"], ids=lambda c: c["error"])
def test_a_damaged_pairing_code_is_refused(case: dict[str, str]) -> None:
    with pytest.raises(WireError) as error:
        parse_code(case["code"])
    assert error.value.code == case["error"]
