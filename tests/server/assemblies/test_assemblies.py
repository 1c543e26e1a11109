"""Assemblies: entered by anyone signed in, public with their history, changed by nobody."""

import json
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from tests.cast import Cast
from tests.server import civic
from tests.server.conftest import Held
from vicinage.server import clock
from vicinage.server.assemblies import actions
from vicinage.server.assemblies.models import Assembly, Withdrawal
from vicinage.server.ledger import actions as ledger
from vicinage.server.ledger.models import Entry
from vicinage.server.rfas.models import Submission

pytestmark = pytest.mark.django_db


def fields(**changes: str) -> dict[str, str]:
    """The form, filled in."""
    given = {
        "title": "March for the library",
        "link": "https://march.example/",
        "area": "",
        "area_text": "34.05, -118.25, 300",
        "window_from": civic.local(civic.hours_ago(-20)),
        "window_to": civic.local(civic.hours_ago(-23)),
    }
    return {**given, **changes}


def test_anyone_signed_in_enters_one_and_everyone_reads_it_but_not_who_did(cast: Cast) -> None:
    assembly = civic.assembly(cast, civic.hours_ago(-20), civic.hours_ago(-23))
    page = Client().get(f"/assemblies/{assembly}/").content.decode()
    listing = Client().get("/assemblies/").content.decode()
    for words in (page, listing):
        assert "March for the library" in words
        assert cast.alice.user.email not in words
    assert 'href="https://march.example/"' in page
    entry = Assembly.objects.get().entry
    leaf = json.loads(bytes(entry.leaf))
    assert leaf["type"] == "assembly.entered"
    assert "title" not in leaf
    assert json.loads(bytes(entry.text or b""))["title"] == "March for the library"
    assert cast.alice.user.email.encode() not in bytes(entry.leaf) + bytes(entry.text or b"")


def test_a_stranger_is_sent_to_sign_in_and_nothing_is_entered(cast: Cast) -> None:
    answer = Client().post("/assemblies/new/", fields())
    assert answer.status_code == 302
    assert "/accounts/login/" in answer.headers["Location"]
    assert not Assembly.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "x"}, "title"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"area_text": "Elm Street"}, "area"),
        ({"area_text": ""}, "area"),
        ({"area_text": "34.05, -118.25, 5000"}, "area"),
        ({"window_to": ""}, "window"),
        ({"window_from": "yesterday"}, "window_from"),
        ({"window_from": "2020-01-01T10:00", "window_to": "2020-01-01T12:00"}, "window"),
        ({"window_from": "2026-11-01T10:00", "window_to": "2026-11-03T12:00"}, "window"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_entered(
    cast: Cast, changes: dict[str, str], field: str
) -> None:
    answer = cast.alice.client.post("/assemblies/new/", fields(**changes))
    assert answer.status_code == 422
    assert field in {finding.field for finding in answer.context["findings"]}
    assert fields(**changes)["title"] in answer.content.decode()
    assert not Entry.objects.filter(kind="assembly.entered").exists()


def test_only_who_entered_it_takes_it_back_once_and_the_history_stays(cast: Cast) -> None:
    assembly = civic.assembly(cast, civic.hours_ago(-20), civic.hours_ago(-23))
    page = f"/assemblies/{assembly}/"
    for person in (cast.bob, cast.carol, cast.erin, cast.olga):
        assert "Take it back" not in person.client.get(page).content.decode()
        assert person.client.post(f"{page}withdraw/").status_code == 409
    assert "Take it back" in cast.alice.client.get(page).content.decode()
    assert cast.alice.client.post(f"{page}withdraw/").status_code == 302
    assert cast.alice.client.post(f"{page}withdraw/").status_code == 409
    civic.log()
    assert Withdrawal.objects.count() == Entry.objects.filter(kind="assembly.withdrawn").count() == 1
    assert "Taken back" in Client().get(page).content.decode()


def test_a_correction_stands_instead_and_both_tell_of_each_other(cast: Cast) -> None:
    first = civic.assembly(cast, civic.hours_ago(-20), civic.hours_ago(-23))
    again = cast.alice.client.get(f"/assemblies/new/?replaces={first}").context["typed"]
    assert again["title"] == "March for the library"
    assert again["area_text"].count("\n") > 5
    second = civic.assembly(cast, civic.hours_ago(-21), civic.hours_ago(-23), replaces=first)
    leaf = json.loads(bytes(Assembly.objects.get(pk=second).entry.leaf))
    assert leaf["replaces"] == first
    assert second in Client().get(f"/assemblies/{first}/").content.decode()
    assert first in Client().get(f"/assemblies/{second}/").content.decode()
    assert cast.alice.client.get(f"/assemblies/new/?replaces={first}").status_code == 404
    assert cast.bob.client.get(f"/assemblies/new/?replaces={second}").status_code == 404


def test_one_person_enters_so_many_a_day_and_no_more(cast: Cast, held: Held) -> None:
    for _ in range(actions.MOST_A_DAY):
        assert actions.enter(cast.alice.user, fields(), held.at)[0] is not None
    with pytest.raises(actions.AssemblyConflictError, match="assemblies-enough"):
        actions.enter(cast.alice.user, fields(), held.at)
    assert actions.enter(cast.bob.user, fields(), held.at)[0] is not None
    held.go_on(days=1, seconds=1)
    assert actions.enter(cast.alice.user, fields(), held.at)[0] is not None


def test_an_assembly_refuses_no_request_by_itself(cast: Cast) -> None:
    civic.assembly(cast, civic.hours_ago(6), civic.hours_ago(4))
    rfa = civic.submit(cast)
    assert Submission.objects.filter(id=rfa).exists()


def test_no_row_of_an_assembly_can_be_changed(cast: Cast) -> None:
    civic.assembly(cast, civic.hours_ago(-20), civic.hours_ago(-23))
    rows: Any = Assembly.objects
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.update(window_to=civic.hours_ago(0))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.all()._raw_delete("default")


def test_a_text_taken_down_by_law_is_gone_from_page_and_list(cast: Cast) -> None:
    assembly = civic.assembly(cast, civic.hours_ago(-20), civic.hours_ago(-23))
    index = Assembly.objects.get().entry.place.index
    with transaction.atomic():
        ledger.redact(index, "privacy-law", "County court, order 12", clock.now())
    civic.log()
    for page in (f"/assemblies/{assembly}/", "/assemblies/"):
        words = Client().get(page).content.decode()
        assert "March for the library" not in words
        assert "march.example" not in words
        assert "Text taken down" in words
