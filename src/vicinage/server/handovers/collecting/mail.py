"""Reminders to an agency of what it promised to delete."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from vicinage.server.agencies.keys.queries import collectors
from vicinage.server.handovers.models import Handover


def remind(handover: Handover, *, is_due: bool) -> None:
    """One mail to each officer who may collect. It names the case, not the owner."""
    link = settings.VICINAGE_ORIGIN + reverse("agency-handover", args=[handover.id])
    context = {"handover": handover, "is_due": is_due, "link": link}
    body = render_to_string("handovers/retention.txt", context)
    subject = _("To be deleted now") if is_due else _("To be deleted soon")
    for officer in collectors(handover.agency_id):
        send_mail(f"{subject}: {handover.asked.reference}", body, None, [officer.user.email])
