"""A pairing code survives being pasted, and a damaged or dangerous one is refused."""

import base64
import json
from typing import Any

import pytest

from tests.wire.test_messages import ALICE, ID
from vicinage.wire import WireError
from vicinage.wire.pairing import PREFIX, Pairing, make_code, parse_code

SEED = b"h" * 32


def pairing(**change: Any) -> Pairing:
    fields: dict[str, Any] = {
        **{"v": 1, "server": "http://127.0.0.1:8000", "token": "t" * 40, "camera": ID, "name": "Porch"},
        **{"lat": 39.28, "lon": -76.59, "cell": "872aa8a6effffff", "seed": SEED},
        "recipients": [ALICE.identity.recipient],
        **change,
    }
    return Pairing(**fields)


def code_of(**change: Any) -> str:
    body = json.loads(base64.urlsafe_b64decode(make_code(pairing()).removeprefix(PREFIX) + "==="))
    return PREFIX + base64.urlsafe_b64encode(json.dumps({**body, **change}).encode()).rstrip(b"=").decode()


def test_a_code_is_one_line_and_reads_back() -> None:
    code = make_code(pairing(name="Küche – hinten"))
    assert code.split() == [code]
    assert parse_code(code) == pairing(name="Küche – hinten")


def test_a_code_that_was_wrapped_and_indented_by_pasting_reads_the_same() -> None:
    code = make_code(pairing())
    assert parse_code(f"  {code[:50]}\n  {code[50:120]}\r\n\t{code[120:]} ") == pairing()


def test_a_pairing_shows_neither_token_nor_seed() -> None:
    assert "tttt" not in repr(pairing())
    assert "hhhh" not in repr(pairing())


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"server": "ftp://127.0.0.1"},
        {"server": "http://127.0.0.1/path"},
        {"server": "http://user@127.0.0.1"},
        {"server": "javascript:alert(1)"},
        {"server": "http://"},
        {"server": "http://[::1"},
        {"token": "with space in it, and long enough"},
        {"token": "line\nbreak" * 4},
        {"lat": 90.5},
        {"lon": "x"},
        {"recipients": []},
        {"recipients": ["age1"]},
        {"seed_b64": "AAAA"},
        {"name": ""},
        {"more": 1},
    ],
    ids=str,
)
def test_a_code_with_a_false_field_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(WireError) as error:
        parse_code(code_of(**change))
    assert error.value.code == "pairing-damaged"


@pytest.mark.parametrize("code", ["", "hello", "vicinage-pair-2.e30", PREFIX + "A" * 9000])
def test_what_is_no_code_is_refused(code: str) -> None:
    with pytest.raises(WireError) as error:
        parse_code(code)
    assert error.value.code == "pairing-not-a-code"
