"""Killed at any planted point of the log, the server goes on: no entry lost, none doubled, no fork.

Each process here is a real one with a state folder of its own; the witness outlives them all.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.ledger.conftest import Witness
from vicinage import faults
from vicinage.evidence.audit import audit
from vicinage.tlog.tile import Folder

PREPARE = "from vicinage.server import manage; manage.migrate_and_prepare()"
ACT = """
from vicinage.server import manage
from django.db import transaction
from vicinage.core import leaf
from vicinage.core.event import Event
from vicinage.server.ledger import actions, publish
import sys
manage.migrate_and_prepare()
with transaction.atomic():
    actions.record(Event("consent", sys.argv[1], leaf.private("ab" * 32), None, private=True))
publish.publish_pending()
"""
RESUME = """
from vicinage.server import manage
from vicinage.server.ledger import publish
publish.publish_pending()
"""
COUNT = """
from vicinage.server import manage
from vicinage.server.ledger.models import Entry, Place
assert Entry.objects.count() == Place.objects.count()
print(Entry.objects.exclude(kind="pad").count())
"""
POINTS = [point for point in faults.POINTS if point.startswith("ledger.")]


def run(home: Path, script: str, *args: str, kill_at: str = "") -> subprocess.CompletedProcess[str]:
    """One server process that does the script and ends."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("VICINAGE_", "DJANGO_"))}
    env |= {"VICINAGE_HOME": str(home), "VICINAGE_KILL_AT": kill_at}
    env |= {"VICINAGE_WITNESSES": os.environ["TEST_WITNESSES"]}
    return subprocess.run(
        [sys.executable, "-c", script, *args],
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path]]:
    """A prepared server with the regime published, and the folder of its witness. Both to be copied."""
    folder = tmp_path_factory.mktemp("prepared")
    witness = Witness(folder / "witness")
    witness.start()
    os.environ["TEST_WITNESSES"] = witness.named("witness-1")
    assert run(folder / "home", PREPARE).returncode == 0
    witness.trust(folder / "home" / "public" / "log")
    assert run(folder / "home", RESUME).returncode == 0
    witness.stop()
    yield folder / "home", folder / "witness"
    del os.environ["TEST_WITNESSES"]


@pytest.fixture
def state(prepared: tuple[Path, Path], tmp_path: Path) -> Iterator[Path]:
    """A copy of the prepared server whose witness runs."""
    shutil.copytree(prepared[0], tmp_path / "home")
    shutil.copytree(prepared[1], tmp_path / "witness")
    witness = Witness(tmp_path / "witness")
    witness.start()
    os.environ["TEST_WITNESSES"] = witness.named("witness-1")
    yield tmp_path / "home"
    witness.stop()


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_at_this_point_is_made_good_by_the_next_start(point: str, state: Path) -> None:
    killed = run(state, ACT, "a" * 16, kill_at=point)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    resumed = run(state, ACT, "b" * 16)
    assert resumed.returncode == 0, resumed.stderr
    report = audit(state / "public" / "log")
    assert report.ok, report.lines
    # Before its transaction ended nothing was said to be done; after it nothing may be lost.
    entries = 2 if point == "ledger.recorded" else 3
    assert run(state, COUNT).stdout.strip() == str(entries)
    head = Folder(state / "public" / "log").signed()
    assert head is not None
    assert head.size in (1 + 4, 1 + 4 + 4)


def test_the_regime_is_the_first_entry_and_a_second_start_adds_nothing(state: Path) -> None:
    assert run(state, PREPARE).returncode == 0
    folder = Folder(state / "public" / "log")
    head = folder.signed()
    assert head is not None
    assert head.size == 1
    assert b'"type":"regime.adopted"' in folder.reader(1).entry(0)
    assert (folder.path / "texts" / "0.toml").exists()
    assert (state / "secret-key").stat().st_mode & 0o777 == 0o600
