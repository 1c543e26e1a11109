"""Two sequencers at once, each a process of its own, on one state folder: one log, nothing lost, no fork."""

from tests.server.ledger.conftest import Prepared
from tests.server.ledger.processes import COUNT, run, start
from vicinage.evidence.audit import audit

EACH = 12
PRESS = """
from vicinage.server import manage
from contextlib import contextmanager
from django.db import DatabaseError, transaction
from vicinage.core import leaf
from vicinage.core.event import Event
from vicinage.errors import VicinageError
from vicinage.server.ledger import actions, publish
import sys

LEAF = leaf.private("ab" * 32)

@contextmanager
def nobody_waits():
    yield

if sys.argv[3] == "without the lock":
    publish.one_sequencer = nobody_waits
refused = 0
for n in range(int(sys.argv[2])):
    with transaction.atomic():
        actions.record(Event("consent", f"{sys.argv[1]}{n:015d}", LEAF, None, private=True))
    try:
        publish.publish_pending()
    except (VicinageError, OSError, DatabaseError) as error:
        refused += 1
        print(error, file=sys.stderr)
print(refused)
"""
FINISH = """
from vicinage.server import manage
from vicinage.server.ledger import publish
publish.publish_pending()
"""


def two_press(state: Prepared, how: str) -> list[int]:
    """Both at once; how often each was refused."""
    running = [start(state.home, state.witnesses, PRESS, name, str(EACH), how) for name in "ab"]
    answers = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0, 0], answers
    return [int(out) for out, _ in answers]


def holds(state: Prepared) -> None:
    """One whole log with every entry once."""
    done = run(state.home, state.witnesses, FINISH)
    assert done.returncode == 0, done.stderr
    report = audit(state.log)
    assert report.ok, report.lines
    assert run(state.home, state.witnesses, COUNT).stdout.strip() == str(1 + 2 * EACH)


def test_two_sequencers_take_turns_and_no_one_is_refused(state: Prepared) -> None:
    assert two_press(state, "with the lock") == [0, 0]
    holds(state)


def test_even_without_their_lock_two_sequencers_cannot_fork_the_log(state: Prepared) -> None:
    """As on two machines with one database: what one step refuses, the next one does."""
    two_press(state, "without the lock")
    holds(state)
