"""Each page of the accounts: closed before the second factor, new session at log-in, limits that end."""

import time
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.test import Client

from tests.cast import PASSWORD, Cast, Person, code_of
from tests.server.accounts.test_second_factor import SET_UP, set_up, sign_up
from tests.server.test_every_door import ours, routes
from vicinage.server import clock
from vicinage.server.accounts import actions
from vicinage.server.accounts.models import User

pytestmark = pytest.mark.django_db

LOGIN, CODE = "/accounts/login/", "/accounts/2fa/authenticate/"
INSIDE = ("/accounts/2fa/", "/accounts/logout/", "/accounts/reauthenticate/", "/accounts/script/")


@pytest.fixture(autouse=True)
def no_guesses_yet(db: None) -> None:
    """Guesses and used codes are kept in the cache."""
    cache.clear()


def log_in(person: Person, client: Client | None = None, password: str = PASSWORD) -> tuple[Client, Any]:
    """Type the password; gives the browser and the answer."""
    browser = client or Client()
    return browser, browser.post(LOGIN, {"login": person.user.email, "password": password})


def is_in(client: Client) -> bool:
    """Whether the library opens."""
    return bool(client.get("/home/").status_code == 200)


def account_pages() -> list[str]:
    """Every address of allauth's that names nothing."""
    found = ["/" + route.rstrip("$") for _, route in routes() if route.startswith("accounts/")]
    return [path for path in found if not set("<(") & set(path)]


def test_without_a_second_factor_every_other_account_page_leads_to_its_set_up() -> None:
    pages = [path for path in account_pages() if not path.startswith(INSIDE)]
    assert len(pages) > 5
    for method in ("get", "post"):
        client, _ = sign_up("newcomer@homes.example")
        User.objects.filter(email="newcomer@homes.example").update(email="n@homes.example")
        for path in pages:
            answer = getattr(client, method)(path)
            assert (answer.status_code, answer.get("Location")) == (302, SET_UP), (method, path)
        User.objects.all().delete()


def test_without_a_second_factor_no_page_of_ours_does_anything() -> None:
    client, _ = sign_up("newcomer@homes.example")
    closed = [route for name, route in ours() if not set("<(^") & set(route) and name != "service_worker"]
    assert len(closed) > 15
    for route in closed:
        for method in ("get", "post"):
            answer = getattr(client, method)("/" + route)
            expected = 403 if route.startswith("api/") else 302
            assert answer.status_code == expected, (method, route)
            assert expected == 403 or answer["Location"] == SET_UP


def test_the_set_up_pages_open_give_no_way_around_it() -> None:
    client, _ = sign_up("newcomer@homes.example")
    for path in ("/accounts/2fa/recovery-codes/generate/", "/accounts/2fa/webauthn/add/", "/accounts/2fa/"):
        client.get(path)
        client.post(path, {})
    assert not is_in(client)
    assert client.get("/api/household").status_code == 403


