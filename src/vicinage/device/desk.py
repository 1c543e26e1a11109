"""Erin's and Olga's side: review of requests, agencies and their officers."""

import re
from collections.abc import Mapping

from vicinage.device.errors import RefusedError
from vicinage.device.session import Session

AGENCY = re.compile(r"^/operation/agencies/([a-z2-7]{16})/$")


def approve(session: Session, rfa: str) -> None:
    """Publish a submitted request. Raises RefusedError with the findings."""
    session.submit(f"/moderation/rfas/{rfa}/", {}, button="approve")


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
