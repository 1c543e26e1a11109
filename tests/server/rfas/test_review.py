"""What software cannot decide is asked of the moderator, and the answers are logged."""

import json
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tests.server import civic
from tests.server.conftest import Held
from vicinage.server import manage
from vicinage.server.feed import queries as feed
from vicinage.server.regime import queries as rules
from vicinage.server.rfas.models import Opening, Review

pytestmark = pytest.mark.django_db
WHY = "I looked: the shop was robbed two streets away, hours after the march."


def review(rfa: str) -> str:
    """The page on which a moderator decides."""
    return f"/moderation/rfas/{rfa}/"


def test_the_page_asks_every_question_of_the_regime_with_its_source(cast: Cast) -> None:
    rfa = civic.submit(cast)
    page = cast.erin.client.get(review(rfa)).content.decode()
    asked = rules.in_force().review
    assert len(asked) >= 5
    for question in asked:
        for answer in ("yes", "no"):
            assert f'name="answer-{question.id}" value="{answer}"' in page
    assert " checked" not in page


def test_without_an_answer_to_each_nothing_is_published(cast: Cast) -> None:
    rfa, before = civic.submit(cast), civic.counts()
    answer = cast.erin.client.post(review(rfa), {"approve": "yes"})
    assert answer.status_code == 422
    for one in answer.context["asked"]:
        assert [f.rule for f in one["findings"]] == [f"review-{one['question'].id}"]
    assert civic.counts() == before
    for question in rules.in_force().review:
        form = civic.answered(rfa)
        del form[f"answer-{question.id}"]
        assert cast.erin.client.post(review(rfa), {**form, "approve": "yes"}).status_code == 422
    assert civic.counts() == before


@pytest.mark.parametrize("sent", [("no", "yes"), ("yes", "no"), ("yes", "yes"), ("maybe",), ("",)])
def test_a_question_answered_twice_or_otherwise_is_not_answered(cast: Cast, sent: tuple[str, ...]) -> None:
    rfa = civic.submit(cast)
    form: dict[str, Any] = {**civic.answered(rfa), "answer-pressure": list(sent), "approve": "yes"}
    answer = cast.erin.client.post(review(rfa), form)
    assert answer.status_code == 422
    assert [f.rule for one in answer.context["asked"] for f in one["findings"]] == ["review-pressure"]
    assert not Review.objects.exists()


def test_an_answer_to_a_question_that_was_not_asked_is_refused_and_shown(cast: Cast) -> None:
    rfa = civic.submit(cast)
    form = {**civic.answered(rfa), "answer-<b>": "yes", "approve": "yes"}
    answer = cast.erin.client.post(review(rfa), form)
    assert answer.status_code == 422
    assert [finding.rule for finding in answer.context["findings"]] == ["review-<b>"]
    assert "<b>" not in answer.content.decode().partition("<main")[2]
    assert not Review.objects.exists()


def test_an_answer_that_does_not_pass_leaves_only_rejection(cast: Cast) -> None:
    rfa = civic.submit(cast)
    form = {**civic.answered(rfa), "answer-lawful-activity": "yes", "reason-lawful-activity": WHY}
    answer = cast.erin.client.post(review(rfa), {**form, "approve": "yes"})
    assert answer.status_code == 422
    assert WHY in answer.content.decode()  # what was typed is still there
    assert not Review.objects.exists()


def test_answers_stand_in_the_leaf_and_reasons_beside_it_and_no_name_in_either(cast: Cast) -> None:
    rfa = civic.submit(cast)
    assert civic.approve(cast, rfa, **{"reason_pressure": "No word of it presses anyone."}).status_code == 302
    row = feed.one(rfa)
    assert row is not None
    leaf, text = json.loads(bytes(row.entry.leaf)), json.loads(bytes(row.entry.text or b""))
    asked = {question.id: question.passes for question in rules.in_force().review}
    assert leaf["review"] == row.answers == asked
    assert text["review"] == row.reasons == {"pressure": "No word of it presses anyone."}
    assert cast.erin.user.email.encode() not in bytes(row.entry.leaf) + bytes(row.entry.text or b"")
    assert "No word of it presses anyone." in cast.erin.client.get(review(rfa)).content.decode()


def test_a_reason_goes_with_the_redacted_text_from_the_moderators_page_too(cast: Cast) -> None:
    rfa = civic.submit(cast)
    assert civic.approve(cast, rfa, reason_pressure="No word of it presses anyone.").status_code == 302
    row = feed.one(rfa)
    assert row is not None
    manage.redact(row.entry.place.index, "privacy-law", "Order 26-1 of the county court")
    civic.log()
    page = cast.erin.client.get(review(rfa)).content.decode()
    assert "No word of it presses anyone." not in page
    assert "<dt>" in page


