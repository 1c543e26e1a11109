"""Server processes of their own for trials: a prepared state folder, and scripts that act on it."""

import os
import subprocess
import sys
from pathlib import Path

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


def environment(home: Path, witnesses: str, **more: str) -> dict[str, str]:
    """What a server process of this state folder is started with."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("VICINAGE_", "DJANGO_"))
    }
    return {**kept, "VICINAGE_HOME": str(home), "VICINAGE_WITNESSES": witnesses, **more}


def start(home: Path, witnesses: str, script: str, *args: str, **more: str) -> "subprocess.Popen[str]":
    """A server process that does the script."""
    return subprocess.Popen(
        [sys.executable, "-c", script, *args],
        env=environment(home, witnesses, **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(
    home: Path, witnesses: str, script: str, *args: str, **more: str
) -> "subprocess.CompletedProcess[str]":
    """One server process that does the script and ends."""
    process = start(home, witnesses, script, *args, **more)
    out, err = process.communicate(timeout=120)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)
