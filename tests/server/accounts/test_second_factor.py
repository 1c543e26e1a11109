"""No page before the second factor; each code once; guesses limited."""

import hashlib
import threading
from datetime import timedelta
from typing import Any

import httpx
import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import connection
from django.test import Client

from tests.cast import PASSWORD, Cast, code_of
from vicinage.server import clock
from vicinage.server.accounts import actions, queries
from vicinage.server.accounts.models import User

pytestmark = pytest.mark.django_db

SET_UP = "/accounts/2fa/totp/activate/"


@pytest.fixture(autouse=True)
def no_guesses_yet(db: None) -> None:
    """Guesses and used codes are kept in the cache."""
    cache.clear()


def sign_up(email: str, password: str = PASSWORD) -> tuple[Client, Any]:
    """Fill in the sign-up page."""
    client = Client()
    answer = client.post("/accounts/signup/", {"email": email, "password1": password, "password2": password})
    return client, answer


def set_up(client: Client) -> str:
    """Set up one-time codes as the page asks; gives the secret."""
    page = client.get(SET_UP)
    secret = str(page.context["form"].secret)
    answer = client.post(SET_UP, {"code": code_of(secret)})
    assert answer.status_code == 302, answer.content
    return secret


@pytest.mark.parametrize("path", ["/", "/home/", "/home/key/", "/agency/", "/accounts/password/change/"])
def test_who_signed_up_sees_no_page_before_the_second_factor(path: str) -> None:
    client, answer = sign_up("newcomer@homes.example")
    assert answer.status_code == 302
    assert client.get(path)["Location"] == SET_UP


def test_an_interface_says_so_as_a_problem() -> None:
    client, _ = sign_up("newcomer@homes.example")
    answer = client.get("/api/household")
    assert (answer.status_code, answer.json()["code"]) == (403, "second-factor-missing")


def test_with_the_second_factor_the_pages_open() -> None:
    client, _ = sign_up("newcomer@homes.example")
    set_up(client)
    assert client.get("/home/").status_code == 200
    assert queries.has_second_factor(User.objects.get(email="newcomer@homes.example"))


def test_a_wrong_code_sets_nothing_up() -> None:
    client, _ = sign_up("newcomer@homes.example")
    client.get(SET_UP)
    assert client.post(SET_UP, {"code": "000000"}).status_code == 200
    assert not Authenticator.objects.exists()


def test_a_password_alone_does_not_log_in(cast: Cast) -> None:
    client = Client()
    answer = client.post("/accounts/login/", {"login": cast.alice.user.email, "password": PASSWORD})
    assert answer["Location"].startswith("/accounts/2fa/authenticate/")
    assert client.get("/home/")["Location"].startswith("/accounts/login/")
    done = client.post("/accounts/2fa/authenticate/", {"code": cast.alice.code()})
    assert done["Location"] == "/home/"
    assert client.get("/home/").status_code == 200


def test_each_role_starts_at_its_own_page(cast: Cast) -> None:
    for person, page in [(cast.carol, "/agency/"), (cast.erin, "/moderation/"), (cast.olga, "/operation/")]:
        client = Client()
        client.post("/accounts/login/", {"login": person.user.email, "password": PASSWORD})
        answer = client.post("/accounts/2fa/authenticate/", {"code": person.code()})
        assert answer["Location"] == page


@pytest.mark.parametrize(
    "password",
    [
        "elevensigns",
        "qwertyuiop[]",
        "passwordpassword",
        "123456789012",
        "aaaaaaaabbbb",
        "alice@homes.example",
    ],
)
def test_a_weak_password_is_refused_in_words(password: str) -> None:
    _, answer = sign_up("alice@homes.example", password)
    assert answer.status_code == 200
    assert answer.context["form"].errors["password1"]
    assert not User.objects.exists()


