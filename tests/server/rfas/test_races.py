"""Two at once: the transaction decides, and exactly one of them gets it."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from tests.cast import Cast
from tests.server import civic
from vicinage import regimes
from vicinage.server import clock
from vicinage.server.agencies import actions as agencies
from vicinage.server.agencies.models import Officer
from vicinage.server.assemblies import actions as assemblies
from vicinage.server.assemblies import forms as forms_of_assemblies
from vicinage.server.assemblies.models import Assembly, Withdrawal
from vicinage.server.feed.models import PublishedPost, PublishedRfa, Resolution
from vicinage.server.ledger.models import Entry
from vicinage.server.posts import actions as posts
from vicinage.server.posts.models import PostReview, PostSubmission
from vicinage.server.regime import actions as regime_actions
from vicinage.server.regime import queries as rules
from vicinage.server.rfas import actions, forms
from vicinage.server.rfas.models import MediatedRfa, Review, Submission

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls in threads that start together; their results or errors, in order."""
    gate = threading.Barrier(len(calls))
    answers: list[Any] = [None] * len(calls)

    def run(number: int, call: Callable[[], Any]) -> None:
        gate.wait()
        try:
            answers[number] = call()
        except Exception as error:  # the error is the answer
            answers[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_two_moderators_approve_at_once_and_it_is_published_once(cast: Cast) -> None:
    rfa = civic.submit(cast)
    given = civic.answers(rfa)
    cast.mallory.user.is_moderator = True
    cast.mallory.user.save(update_fields=["is_moderator"])
    answers = at_once(
        lambda: actions.approve(rfa, cast.erin.user, given, clock.now()),
        lambda: actions.approve(rfa, cast.mallory.user, given, clock.now()),
    )
    refused = [answer for answer in answers if isinstance(answer, actions.RfaConflictError)]
    assert [error.code for error in refused] == ["rfa-already-decided"]
    assert PublishedRfa.objects.count() == Review.objects.count() == 1
    assert Entry.objects.filter(kind="rfa.published").count() == 1


def test_one_approves_and_one_rejects_at_once_and_one_verdict_stands(cast: Cast) -> None:
    rfa = civic.submit(cast)
    given = civic.answers(rfa)
    cast.mallory.user.is_moderator = True
    cast.mallory.user.save(update_fields=["is_moderator"])
    at_once(
        lambda: actions.approve(rfa, cast.erin.user, given, clock.now()),
        lambda: actions.reject(rfa, cast.mallory.user, "It is about a protest.", clock.now()),
    )
    verdict = Review.objects.get().verdict
    assert PublishedRfa.objects.exists() == (verdict == "approved")


def test_the_third_post_on_an_incident_submitted_twice_at_once_never_passes(cast: Cast) -> None:
    civic.submit(cast)
    carol = cast.carol.user
    draft = forms.typed(civic.form())
    answers = at_once(*[lambda: actions.submit(carol, draft, clock.now())] * 2)
    passed = [row for row, _ in answers if row is not None]
    refused = [findings for row, findings in answers if row is None]
    assert len(passed) == 1
    assert [finding.rule for finding in refused[0]] == ["incident-posts-max"]
    assert Submission.objects.count() == 2


def test_an_officer_is_removed_while_submitting_and_either_was_first(cast: Cast) -> None:
    carol, olga = cast.carol.user, cast.olga.user
    officer = Officer.objects.get(user=carol)
    draft = forms.typed(civic.form())
    submitted, _ = at_once(
        lambda: actions.submit(carol, draft, clock.now()),
        lambda: agencies.remove_officer(officer.pk, officer.agency_id, olga, clock.now()),
    )
    if isinstance(submitted, actions.RfaConflictError):
        assert not Submission.objects.exists()
    else:
        assert Submission.objects.count() == 1
    assert Officer.objects.get(pk=officer.pk).removed_at is not None
    with pytest.raises(actions.RfaConflictError):
        actions.submit(carol, draft, clock.now())


def test_the_job_discloses_while_the_agency_resolves_and_it_is_published_once(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cast.agency
    start = clock.now().replace(microsecond=0)
    at = [start]
    monkeypatch.setattr(clock, "now", lambda: at[0])
    at[0] = civic.announce("mediated-2019", 15)
    rfa = civic.submit(cast)
    assert civic.approve(cast, rfa).status_code == 302
    closes_at = MediatedRfa.objects.get(pk=rfa).closes_at
    carol = cast.carol.user
    at[0] = closes_at
    at_once(
        lambda: actions.disclose_due(closes_at),
        lambda: actions.disclose_due(closes_at),
        lambda: actions.resolve(rfa, carol, closes_at - timedelta(seconds=1)),
    )
    assert PublishedRfa.objects.count() == 1
    kinds = list(Entry.objects.filter(subject=rfa, kind__startswith="rfa.").values_list("kind", flat=True))
    assert kinds.count("rfa.published") == kinds.count("rfa.mediated") == 1
    assert kinds.count("rfa.resolved") == Resolution.objects.count() <= 1


def test_a_post_approved_and_rejected_at_once_has_one_verdict(cast: Cast) -> None:
    tip = {"kind": "tip", "title": "Lock your bicycle", "text": "Locked to a stand it is stolen less often."}
    assert cast.carol.client.post("/agency/posts/new/", tip).status_code == 302
    post, erin = PostSubmission.objects.get().pk, cast.erin.user
    at_once(
        lambda: posts.approve(post, erin, clock.now()),
        lambda: posts.reject(post, erin, "It asks for clips.", clock.now()),
        lambda: posts.approve(post, erin, clock.now()),
    )
    verdict = PostReview.objects.get().verdict
    assert PublishedPost.objects.count() == (1 if verdict == "approved" else 0)
    assert Entry.objects.filter(kind="post.published").count() == PublishedPost.objects.count()


def test_two_announcements_pressed_at_once_are_two_entries_and_the_later_holds(cast: Cast) -> None:
    assert cast.agency
    now = clock.now().replace(microsecond=0)
    effective_at = now + timedelta(days=20)
    at_once(
        *[
            lambda name=name: regime_actions.announce(regimes.raw(name), effective_at, now)
            for name in ("closed-2024", "mediated-2019")
        ]
    )
    names = [change.regime.name for change in rules.schedule().changes]
    assert sorted(names[1:]) == ["closed-2024", "mediated-2019"]
    assert rules.in_force(effective_at).name == names[-1]


def test_an_assembly_taken_back_twice_and_corrected_at_once_ends_in_one_way(cast: Cast) -> None:
    assembly = civic.assembly(cast, civic.hours_ago(-20), civic.hours_ago(-23))
    alice = cast.alice.user
    fields = forms_of_assemblies.as_typed(
        {
            "title": "March for the library",
            "area_text": "34.05, -118.25, 300",
            "window_from": civic.local(civic.hours_ago(-20)),
            "window_to": civic.local(civic.hours_ago(-23)),
        }
    )
    answers = at_once(
        lambda: assemblies.withdraw(alice, assembly, clock.now()),
        lambda: assemblies.enter(alice, fields, clock.now(), assembly),
        lambda: assemblies.withdraw(alice, assembly, clock.now()),
    )
    refused = [answer for answer in answers if isinstance(answer, assemblies.AssemblyConflictError)]
    assert [error.code for error in refused] == ["assembly-not-standing"] * 2
    ended = Withdrawal.objects.count() + Assembly.objects.filter(replaces__isnull=False).count()
    assert ended == 1
