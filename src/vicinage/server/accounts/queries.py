"""What is asked about people."""

from allauth.mfa.models import Authenticator

from vicinage.server.accounts.models import User


def has_second_factor(user: User) -> bool:
    """Has this person set up one-time codes (TOTP)?"""
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


def has_any_factor(user: User) -> bool:
    """Has this person one-time codes, a passkey or recovery codes?"""
    return bool(Authenticator.objects.filter(user=user).exists())


def person(email: str) -> User | None:
    """The person with this e-mail address, in any letter case."""
    return User.objects.filter(email__iexact=email).first()
