"""Agencies' tips, updates and events: reviewed by a person, in the feed and the log, for good."""

import json
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from tests.cast import Cast
from tests.server import civic
from tests.server.conftest import Held
from vicinage.server import clock, manage
from vicinage.server.agencies.models import Officer
from vicinage.server.feed import queries as feed
from vicinage.server.feed.models import PublishedPost
from vicinage.server.ledger.models import Entry
from vicinage.server.posts import actions, forms
from vicinage.server.posts.models import PostReview, PostSubmission
from vicinage.server.rfas import actions as rfas
from vicinage.server.rfas.models import Submission

pytestmark = pytest.mark.django_db


def fields(**changes: str) -> dict[str, str]:
    """The form of a tip, with changes."""
    given = {
        "kind": "tip",
        "title": "Lock your bicycle to a stand",
        "text": "Bicycles locked to a stand are stolen far less often than others.",
        "place_words": "",
        "starts_at": "",
        "ends_at": "",
    }
    return {**given, **changes}


EVENT = {
    "kind": "event",
    "title": "Open day at the station",
    "text": "Come and look at the engines. There is cake.",
    "place_words": "Station 4, Elm Street",
    "starts_at": "2027-01-09T10:00",
    "ends_at": "2027-01-09T14:00",
}


def submit(cast: Cast, **changes: str) -> str:
    """Carol submits a post; its id."""
    answer = cast.carol.client.post("/agency/posts/new/", fields(**changes))
    assert answer.status_code == 302, answer.content.decode()
    return str(PostSubmission.objects.get(review=None).pk)


def published(cast: Cast, **changes: str) -> PublishedPost:
    """A post that is public."""
    post = submit(cast, **changes)
    assert cast.erin.client.post(f"/moderation/posts/{post}/", {"approve": "yes"}).status_code == 302
    civic.log()
    found = feed.post(post)
    assert found is not None
    return found


@pytest.mark.parametrize("changes", [{}, {"kind": "update"}, EVENT])
def test_each_kind_passes_from_the_form_by_a_moderator_to_feed_and_log(
    cast: Cast, changes: dict[str, str]
) -> None:
    post = published(cast, **changes)
    leaf = json.loads(bytes(post.entry.leaf))
    assert (leaf["type"], leaf["kind"]) == ("post.published", fields(**changes)["kind"])
    for page in ("/", f"/posts/{post.id}/"):
        words = Client().get(page).content.decode()
        assert post.title in words
        assert str(post.get_kind_display()) in words
        assert cast.agency.name in words
    if changes == EVENT:
        page = Client().get(f"/posts/{post.id}/").content.decode()
        assert "9 Jan 2027, 10:00" in page
        assert "Station 4, Elm Street" in page


def test_before_the_review_nobody_but_its_agency_and_moderators_sees_it(cast: Cast) -> None:
    post = submit(cast)
    assert Client().get(f"/posts/{post}/").status_code == 404
    assert "Lock your bicycle" not in Client().get("/").content.decode()
    assert "Lock your bicycle" in cast.dave.client.get("/agency/posts/").content.decode()
    assert "Lock your bicycle" not in civic.officer_elsewhere(cast).get("/agency/posts/").content.decode()
    for person in (cast.alice, cast.carol, cast.olga):
        page = f"/moderation/posts/{post}/"
        assert person.client.get(page).status_code == 404
        assert person.client.post(page, {"approve": "yes"}).status_code == 404
    assert not PublishedPost.objects.exists()


