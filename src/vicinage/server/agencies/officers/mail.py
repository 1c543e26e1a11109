"""What officers and the agency's desk are told by mail."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from vicinage.server.agencies import queries
from vicinage.server.agencies.models import Agency


def send_invitation(agency: Agency, email: str, token: str) -> None:
    """The link that makes its reader an officer."""
    link = settings.VICINAGE_ORIGIN + reverse("agency-join", args=[token])
    body = render_to_string("agencies/invitation.txt", {"agency": agency, "link": link})
    send_mail(_("Invitation to act for %s") % agency.name, body, None, [email])


def send_no_admin(agency: Agency) -> None:
    """The desk learns that the last admin's account was closed."""
    body = render_to_string("agencies/officers/no_admin.txt", {"agency": agency})
    send_mail(_("%s has no admin any more") % agency.name, body, None, [agency.email])


def send_reminder(agency: Agency, about: str) -> None:
    """Renewal, lapse, or review of the list: to each admin, and to the desk where it is the renewal."""
    kind = about.partition(" ")[0]
    subjects = {
        "renewal": _("Renew the verification of %s"),
        "lapsed": _("The verification of %s has lapsed"),
        "review": _("Review the officers of %s"),
    }
    page = "agency-officers" if kind == "review" else "agency-renewal"
    link = settings.VICINAGE_ORIGIN + reverse(page)
    body = render_to_string(f"agencies/officers/{kind}.txt", {"agency": agency, "link": link})
    to = {admin.user.email for admin in queries.admins(agency)}
    for address in sorted(to if kind == "review" else to | {agency.email}):
        send_mail(subjects[kind] % agency.name, body, None, [address])
