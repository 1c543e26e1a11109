"""Nobody but the resident learns that they were asked: not the agency, not another one, not an operator.

The same request is looked at from every door while it reaches nobody, and again when it has reached a
thousand: each answer is the same, to the byte.
"""

import logging
import re
import threading
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from tests.cast import Cast
from tests.fakes.mail_server import MailServer
from tests.server import civic
from tests.server.mediation.passing import (
    crowd,
    mediated_rules,
    neighbours,
    officer_elsewhere,
    passed_on,
    post,
)
from tests.server.test_every_door import ours
from vicinage.core.place import cell_of
from vicinage.server import clock
from vicinage.server.ledger.models import Entry
from vicinage.server.mediation import actions, jobs, rounds
from vicinage.server.mediation.models import Delivery
from vicinage.server.rfas import actions as rfas

pytestmark = pytest.mark.django_db

# Streams without an end, a file that is not laid, and the clock itself.
LEFT_OUT = ("events", "town", "api_time")
OUTSIDERS = ("nobody", "carol", "dave", "frank", "erin", "olga", "mallory")


def people(cast: Cast) -> dict[str, Client]:
    """Everybody who is not asked, each in a browser that stays the same."""
    named = {name: getattr(cast, name).client for name in OUTSIDERS if name not in ("nobody", "frank")}
    return {"nobody": Client(), "frank": officer_elsewhere(cast), **named}


def args_for(rfa: str, agency: str) -> dict[str, str]:
    """What stands in an address's blanks: this request, and things that never were."""
    never = dict.fromkeys(re.findall(r"<(?:\w+:)?(\w+)>", " ".join(route for _, route in ours())), "a" * 16)
    return {**never, "rfa_id": rfa, "agency_id": agency, "index": "0", "path": "checkpoint", "number": "1"}


def address(route: str, args: dict[str, str]) -> str:
    """The address of a route; routes with a pattern of their own are of the cell."""
    if route.startswith("^"):
        return f"/public/rfas/cell/{cell_of(civic.CENTRE)}.json"
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda name: args[name[1]], route)


def everything(clients: dict[str, Client], args: dict[str, str]) -> dict[tuple[str, str], Any]:
    """What each of them is answered at every address: status, headers, bytes."""
    seen = {}
    for name, route in ours():
        if name in LEFT_OUT:
            continue
        for person, client in clients.items():
            answer = client.get(address(route, args))
            body = b"" if answer.streaming else civic.body(answer)
            seen[person, address(route, args)] = (answer.status_code, dict(answer.headers), body)
    return seen


def files(folder: Path) -> dict[str, bytes]:
    """Every public file on the disk."""
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_every_door_shows_the_same_whether_nobody_was_asked_or_a_thousand_were(
    cast: Cast, mail: MailServer, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    row = passed_on(cast)
    clients, args = people(cast), args_for(row.pk, cast.agency.pk)
    post()
    everything(clients, args)  # whatever a first look changes has changed
    caplog.set_level(logging.DEBUG)
    caplog.clear()
    before, entries, kept = everything(clients, args), Entry.objects.count(), files(home / "public")
    lines = [record.getMessage() for record in caplog.records]
    caplog.clear()
    crowd(1000)
    while Delivery.objects.filter(is_done=False).exists() or not Delivery.objects.exists():
        post()
    assert len(mail.mails) == 1000
    noise = [record.getMessage() for record in caplog.records if record.name.split(".")[0] == "vicinage"]
    assert noise == []
    caplog.clear()
    after = everything(clients, args)
    assert {door: (before[door], after[door]) for door in after if before[door] != after[door]} == {}
    assert [record.getMessage() for record in caplog.records] == lines
    assert (Entry.objects.count(), files(home / "public")) == (entries, kept)


def test_to_approve_and_to_close_takes_the_same_steps_for_nobody_and_for_a_thousand(cast: Cast) -> None:
    mediated_rules(cast)
    steps = []
    for number, reached in enumerate((0, 0, 1000)):  # the first warms what is kept in memory
        submitted = civic.submit(cast, reference=f"26-{number}")
        crowd(reached)
        with CaptureQueriesContext(connection) as asked:
            assert civic.approve(cast, submitted).status_code == 302
        with CaptureQueriesContext(connection) as closed:
            rfas.resolve(submitted, cast.carol.user, clock.now())
        steps.append([len(asked), len(closed)])
    assert steps[1] == steps[2]


def test_when_the_mails_are_due_is_chance_and_tells_neither_order_nor_number(
    cast: Cast, settings: Settings
) -> None:
    settings.VICINAGE_MAIL_SPREAD = 900
    row = passed_on(cast)
    crowd(400)
    actions.reach(row)
    actions.owe(row, clock.now())
    due = [
        (when - row.at).total_seconds()
        for when in Delivery.objects.order_by("user_id").values_list("due_at", flat=True)
    ]
    assert len(due) == 400
    assert min(due) >= 0
    assert max(due) <= 900
    quarters = [sum(at // 225 == quarter for at in due) for quarter in range(4)]
    assert all(50 < count < 150 for count in quarters), quarters
    ups = sum(one < other for one, other in pairwise(due))
    assert 150 < ups < 250, "the order of joining shows"


def heard(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Lines of ours as the server's own log has them."""
    from vicinage.server.discreet import discreet

    return [discreet(record.getMessage()) for record in caplog.records if record.name.startswith("vicinage")]


@pytest.fixture
def kept_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """The loop leaves the test's own connection alone."""
    monkeypatch.setattr(jobs, "close_old_connections", lambda: None)


class Turns(threading.Event):
    """Set after so many turns of a loop, none of which it waits for."""

    def __init__(self, turns: int) -> None:
        super().__init__()
        self.left = turns

    def wait(self, timeout: float | None = None) -> bool:
        """Whether the turns are over."""
        self.left -= 1
        return self.left < 0


def one_turn(turns: int = 1) -> None:
    """The loop, as it runs, for a few turns."""
    jobs.loop(Turns(turns))


@pytest.mark.parametrize("reached", [1, 7])
def test_the_servers_own_log_names_no_person_no_request_and_no_number(
    cast: Cast, mail: MailServer, caplog: pytest.LogCaptureFixture, kept_open: None, reached: int
) -> None:
    asked = neighbours(reached)
    row = passed_on(cast)
    caplog.set_level(logging.INFO)
    mail.handler.refused = {person.user.email: "550 no such person" for person in asked[:1]}
    one_turn()
    assert heard(caplog) == []
    mail.stop()
    Delivery.objects.update(is_done=False)
    one_turn(3)
    assert heard(caplog) == [
        "the mail server took no mail (ConnectionRefusedError); mail waits until it does"
    ]
    assert not [line for line in heard(caplog) if row.pk in line or "@" in line]


def test_an_error_of_ours_in_a_round_is_told_without_what_it_was_about(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, kept_open: None
) -> None:
    def broken(_at: Any = None) -> None:
        raise LookupError("alice@homes.example in request abcdefghijklmnop")

    monkeypatch.setattr(rounds, "run", broken)
    one_turn()
    assert heard(caplog) == ["a round of the post broke off: LookupError"]
