"""Erin's and Olga's side: review of requests, agencies and their officers."""

import re
from collections.abc import Mapping

from vicinage.device.errors import RefusedError
from vicinage.device.session import Session

INVITATION = re.compile(r"/agency/join/[A-Za-z0-9_-]{20,100}/")
QUESTION = re.compile(r'data-passes="(yes|no)".*?name="answer-([a-z0-9-]+)"', re.DOTALL)
AGENCY = re.compile(r"^/operation/agencies/([a-z2-7]{16})/$")


def approve(session: Session, rfa: str, reason: str = "") -> None:
    """Publish a submitted request, each question answered so that it may go on.

    reason: beside each answer; one of 20 characters is needed where the page says that something was
    found. Raises RefusedError with the findings.
    """
    page = session.page(f"/moderation/rfas/{rfa}/")
    passing = QUESTION.findall(page.html)
    answers = {f"answer-{name}": answer for answer, name in passing}
    reasons = {f"reason-{name}": reason for _, name in passing}
    session.fill(page, {**answers, **reasons}, button="approve")


def reject(session: Session, rfa: str, reason: str) -> None:
    """Turn a submitted request down, for a reason that its agency will read."""
    session.submit(f"/moderation/rfas/{rfa}/", {"reason": reason}, button="reject")


def create_agency(session: Session, facts: Mapping[str, str]) -> str:
    """Enter an agency by the form's fields; gives its id. Raises RefusedError with the findings."""
    page = session.submit("/operation/agencies/new/", facts)
    found = AGENCY.match(page.path)
    if found is None:
        raise RefusedError(
            "device-no-agency",
            f"A new agency should have a page of its own; the form led to {page.path}.",
            " ".join(page.errors),
            page.status,
        )
    return found.group(1)


def verify_agency(session: Session, agency: str) -> None:
    """Verify an agency: from now on it stands in the log and may ask."""
    session.submit(f"/operation/agencies/{agency}/", {}, button="verify")


def invite_officer(session: Session, agency: str, email: str, *, may_ask: bool, may_collect: bool) -> str:
    """Invite someone at the agency's domain; gives the path of the link that makes them an officer."""
    page = session.page(f"/operation/agencies/{agency}/")
    form = page.form("email", "may_ask", "may_collect")
    if form is None:
        raise RefusedError("device-no-form", f"The page {page.path} should offer to invite, and does not.")
    chosen = {"may_ask": may_ask, "may_collect": may_collect}
    fields = {"email": email, **{name: "on" for name, is_chosen in chosen.items() if is_chosen}}
    came = session.send_form(page, form, fields, stays=True)
    link = INVITATION.search(came.html)
    if link is None:
        raise RefusedError(
            "device-not-invited",
            f"Inviting {email} should show the link of the invitation, and shows none.",
            " ".join(came.errors),
            came.status,
        )
    return link.group()
