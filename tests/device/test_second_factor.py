"""The authenticator gives the codes of RFC 6238, and each only once."""

import base64

import pytest

from vicinage.device.second_factor import PERIOD_S, Authenticator, code_at

RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("unix_s", "eight_digits"),
    [(59, "94287082"), (1111111109, "07081804"), (1111111111, "14050471"), (2000000000, "69279037")],
)
def test_the_codes_are_those_of_rfc_6238_appendix_b(unix_s: int, eight_digits: str) -> None:
    assert code_at(RFC_SECRET, unix_s) == eight_digits[-6:]


def test_a_secret_without_padding_is_read() -> None:
    secret = base64.b32encode(b"0123456789abcdefghi").decode()
    assert secret.endswith("=")
    assert code_at(secret.rstrip("="), 59) == code_at(secret, 59)


def test_a_second_code_within_one_period_waits_for_the_next_period() -> None:
    now = [1_000_000_000.0]
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    authenticator = Authenticator(RFC_SECRET, clock=lambda: now[0], sleep=sleep)
    first, second = authenticator.code(), authenticator.code()
    assert first != second
    assert second == code_at(RFC_SECRET, 1_000_000_000 + PERIOD_S)
    assert 0 < sum(slept) <= PERIOD_S + 1


def test_codes_in_different_periods_do_not_wait() -> None:
    now = [1_000_000_000.0]
    authenticator = Authenticator(RFC_SECRET, clock=lambda: now[0], sleep=lambda _: pytest.fail("waited"))
    authenticator.code()
    now[0] += PERIOD_S
    assert authenticator.code() == code_at(RFC_SECRET, now[0])
