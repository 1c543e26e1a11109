"""Who gets which mail, once: near and far, opted out, greylisted, refused; the mail server slow or gone."""

import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from tests.cast import PLACE, Cast, Person, make_home, new_id
from tests.fakes.mail_server import MailServer
from tests.server.mediation.passing import FAR, neighbour, neighbours, passed_on, post, text_of
from vicinage.core.place import cell_of
from vicinage.seal import box
from vicinage.server import clock
from vicinage.server.accounts import actions as accounts
from vicinage.server.agencies import actions as agencies
from vicinage.server.library import actions as library
from vicinage.server.library.models import Household
from vicinage.server.mediation import actions, asking, letters, rounds
from vicinage.server.mediation.models import Delivery, Reach
from vicinage.server.rfas import actions as rfas
from vicinage.wire.household import Camera as CameraMessage

pytestmark = pytest.mark.django_db

LATER = timedelta(hours=6)


def another_camera(person: Person) -> None:
    """A second one at the same place."""
    label = box.seal_bytes(b'{"v":1}', [Household.objects.get(user=person.user).recipient])
    library.add_camera(person.user, CameraMessage(id=new_id(), cell=cell_of(PLACE), label=label))


def once(*people: Any) -> Counter[str]:
    """One mail for each of them, and none besides."""
    return Counter({person.user.email: 1 for person in people})


def test_who_has_a_camera_in_a_touched_cell_is_mailed_once_and_nobody_else(
    cast: Cast, mail: MailServer
) -> None:
    assert cast.alices_home
    neighbour("far", FAR)
    twice = neighbour("twice")
    another_camera(twice)
    passed_on(cast)
    post()
    assert mail.counts() == once(cast.alice, twice)
    post()
    post(clock.now() + LATER)
    assert mail.counts() == once(cast.alice, twice)


def test_the_mail_says_what_is_asked_by_whom_until_when_how_to_answer_and_how_to_be_left_alone(
    cast: Cast, mail: MailServer
) -> None:
    assert cast.alices_home
    row = passed_on(cast)
    post()
    (found,) = mail.mails
    told = text_of(found)
    for part in (
        "Robbery of a shop on Elm Street",
        "Who saw them?",
        "Elmford Police Department",
        "26-000123",
        f"Answers until: {row.closes_at:%Y-%m-%d %H:%M} UTC",
        f"/home/rfas/{row.pk}/\n",
        "The agency is not told to whom this went",
    ):
        assert part in told
    assert found["Subject"] == "Request for Assistance: Robbery of a shop on Elm Street"
    link = re.search(r"http://\S+(/choices/\S+/)", told)
    assert link is not None
    assert found["List-Unsubscribe"].strip() == f"<{link[0]}>"
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert found["Auto-Submitted"] == "auto-generated"
    assert cast.bob.client.get(link[1]).status_code == 200


def test_each_mail_has_one_reader_and_names_no_other(cast: Cast, mail: MailServer) -> None:
    people = neighbours(4)
    passed_on(cast)
    post()
    assert mail.counts() == once(*people)
    for found in mail.mails:
        raw = found.as_string()
        assert {person.user.email for person in people if person.user.email in raw} == {found["To"]}
        assert found["Cc"] is None
        assert found["Bcc"] is None
    assert len({found["Message-ID"] for found in mail.mails}) == 4


@pytest.mark.parametrize(("what", "is_mailed"), [("mail", False), ("everything", False), ("rfas", True)])
def test_who_opted_out_gets_none(cast: Cast, mail: MailServer, what: str, is_mailed: bool) -> None:
    assert cast.alices_home
    accounts.opt_out(cast.alice.user, what)
    passed_on(cast)
    post()
    assert mail.counts() == (once(cast.alice) if is_mailed else Counter())


def test_an_opt_out_holds_for_a_mail_that_was_planned_already(cast: Cast, mail: MailServer) -> None:
    row, alice = passed_on(cast), neighbour("al")
    actions.reach(row)
    actions.owe(row, clock.now())
    assert Delivery.objects.count() == 1
    accounts.opt_out(alice.user, "mail")
    post()
    post(clock.now() + LATER)
    assert mail.counts() == Counter()


def test_officers_and_closed_accounts_get_none(cast: Cast, mail: MailServer) -> None:
    row = passed_on(cast)
    make_home(cast.dave)
    gone = neighbour("gone")
    gone.user.is_active = False
    gone.user.save()
    assert row.cells
    post()
    assert mail.counts() == Counter()


