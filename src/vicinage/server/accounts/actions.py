"""The only writes about people that are not allauth's own."""

import secrets
from base64 import b32encode
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse

from vicinage.core.ids import make_id
from vicinage.server import clock
from vicinage.server.accounts import queries
from vicinage.server.accounts.models import Choices, User
from vicinage.server.errors import ServerError

GUESSES, GUESSES_S = 5, 300
# What a signed link or a page can switch off, and the column that says so.
OUTS: dict[str, dict[str, bool]] = {
    "mail": {"may_mail": False},
    "push": {"may_push": False},
    "rfas": {"may_show_rfas": False},
    "everything": {"is_out": True},
}
LONGEST_CODE = 32


def confirm_second_factor(user: User, code: str) -> bool:
    """Is this a one-time code or an unused recovery code of this person, now? Using it up if so.

    A code works once; guesses are limited, and a right code past the limit is refused too. Call it
    outside of the action's transaction: rolled back, a used code would count as unused again.
    """
    if not _may_guess(user):
        return False
    rows = Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.WEBAUTHN)
    for row in rows if code and len(code) <= LONGEST_CODE else ():
        if row.wrap().validate_code(code):
            row.record_usage()
            cache.delete(_guesses(user))
            return True
    return False


def _may_guess(user: User) -> bool:
    """Count this guess. False once a person has guessed wrong GUESSES times within GUESSES_S."""
    with transaction.atomic():
        cache.add(_guesses(user), 0, GUESSES_S)
        try:
            return cache.incr(_guesses(user)) <= GUESSES
        except ValueError:  # lapsed between the two
            return True


def _guesses(user: User) -> str:
    return f"accounts.second-factor.guesses.{user.pk}"


def create_person(
    email: str, password: str, totp_secret: str | None = None, **roles: bool
) -> tuple[User, str]:
    """A person made by the operator of the machine, with e-mail address held to be true.

    totp_secret: base32, or None for a fresh one. roles: is_operator, is_moderator.
    Returns the person and the secret. Raises ServerError (person-set, person-invalid).
    """
    secret = totp_secret or b32encode(secrets.token_bytes(20)).decode()
    user = User(email=email.strip(), joined_at=clock.now(), **roles)
    try:
        validate_email(user.email)
        validate_password(password, user)
    except ValidationError as error:
        raise ServerError("person-invalid", " ".join(error.messages), status=422) from error
    user.set_password(password)
    with transaction.atomic():
        if queries.person(email) is not None:
            raise ServerError("person-set", "This e-mail address has an account already.", status=409)
        user.save()
        EmailAddress.objects.create(user=user, email=user.email.lower(), verified=True, primary=True)
        TOTP.activate(user, secret)
        RecoveryCodes.activate(user)
    return user, secret


def recovery_codes(user: Any) -> list[str]:
    """A person's unused recovery codes, for who made the account to hand over."""
    row = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    return list(RecoveryCodes(row).get_unused_codes()) if row else []


def link(user: User) -> str:
    """The path of this person's signed link. It works without a log-in, for good."""
    return reverse("choices-link", args=[queries.signed(_choices(user).key)])


def opt_out(user: User, what: str) -> None:
    """Opt out of `what`, a key of OUTS. To repeat it is no error. Raises KeyError."""
    _keep(user, OUTS[what])


def choose(user: User, *, may_mail: bool, may_push: bool, may_show_rfas: bool, is_out: bool) -> None:
    """Set everything anew, as the person's own page does."""
    chosen = {"may_mail": may_mail, "may_push": may_push, "may_show_rfas": may_show_rfas, "is_out": is_out}
    _keep(user, chosen)


def _keep(user: User, chosen: dict[str, bool]) -> None:
    Choices.objects.filter(pk=_choices(user).pk).update(**chosen)


def _choices(user: User) -> Choices:
    """The person's row, made if it is not there. Two at once end with one row."""
    return Choices.objects.get_or_create(user=user, defaults={"key": make_id(secrets.token_bytes(10))})[0]
