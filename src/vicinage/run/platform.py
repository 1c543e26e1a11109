"""The platform's own processes: state folder, witness, web server, and the jobs beside them."""

import os
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from importlib import resources
from pathlib import Path

from vicinage.run import prepared
from vicinage.run.child import Child
from vicinage.run.errors import RunError

HOST = "127.0.0.1"
WITNESS_NAME = "witness.localhost"
START_S = 60.0
LOOK_S = 0.05


class Platform:
    """One server with one local witness on this machine. home: the state folder, made if needed."""

    def __init__(self, home: Path, port: int) -> None:
        self.home = home
        self.port = port
        self.origin = f"http://{HOST}:{port}"
        self.children: list[Child] = []
        self._stop_jobs = threading.Event()
        self._jobs: threading.Thread | None = None

    def start(self) -> None:
        """Prepare the state folder, then start witness, server and jobs. Raises RunError.

        Where this very code has prepared the folder before, the server starts meanwhile: there is
        no migration to wait for, and the first page comes sooner.
        """
        check_port(self.port)
        witness_port = kept_port(self.home / "witness" / "port")
        os.environ.update(self._environment(witness_port))
        witness, server = self._witness(witness_port), self._server()
        self.children = [witness, server]
        is_prepared = prepared.is_by_this_code(self.home)
        if is_prepared:
            witness.start()
            server.start()
        else:
            self._let_witness_trust()
            witness.start()
            _wait_for_port(witness_port)
        self._prepare()
        if not is_prepared:
            prepared.note(self.home)
            server.start()
        self._start_jobs()

    def wait(self, asked_to_stop: threading.Event) -> bool:
        """Wait for the first page. False if asked to stop first. Raises RunError after a minute."""
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            if asked_to_stop.is_set():
                return False
            if answers(f"{self.origin}/api/time"):
                return True
            for child in self.children:
                child.watch()
            time.sleep(LOOK_S)
        raise RunError(
            "run-no-answer",
            f"The server should answer at {self.origin} within a minute, and does not.",
            f"Read {self.children[-1].log}.",
        )

    def stop(self) -> None:
        """End jobs, server and witness."""
        self._stop_jobs.set()
        if self._jobs is not None:
            self._jobs.join()
        for child in reversed(self.children):
            child.stop()

    def _environment(self, witness_port: int) -> dict[str, str]:
        from vicinage.witness.home import Home

        vkey = Home(self.home / "witness").signer(WITNESS_NAME).vkey
        local = f"local {vkey} http://{HOST}:{witness_port}"
        return {
            "DJANGO_SETTINGS_MODULE": "vicinage.server.settings",
            "VICINAGE_HOME": str(self.home),
            "VICINAGE_PORT": str(self.port),
            "VICINAGE_ORIGIN": os.environ.get("VICINAGE_ORIGIN", self.origin),
            # Others' witnesses may stand beside the local one.
            "VICINAGE_WITNESSES": _with_local(os.environ.get("VICINAGE_WITNESSES", ""), local),
        }

    def _let_witness_trust(self) -> None:
        """Tell the witness's folder the log's key, which is made now if there is none."""
        from vicinage.server import manage  # noqa: F401 (sets Django up, before anything of it is imported)
        from vicinage.server.ledger import keys
        from vicinage.witness.home import Home

        Home(self.home / "witness").trust(keys.make_if_none().ed25519.vkey)

    def _prepare(self) -> None:
        """Bring the state folder up: database, triggers, keys, regime."""
        from vicinage.server import manage

        manage.migrate_and_prepare()

    def _start_jobs(self) -> None:
        from vicinage.server import manage
        from vicinage.server.ledger import jobs
        from vicinage.server.mediation import jobs as post

        beside = {"beside": manage.JOBS}
        args = (self._stop_jobs,)
        self._jobs = threading.Thread(target=jobs.loop, args=args, kwargs=beside, name="jobs", daemon=True)
        self._jobs.start()
        # Not waited for at the end: a mail server may take minutes, and what is in hand is mailed next time.
        threading.Thread(target=post.loop, args=args, name="post", daemon=True).start()

    def _witness(self, port: int) -> Child:
        command = ["witness", "--home", str(self.home / "witness"), "--port", str(port)]
        argv = [sys.executable, "-m", "vicinage.cli", *command, "--name", WITNESS_NAME]
        return Child("witness", argv, self._log("witness"))

    def _server(self) -> Child:
        static = str(resources.files("vicinage.server").joinpath("static"))
        argv = [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "asgi",
            "--host",
            HOST,
            "--port",
            str(self.port),
        ]
        argv += ["--workers", "1", "--no-ws", "--respawn-failed-workers"]
        argv += ["--static-path-route", "/static", "--static-path-mount", static]
        return Child("server", [*argv, "vicinage.server.asgi:application"], self._log("server"))

    def _log(self, name: str) -> Path:
        return self.home / "logs" / f"{name}.log"


def _with_local(given: str, local: str) -> str:
    """The witnesses of the environment, after the local one; an earlier start's word of it is replaced."""
    others = (part.strip() for part in given.split(","))
    return ",".join([local, *(part for part in others if part and not part.startswith("local "))])


def check_port(port: int) -> None:
    """Raise RunError where something else listens."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise RunError(
                "run-port-taken",
                f"Port {port} of {HOST} should be free, and is not.",
                "Stop what listens there, or choose another by VICINAGE_PORT.",
            ) from error


def free_port() -> int:
    """A port of loopback that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def kept_port(path: Path) -> int:
    """The port noted in this file if it is free now, else a free one, which is noted there."""
    try:
        port = int(path.read_text())
        if not 1 <= port <= 65535:
            raise ValueError(port)
        check_port(port)
    except (OSError, ValueError, RunError):
        port = free_port()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_text(f"{port}\n")
    return port


def _wait_for_port(port: int) -> None:
    """Wait until something listens, at most ten seconds; who comes too early is served by the jobs later."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(LOOK_S)


def answers(url: str) -> bool:
    """Whether a GET of this loopback address is answered with success."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 (our own loopback address)
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False