def test_a_camera_that_comes_later_brings_the_mail_and_one_that_went_takes_it_back(
    cast: Cast, mail: MailServer
) -> None:
    row = passed_on(cast)
    gone = cast.mallorys_home
    actions.reach(row)
    actions.owe(row, clock.now())
    gone.camera.delete()
    post()
    assert mail.counts() == Counter()
    assert cast.alices_home
    post()
    assert mail.counts() == once(cast.alice)


def test_once_it_closes_nobody_is_mailed_and_no_trace_is_left_of_whom_it_reached(
    cast: Cast, mail: MailServer
) -> None:
    row = passed_on(cast)
    assert cast.alices_home
    post()
    late = neighbour("late")
    assert (Delivery.objects.count(), Reach.objects.count() > 0) == (1, True)
    post(row.closes_at)
    assert mail.counts() == once(cast.alice)
    assert (Delivery.objects.count(), Reach.objects.count(), late.user.is_active) == (0, 0, True)


def test_once_its_agency_resolves_it_nobody_is_mailed_and_no_trace_is_left(
    cast: Cast, mail: MailServer
) -> None:
    row = passed_on(cast)
    assert cast.alices_home
    actions.reach(row)
    actions.owe(row, clock.now())
    rfas.resolve(row.pk, cast.carol.user, clock.now())
    post()
    assert mail.counts() == Counter()
    assert (Delivery.objects.count(), Reach.objects.count()) == (0, 0)


def suspend(cast: Cast) -> None:
    """Olga suspends Elmford's police."""
    assert agencies.suspend(cast.agency.pk, "It asked for everybody.", cast.olga.user, clock.now()) == ()


def test_while_its_agency_is_suspended_nobody_is_mailed_and_then_each_once(
    cast: Cast, mail: MailServer
) -> None:
    first, second = neighbours(2)
    mail.handler.greylisted = {second.user.email}
    passed_on(cast)
    post()
    suspend(cast)
    late = neighbour("late")
    for _ in range(2):
        post(clock.now() + LATER)
    assert mail.counts() == once(first)
    assert not Delivery.objects.filter(user=late.user).exists(), "nothing new is planned meanwhile"
    agencies.reinstate(cast.agency.pk, cast.olga.user, clock.now())
    post(clock.now() + LATER)
    assert mail.counts() == once(first, second, late)


def test_once_its_agency_has_left_nobody_is_mailed_and_no_mail_is_kept(cast: Cast, mail: MailServer) -> None:
    row = passed_on(cast)
    assert cast.alices_home
    actions.reach(row)
    actions.owe(row, clock.now())
    agencies.let_go(cast.agency.pk, cast.olga.user, clock.now())
    post()
    assert mail.counts() == Counter()
    assert Delivery.objects.count() == 0


def test_a_suspension_in_the_middle_of_a_round_holds_for_the_rest_of_it(
    cast: Cast, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    people, sent = neighbours(3), letters.letter

    def letter(user: Any, asked: Any) -> Any:
        if not mail.counts():
            suspend(cast)
        return sent(user, asked)

    passed_on(cast)
    monkeypatch.setattr(letters, "letter", letter)
    post()
    assert sum(mail.counts().values()) == 1
    assert Delivery.objects.filter(is_done=False, held_until=None).count() == 2
    agencies.reinstate(cast.agency.pk, cast.olga.user, clock.now())
    monkeypatch.undo()
    post()
    assert mail.counts() == once(*people)


def test_two_requests_are_two_mails(cast: Cast, mail: MailServer) -> None:
    assert cast.alices_home
    passed_on(cast)
    passed_on(cast, reference="26-000124", title="Another robbery on Oak Street")
    post()
    assert mail.counts() == Counter({cast.alice.user.email: 2})


def test_greylisted_is_mailed_later_and_once(cast: Cast, mail: MailServer) -> None:
    people = neighbours(3)
    mail.handler.greylisted = {people[1].user.email}
    passed_on(cast)
    post()
    assert mail.counts() == once(people[0], people[2])
    post()
    assert mail.counts() == once(people[0], people[2])
    post(clock.now() + timedelta(minutes=6))
    assert mail.counts() == once(*people)


@pytest.mark.parametrize("reply", ["550 no such person", "551 not here", "553 no such name"])
def test_an_address_that_is_refused_for_good_is_not_tried_again_and_stops_no_other(
    cast: Cast, mail: MailServer, reply: str
) -> None:
    people = neighbours(3)
    mail.handler.refused = {people[1].user.email: reply}
    passed_on(cast)
    post()
    mail.handler.refused = {}
    post(clock.now() + LATER)
    assert mail.counts() == once(people[0], people[2])


@pytest.mark.parametrize("reply", ["452 mailbox full", "554 relay access denied", "421 too many"])
def test_what_may_pass_is_tried_again(cast: Cast, mail: MailServer, reply: str) -> None:
    people = neighbours(2)
    mail.handler.refused = {people[0].user.email: reply}
    passed_on(cast)
    post()
    assert mail.counts()[people[0].user.email] == 0
    mail.handler.refused = {}
    post(clock.now() + LATER)
    assert mail.counts() == once(*people)


def test_what_is_refused_always_is_given_up_at_last(cast: Cast, mail: MailServer) -> None:
    assert cast.alices_home
    mail.handler.data_reply = "451 not now"
    passed_on(cast)
    waits, at = [], clock.now()
    for _ in range(actions.MOST_TRIES):
        post(at)
        due = Delivery.objects.get().due_at
        waits.append(due - at)
        at = due
    assert waits[:3] == [timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=20)]
    assert max(waits) == actions.LONGEST_WAIT
    mail.handler.data_reply = "250 taken"
    post(at)
    assert mail.counts() == Counter()


