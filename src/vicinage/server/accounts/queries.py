"""What is asked about people."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.core.signing import BadSignature, Signer
from django.db.models import Q, QuerySet

from vicinage.server.accounts.models import Choices, User

WANTS_NO_MAIL = Q(choices__may_mail=False) | Q(choices__is_out=True)


def has_second_factor(user: User) -> bool:
    """Has this person set up one-time codes (TOTP)?"""
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


def has_any_factor(user: User) -> bool:
    """Has this person one-time codes, a passkey or recovery codes?"""
    return bool(Authenticator.objects.filter(user=user).exists())


def person(email: str) -> User | None:
    """The person with this e-mail address, in any letter case."""
    return User.objects.filter(email__iexact=email).first()


def choices_of(user: Any) -> Choices:
    """What this person wants to be told; an unsaved row that wants all of it where they never chose."""
    return Choices.objects.filter(user=user).first() or Choices(user=user)


def sees_rfas(user: Any) -> bool:
    """May pages that this person comes to by themselves show rfas? Yes for somebody not signed in."""
    return not user.is_authenticated or choices_of(user).sees_rfas


def who_take_mail(people: QuerySet[User]) -> QuerySet[User]:
    """Those of them who did not opt out of mail."""
    return people.filter(is_active=True).exclude(WANTS_NO_MAIL)


def signed(key: str) -> str:
    """The part of a link that names somebody's choices: their key and our signature."""
    return _signer().sign(key)


def choices_of_link(token: str) -> Choices | None:
    """The choices that a signed link names, or None for one that we did not sign."""
    try:
        key = _signer().unsign(token)
    except BadSignature:
        return None
    return Choices.objects.select_related("user").filter(key=key).first()


def _signer() -> Signer:
    return Signer(sep=".", salt="vicinage.choices")
