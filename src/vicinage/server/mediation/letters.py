"""The mail that passes a request on: one person's own, with the request, how to answer, and how to be left
alone from now on.
"""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from vicinage.server.accounts import actions as accounts
from vicinage.server.accounts.models import User
from vicinage.server.mediation.asking import Asking
from vicinage.server.regime import queries as rules

SUBJECT = 150


def letter(user: User, asked: Asking) -> EmailMessage:
    """The mail of one rfa to one person. Written twice, it is the same mail by its Message-ID."""
    out = settings.VICINAGE_ORIGIN + accounts.link(user)
    context = {
        "rfa": asked,
        "offence": rules.offence_titles().get(asked.offence, asked.offence),
        "page": settings.VICINAGE_ORIGIN + reverse("passed-on", args=[asked.id]),
        "index": asked.entry.place.index,
        "out": out,
    }
    title = " ".join(asked.title.split())[:SUBJECT]
    return EmailMessage(
        subject=_("Request for Assistance: %s") % title,
        body=render_to_string("mediation/letter.txt", context),
        to=[user.email],
        headers={
            "Message-ID": _message_id(user, asked.id),
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{out}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )


def _message_id(user: User, rfa_id: str) -> str:
    """The same for the same mail, so that a mail server can tell a second copy; it tells of nobody."""
    told = salted_hmac("vicinage.mediation", f"{rfa_id} {user.pk}", algorithm="sha256").hexdigest()
    return f"<{told[:32]}@{urlsplit(settings.VICINAGE_ORIGIN).hostname}>"
