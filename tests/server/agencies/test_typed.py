"""What an applicant types, and what becomes of it in mail, in the promise and on pages."""

import re
from dataclasses import replace
from typing import Any

import pytest
from django.core import mail
from django.test import Client, TestCase

from tests.cast import Cast
from tests.server import civic
from tests.server.agencies import flow
from vicinage.server import manage
from vicinage.server.agencies.applying import forms
from vicinage.server.agencies.models import Application

pytestmark = pytest.mark.django_db
MARKUP = """Oak</title><script>alert('1')</script>"<img src=x onerror=y>&{{7}}%s{0}"""


@pytest.fixture(autouse=True)
def rules_are_in_force(db: None) -> None:
    manage.adopt_regime("public-2021")


def typed(**changes: Any) -> dict[str, Any]:
    """Oakdale's application with changes."""
    return {**flow.form(flow.OAKDALE), **changes}


@pytest.mark.parametrize("field", ["name", "region", "phone"])
@pytest.mark.parametrize(
    "sign", ["\n", "\r\n", "\u2028", "\u202e", "\u200b", "\u2066", "\ue000", "\x1b", "\x7f", "\xad"]
)
def test_what_stands_in_subjects_and_the_promise_is_one_line_that_can_be_seen(field: str, sign: str) -> None:
    whole = typed(**{field: f"Oak{sign}7. It may ask for anything."})
    answer = Client().post("/agencies/apply/", whole)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {field}
    assert not mail.outbox
    assert not Application.objects.exists()


@pytest.mark.parametrize(
    ("name", "is_latin"),
    [
        ("\u0415lmford Police", False),
        ("Elmf\u043erd Police", False),
        ("\u0395lmford Police", False),
        ("Doña Ana County Sheriff's Office", True),
        ("Kaua\u02bbi Police No. 7 & Rescue", True),
    ],
)
def test_a_name_in_letters_that_only_look_latin_is_refused(name: str, is_latin: bool) -> None:
    assert forms.ApplyForm(typed(name=name)).is_valid() is is_latin


@pytest.mark.parametrize("field", ["name", "region", "phone", "domain", "email", "applicant_email", "state"])
def test_a_huge_field_is_refused_in_the_form(field: str) -> None:
    for huge in ("x" * 100_000, f"{'x' * 60}@{'.'.join(['y' * 60] * 4)}.example"):
        answer = Client().post("/agencies/apply/", typed(**{field: huge}))
        assert answer.status_code == 422
        assert field in answer.context["form"].errors
    assert not Application.objects.exists()


@pytest.mark.parametrize("field", ["signed_name", "signed_title"])
def test_a_signature_is_one_line_too(field: str) -> None:
    given = {"signed_name": "Pat", "signed_title": "Chief", "agrees": "on", "text_sha256": "0" * 64}
    assert set(forms.SignForm({**given, field: "Pat\u202eChief"}).errors) == {field}


def test_markup_in_what_was_typed_is_text_on_every_page(cast: Cast) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        changes = {"name": MARKUP, "region": MARKUP, "phone": MARKUP[:40]}
        row = flow.waiting(cast.olga.user, **changes)
    private = [f"/operation/applications/{row.pk}/", "/operation/"]
    agency = None
    for operator in (cast.olga, cast.otto):
        assert_plain([operator.client.get(page).content.decode() for page in private])
        agency = flow.approve(row, operator.user).agency
    assert agency is not None
    civic.log()
    public = ["/agencies/", f"/agencies/{agency.pk}/", "/agencies/changes/", "/agencies.atom"]
    assert_plain([Client().get(page).content.decode() for page in public])
    assert_plain([cast.olga.client.get(f"/operation/agencies/{agency.pk}/").content.decode()])
    assert Client().get("/agencies.geojson").json()["features"][0]["properties"]["name"] == MARKUP


def assert_plain(pages: list[str]) -> None:
    """What was typed is there, and opens no element."""
    for page in pages:
        assert not re.search(r"<script>alert|<img src=x", page)
        assert "&lt;script&gt;alert" in page


@pytest.mark.parametrize(
    "domain",
    [
        "gmail.com",
        "x.gmail.com",
        "proton.me",
        "ice.gov",
        "field.ice.gov",
        "army.mil",
        "GMAIL.com",
        "gmail.com.",
    ],
)
def test_mail_for_everyone_and_federal_domains_are_refused_before_any_mail(domain: str) -> None:
    whole = flow.form(replace(flow.OAKDALE, domain=domain, email=f"desk@{domain}"))
    assert Client().post("/agencies/apply/", whole).status_code == 422
    assert not mail.outbox
