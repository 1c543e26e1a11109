"""The mirror: copies a log round by round, and serves its copy as static files meanwhile."""

import threading
from collections.abc import Callable
from pathlib import Path

from vicinage.errors import VicinageError
from vicinage.evidence import log_files
from vicinage.evidence import mirror as copies
from vicinage.evidence.outcome import Report
from vicinage.monitor.files import open_server
from vicinage.monitor.home import LOG, Home
from vicinage.tlog.tile import Folder

HOLDS, FAILS = 0, 1


def mirror(
    source: str,
    path: Path,
    say: Callable[[Report], None],
    policy: bytes | None = None,
    every_s: float = 0.0,
    port: int | None = None,
    stop: threading.Event | None = None,
) -> int:
    """Copy the log at `source` to `path`/log; the exit code of the last round.

    every_s: seconds between rounds; 0 for one round. port: of 127.0.0.1, to serve the copy at meanwhile;
    0 for any. Raises MonitorError when the home is in use; OSError when the port is.
    """
    home, stop = Home(path), stop or threading.Event()
    folder = Folder(home.path / LOG)
    with home.alone():
        server = None if port is None else open_server(folder.path, port)
        try:
            if server is not None:
                threading.Thread(target=server.serve_forever, args=(0.2,), daemon=True).start()
            while True:
                report = _round(source, home, folder, policy)
                if server is not None:
                    report.notes.append(f"The copy is served at http://127.0.0.1:{server.server_port}/")
                say(report)
                if not every_s or stop.wait(every_s):
                    return HOLDS if report.ok else FAILS
        finally:
            if server is not None:
                server.shutdown()
                server.server_close()


def _round(source: str, home: Home, folder: Folder, policy: bytes | None) -> Report:
    """One round; a log that cannot be read leaves the copy as it was."""
    report = Report(source)
    try:
        fetch = log_files.find(source)
        rules = home.rules(policy, fetch, report, copies.log_keys(folder))
        copies.copy(fetch, folder, rules, report)
    except VicinageError as error:
        report.fail(error)
    return report
