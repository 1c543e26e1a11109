"""A disk that is full, for real: a small file system of its own. Nothing is torn, and room makes it good."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.server.ledger.conftest import Prepared
from tests.server.ledger.processes import environment
from vicinage.evidence.audit import audit

OWN_MOUNTS = ["unshare", "--user", "--map-root-user", "--mount"]
FILL = """
from vicinage.server import manage
import json, os, shutil, sys
from pathlib import Path
from django.conf import settings
from django.db import DatabaseError, transaction
from vicinage.core import leaf
from vicinage.core.event import Event
from vicinage.errors import VicinageError
from vicinage.evidence.audit import audit
from vicinage.server.ledger import actions, publish

LEAF = leaf.private("ab" * 32)
home, ballast = settings.VICINAGE_HOME, settings.VICINAGE_HOME / "ballast"

def room(left):
    ballast.unlink(missing_ok=True)
    free = shutil.disk_usage(home).free
    if free > left:
        ballast.write_bytes(bytes(free - left))

told = {"refused": 0, "published": 0, "false": []}
for left in (0, 4096, 8192, 12288, 16384, 24576, 32768, 49152, 65536, 98304, 131072, 10**6):
    room(left)
    try:
        with transaction.atomic():
            for n in range(3):
                actions.record(Event("consent", f"{left:015d}{n}", LEAF, None, private=True))
        told["published"] += publish.publish_pending()
    except (VicinageError, OSError, DatabaseError):
        told["refused"] += 1
    report = audit(home / "public" / "log")
    told["false"] += report.lines if not report.ok else []
    scratch = [str(p) for p in (home / "public").rglob("*.new")]
    told["false"] += scratch
room(10**9)
publish.publish_pending()
print(json.dumps(told))
"""


def can_mount() -> bool:
    """Whether this machine lets us have mounts of our own."""
    try:
        command = [*OWN_MOUNTS, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
        return subprocess.run(command, capture_output=True, timeout=20, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


@pytest.mark.skipif(not can_mount(), reason="needs user namespaces, for a small tmpfs")
def test_a_full_disk_tears_nothing_and_room_makes_it_good(state: Prepared, tmp_path: Path) -> None:
    small, after = tmp_path / "small", tmp_path / "after"
    small.mkdir()
    script = tmp_path / "fill.py"
    script.write_text(FILL)
    steps = (
        f"mount -t tmpfs -o size=4m tmpfs {small} && cp -a {state.home}/. {small} && "
        f"{sys.executable} {script} && rm -f {small}/ballast && cp -a {small} {after}"
    )
    done = subprocess.run(
        [*OWN_MOUNTS, "sh", "-c", steps],
        env=environment(small, state.witnesses),
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["false"] == []
    assert told["refused"] >= 2
    assert told["published"] >= 4
    report = audit(after / "public" / "log")
    assert report.ok, report.lines
    shutil.rmtree(after)