def test_who_may_not_ask_may_not_post(cast: Cast) -> None:
    for person in (cast.dave, cast.alice, cast.erin):
        assert person.client.post("/agency/posts/new/", fields()).status_code == 404
    Officer.objects.filter(user=cast.carol.user).update(may_ask=False)
    with pytest.raises(actions.PostConflictError, match="officer-may-not-post"):
        actions.submit(cast.carol.user, forms.as_typed(fields()), clock.now())
    assert not PostSubmission.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": ""}, "kind"),
        ({"kind": "rfa"}, "kind"),
        ({"title": "No"}, "title"),
        ({"text": "short"}, "text"),
        ({**EVENT, "starts_at": ""}, "starts_at"),
        ({**EVENT, "starts_at": "soon"}, "starts_at"),
        ({**EVENT, "ends_at": "2027-01-09T09:00"}, "ends_at"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(cast: Cast, changes: dict[str, str], field: str) -> None:
    answer = cast.carol.client.post("/agency/posts/new/", fields(**changes))
    assert answer.status_code == 422
    assert field in {finding.field for finding in answer.context["findings"]}
    assert not PostSubmission.objects.exists()


def test_a_post_that_asks_for_clips_is_shown_as_such_to_the_moderator(cast: Cast) -> None:
    post = submit(cast, text="Did your doorbell record a white van? Send us the footage, please.")
    page = cast.erin.client.get(f"/moderation/posts/{post}/").content.decode()
    assert "in disguise" in page
    assert "footage" in page


def test_a_rejection_needs_a_reason_and_the_agency_reads_it(cast: Cast) -> None:
    post = submit(cast)
    page = f"/moderation/posts/{post}/"
    assert cast.erin.client.post(page, {"reject": "yes", "reason": " "}).status_code == 422
    assert cast.erin.client.post(page, {"reject": "yes", "reason": "It asks for clips."}).status_code == 302
    assert "It asks for clips." in cast.carol.client.get("/agency/posts/").content.decode()
    assert cast.erin.client.post(page, {"approve": "yes"}).status_code == 409
    assert not Entry.objects.filter(kind="post.published").exists()


def test_a_moderator_decides_on_no_post_of_their_own_agency(cast: Cast) -> None:
    post = submit(cast)
    type(cast.carol.user).objects.filter(pk=cast.carol.user.pk).update(is_moderator=True)
    with pytest.raises(actions.PostConflictError, match="moderator-own-agency"):
        actions.approve(post, cast.carol.user, clock.now())


def test_posts_go_on_when_requests_have_ended(cast: Cast, held: Held) -> None:
    assert cast.agency
    held.go_to(civic.announce("closed-2024", 15))
    for changes in ({}, {"kind": "update"}, EVENT):
        assert published(cast, **changes).id
        held.go_on(seconds=1)


def test_requests_and_posts_stand_in_the_feed_in_the_order_of_the_log(cast: Cast) -> None:
    post, rfa = published(cast), civic.published(cast)
    last = published(cast, **EVENT)
    assert [item.id for item in feed.newest().items] == [last.id, rfa.id, post.id]
    page = feed.newest(limit=2)
    assert [item.id for item in feed.newest(page.before).items] == [post.id]


def test_neither_a_submitted_nor_a_published_post_can_be_changed(cast: Cast) -> None:
    published(cast)
    for model in (PostSubmission, PostReview, PublishedPost):
        row = model.objects.get()
        for attempt in (row.save, row.delete, lambda model=model: model.objects.all()._raw_delete("default")):
            with pytest.raises(DatabaseError), transaction.atomic():
                attempt()


@pytest.mark.parametrize("kind", ["post", "rfa"])
def test_a_text_taken_down_by_law_is_gone_from_every_page(cast: Cast, kind: str) -> None:
    row = published(cast) if kind == "post" else civic.published(cast)
    title, text = row.title, row.text
    manage.redact(row.entry.place.index, "court-order", "County court, order 12")
    civic.log()
    for page in ("/", f"/{kind}s/{row.id}/", f"/agencies/{cast.agency.pk}/"):
        words = Client().get(page).content.decode()
        assert title not in words, page
        assert text[:30] not in words, page
    assert "taken down" in Client().get(f"/{kind}s/{row.id}/").content.decode()
    for page in ("/agency/", f"/agency/rfas/{row.id}/", "/agency/posts/"):
        words = cast.carol.client.get(page).content.decode()
        assert title not in words, page
        assert text[:30] not in words, page
    assert title not in cast.erin.client.get(f"/moderation/{kind}s/{row.id}/").content.decode()
    copies: list[Any] = [PostSubmission, Submission]
    for model in copies:
        assert not model.objects.exclude(title="").exists()


@pytest.mark.parametrize("kind", ["post", "rfa"])
def test_no_private_copy_is_emptied_without_a_redaction(cast: Cast, kind: str) -> None:
    row = published(cast) if kind == "post" else civic.published(cast)
    forget = actions.forget_words if kind == "post" else rfas.forget_words
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        forget(row.id)
