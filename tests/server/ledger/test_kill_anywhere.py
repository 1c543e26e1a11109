"""Killed at each write to the disk, and at random moments: the next process makes it good.

One server process is started once and forked for each life, so that a hundred deaths take seconds. A
life that is to end at write n kills itself, as by `kill -9`, in place of its n-th flush or rename.
"""

import json

from tests.server.ledger.conftest import Prepared
from tests.server.ledger.processes import run
from vicinage.evidence.audit import audit

LIVES = '''
from vicinage.server import manage
import json, os, random, signal, sys, time
from django.db import connections, transaction
from vicinage.core import leaf
from vicinage.core.event import Event
from vicinage.server.ledger import actions, publish
from vicinage.server.ledger.models import Entry, Place

real = {name: getattr(os, name) for name in ("fsync", "replace")}

def live(number, write=None, after_s=None):
    """Fork a life that records and publishes; True when it was killed."""
    connections.close_all()
    child = os.fork()
    if child:
        if after_s is not None:
            time.sleep(after_s)
            os.kill(child, signal.SIGKILL)
        status = os.waitpid(child, 0)[1]
        if not os.WIFSIGNALED(status) and os.WEXITSTATUS(status):
            raise SystemExit(f"life {number} failed")
        return os.WIFSIGNALED(status)
    try:
        left = [write]
        def watched(name):
            def call(*args):
                if left[0] is not None:
                    if left[0] == 0:
                        os.kill(os.getpid(), signal.SIGKILL)
                    left[0] -= 1
                return real[name](*args)
            return call
        for name in real:
            setattr(os, name, watched(name))
        subject = f"{number:016d}"
        with transaction.atomic():
            actions.record(Event("consent", subject, leaf.private("ab" * 32), None, private=True))
            actions.record(Event("rfa.resolved", subject, leaf.public("rfa.resolved", manage.clock.now(),
                {"rfa": "z" * 16}), None, private=False))
        publish.publish_pending()
    except BaseException as error:
        print(error, file=sys.stderr)
        os._exit(1)
    os._exit(0)

deaths = number = 0
if sys.argv[1] == "writes":
    write = 0
    while live(number, write=write):
        deaths, number, write = deaths + 1, number + 1, write + 1
else:
    chance = random.Random(sys.argv[2])
    for number in range(25):
        deaths += live(number, after_s=chance.uniform(0, 0.12))
assert not live(number + 1)
kept = Entry.objects.exclude(kind="pad")
assert Entry.objects.count() == Place.objects.count()
assert kept.filter(kind="consent").count() == kept.filter(kind="rfa.resolved").count()
print(json.dumps({"deaths": deaths, "lives": number + 2, "kept": kept.filter(kind="consent").count()}))
'''


def lives(state: Prepared, *how: str) -> dict[str, int]:
    """Many lives; what they tell. The log must then hold, but for rfas that were never published."""
    done = run(state.home, state.witnesses, LIVES, *how)
    assert done.returncode == 0, done.stderr
    report = audit(state.log)
    assert {fault.rule for fault in report.faults} <= {"rfa-not-open"}, report.lines
    assert not list(state.log.rglob("*.new")), "what the dead left half-written is swept by the next"
    told: dict[str, int] = json.loads(done.stdout)
    return told


def test_a_kill_at_each_write_of_an_append_is_made_good(state: Prepared) -> None:
    told = lives(state, "writes")
    assert told["deaths"] >= 10
    # The transaction is committed before the first write to the folder: nothing recorded is ever lost.
    assert told["kept"] == told["lives"]


def test_a_kill_at_any_moment_is_made_good(state: Prepared) -> None:
    told = lives(state, "moments", "3")
    assert told["deaths"] >= 5
    assert told["kept"] <= told["lives"]
