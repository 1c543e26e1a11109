"""How an agency's own pages tell, in words, what the log and its rows say in codes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from vicinage.server.agencies.models import Agency, Officer, OfficerAct
from vicinage.server.ledger.models import Entry

ACTS = {
    "officer.invited": _("Invited somebody"),
    "invitation.cancelled": _("Took an invitation back"),
    "officer.joined": _("Joined"),
    "officer.roles": _("Changed what an officer may do"),
    "officer.removed": _("Ended an officer's authority"),
    "officer.resigned": _("Left"),
    "officer.closed-idle": _("Account closed, since nobody used it"),
    "officers.reviewed": _("Looked through the list of officers"),
    "agency.left": _("Took the agency off"),
    "renewal.asked": _("Asked for the renewal"),
    "key.own-made": _("Made an own key"),
    "key.published": _("Published a key of the agency"),
    "key.revoked": _("Revoked a key of the agency"),
    "key.shared": _("Gave a colleague access to a key"),
    "rfa.submitted": _("Submitted a request"),
    "rfa.resolved": _("Marked a request as resolved"),
    "post.submitted": _("Submitted a post"),
    "handover.collected": _("Opened or downloaded a hand-over"),
    "handover.deleted": _("Stated that a hand-over is deleted"),
}
EVIDENCE = {
    "mail": _("a mailed link was opened"),
    "acknowledgement": _("the promise is signed"),
    "call-back": _("called back"),
    "gov-domain": _("in the .gov list"),
    "dns-txt": _("DNS record found"),
    "directory": _("in the directory"),
}
ROLES = {"ask": _("may ask"), "collect": _("may collect"), "admin": _("admin"), "none": _("looks on")}
ABOUT_ONESELF = ("officer.joined", "officer.resigned", "officer.closed-idle")


@dataclass(frozen=True)
class Told:
    """One act in words. rfa: id of the request it was done on, or "". person: whom it was done to, or ""."""

    at: datetime
    by: str
    words: str
    rfa: str
    person: str
    more: str
    entry: Entry


def evidence(agency: Agency) -> list[str]:
    """What the operators saw, in words."""
    return [str(EVIDENCE.get(code, code)) for code in agency.evidence.split()]


def acts(agency: Agency, rows: Iterable[OfficerAct]) -> list[Told]:
    """These acts of this agency in words, in the same order."""
    people = {
        str(row.pk): row.user.email for row in Officer.objects.filter(agency=agency).select_related("user")
    }
    return [_told(row, people) for row in rows]


def _told(row: OfficerAct, people: dict[str, str]) -> Told:
    rfa = person = ""
    more = row.subject
    if row.what.startswith("rfa."):
        rfa, more = row.subject, ""
    elif row.what in (*ABOUT_ONESELF, "agency.left", "officers.reviewed"):
        more = ""
    elif row.what in ("officer.removed", "officer.roles"):
        number, _space, roles = row.subject.partition(" ")
        person = people.get(number, number)
        more = ", ".join(str(ROLES.get(role, role)) for role in roles.split("+")) if roles else ""
    elif row.what in ("officer.invited", "invitation.cancelled"):
        person, more = row.subject, ""
    words = str(ACTS.get(row.what, row.what))
    return Told(row.at, row.by, words, rfa, person, more, row.entry)
