"""The supervisor of `vicinage run`: one process that starts the others, watches them, and ends them.

    witness   cosigns the log (a process of its own, with its own memory)
    server    the pages and interfaces (granian, ASGI, one worker)
    jobs      what the server does without being asked: a thread of this process
    extra     what the caller adds, such as the demo town's camera and hub

A child that ends is started again, later each time. Nothing of the state folder is ever removed.
"""

import fcntl
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from vicinage.run.child import Child
from vicinage.run.errors import RunError
from vicinage.run.platform import Platform

WATCH_S = 0.2


@dataclass(frozen=True)
class Scenery:
    """What comes beside the platform. children: started in order, each once it is ready.

    greetings: asked again and again until it ends; what it gives is printed.
    """

    children: Sequence[Child] = ()
    greetings: Iterator[str] = field(default_factory=lambda: iter(()))


@dataclass(frozen=True)
class Plan:
    """What to run. scenery: asked for once the server answers, so that it does not keep it waiting."""

    home: Path
    port: int
    scenery: Callable[[], Scenery] = Scenery


def supervise(plan: Plan) -> int:
    """Run until Ctrl-C or SIGTERM. Gives the exit code. Raises RunError, ServerError."""
    asked_to_stop = _listen()
    with _private(), _alone(plan.home):
        platform, scenery = Platform(plan.home, plan.port), Scenery()
        try:
            platform.start()
            if platform.wait(asked_to_stop):
                _say(f"Vicinage is at {platform.origin}/ (state in {plan.home}; Ctrl-C stops it)")
                scenery = plan.scenery()
                _watch(platform, scenery, asked_to_stop)
                _say("Stopping.")
        finally:
            for child in reversed(scenery.children):
                child.stop()
            platform.stop()
    return 0


def _watch(platform: Platform, scenery: Scenery, asked_to_stop: threading.Event) -> None:
    while not asked_to_stop.wait(WATCH_S):
        for child in (*platform.children, *scenery.children):
            child.watch()
        text = next(scenery.greetings, "")
        if text:
            _say(text)


def _listen() -> threading.Event:
    """An event that Ctrl-C or SIGTERM sets."""
    asked = threading.Event()

    def note(number: int, frame: FrameType | None) -> None:
        asked.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, note)
    return asked


@contextmanager
def _private() -> Iterator[None]:
    """What is written meanwhile, here and by children, is its owner's alone: the database holds secrets."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Hold the state folder for one supervisor. Raises RunError."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(home / "run.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise RunError(
                "run-already",
                f"No other `vicinage run` should hold the state folder {home}, and one does.",
                "Stop it, or choose another folder by VICINAGE_HOME.",
            ) from error
        yield
    finally:
        os.close(descriptor)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