def test_while_the_mail_server_is_away_all_waits_and_then_goes_out_once(cast: Cast, mail: MailServer) -> None:
    people = neighbours(3)
    passed_on(cast)
    mail.stop()
    for _ in range(3):
        with pytest.raises(rounds.MailServerError) as away:
            post()
        assert away.value.kind == "ConnectionRefusedError"
    mail.start()
    post()
    assert mail.counts() == once(*people)


def test_a_mail_server_that_hangs_up_in_the_middle_gets_the_rest_later_and_none_twice(
    cast: Cast, mail: MailServer
) -> None:
    people = neighbours(5)
    mail.handler.hang_up_after = 2
    passed_on(cast)
    post()
    assert sum(mail.counts().values()) == 2
    mail.handler.hang_up_after = None
    post(clock.now() + LATER)
    assert mail.counts() == once(*people)


def test_a_slow_mail_server_is_waited_for_and_a_round_ends_in_time(
    cast: Cast, mail: MailServer, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.EMAIL_TIMEOUT = 1
    people = neighbours(3)
    mail.handler.think_s = 1.5  # longer than any other answer may take
    monkeypatch.setattr(rounds, "ROUND_S", 1.0)
    passed_on(cast)
    post()
    assert sum(mail.counts().values()) == 1
    assert Delivery.objects.filter(is_done=False, held_until=None).count() == 2
    mail.handler.think_s = 0
    monkeypatch.undo()
    post()
    assert mail.counts() == once(*people)


def test_a_round_is_bounded_and_all_get_their_mail_in_the_end(
    cast: Cast, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "BATCH", 2)
    monkeypatch.setattr(actions, "AT_ONCE", 2)
    people = neighbours(5)
    passed_on(cast)
    sums = []
    for _ in range(4):
        post()
        sums.append(sum(mail.counts().values()))
    assert sums == [2, 4, 5, 5]
    assert mail.counts() == once(*people)


def test_what_another_round_has_in_hand_is_left_alone_until_that_round_must_be_dead(
    cast: Cast, mail: MailServer
) -> None:
    row = passed_on(cast)
    people, at = neighbours(2), clock.now()
    actions.reach(row)
    actions.owe(row, at)
    assert len(actions.hold(at, 1, {row.pk})) == 1
    post(at)
    assert sum(mail.counts().values()) == 1
    post(at + actions.HOLD)
    assert mail.counts() == once(*people)


def test_an_address_to_which_no_mail_can_be_written_stops_no_other(cast: Cast, mail: MailServer) -> None:
    people = neighbours(2)
    people[0].user.email = "two\nlines@homes.example"
    people[0].user.save()
    passed_on(cast)
    post()
    assert mail.counts() == once(people[1])


def test_a_title_of_two_lines_is_one_line_of_the_mail(cast: Cast, mail: MailServer) -> None:
    asked = replace(asking.mediated(passed_on(cast)), title="Robbery\r\nBcc: everybody@homes.example")
    written = letters.letter(cast.alice.user, asked).message()
    assert written["Subject"] == "Request for Assistance: Robbery Bcc: everybody@homes.example"
    assert written["Bcc"] is None
