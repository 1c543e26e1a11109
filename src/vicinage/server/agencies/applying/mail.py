"""What applicants are told by mail: the link, and the outcome."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from vicinage.server.agencies.models import Agency, Application


def send_link(application: Application, token: str) -> None:
    """The link that shows that the applicant reads mail on the agency's domain."""
    link = settings.VICINAGE_ORIGIN + reverse("agency-application", args=[token])
    body = render_to_string("agencies/applying/link.txt", {"application": application, "link": link})
    send_mail(_("Your agency's application"), body, None, [application.applicant_email])


def send_verified(agency: Agency, email: str, token: str) -> None:
    """The agency is verified: the invitation to be its admin."""
    link = settings.VICINAGE_ORIGIN + reverse("agency-join", args=[token])
    body = render_to_string("agencies/applying/verified.txt", {"agency": agency, "link": link})
    send_mail(_("%s is verified") % agency.name, body, None, [email])


def send_renewed(agency: Agency, email: str) -> None:
    """The verification is renewed, until when."""
    body = render_to_string("agencies/applying/renewed.txt", {"agency": agency})
    send_mail(_("The verification of %s is renewed") % agency.name, body, None, [email])


def send_refused(application: Application) -> None:
    """The application is turned down, and why."""
    body = render_to_string("agencies/applying/refused.txt", {"application": application})
    send_mail(_("Your agency's application"), body, None, [application.applicant_email])
