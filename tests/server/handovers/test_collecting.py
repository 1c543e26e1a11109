"""What an agency may do with what it was given: fetch for a reason, keep as promised, say it is gone."""

from datetime import datetime, timedelta

import pytest
from django.core import mail
from pytest_django import DjangoCaptureOnCommitCallbacks

from tests.cast import Cast
from tests.server import civic
from tests.server.handovers import giving
from vicinage.core import commitment
from vicinage.server import clock
from vicinage.server.agencies import queries as desks
from vicinage.server.agencies.models import OfficerAct
from vicinage.server.handovers import queries
from vicinage.server.handovers.actions import HandoverError, sweep_payloads
from vicinage.server.handovers.collecting import actions as collecting
from vicinage.server.handovers.models import Collection, Deletion, Handover, RetentionReminder
from vicinage.server.ledger.models import Entry

pytestmark = pytest.mark.django_db


class Given:
    """A hand-over to Carol's agency, and its addresses."""

    def __init__(self, cast: Cast) -> None:
        self.scene = giving.set_scene(cast)
        self.id = giving.given(self.scene)
        self.page = f"/agency/handovers/{self.id}/"
        self.owners = f"/home/handovers/{self.id}/"
        self.clip = f"{self.page}clips/{self.scene.recorded.row.pk}.age"
        self.package = f"{self.page}package.zip"

    @property
    def row(self) -> Handover:
        """As it is now."""
        return Handover.objects.get(pk=self.id)


@pytest.fixture
def given(cast: Cast) -> Given:
    """What Alice gave."""
    return Given(cast)


def hold(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    """The server's clock stands."""
    monkeypatch.setattr(clock, "now", lambda: at)


@pytest.mark.parametrize("reason", ["", "   ", "why", "x" * 121])
def test_without_a_reason_nothing_is_given_out(given: Given, cast: Cast, reason: str) -> None:
    for path in (given.clip, given.package):
        assert cast.carol.client.post(path, {"reason": reason}).status_code == 422
        assert cast.carol.client.get(path).status_code == 405
    assert not Collection.objects.exists()


def test_a_download_is_recorded_with_officer_reason_and_time_and_sealed_in_the_log(
    given: Given, cast: Cast
) -> None:
    assert giving.fetched(cast.carol.client, given.clip).status_code == 200
    collection = Collection.objects.get()
    assert (collection.officer, collection.reason) == (cast.carol.user, giving.REASON)
    act = OfficerAct.objects.get(what="handover.collected")
    assert act.subject == f"{given.id} {collection.what}: {giving.REASON}"
    assert act.entry.private
    shown = cast.carol.client.get(given.page).content.decode()
    assert cast.carol.user.email in shown
    assert "Trial of the shop&#x27;s robbers" in shown


def test_the_owner_sees_what_and_when_but_neither_who_nor_why(given: Given, cast: Cast) -> None:
    giving.fetched(cast.carol.client, given.package)
    page = cast.alice.client.get(given.owners).content.decode()
    assert "package" in page
    assert cast.carol.user.email not in page
    assert "robbers" not in page


def test_the_clock_runs_from_the_hand_over_for_as_long_as_was_promised(given: Given, cast: Cast) -> None:
    row = given.row
    assert row.delete_by == row.at + timedelta(days=cast.agency.retention_days)
    for client, page in ((cast.carol.client, given.page), (cast.alice.client, given.owners)):
        assert f"{row.delete_by:%-d %b %Y}" in client.get(page).content.decode()


def test_what_has_lapsed_is_served_no_more_and_dropped_and_stays_listed(
    given: Given,
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    giving.fetched(cast.carol.client, given.clip)
    row, carol = given.row, cast.carol.client
    copy = queries.payload(given.id, given.scene.recorded.row.pk)
    hold(monkeypatch, row.delete_by - timedelta(seconds=1))
    assert giving.fetched(carol, given.clip).status_code == 200
    hold(monkeypatch, row.delete_by)
    for path in (given.clip, given.package):
        assert giving.fetched(carol, path).status_code == 404
    officer = desks.officer_of(cast.carol.user)
    assert officer is not None
    with pytest.raises(HandoverError, match="handover-gone"):
        collecting.collect(row, officer, "package", giving.REASON, row.delete_by)
    assert copy.exists()
    with django_capture_on_commit_callbacks(execute=True):
        collecting.keep_the_clock()
    assert not copy.exists()
    assert given.row.dropped_at == row.delete_by
    assert bytes(given.row.clips.get().header) == b""
    page = carol.get(given.page).content.decode()
    assert "We have dropped our copy" in page
    assert "Delete now" in carol.get("/agency/handovers/").content.decode()
    assert "It has not stated so" in cast.alice.client.get(given.owners).content.decode()


def test_the_agency_is_reminded_once_before_and_once_when_due_and_only_of_what_it_fetched(
    given: Given, cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    due = given.row.delete_by

    def turn(at: datetime) -> list[str]:
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            collecting.keep_the_clock(at)
        return [str(letter.subject) for letter in mail.outbox]

    assert turn(due - timedelta(days=7)) == []
    giving.fetched(cast.carol.client, given.clip)
    assert turn(due - timedelta(days=7, seconds=1)) == []
    assert turn(due - timedelta(days=7)) == ["To be deleted soon: 26-000123"]
    assert [letter.to for letter in mail.outbox] == [[cast.carol.user.email]]
    assert "Alice" not in mail.outbox[0].body
    assert turn(due - timedelta(days=1)) == []
    assert turn(due) == ["To be deleted now: 26-000123"]
    assert turn(due + timedelta(days=1)) == []
    assert RetentionReminder.objects.count() == 2


def test_an_officer_states_the_deletion_and_the_owner_sees_when_not_who(
    given: Given, cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    giving.fetched(cast.carol.client, given.clip)
    path = f"{given.page}deleted/"
    assert cast.carol.client.post(path).status_code == 422
    assert not Deletion.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert cast.carol.client.post(path, {"is_deleted": "on"}).status_code == 302
    row = Deletion.objects.get()
    entry = Entry.objects.get(kind="deletion", subject=given.id)
    assert entry == row.entry
    assert entry.private
    opened = commitment.check_opening(row.opening, row.commitment)
    assert (opened["handover"], opened["officer"]) == (given.id, cast.carol.user.email)
    assert giving.fetched(cast.carol.client, given.clip).status_code == 404
    assert not queries.payload(given.id, given.scene.recorded.row.pk).exists()
    page = cast.alice.client.get(given.owners).content.decode()
    assert "It stated so on" in page
    assert cast.carol.user.email not in page
    assert cast.carol.client.post(path, {"is_deleted": "on"}).status_code == 404
    assert Deletion.objects.count() == 1


def test_nobody_but_a_collector_of_this_agency_states_a_deletion(given: Given, cast: Cast) -> None:
    path = f"{given.page}deleted/"
    for client in (cast.dave.client, cast.alice.client, cast.olga.client, civic.officer_elsewhere(cast)):
        assert client.post(path, {"is_deleted": "on"}).status_code == 404
    cast.alice.client.post(f"{given.owners}withdraw/")
    assert cast.carol.client.post(path, {"is_deleted": "on"}).status_code == 404
    assert not Deletion.objects.exists()


def test_dropped_copies_are_swept_after_a_crash_too(given: Given) -> None:
    copy = queries.payload(given.id, given.scene.recorded.row.pk)
    sweep_payloads()
    assert copy.exists()
    collecting.keep_the_clock(given.row.delete_by)  # what it removes waits for a commit that does not come
    assert copy.exists()
    sweep_payloads()
    assert not copy.exists()