def test_an_assembly_near_in_place_and_time_makes_the_moderator_say_why(cast: Cast) -> None:
    rfa = civic.submit(cast)
    assembly = civic.assembly(cast, civic.hours_ago(6), civic.hours_ago(4))
    page = cast.erin.client.get(review(rfa)).content.decode()
    assert "Its area and time meet the assembly" in page
    assert assembly in page
    assert civic.approve(cast, rfa).status_code == 422
    assert civic.approve(cast, rfa, reason_lawful_activity="too short").status_code == 422
    assert civic.approve(cast, rfa, reason_lawful_activity=WHY).status_code == 302
    row = feed.one(rfa)
    assert row is not None
    assert row.reasons == {"lawful-activity": WHY}


@pytest.mark.parametrize(
    ("begins", "ends", "where"),
    [(60, 50, "34.05, -118.25, 300"), (6, 4, "34.20, -118.25, 300"), (-3, -6, "34.05, -118.25, 300")],
)
def test_an_assembly_elsewhere_or_at_another_time_is_no_matter(
    cast: Cast, begins: float, ends: float, where: str
) -> None:
    rfa = civic.submit(cast)
    civic.assembly(cast, civic.hours_ago(begins), civic.hours_ago(ends), where)
    assert "meet the assembly" not in cast.erin.client.get(review(rfa)).content.decode()
    assert civic.approve(cast, rfa).status_code == 302


def test_an_assembly_taken_back_or_replaced_by_one_elsewhere_is_no_matter(cast: Cast) -> None:
    rfa = civic.submit(cast)
    ends = civic.hours_ago(6), civic.hours_ago(4)
    first, second = civic.assembly(cast, *ends), civic.assembly(cast, *ends)
    cast.alice.client.post(f"/assemblies/{first}/withdraw/")
    civic.assembly(cast, *ends, where="34.30, -118.25, 300", replaces=second)
    assert "meet the assembly" not in cast.erin.client.get(review(rfa)).content.decode()


def test_an_assembly_entered_while_the_moderator_reads_is_asked_about_before_publication(cast: Cast) -> None:
    rfa = civic.submit(cast)
    form = civic.answered(rfa)
    assert cast.erin.client.get(review(rfa)).status_code == 200
    civic.assembly(cast, civic.hours_ago(6), civic.hours_ago(4))
    answer = cast.erin.client.post(review(rfa), {**form, "approve": "yes"})
    assert answer.status_code == 422
    assert "meet the assembly" in answer.content.decode()


def test_words_of_pressure_are_shown_beside_the_question(cast: Cast) -> None:
    word = rules_words(cast, "pressure")
    rfa = civic.submit(
        cast, text=f"Two people robbed a shop on Elm Street. {word.capitalize()} now, all of you."
    )
    page = cast.erin.client.get(review(rfa))
    hinted = {one["question"].id: one["hints"] for one in page.context["asked"] if one["hints"]}
    assert "pressure" in hinted
    assert civic.approve(cast, rfa).status_code == 422
    assert civic.approve(cast, rfa, reason_pressure=WHY).status_code == 302


def rules_words(cast: Cast, question: str) -> str:
    """The first entry of the list of words that goes with a question."""
    assert cast.agency
    found = next(q for q in rules.in_force().review if q.id == question)
    return rules.in_force().words[found.words][0].split("|")[0]


def test_a_request_is_in_review_once_a_moderator_has_opened_it(cast: Cast) -> None:
    rfa = civic.submit(cast)
    own = f"/agency/rfas/{rfa}/"
    assert "Waits for review" in cast.carol.client.get(own).content.decode()
    for person in (cast.carol, cast.alice, cast.olga):
        person.client.get(review(rfa))
    assert not Opening.objects.exists()
    cast.erin.client.get(review(rfa))
    cast.erin.client.get(review(rfa))
    assert Opening.objects.count() == 1
    page = cast.carol.client.get(own).content.decode()
    assert "In review" in page
    assert cast.erin.user.email not in page


def test_the_second_post_on_an_incident_refers_to_the_first_in_the_order_of_the_log(
    cast: Cast, held: Held
) -> None:
    early = civic.submit(cast)
    held.go_on(seconds=5)
    late = civic.submit(cast)
    assert civic.approve(cast, late).status_code == 302
    assert civic.approve(cast, early).status_code == 302
    first, second = feed.one(late), feed.one(early)
    assert first is not None
    assert second is not None
    assert (first.number, first.first) == (1, "")
    assert (second.number, second.first) == (2, late)
    assert [row.id for row in feed.on_incident(first)] == [early]
    assert [row.id for row in feed.on_incident(second)] == [late]
    assert late in Client().get(f"/rfas/{early}/").content.decode()


def test_a_request_expires_by_itself_and_stays_public(cast: Cast, held: Held) -> None:
    rfa = civic.published(cast)
    days = rules.in_force().conduct.open_days
    assert rfa.open_until == rfa.published_at + (rfa.closes_at - rfa.approved_at)
    held.go_to(rfa.open_until)
    assert rfa.state == "expired"
    assert not feed.still_open().exists()
    page = Client().get(f"/rfas/{rfa.id}/").content.decode()
    assert "Expired" in page
    assert "Expired" in Client().get("/").content.decode()
    assert (rfa.closes_at - rfa.approved_at).days == days
    assert cast.carol.client.post(f"/agency/rfas/{rfa.id}/resolve/").status_code == 409
