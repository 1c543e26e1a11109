"""From draft to permanent record: who may do what, and what nobody can undo."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from tests.cast import Cast
from tests.server import civic
from vicinage.core.place import cells_of, parse_area
from vicinage.server import clock
from vicinage.server.agencies.models import Officer
from vicinage.server.feed import queries as feed
from vicinage.server.feed.models import PublishedRfa, Resolution, RfaCell
from vicinage.server.rfas import actions, forms
from vicinage.server.rfas.models import Draft, Review, Submission

pytestmark = pytest.mark.django_db


def test_a_draft_is_kept_as_typed_shown_with_its_findings_and_changed(cast: Cast) -> None:
    client = cast.carol.client
    answer = client.post("/agency/rfas/new/", {**civic.form(reference="", title="Rob"), "save": "yes"})
    address = answer.headers["Location"]
    page = client.get(address)
    assert page.context["typed"]["title"] == "Rob"
    assert [f.rule for f in page.context["findings"]] == ["title-length", "reference-required"]
    client.post(address, {**civic.form(title="Robbery"), "save": "yes"})
    assert Draft.objects.get().fields["title"] == "Robbery"
    client.post(address, {"discard": "yes"})
    assert not Draft.objects.exists()


def test_a_draft_can_be_typed_without_a_map(cast: Cast) -> None:
    for lines in (
        "34.05, -118.25, 400",
        "34.05 -118.25 radius 400 m",
        "34.05,-118.25\n34.06,-118.25\n34.05,-118.24",
    ):
        reading = forms.read(forms.typed(civic.form(area="", area_text=lines)), "a" * 16, "b" * 16)
        assert reading.unread == ()
        assert reading.rfa.area is not None


def test_lines_that_are_no_place_are_a_finding_and_not_an_error(cast: Cast) -> None:
    for lines in ("Elm Street", "91, 0\n0, 0\n1, 1", "34, -118, 0", "1,2\n3,4", "34.05,-118.25\n" * 300):
        reading = forms.read(forms.typed(civic.form(area="", area_text=lines)), "a" * 16, "b" * 16)
        assert [finding.field for finding in reading.unread] == ["area"]
        assert reading.rfa.area is None


def test_submitting_a_draft_turns_it_into_a_submission_of_the_same_id(cast: Cast) -> None:
    client = cast.carol.client
    address = client.post("/agency/rfas/new/", {"save": "yes"}).headers["Location"]
    answer = client.post(address, {**civic.form(), "submit": "yes"})
    assert answer.headers["Location"] == address
    assert not Draft.objects.exists()
    assert Submission.objects.get().id in address


def test_what_was_submitted_is_not_public_and_is_read_by_its_agency_and_moderators_alone(cast: Cast) -> None:
    rfa = civic.submit(cast)
    own, review = f"/agency/rfas/{rfa}/", f"/moderation/rfas/{rfa}/"
    assert cast.carol.client.get(own).status_code == 200
    assert cast.dave.client.get(own).status_code == 200
    assert cast.erin.client.get(review).status_code == 200
    for person in (cast.alice, cast.mallory, cast.olga):
        assert person.client.get(own).status_code == 404
        assert person.client.get(review).status_code == 404
    for page in (f"/rfas/{rfa}/", f"/rfas/{rfa}.json"):
        assert Client().get(page).status_code == 404
    assert Client().get(own).status_code == 302
    assert rfa not in Client().get("/").content.decode()


def test_another_agencys_draft_looks_like_one_that_is_not_there(cast: Cast) -> None:
    draft = cast.carol.client.post("/agency/rfas/new/", {"save": "yes"}).headers["Location"]
    other = civic.officer_elsewhere(cast)
    assert other.get(draft).status_code == 404
    assert civic.body(other.get(draft)) == civic.body(other.get("/agency/rfas/aaaaaaaaaaaaaaaa/"))
    assert other.post(draft, {"discard": "yes"}).status_code == 404
    assert Draft.objects.count() == 1


def test_approval_publishes_the_row_and_the_log_entry_together(cast: Cast) -> None:
    rfa = civic.published(cast)
    leaf = Client().get(f"/rfas/{rfa.id}.json").json()
    assert leaf["leaf"]["type"] == "rfa.published"
    assert leaf["leaf"]["post"] == rfa.number == 1
    assert leaf["text"]["title"] == rfa.title
    assert leaf["index"] == rfa.entry.place.index
    assert Review.objects.get().verdict == "approved"


def test_a_failure_while_publishing_leaves_no_trace(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    rfa, before = civic.submit(cast), civic.counts()

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("the disk is gone")

    monkeypatch.setattr("vicinage.server.feed.actions.publish_rfa", broken)
    with pytest.raises(RuntimeError):
        actions.approve(rfa, cast.erin.user, civic.answers(rfa), clock.now())
    assert civic.counts() == before


def test_a_rejection_needs_a_reason_that_the_agency_reads(cast: Cast) -> None:
    rfa = civic.submit(cast)
    client = cast.erin.client
    empty = client.post(f"/moderation/rfas/{rfa}/", {"reject": "yes", "reason": "  "})
    assert empty.status_code == 422
    assert [f.rule for f in empty.context["findings"]] == ["rejection-reason"]
    assert not Review.objects.exists()
    client.post(f"/moderation/rfas/{rfa}/", {"reject": "yes", "reason": "It is about a protest."})
    assert "It is about a protest." in cast.carol.client.get(f"/agency/rfas/{rfa}/").content.decode()
    assert not PublishedRfa.objects.exists()


def test_nobody_decides_twice_and_nobody_without_the_role_decides(cast: Cast) -> None:
    rfa = civic.submit(cast)
    for person in (cast.carol, cast.alice, cast.olga):
        assert person.client.post(f"/moderation/rfas/{rfa}/", {"approve": "yes"}).status_code == 404
    assert civic.approve(cast, rfa).status_code == 302
    again = cast.erin.client.post(f"/moderation/rfas/{rfa}/", {"reject": "yes", "reason": "No."})
    assert again.status_code == 409
    assert Review.objects.get().verdict == "approved"


def test_a_moderator_may_not_decide_for_an_agency_they_work_for(cast: Cast) -> None:
    rfa = civic.submit(cast)
    cast.carol.user.is_moderator = True
    cast.carol.user.save(update_fields=["is_moderator"])
    assert cast.carol.client.post(f"/moderation/rfas/{rfa}/", {"approve": "yes"}).status_code == 409
    assert not Review.objects.exists()


def test_what_was_submitted_cannot_be_edited_or_deleted_by_the_page(cast: Cast) -> None:
    rfa, client = civic.published(cast), cast.carol.client
    for button in ("save", "submit", "discard"):
        answer = client.post(f"/agency/rfas/{rfa.id}/", {**civic.form(title="Another title"), button: "yes"})
        assert answer.status_code == 409
    assert client.delete(f"/agency/rfas/{rfa.id}/").status_code == 405
    assert Client().put(f"/rfas/{rfa.id}/").status_code == 405
    assert Client().delete(f"/rfas/{rfa.id}.json").status_code == 405
    assert PublishedRfa.objects.get().title == rfa.title


@pytest.mark.parametrize("model", [PublishedRfa, RfaCell, Submission, Review, Resolution])
def test_the_database_refuses_every_change_of_what_is_public(cast: Cast, model: Any) -> None:
    rfa = civic.published(cast)
    actions.resolve(rfa.id, cast.carol.user, clock.now())
    row = model.objects.first()
    field = next(f for f in model._meta.local_fields if not f.primary_key and not f.is_relation)
    table, column = model._meta.db_table, field.column
    attempts: list[Callable[[], object]] = [
        lambda: model.objects.filter(pk=row.pk).update(**{field.name: getattr(row, field.name)}),
        lambda: row.save(),
        lambda: row.delete(),
        lambda: model.objects.all()._raw_delete("default"),
        lambda: _sql('UPDATE "{table}" SET "{column}" = "{column}"', table, column),
        lambda: _sql('DELETE FROM "{table}"', table),
        lambda: _sql('REPLACE INTO "{table}" SELECT * FROM "{table}"', table),
    ]
    for attempt in attempts:
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    assert model.objects.filter(pk=row.pk).exists()


def test_an_agency_marks_its_own_request_resolved_once_and_it_stays_public(cast: Cast) -> None:
    rfa, client = civic.published(cast), cast.carol.client
    address = f"/agency/rfas/{rfa.id}/resolve/"
    for person in (cast.dave, cast.alice, cast.erin):
        assert person.client.post(address).status_code == 404
    assert civic.officer_elsewhere(cast).post(address).status_code == 404
    assert client.post(address).status_code == 302
    assert client.post(address).status_code == 409
    civic.log()
    page = Client().get(f"/rfas/{rfa.id}/").content.decode()
    assert "Resolved" in page
    assert feed.one(rfa.id) is not None
    cell = cells_of(parse_area(rfa.area))[0]
    assert Client().get(f"/public/rfas/cell/{cell}.json").json()["rfas"] == []


def test_an_officer_removed_a_moment_ago_can_do_nothing(cast: Cast) -> None:
    user = cast.carol.user
    draft = actions.save_draft(user, forms.typed(civic.form()), clock.now())
    Officer.objects.filter(user=user).update(removed_at=clock.now())
    before = civic.counts()
    for attempt in (
        lambda: actions.submit(user, forms.typed(civic.form()), clock.now()),
        lambda: actions.save_draft(user, forms.typed(civic.form()), clock.now(), draft.id),
        lambda: actions.discard_draft(user, draft.id),
    ):
        with pytest.raises(actions.RfaConflictError, match="officer-may-not-ask"):
            attempt()
    assert civic.counts() == before


def test_a_moderator_whose_role_was_taken_can_decide_nothing(cast: Cast) -> None:
    rfa, erin = civic.submit(cast), cast.erin.user
    type(erin).objects.filter(pk=erin.pk).update(is_moderator=False)
    with pytest.raises(actions.RfaConflictError, match="moderator-only"):
        actions.approve(rfa, erin, {}, clock.now())


def _sql(statement: str, table: str, column: str = "") -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement.format(table=table, column=column))
