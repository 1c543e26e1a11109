"""What must hold on any database, in a few quick tests. test_postgresql.py runs them on PostgreSQL too: the
tables from nothing, the guards, an agency let in by two, a mediated rfa mailed and disclosed, redaction.
"""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from tests.cast import Cast
from tests.fakes.mail_server import MailServer
from tests.server import civic
from tests.server.agencies import flow
from tests.server.agencies.test_lists import ELMFORD, city, directory, domains
from tests.server.conftest import Held
from tests.server.mediation.conftest import mail
from tests.server.mediation.passing import neighbours, passed_on, post
from vicinage.server import clock, manage
from vicinage.server.agencies import actions as agencies
from vicinage.server.agencies.models import Agency, Application, DomainListing, Suspension, Verification
from vicinage.server.feed import queries as feed
from vicinage.server.feed.models import PublishedRfa
from vicinage.server.ledger import triggers
from vicinage.server.ledger.models import Entry
from vicinage.server.mediation import actions as post_office
from vicinage.server.mediation.models import Delivery, Reach
from vicinage.server.rfas import actions as rfas
from vicinage.server.rfas.models import MediatedRfa, Submission

__all__ = ["mail"]

pytestmark = pytest.mark.django_db

NUL = "\x00"


def test_the_tables_are_made_from_nothing_and_are_those_of_the_models() -> None:
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_guard_stands_also_after_it_is_made_anew() -> None:
    wanted = {name for guard in triggers.guards() for name in triggers.names(guard)}
    assert triggers.standing() == wanted
    triggers.install()
    assert triggers.standing() == wanted


def test_an_agency_is_let_in_by_two_and_what_it_was_let_in_by_stays(cast: Cast, tmp_path: Path) -> None:
    manage.adopt_regime("public-2021")
    domains(tmp_path / "list.csv", city("oakdale"), city("elmford"), "broken,row")
    assert directory(tmp_path / "directory.csv", ELMFORD, "2,broken").rows_kept == 1
    row = flow.waiting(cast.olga.user)
    assert row.domain_listing == DomainListing.objects.get(domain="oakdale.gov")
    assert flow.approve(row, cast.olga.user).agency is None
    agency = flow.approve(row, cast.otto.user).agency
    assert agency is not None
    assert agency.evidence == "acknowledgement call-back directory gov-domain mail"
    for rows in (Agency.objects.filter(pk=agency.pk), Verification.objects.filter(agency=agency)):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            rows._raw_delete("default")


def test_a_mediated_rfa_is_mailed_once_disclosed_at_its_close_and_can_be_redacted(
    cast: Cast, mail: MailServer, held: Held
) -> None:
    people = neighbours(3)
    row = passed_on(cast)
    post(held.at)
    post(held.at)
    assert sorted(mail.counts()) == sorted(person.user.email for person in people)
    assert set(mail.counts().values()) == {1}
    held.go_to(row.closes_at)
    assert (rfas.disclose_due(), rfas.disclose_due()) == (1, 0)
    civic.log()
    post(held.at)
    assert (Delivery.objects.count(), Reach.objects.count()) == (0, 0)
    shown = feed.one(row.pk)
    assert shown is not None
    changes: tuple[Callable[[], None], ...] = (lambda: rfas.forget_words(row.pk), shown.save)
    for change in changes:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    manage.redact(shown.entry.place.index, "court-order", "County court, order 12")
    civic.log()
    assert shown.title not in Client().get(f"/rfas/{row.pk}/").content.decode()
    assert not Submission.objects.exclude(title="").exists()
    assert bytes(MediatedRfa.objects.get(pk=row.pk).text) == b""
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Submission.objects.filter(pk=row.pk).update(title="Put back")
    assert PublishedRfa.objects.filter(pk=row.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_two_rounds_of_the_post_at_once_have_no_mail_in_hand_together(cast: Cast, mail: MailServer) -> None:
    people, row = neighbours(4), passed_on(cast)
    at, start = clock.now() + timedelta(minutes=1), threading.Barrier(3)
    post_office.reach(row)
    post_office.owe(row, at)
    held: list[int] = []

    def take() -> None:
        start.wait()
        try:
            held.extend(delivery.pk for delivery in post_office.hold(at, 2, {row.pk}))
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(held) == len(set(held))
    held += [delivery.pk for delivery in post_office.hold(at, 9, {row.pk})]
    assert len(held) == len(set(held)) == len(people)


def test_a_suspension_is_one_at_a_time_in_the_database_too(cast: Cast) -> None:
    manage.adopt_regime("public-2021")
    agencies.suspend(cast.agency.pk, "It asked for faces.", cast.olga.user, clock.now())
    again = Suspension.objects.get()
    again.pk, again.entry_id = None, Entry.objects.order_by("id").values_list("pk", flat=True)[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)


SENDING: dict[str, Callable[[Cast, Application], Any]] = {
    "an entry of the directory": lambda cast, row: cast.olga.client.post(
        f"/operation/applications/{row.pk}/", {"entry": NUL, "choose": "yes"}
    ),
    "words of a search": lambda cast, row: Client().get("/agencies/", {"q": f"oak{NUL}", "state": NUL}),
    "a clip": lambda cast, row: cast.alice.client.get("/api/clips", {"before": NUL}),
    "a token": lambda cast, row: Client().get("/agencies/apply/%00/"),
    "a draft": lambda cast, row: cast.carol.client.post(
        "/agency/rfas/new/", {**civic.form(title=NUL, offence=NUL, reference="9" * 5000), "submit": "yes"}
    ),
    "a call for the judge": lambda cast, row: cast.carol.client.post(
        "/api/judge", {"title": f"a{NUL}", "reference": NUL}, content_type="application/json"
    ),
    "an officer": lambda cast, row: cast.carol.client.post(
        "/agency/officers/invite/", {"email": f"a{NUL}@police.elmford.example", "invite": "yes"}
    ),
    "an assembly": lambda cast, row: Client().post("/assemblies/new/", {"title": NUL, "link": "x" * 9000}),
    "a mail address": lambda cast, row: Client().post("/accounts/login/", {"login": NUL, "password": NUL}),
}


@pytest.mark.parametrize("what", SENDING)
def test_words_that_a_database_cannot_hold_are_no_failure_of_ours(what: str, cast: Cast) -> None:
    manage.adopt_regime("public-2021")
    assert cast.agency
    row = flow.waiting(cast.olga.user)
    assert SENDING[what](cast, row).status_code < 500
