"""Two at once around a hand-over: one of them was first, and nothing is left between."""

import pytest

from tests.cast import Cast
from tests.server.handovers import giving
from tests.server.rfas.test_races import at_once
from vicinage.server import clock
from vicinage.server.agencies.queries import officer_of
from vicinage.server.handovers import actions, queries
from vicinage.server.handovers.collecting import actions as collecting
from vicinage.server.handovers.models import Collection, Handover, HandoverClip, Withdrawal
from vicinage.server.ledger.models import Entry
from vicinage.server.library import actions as library
from vicinage.server.rfas import actions as rfas

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_same_hand_over_twice_at_once_is_one(cast: Cast) -> None:
    scene = giving.set_scene(cast)
    message, alice = giving.message(scene), cast.alice.user
    answers = at_once(*[lambda: actions.hand_over(alice, message, clock.now())] * 2)
    refused = [answer for answer in answers if isinstance(answer, actions.HandoverError)]
    assert [error.code for error in refused] == ["handover-known"]
    assert Handover.objects.count() == HandoverClip.objects.count() == 1
    assert Entry.objects.filter(kind="consent").count() == 1
    assert queries.payload(message.statement["id"], scene.recorded.row.pk).exists()


def test_a_resolution_and_a_hand_over_at_once_leave_a_lawful_order(cast: Cast) -> None:
    scene = giving.set_scene(cast)
    message, alice, carol = giving.message(scene), cast.alice.user, cast.carol.user
    handed, resolved = at_once(
        lambda: actions.hand_over(alice, message, clock.now()),
        lambda: rfas.resolve(scene.rfa.id, carol, clock.now()),
    )
    assert not isinstance(resolved, Exception)
    row, findings = handed
    assert (row is None) == ([finding.rule for finding in findings] == ["consent-rfa-closed"])
    assert Handover.objects.count() == Entry.objects.filter(kind="consent").count() == (row is not None)


def test_withdrawing_twice_at_once_is_logged_once(cast: Cast) -> None:
    scene = giving.set_scene(cast)
    row, _ = actions.hand_over(cast.alice.user, giving.message(scene), clock.now())
    assert row is not None
    alice, handover = cast.alice.user, row.id
    answers = at_once(*[lambda: actions.withdraw(alice, handover, clock.now())] * 2)
    assert sorted(isinstance(answer, actions.HandoverError) for answer in answers) == [False, True]
    assert Withdrawal.objects.count() == Entry.objects.filter(kind="withdrawal").count() == 1


def test_a_withdrawal_and_a_collection_at_once_never_collect_afterwards(cast: Cast) -> None:
    scene = giving.set_scene(cast)
    row, _ = actions.hand_over(cast.alice.user, giving.message(scene), clock.now())
    officer = officer_of(cast.carol.user)
    assert row is not None
    assert officer is not None
    alice, handover = cast.alice.user, row
    collected, withdrawn = at_once(
        lambda: collecting.collect(handover, officer, "package", "trial on Monday", clock.now()),
        lambda: actions.withdraw(alice, handover.id, clock.now()),
    )
    assert withdrawn is None
    assert Collection.objects.count() == (not isinstance(collected, Exception))
    assert not queries.payload(handover.id, scene.recorded.row.pk).exists()


def test_a_clip_deleted_while_it_is_handed_over_is_given_whole_or_not_at_all(cast: Cast) -> None:
    scene = giving.set_scene(cast)
    message, alice, clip = giving.message(scene), cast.alice.user, scene.recorded.row.pk
    at_once(
        lambda: actions.hand_over(alice, message, clock.now()),
        lambda: library.delete_clip(alice, clip),
    )
    kept = queries.payload(message.statement["id"], clip)
    assert kept.exists() == Handover.objects.exists() == HandoverClip.objects.exists()
