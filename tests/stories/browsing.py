"""A town that really runs, and people who look at it in Debian's chromium.

`Town` is `vicinage run` in a state folder of its own; `Person` is someone of it with a browser profile
that collects every error of the console, so that a story can end by saying that there was none.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Response, ViewportSize

from vicinage.demo.people import FOLDER, LogIns
from vicinage.device.second_factor import Authenticator
from vicinage.run.platform import answers

T = TypeVar("T")

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]
WIDE, PHONE = ViewportSize(width=1280, height=900), ViewportSize(width=390, height=844)
ISLANDS_READY = (
    "() => [...document.querySelectorAll('[data-island]')].every((island) => island.dataset.ready)"
)
MAPS_READY = (
    "() => [...document.querySelectorAll('.map')].every((map) => map.dataset.ready || !map.offsetParent)"
)


def launch(playwright: Playwright) -> Browser:
    """Debian's chromium, without a window."""
    return playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)


def until(look: Callable[[], T | None], what: str, within_s: float = 120) -> T:
    """What `look` gives once it gives something. Fails, saying `what` was waited for."""
    ends_at = time.monotonic() + within_s
    while time.monotonic() < ends_at:
        found = look()
        if found is not None:
            return found
        time.sleep(0.2)
    raise AssertionError(f"waited {within_s:.0f} s for {what}")


class Town:
    """The demo town, run as a person runs it. home: its state folder.

    options: of the command, such as "--bare". settings: of the environment, such as VICINAGE_REGIME.
    """

    def __init__(self, home: Path, port: int, *options: str, **settings: str) -> None:
        self.home = home
        self._options, self._settings = options, settings
        self.origin = f"http://127.0.0.1:{port}"
        self._port = port
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait for its first page."""
        self.home.mkdir(parents=True, exist_ok=True)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("VICINAGE_")}
        kept |= self._settings
        command = [
            sys.executable,
            "-m",
            "vicinage.cli",
            "run",
            "--home",
            str(self.home),
            "--port",
            str(self._port),
            *self._options,
        ]
        with (self.home / "run.log").open("wb") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, env=kept, start_new_session=True
            )
        until(lambda: answers(f"{self.origin}/api/time") or None, "the town's first page", 60)

    def stop(self) -> None:
        """Stop it, as Ctrl-C does."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(40)

    def made(self, step: str) -> str:
        """What a step of the town's making gave (often an id), once it is made."""
        path = self.home / FOLDER / "steps.json"

        def look() -> str | None:
            ended = self._process is not None and self._process.poll() is not None
            assert not ended, (self.home / "run.log").read_text()[-2000:]
            steps: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
            return steps.get(step)

        return until(look, f"the town's step {step!r}; see {self.home}/logs", 180)

    def kept(self, name: str) -> str:
        """A file that the demo keeps for someone, such as "alice-recovery-code.txt"."""
        return (self.home / FOLDER / name).read_text()

    @property
    def camera_url(self) -> str:
        """The demo camera's stream."""
        return f"http://127.0.0.1:{(self.home / FOLDER / 'camera-port').read_text().strip()}/camera.ts"


@dataclass
class Person:
    """Someone with a browser of their own. errors: what the console complained of, with the page.

    has_key: whether the household key is in this browser.
    """

    town: Town
    context: BrowserContext
    authenticator: Authenticator | None = None
    has_key: bool = False
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.set_default_timeout(10_000)
        self.context.on("console", lambda said: self._note(said.type, said.text, said.location["url"]))
        self.context.on("weberror", lambda error: self.errors.append(f"uncaught: {error.error}"))
        self.page: Page = self.context.new_page()

    def _note(self, kind: str, text: str, url: str) -> None:
        if kind == "error" or "Content Security Policy" in text:
            self.errors.append(f"{text} ({url})")

    def open(self, path: str) -> Page:
        """Go to a page and wait until its islands have started. Any answer but 200 fails."""
        answer = self.go(path)
        assert answer.status == 200, f"{path}: {answer.status}"
        return self.page

    def go(self, path: str) -> Response:
        """Go to a page and wait until its islands have started; gives the answer."""
        answer = self.page.goto(self.town.origin + path)
        assert answer is not None
        self.settle()
        return answer

    def settle(self) -> None:
        """Wait until the islands of the page have started, and its map is drawn."""
        self.page.wait_for_function(ISLANDS_READY)
        self.page.wait_for_function(MAPS_READY)

    def code(self) -> str:
        """A code of the second factor that was not used before."""
        assert self.authenticator is not None
        return self.authenticator.code()

    def log_in(self, email: str, password: str) -> None:
        """Through the pages, with password and code; again where the town's making has just used the code."""
        self.open("/accounts/login/")
        self.page.get_by_label("Email").fill(email)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.page.get_by_role("main").get_by_role("button", name="Sign In", exact=True).click()
        self.page.locator("input[name=code]").wait_for()
        while "/accounts/2fa/" in self.page.url:
            self.page.locator("input[name=code]").fill(self.code())
            with self.page.expect_navigation():
                self.page.get_by_role("main").get_by_role("button", name="Sign In", exact=True).click()

    def forgive(self, part: str) -> None:
        """Take out the complaints that this story provoked on purpose. There must have been one."""
        assert any(part in error for error in self.errors), f"no complaint of {part!r}: {self.errors}"
        self.errors[:] = [error for error in self.errors if part not in error]


def stranger(town: Town, browser: Browser) -> Person:
    """Someone with a fresh browser and no account."""
    return Person(town, browser.new_context(viewport=WIDE))


def known_person(town: Town, browser: Browser, name: str) -> Person:
    """Someone of the demo town, logged in."""
    town.made("people")
    log_in = LogIns(town.home / FOLDER).known[name]
    person = Person(town, browser.new_context(viewport=WIDE), Authenticator(log_in.secret))
    person.log_in(log_in.email, log_in.password)
    return person
