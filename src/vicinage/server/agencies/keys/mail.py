"""What an agency's admins are told by mail of each change of its key."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from vicinage.server.agencies.models import AgencyKey, KeyRevocation


@dataclass(frozen=True)
class Letter:
    """Subject and body."""

    subject: str
    body: str


Mail = Callable[[], Letter]


def published(key: AgencyKey, by: str) -> Letter:
    """A key was published: by whom, and from when clips are sealed to it."""
    context = {"key": key, "by": by, "is_cooling": key.from_at > key.published_at, "link": _page()}
    return Letter(_("A new key for your agency"), render_to_string("agencies/key_published.txt", context))


def revoked(revocation: KeyRevocation, by: str) -> Letter:
    """A key was revoked: by whom, and that nothing is sealed to it any more."""
    context = {"revocation": revocation, "by": by, "link": _page()}
    return Letter(_("A key of your agency is revoked"), render_to_string("agencies/key_revoked.txt", context))


def send(letter: Letter, addresses: Sequence[str]) -> None:
    """One mail to each, so that none sees the others."""
    for address in addresses:
        send_mail(letter.subject, letter.body, None, [address])


def _page() -> str:
    return settings.VICINAGE_ORIGIN + reverse("agency-key")
