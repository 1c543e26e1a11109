"""Erin's and the operators' side: review of requests, applications of agencies."""

import re
from html import escape

from vicinage.device.errors import RefusedError
from vicinage.device.session import Session

QUESTION = re.compile(r'data-passes="(yes|no)".*?name="answer-([a-z0-9-]+)"', re.DOTALL)
APPLICATION = "/operation/applications/([a-z2-7]{16})/"
AGENCY = "/operation/agencies/([a-z2-7]{16})/"
POST = re.compile("/moderation/posts/[a-z2-7]{16}/")
DESK = "/operation/"
ENTRY = re.compile(r'name="entry" id="[^"]*" value="([A-Za-z0-9]+)"')


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


def approve_posts(session: Session) -> None:
    """Publish every post of an agency that waits for review. Raises RefusedError."""
    waiting = [link for link in session.page("/moderation/posts/").links if POST.fullmatch(link)]
    for page in map(session.page, dict.fromkeys(waiting)):
        if page.form("approve") is not None:  # one that was decided has no such form
            session.fill(page, {}, button="approve")


def waiting_application(session: Session, name: str) -> str:
    """The id of the application of this name that waits for a decision. Raises RefusedError."""
    found = find_application(session, name)
    if found is None:
        raise RefusedError(
            "device-no-application", f"An application of {name} should wait at {DESK}, and none does."
        )
    return found


def find_application(session: Session, name: str) -> str | None:
    """The id of the application of this name that waits for a decision, or None."""
    return _named(session, APPLICATION, name)


def find_agency(session: Session, name: str) -> str | None:
    """The id of the agency of this name that is or was verified, or None."""
    return _named(session, AGENCY, name)


def _named(session: Session, path: str, name: str) -> str | None:
    named = re.compile(rf'href="{path}">\s*{re.escape(escape(name))}\s*</a>')
    found = named.search(session.page(DESK).html)
    return None if found is None else found.group(1)


def call_back(session: Session, application: str, confirmed_by: str) -> None:
    """Take the likeliest entry of the directory, call its number, and note who confirmed it there."""
    own = f"/operation/applications/{application}/"
    page = session.page(own)
    form = page.form("entry", "choose")
    entries = ENTRY.findall(page.html)
    if form is None or not entries:
        raise RefusedError("device-no-form", f"The page {own} should offer entries, and does not.")
    session.send_form(page, form, {"entry": entries[0], "choose": "yes"}, stays=True)
    page = session.page(own)
    form = page.form("person", "called")
    if form is None:
        raise RefusedError("device-no-form", f"The page {own} should ask for the call, and does not.")
    session.send_form(page, form, {"person": confirmed_by, "called": "yes"}, stays=True)


def approve_agency(session: Session, application: str) -> None:
    """Approve an application as one of the operators it takes. Raises RefusedError."""
    own = f"/operation/applications/{application}/"
    page = session.page(own)
    form = page.form("shown", "approve")
    if form is None:
        raise RefusedError(
            "device-no-form",
            f"The page {own} should offer to approve, and does not.",
            " ".join(page.errors),
        )
    session.send_form(page, form, {"approve": "yes"}, stays=True)
