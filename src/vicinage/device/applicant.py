"""An agency's side before it is one: the application, and the promise signed by the mailed link."""

from collections.abc import Mapping

from vicinage.device.errors import RefusedError
from vicinage.device.session import Session

FORM = "/agencies/apply/"


def apply(session: Session, facts: Mapping[str, str]) -> None:
    """Apply by the public form's fields; a link is mailed. Raises RefusedError with the findings."""
    page = session.page(FORM)
    form = page.form(*facts, "apply")
    if form is None:
        raise RefusedError("device-no-form", f"The page {FORM} should have a form to apply, and has none.")
    session.send_form(page, form, facts)


def sign(session: Session, link: str, name: str, title: str) -> None:
    """Sign the promise behind the mailed link, given as its path. Raises RefusedError."""
    fields = {"signed_name": name, "signed_title": title, "agrees": "on"}
    session.submit(link, fields, button="sign")