def test_a_breached_password_is_refused_when_the_list_may_be_asked(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    digest = hashlib.sha1(PASSWORD.encode(), usedforsecurity=False).hexdigest().upper()

    def answer_range(client: object, prefix: str) -> httpx.Response:
        asked.append(prefix)
        return httpx.Response(200, text=f"{digest[5:]}:7")

    name = "pwned_passwords_django.validators.PwnedPasswordsValidator"
    settings.AUTH_PASSWORD_VALIDATORS = [*settings.AUTH_PASSWORD_VALIDATORS, {"NAME": name}]
    monkeypatch.setattr("pwned_passwords_django.api.PwnedPasswords._request", answer_range)
    _, answer = sign_up("alice@homes.example")
    assert asked == [digest[:5]]
    assert answer.context["form"].errors["password1"]


def test_an_old_session_types_its_password_again_to_set_up_codes() -> None:
    client, _ = sign_up("newcomer@homes.example")
    User.objects.update(last_login=clock.now() - timedelta(minutes=6))
    assert client.get(SET_UP)["Location"].startswith("/accounts/reauthenticate/")


def test_a_code_confirms_once(cast: Cast) -> None:
    code = cast.alice.code()
    assert actions.confirm_second_factor(cast.alice.user, code)
    assert not actions.confirm_second_factor(cast.alice.user, code)


def test_a_code_that_logged_in_does_not_confirm_too(cast: Cast) -> None:
    client, code = Client(), cast.alice.code()
    client.post("/accounts/login/", {"login": cast.alice.user.email, "password": PASSWORD})
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert not actions.confirm_second_factor(cast.alice.user, code)


@pytest.mark.parametrize("code", ["", "000000", "abcdef", "1" * 200, "\x00", "１２３４５６"])
def test_what_is_no_code_does_not_confirm(code: str, cast: Cast) -> None:
    assert not actions.confirm_second_factor(cast.alice.user, code)


def test_a_recovery_code_confirms_once(cast: Cast) -> None:
    code = actions.recovery_codes(cast.alice.user)[0]
    assert actions.confirm_second_factor(cast.alice.user, code)
    assert not actions.confirm_second_factor(cast.alice.user, code)
    assert code not in actions.recovery_codes(cast.alice.user)


def test_mallorys_code_does_not_confirm_for_alice(cast: Cast) -> None:
    assert not actions.confirm_second_factor(cast.alice.user, cast.mallory.code())


def test_after_five_wrong_codes_even_the_right_one_does_not_confirm(cast: Cast) -> None:
    for guess in range(5):
        assert not actions.confirm_second_factor(cast.alice.user, f"{guess:06d}")
    assert not actions.confirm_second_factor(cast.alice.user, cast.alice.code())
    cast.mallory.code()
    assert actions.confirm_second_factor(cast.mallory.user, cast.mallory.code())


def test_after_many_guesses_even_the_right_code_is_refused(cast: Cast, rf: Any) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": cast.alice.user.email, "password": PASSWORD})
    for guess in range(12):
        client.post("/accounts/2fa/authenticate/", {"code": f"{guess:06d}"})
    client.post("/accounts/2fa/authenticate/", {"code": cast.alice.code()})
    assert client.get("/home/").status_code == 302


def test_many_wrong_passwords_are_slowed_down(cast: Cast) -> None:
    client = Client()
    answers = [
        client.post("/accounts/login/", {"login": cast.alice.user.email, "password": f"wrong {n}"})
        for n in range(12)
    ]
    assert any("Too many" in answer.content.decode() or answer.status_code == 429 for answer in answers)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["code", "recovery"])
def test_two_that_press_at_once_with_one_code_confirm_once(kind: str, cast: Cast) -> None:
    user = cast.alice.user
    code = cast.alice.code() if kind == "code" else actions.recovery_codes(user)[0]
    confirmed: list[bool] = []

    def press() -> None:
        try:
            confirmed.append(actions.confirm_second_factor(user, code))
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(confirmed) == [False, False, False, True]


def test_who_has_a_session_alone_gets_no_address_and_no_codes(cast: Cast) -> None:
    """An address of Mallory's would let her reset the password, and with that read the recovery codes."""
    stolen = cast.alice.client
    User.objects.update(joined_at=clock.now() - timedelta(days=3))
    for path, form in {
        "/accounts/email/": {"action_add": "", "email": "mallory@evil.example"},
        "/accounts/2fa/totp/deactivate/": {},
        "/accounts/2fa/recovery-codes/generate/": {},
        "/accounts/2fa/webauthn/add/": {},
    }.items():
        assert stolen.post(path, form)["Location"].startswith("/accounts/reauthenticate/"), path
    shown = stolen.get("/accounts/2fa/recovery-codes/")
    assert shown["Location"].startswith("/accounts/reauthenticate/")
    assert not EmailAddress.objects.filter(email="mallory@evil.example").exists()
