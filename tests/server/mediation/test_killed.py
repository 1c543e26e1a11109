"""The post is killed in the middle: it goes on later, and who has had the mail gets no other one.

Between the mail server's "accepted" and our note of it SMTP leaves a gap. A kill there brings one mail
twice, and both have one Message-ID, by which a mail server can tell.
"""

import os
import signal
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connections

from tests.cast import Cast
from tests.fakes.mail_server import MailServer
from tests.server.mediation.passing import neighbours, passed_on, post
from vicinage.server import clock
from vicinage.server.mediation import actions

pytestmark = pytest.mark.django_db(transaction=True)


def killed(act: Callable[[], None], point: str) -> None:
    """Do it in a process of its own, which dies at this planted point as by kill -9."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        os.environ["VICINAGE_KILL_AT"] = point
        try:
            act()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "it did not come to this point"
    assert os.WTERMSIG(status) == signal.SIGKILL


def test_killed_with_a_batch_in_hand_it_mails_all_of_it_later_and_once(cast: Cast, mail: MailServer) -> None:
    people = neighbours(4)
    passed_on(cast)
    killed(post, "mediation.held")
    assert mail.counts() == Counter()
    post()  # taken for being under way still
    assert mail.counts() == Counter()
    post(clock.now() + actions.HOLD)
    post(clock.now() + actions.HOLD)
    assert mail.counts() == Counter({person.user.email: 1 for person in people})


def test_killed_after_a_mail_was_taken_that_one_alone_may_come_twice_and_is_the_same_mail(
    cast: Cast, mail: MailServer
) -> None:
    people = neighbours(4)
    passed_on(cast)
    killed(post, "mediation.accepted")
    assert sum(mail.counts().values()) == 1
    post(clock.now() + actions.HOLD)
    post(clock.now() + actions.HOLD)
    assert set(mail.counts()) == {person.user.email for person in people}
    assert sorted(mail.counts().values()) == [1, 1, 1, 2]
    assert len({found["Message-ID"] for found in mail.mails}) == 4


def test_two_rounds_at_once_in_two_processes_mail_each_person_once(cast: Cast, mail: MailServer) -> None:
    people = neighbours(6)
    passed_on(cast)
    connections.close_all()
    mail.handler.think_s = 0.05
    children = []
    for _ in range(2):
        child = os.fork()
        if child == 0:
            try:
                post()
            finally:
                os._exit(0)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0]
    assert mail.counts() == Counter({person.user.email: 1 for person in people})
