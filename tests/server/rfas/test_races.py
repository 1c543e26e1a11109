"""Two at once: the transaction decides, and exactly one of them gets it."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from tests.cast import Cast
from tests.server import civic
from vicinage.server import clock
from vicinage.server.agencies import actions as agencies
from vicinage.server.agencies.models import Officer
from vicinage.server.feed.models import PublishedRfa
from vicinage.server.ledger.models import Entry
from vicinage.server.rfas import actions, forms
from vicinage.server.rfas.models import Review, Submission

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
