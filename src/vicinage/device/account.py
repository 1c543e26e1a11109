"""Sign-up, log-in and the second factor, through the same pages that a person uses."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from vicinage.device.errors import RefusedError
from vicinage.device.second_factor import Authenticator
from vicinage.device.session import Session

LOGIN = "/accounts/login/"
SIGN_UP = "/accounts/signup/"
SET_UP = "/accounts/2fa/totp/activate/"
SECOND_FACTOR = "/accounts/2fa/authenticate/"

SECRET = re.compile(r"\b[A-Z2-7]{32}\b")


@dataclass
class Account:
    """A person's account: what logs them in. secret: of the second factor, in base32."""

    email: str
    password: str = field(repr=False)
    authenticator: Authenticator = field(repr=False)


Keep = Callable[[str], None]


def _keep_nothing(secret: str) -> None:
    return None


def sign_up(session: Session, email: str, password: str, keep: Keep = _keep_nothing) -> Account:
    """Make an account and set its second factor up; the session is then logged in.

    keep: is given the second factor's secret before it is in force, to write it down.
    Raises RefusedError: the password is weak or known from a breach, or the address is taken.
    """
    page = session.page(SIGN_UP)
    fields = {"email": email, "password1": password}
    if page.form("password2") is not None:
        fields["password2"] = password
    session.fill(page, fields)
    return Account(email, password, set_up_second_factor(session, password, keep))


def set_up_second_factor(session: Session, password: str, keep: Keep = _keep_nothing) -> Authenticator:
    """Read the secret that the set-up page shows, and prove it with a first code."""
    page = session.page(SET_UP)
    if page.path != SET_UP and page.form("password") is not None:
        page = session.fill(page, {"password": password})
    found = SECRET.search(page.html)
    if page.path != SET_UP or found is None:
        raise RefusedError(
            "device-no-second-factor",
            f"The set-up of the second factor should show its secret; {page.path} does not.",
            "An account has one authenticator: log in with it.",
            page.status,
        )
    keep(found.group())
    session.fill(page, {"code": Authenticator(found.group()).code()})
    # The proving code does not count as used, so the next log-in or consent need not wait for another.
    return Authenticator(found.group())


def log_in(session: Session, account: Account) -> None:
    """Log in with password and second factor; takes half a minute where a code was used before.

    Raises RefusedError.
    """
    page = session.submit(LOGIN, {"login": account.email, "password": account.password})
    if page.path == SECOND_FACTOR:
        try:
            page = session.fill(page, {"code": account.authenticator.code()})
        except RefusedError:
            # Another of the person's devices may have used this code: then the next one is taken.
            page = session.fill(page, {"code": account.authenticator.code()})
    if page.path.startswith("/accounts/"):
        raise RefusedError(
            "device-not-logged-in",
            f"Logging in as {account.email} should lead out of the accounts' pages; it led to {page.path}.",
            " ".join(page.errors),
            page.status,
        )
