"""Carol's side: a Request for Assistance, and what residents handed over. The agency's key is in `vault`."""

import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

from vicinage.core.place import Point
from vicinage.device.errors import RefusedError
from vicinage.device.session import Session
from vicinage.wire.judge import Judgement, RfaDraft

NEW_RFA = "/agency/rfas/new/"
OWN_RFA = re.compile(r"^/agency/rfas/([a-z2-7]{16})/$")
HANDOVER = re.compile(r"^/agency/handovers/([a-z2-7]{16})/$")
CLIP = re.compile(r"/agency/handovers/[a-z2-7]{16}/clips/([a-z2-7]{16})\.age")


@dataclass(frozen=True)
class Draft:
    """What an officer fills in. Times: aware. The area is a circle, typed as the form has it."""

    title: str
    text: str
    offence: str
    reference: str
    contact: str
    window_from: datetime
    window_to: datetime
    centre: Point
    radius_m: float

    def fields(self) -> dict[str, str]:
        """The draft as the form's fields."""
        typed = asdict(self)
        del typed["centre"], typed["radius_m"]
        for name in ("window_from", "window_to"):
            typed[name] = typed[name].astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
        typed["area_text"] = f"{self.centre.lat:.6f}, {self.centre.lon:.6f}, {self.radius_m:.0f}"
        return typed


def is_in_office(session: Session) -> bool:
    """Is this person an officer of an agency?"""
    try:
        session.page("/agency/")
    except RefusedError as refused:
        if refused.status != HTTPStatus.NOT_FOUND:
            raise
        return False
    return True


def join(session: Session, invitation: str) -> None:
    """Accept an invitation by its link's path, logged in with the address that it was sent to."""
    page = session.page(invitation)
    own = ("", page.path)
    form = next((form for form in page.forms if form.method == "post" and form.action in own), None)
    if form is None:
        raise RefusedError("device-no-form", f"The page {page.path} should offer to join, and does not.")
    session.send_form(page, form)


def invite(session: Session, email: str, *, may_ask: bool, may_collect: bool) -> None:
    """As the agency's admin, invite a colleague; the link is mailed. Raises RefusedError."""
    chosen = {"may_ask": may_ask, "may_collect": may_collect}
    fields = {"email": email, **{name: "on" for name, is_chosen in chosen.items() if is_chosen}}
    session.submit("/agency/officers/invite/", fields, button="invite")


def judge(session: Session, draft: Draft) -> Judgement:
    """What the judge says of a draft, as while typing."""
    return session.ask(Judgement, "POST", "/api/judge", RfaDraft(**draft.fields()))


def submit(session: Session, draft: Draft) -> str:
    """Submit a request for review; gives its id. Raises RefusedError with the findings."""
    page = session.submit(NEW_RFA, draft.fields(), button="submit")
    found = OWN_RFA.match(page.path)
    if found is None:
        raise RefusedError(
            "device-not-submitted",
            f"A submitted request should have a page of its own; the form led to {page.path}.",
            " ".join(page.errors),
            page.status,
        )
    return found.group(1)


def resolve(session: Session, rfa: str) -> None:
    """Mark the agency's own published request as resolved."""
    own = f"/agency/rfas/{rfa}/"
    page = session.page(own)
    form = next((form for form in page.forms if form.action.endswith("/resolve/")), None)
    if form is None:
        raise RefusedError("device-no-form", f"The page {own} should offer to resolve, and does not.")
    session.send_form(page, form)


def handovers(session: Session) -> list[str]:
    """Ids of what was handed over to the officer's agency, as the page lists them."""
    page = session.page("/agency/handovers/")
    return list(dict.fromkeys(found.group(1) for link in page.links if (found := HANDOVER.match(link))))


def clips_of(session: Session, handover: str) -> list[str]:
    """Ids of the clips of one hand-over, as its page offers them."""
    page = session.page(f"/agency/handovers/{handover}/")
    return list(dict.fromkeys(CLIP.findall(page.html)))


def download_clip(session: Session, handover: str, clip: str, into: Path, reason: str) -> None:
    """The clip as an age file that the agency's identity opens. reason: kept with name and time."""
    _download(session, f"/agency/handovers/{handover}/clips/{clip}.age", into, reason)


def download_package(session: Session, handover: str, into: Path, reason: str) -> None:
    """The evidence package of a hand-over, a zip file. reason: kept with name and time."""
    _download(session, f"/agency/handovers/{handover}/package.zip", into, reason)


def attest_deletion(session: Session, handover: str) -> None:
    """State that every copy the agency made of a hand-over is deleted."""
    own = f"/agency/handovers/{handover}/"
    page = session.page(own)
    form = next((form for form in page.forms if form.action.endswith("/deleted/")), None)
    if form is None:
        raise RefusedError("device-no-form", f"The page {own} should offer to state it, and does not.")
    session.send_form(page, form, {"is_deleted": "on"})


def _download(session: Session, path: str, into: Path, reason: str) -> None:
    with session.stream(path, {"reason": reason}) as parts, into.open("wb") as out:
        for part in parts:
            out.write(part)
