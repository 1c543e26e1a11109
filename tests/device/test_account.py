"""Logging in through a browser's pages, whatever the server makes of them."""

from collections.abc import Callable
from urllib.parse import parse_qs

import httpx
import pytest

from tests.device.lying import Answer, Lies, page, to
from vicinage.device import account
from vicinage.device.errors import DeviceError, RefusedError
from vicinage.device.second_factor import Authenticator, code_at

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
LOGIN = '<form method="post"><input name="login"><input name="password" type="password"></form>'
CODE = '<form method="post"><input name="code"></form>'
SIGN_UP = '<form method="post"><input name="email"><input name="password1"><input name="password2"></form>'
WRONG = '<ul class="errorlist"><li>Incorrect.</li></ul>'


def alice(now: list[float] | None = None) -> account.Account:
    """Alice, with a clock that goes on when she waits."""
    at = now if now is not None else [1_000_000_000.0]

    def wait(seconds: float) -> None:
        at[0] += seconds

    return account.Account("alice@homes.example", "pass word", Authenticator(SECRET, lambda: at[0], wait))


def codes(lies: Lies) -> list[str]:
    """The one-time codes that were sent, in order."""
    bodies = [parse_qs(request.content.decode()) for request in lies.sent if request.method == "POST"]
    return [body["code"][0] for body in bodies if "code" in body]


def test_password_then_code_lead_out_of_the_accounts_pages() -> None:
    lies = Lies(
        {
            "GET /accounts/login/": page(LOGIN),
            "POST /accounts/login/": to(account.SECOND_FACTOR),
            "GET /accounts/2fa/authenticate/": page(CODE),
            "POST /accounts/2fa/authenticate/": to("/home/"),
            "GET /home/": page("Home"),
        }
    )
    account.log_in(lies.session, alice())
    assert codes(lies) == [code_at(SECRET, 1_000_000_000)]


def test_a_code_that_was_used_elsewhere_is_followed_by_the_next_and_then_no_other() -> None:
    lies = Lies(
        {
            "GET /accounts/login/": page(LOGIN),
            "POST /accounts/login/": to(account.SECOND_FACTOR),
            "GET /accounts/2fa/authenticate/": page(CODE),
            "POST /accounts/2fa/authenticate/": page(WRONG + CODE),
        }
    )
    with pytest.raises(RefusedError, match="Incorrect"):
        account.log_in(lies.session, alice())
    assert codes(lies) == [code_at(SECRET, 1_000_000_000), code_at(SECRET, 1_000_000_030)]


def test_a_wrong_password_sends_no_code() -> None:
    lies = Lies({"GET /accounts/login/": page(LOGIN), "POST /accounts/login/": page(WRONG + LOGIN)})
    with pytest.raises(RefusedError, match="Incorrect"):
        account.log_in(lies.session, alice())
    assert codes(lies) == []


def test_a_log_in_that_ends_on_another_account_page_is_none() -> None:
    lies = Lies(
        {
            "GET /accounts/login/": page(LOGIN),
            "POST /accounts/login/": to("/accounts/inactive/"),
            "GET /accounts/inactive/": page('<p class="error">Closed.</p>'),
        }
    )
    with pytest.raises(RefusedError) as refused:
        account.log_in(lies.session, alice())
    assert (refused.value.code, refused.value.hint) == ("device-not-logged-in", "Closed.")


def test_too_many_tries_are_told_with_their_status() -> None:
    lies = Lies({"GET /accounts/login/": page(LOGIN), "POST /accounts/login/": page("Too many.", 429)})
    with pytest.raises(RefusedError) as refused:
        account.log_in(lies.session, alice())
    assert refused.value.status == 429


def test_the_password_is_not_sent_to_where_a_log_in_page_of_mallorys_points() -> None:
    away = LOGIN.replace("<form", '<form action="http://evil.test/accounts/login/"')
    lies = Lies({"GET /accounts/login/": page(away)})
    with pytest.raises(DeviceError, match="another server"):
        account.log_in(lies.session, alice())
    assert [request.url.host for request in lies.sent] == ["vicinage.test"]


def test_a_secret_is_kept_before_it_is_in_force() -> None:
    order: list[str] = []

    def prove(request: httpx.Request) -> httpx.Response:
        order.append("proved")
        return to("/home/")

    lies = Lies(
        {
            "GET /accounts/signup/": page(SIGN_UP),
            "POST /accounts/signup/": to(account.SET_UP),
            "GET /accounts/2fa/totp/activate/": page(f"<code>{SECRET}</code>{CODE}"),
            "POST /accounts/2fa/totp/activate/": prove,
            "GET /home/": page("Home"),
        }
    )
    made = account.sign_up(lies.session, "alice@homes.example", "pass word", order.append)
    assert order == [SECRET, "proved"]
    assert made.authenticator.secret == SECRET
    assert SECRET not in repr(made)
    assert "pass word" not in repr(made)


def test_a_set_up_page_that_asks_for_the_password_again_is_given_it() -> None:
    again = '<form method="post"><input name="password"></form>'
    asked: list[httpx.Request] = []

    def set_up(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return to("/accounts/reauthenticate/") if len(asked) == 1 else page(SECRET + CODE)

    answers: dict[str, Answer] = {
        "GET /accounts/2fa/totp/activate/": set_up,
        "GET /accounts/reauthenticate/": page(again),
        "POST /accounts/reauthenticate/": to(account.SET_UP),
        "POST /accounts/2fa/totp/activate/": to("/home/"),
        "GET /home/": page("Home"),
    }
    lies = Lies(answers)
    assert account.set_up_second_factor(lies.session, "pass word").secret == SECRET


@pytest.mark.parametrize("shown", ["", "jbswy3dpehpk3pxpjbswy3dpehpk3pxp", SECRET[:-1], SECRET + "A"])
def test_a_set_up_page_without_its_secret_keeps_nothing(shown: str) -> None:
    lies = Lies({"GET /accounts/2fa/totp/activate/": page(shown + CODE)})
    kept: list[str] = []
    with pytest.raises(RefusedError, match="device-no-second-factor"):
        account.set_up_second_factor(lies.session, "pass word", kept.append)
    assert kept == codes(lies) == []


def _no_location(request: httpx.Request) -> httpx.Response:
    return httpx.Response(302)


@pytest.mark.parametrize(
    "answer",
    [
        _no_location,
        lambda _: to("http://[bad"),
        lambda _: to("http://vicinage.test:99999999/"),
        lambda _: to("/\x7f"),
        lambda _: to("//evil.test/"),
        lambda _: to("http://vicinage.test.evil.test/"),
        lambda _: to("http://vicinage.test@evil.test/"),
        lambda _: to("javascript:alert(1)"),
        lambda _: to("/accounts/login/"),
    ],
    ids=["nowhere", "bad", "port", "control", "host", "suffix", "user", "script", "circle"],
)
def test_a_redirect_to_no_place_of_this_server_ends_in_a_sentence(
    answer: Callable[[httpx.Request], httpx.Response],
) -> None:
    lies = Lies({"GET /accounts/login/": answer})
    with pytest.raises(DeviceError):
        lies.session.page("/accounts/login/")
    assert {request.url.host for request in lies.sent} == {"vicinage.test"}
    assert len(lies.sent) < 15
