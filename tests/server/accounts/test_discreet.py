"""Log lines name nobody and nothing that opens or finds something."""

import logging
import sys

import pytest

from vicinage.server.discreet import Discreet, discreet


@pytest.mark.parametrize(
    "secret",
    [
        "alice@homes.example",
        "alice%40homes.example",
        "AGE-SECRET-KEY-1QQQSYQCYQ5RQWZQFPG9SCRGWPUGPZYSNZS23V9CCRYDPK8QARC0SWPTQ",
        "Bearer kx8Yw2vJ3m9Qd5Lr7Tn1Zs4Hb6Fc0Gp8Xe2Wu5Iy3Oa",
        "kx8Yw2vJ3m9Qd5Lr7Tn1Zs4Hb6Fc0Gp8Xe2Wu5Iy3Oa",
        "/agency/join/kx8Yw2vJ3m9Qd5Lr7Tn1Zs4Hb6Fc0Gp8Xe2Wu5Iy3Oa/",
        "sessionid=abcdefgh12345678",
        "34.052235",
        "-118.243683",
    ],
)
def test_what_does_not_belong_in_a_log_is_struck_out(secret: str) -> None:
    told = discreet(f"while serving {secret} something broke")
    assert secret.split()[-1] not in told
    assert "kx8Y" not in told
    assert told.startswith("while serving")


@pytest.mark.parametrize(
    "plain", ["Not Found: /home/clips/abcdefgh234567ab/", "took 12.5 s", "2026-11-22 15:00:00,123"]
)
def test_an_ordinary_line_stays_as_it_is(plain: str) -> None:
    assert discreet(plain) == plain


def test_a_trace_is_struck_out_too() -> None:
    try:
        raise ValueError("no account alice@homes.example at 34.052235")
    except ValueError:
        record = logging.LogRecord("vicinage", logging.ERROR, __file__, 1, "it broke", (), sys.exc_info())
    told = Discreet("{message}", style="{").format(record)
    assert "ValueError" in told
    assert "alice" not in told
    assert "34.05" not in told
