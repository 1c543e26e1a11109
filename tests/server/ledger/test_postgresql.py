"""The same promises on PostgreSQL: the ledger's tests and the essential ones, on a throw-away cluster."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

PROGRAMS = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
TESTS = [
    *("ledger/test_triggers.py", "ledger/test_publish.py", "ledger/test_redaction.py", "test_essentials.py"),
    "agencies/test_lists.py::test_an_import_that_is_killed_goes_on_where_it_was",
    "agencies/test_two_operators.py::test_two_approvals_at_once_make_one_agency_and_one_entry",
]

pytestmark = pytest.mark.skipif(
    not PROGRAMS or bool(os.environ.get("VICINAGE_DATABASE_URL")), reason="needs Debian's postgresql"
)


@pytest.fixture
def cluster() -> Iterator[str]:
    """The URL of a fresh cluster, which runs as user postgres if we are root."""
    # Not below pytest's own folder: that one is closed to other users.
    folder = Path(tempfile.mkdtemp(prefix="vicinage-pg-"))
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data, bin_folder = str(folder / "data"), PROGRAMS[0]

    def run(program: str, *args: str) -> None:
        command = [str(bin_folder / program), "-D", data, *args]
        # Not captured: the server would hold the pipe open.
        subprocess.run(command, user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL, timeout=60)

    run("initdb", "-A", "trust", "-U", "postgres", "--no-sync")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -F"
    run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", options, "start")
    yield f"postgresql://postgres@127.0.0.1:{port}/vicinage"
    run("pg_ctl", "-w", "-m", "immediate", "stop")
    shutil.rmtree(folder)


def test_the_server_keeps_its_promises_on_postgresql(cluster: str) -> None:
    here = Path(__file__).parent.parent
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            *(str(here / name) for name in TESTS),
        ],
        env={**os.environ, "VICINAGE_DATABASE_URL": cluster},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    assert " failed" not in done.stdout