def test_the_second_factor_cannot_be_taken_off_for_good(cast: Cast) -> None:
    client, _ = log_in(cast.alice)
    client.post(CODE, {"code": cast.alice.code()})
    assert is_in(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/2fa/totp/deactivate/", {})
    left = Authenticator.objects.filter(user=cast.alice.user, type=Authenticator.Type.TOTP).exists()
    assert left or not is_in(client)


def test_after_the_password_alone_no_page_is_open(cast: Cast) -> None:
    client, _ = log_in(cast.alice)
    for path in ("/home/", "/home/key/", "/accounts/password/change/", "/accounts/2fa/", "/accounts/email/"):
        answer = client.get(path)
        assert answer.status_code in (302, 404), path
        assert cast.alice.user.email not in answer.content.decode()
    assert client.get("/api/household").status_code == 401
    assert client.post("/accounts/2fa/totp/deactivate/").status_code in (302, 404)
    assert Authenticator.objects.filter(user=cast.alice.user, type=Authenticator.Type.TOTP).exists()


def test_a_session_that_mallory_planted_is_not_alices_after_her_log_in(cast: Cast) -> None:
    browser = Client()
    browser.get(LOGIN)
    session = browser.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    browser.cookies["sessionid"] = planted or ""
    log_in(cast.alice, browser)
    half = browser.cookies["sessionid"].value
    browser.post(CODE, {"code": cast.alice.code()})
    assert is_in(browser)
    whole = browser.cookies["sessionid"].value
    assert whole not in (planted, half)
    for old in {planted, half}:
        thief = Client()
        thief.cookies["sessionid"] = old or ""
        assert not is_in(thief)


def test_after_log_out_the_old_cookie_opens_nothing(cast: Cast) -> None:
    browser, _ = log_in(cast.alice)
    browser.post(CODE, {"code": cast.alice.code()})
    kept = browser.cookies["sessionid"].value
    browser.post("/accounts/logout/")
    thief = Client()
    thief.cookies["sessionid"] = kept
    assert not is_in(thief)


def test_a_changed_password_ends_the_other_sessions(cast: Cast) -> None:
    mine, theirs = cast.alice.client, cast.alice.client
    assert is_in(theirs)
    new = "another horse battery staple"
    mine.post("/accounts/reauthenticate/", {"password": PASSWORD})
    answer = mine.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert answer.status_code == 302, answer.content
    assert is_in(mine)
    assert not is_in(theirs)


def test_a_person_who_was_switched_off_is_out_at_once_and_stays_out(cast: Cast) -> None:
    client = cast.alice.client
    assert is_in(client)
    User.objects.filter(pk=cast.alice.user.pk).update(is_active=False)
    assert not is_in(client)
    browser, _ = log_in(cast.alice)
    browser.post(CODE, {"code": cast.alice.code()})
    assert not is_in(browser)


def test_the_limit_on_passwords_holds_the_right_one_off_and_ends(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for guess in range(12):
        log_in(cast.alice, password=f"wrong {guess}")
    _, held = log_in(cast.alice)
    assert held.get("Location", "") != CODE
    later = time.time() + 3600
    monkeypatch.setattr("time.time", lambda: later)
    browser, answer = log_in(cast.alice)
    assert answer["Location"].startswith(CODE)
    browser.post(CODE, {"code": code_of(cast.alice.secret, later)})
    assert is_in(browser)


def test_the_limit_on_confirming_codes_ends(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for guess in range(actions.GUESSES + 1):
        assert not actions.confirm_second_factor(cast.alice.user, f"{guess:06d}")
    assert not actions.confirm_second_factor(cast.alice.user, cast.alice.code())
    later = clock.now() + timedelta(seconds=actions.GUESSES_S + 60)
    monkeypatch.setattr("django.core.cache.backends.db.tz_now", lambda: later)
    monkeypatch.setattr("time.time", later.timestamp)
    assert actions.confirm_second_factor(cast.alice.user, code_of(cast.alice.secret, later.timestamp()))


def test_mallorys_guesses_at_alices_codes_do_not_lock_bob_out(cast: Cast) -> None:
    for guess in range(actions.GUESSES + 1):
        actions.confirm_second_factor(cast.alice.user, f"{guess:06d}")
    assert actions.confirm_second_factor(cast.bob.user, cast.bob.code())


def test_a_recovery_code_logs_in_once(cast: Cast) -> None:
    code = actions.recovery_codes(cast.alice.user)[0]
    first, _ = log_in(cast.alice)
    first.post(CODE, {"code": code})
    assert is_in(first)
    again, _ = log_in(cast.alice)
    again.post(CODE, {"code": code})
    assert not is_in(again)
    assert len(actions.recovery_codes(cast.alice.user)) == 9


def test_mallorys_recovery_code_is_nothing_to_alice(cast: Cast) -> None:
    client, _ = log_in(cast.alice)
    client.post(CODE, {"code": actions.recovery_codes(cast.mallory.user)[0]})
    assert not is_in(client)


@pytest.mark.parametrize("shift", [-90, -60, 60, 90, 3600])
def test_a_code_of_another_time_does_not_log_in(shift: int, cast: Cast) -> None:
    client, _ = log_in(cast.alice)
    client.post(CODE, {"code": code_of(cast.alice.secret, time.time() + shift)})
    assert not is_in(client)


def test_an_address_that_is_known_and_one_that_is_not_are_answered_alike(cast: Cast) -> None:
    def said(email: str) -> tuple[int, list[str]]:
        answer = Client().post(LOGIN, {"login": email, "password": "wrong password here"})
        return answer.status_code, answer.context["form"].non_field_errors()

    assert said(cast.alice.user.email) == said("nobody@homes.example")


def test_signing_up_again_with_a_known_address_in_capitals_makes_no_second_account(cast: Cast) -> None:
    before = cast.alice.user.password
    client, _ = sign_up(cast.alice.user.email.upper(), "another horse battery staple")
    assert not is_in(client)
    assert User.objects.filter(email__iexact=cast.alice.user.email).count() == 1
    cast.alice.user.refresh_from_db()
    assert cast.alice.user.password == before


@pytest.mark.parametrize(
    "password",
    ["", "a" * 11, "password12345"[:12], "1qaz2wsx3edc", "abcabcabcabc", "newcomer@home", "111111222222333"],
)
def test_a_poor_password_makes_no_account_by_page_or_by_command(password: str) -> None:
    from vicinage.server.errors import ServerError

    _, answer = sign_up("newcomer@homes.example", password)
    assert answer.status_code == 200
    with pytest.raises(ServerError, match="person-invalid"):
        actions.create_person("newcomer@homes.example", password)
    assert not User.objects.exists()


HEADER = "x@homes.example\nBcc: y@z.example"


@pytest.mark.parametrize(
    "email", ["", "no", "a@b", "a b@homes.example", HEADER, "é" * 300 + "@homes.example"]
)
def test_an_address_that_is_none_makes_no_account(email: str) -> None:
    _, answer = sign_up(email)
    assert answer.status_code == 200
    assert not User.objects.exists()
    assert not mail.outbox


@pytest.mark.parametrize("role", ["is_operator", "is_moderator", "is_active", "is_staff", "is_superuser"])
def test_nobody_signs_up_into_a_role(role: str) -> None:
    client = Client()
    form = {"email": "mallory@homes.example", "password1": PASSWORD, "password2": PASSWORD, role: "on"}
    client.post("/accounts/signup/", form)
    made = User.objects.get()
    assert (made.is_operator, made.is_moderator) == (False, False)
    set_up(client)
    assert client.get("/operation/").status_code == client.get("/moderation/").status_code == 404


@pytest.mark.parametrize(
    "to", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_a_log_in_leads_nowhere_else(to: str, cast: Cast) -> None:
    client = Client()
    client.post(f"{LOGIN}?next={to}", {"login": cast.alice.user.email, "password": PASSWORD, "next": to})
    answer = client.post(CODE, {"code": cast.alice.code(), "next": to})
    assert answer.status_code == 302
    assert "evil" not in answer["Location"]
    assert answer["Location"].startswith("/")
