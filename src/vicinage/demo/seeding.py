"""Makes the demo town through the same pages and interfaces that people use; step by step, once each.

    python -m vicinage.demo.seeding ORIGIN HOME CAMERA_URL

Steps that are done are noted in demo/steps.json, so that a second start goes on where the first
ended. The last steps wait for clips of the demo camera: an officer asks for them, and the owner's
device answers, for real.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec

from vicinage.core.place import Point
from vicinage.demo import town
from vicinage.demo.cast import Cast, pair_hub
from vicinage.demo.people import FOLDER, write_secret
from vicinage.device import desk, handing, officer, vault
from vicinage.device.officer import Draft
from vicinage.device.owner import OwnClip, Owner, matching
from vicinage.device.transparency import LogReader
from vicinage.seal.keys import Identity
from vicinage.wire.pairing import make_code, parse_code

T = TypeVar("T")

PEOPLE_IN = "people"
PAIRED = "paired"
LOOK_S = 2.0
LATER_CLIPS = 3


class Notes:
    """What has been made: a step's name to what it gave (ids). In demo/steps.json."""

    def __init__(self, home: Path) -> None:
        self.path = home / FOLDER / "steps.json"
        self.done: dict[str, str] = json.loads(self.path.read_text()) if self.path.exists() else {}

    def once(self, step: str, make: Callable[[], str]) -> str:
        """What this step gave; it is made if it has not been."""
        if step not in self.done:
            self.done[step] = make()
            write_secret(self.path, json.dumps(self.done, indent=1) + "\n")
            sys.stdout.write(f"{_now():%H:%M:%S} {step}\n")
            sys.stdout.flush()
        return self.done[step]


class Seeding:
    """The town's making on one server."""

    def __init__(self, origin: str, home: Path) -> None:
        self.home = home
        self.cast = Cast(origin, home, home / FOLDER)
        self.notes = Notes(home)

    def run(self, camera_url: str) -> None:
        """All steps, in order. Returns when the last is done."""
        for kind in town.AGENCIES:
            agency = self.notes.once(f"agency {kind}", partial(self.cast.make_agency, kind))
            self.notes.once(f"officers {kind}", partial(self._officers, kind, agency))
            self.notes.once(f"keys {kind}", partial(self._keys, kind))
        self.notes.once("moderator", lambda: self._enter("erin"))
        self.notes.once("household alice", lambda: self._household("alice"))
        self.notes.once("household bob", lambda: self._household("bob"))
        self.notes.once("mallory", lambda: self._enter("mallory"))
        code = self.notes.once("camera alice", lambda: self._camera("alice", "Front door", town.FRONT_DOOR))
        self.notes.once("camera bob", lambda: self._camera("bob", "Back gate", town.BACK_GATE))
        pair_demo(self.home, code, self.cast.origin, camera_url)
        self.notes.once("rfa bins", lambda: self._publish("fern", town.bins_on_fire(_now())))
        self.notes.once("rfa bins resolved", self._resolve_bins)
        self.notes.once("rfa bicycles", lambda: self._publish("carol", town.bicycles_gone(_now())))
        self.notes.once("march", self._march)
        self.notes.once("tip", self._tip)
        self.notes.once("rfa car", lambda: self._submit("carol", town.car_that_drove_on(_now())))
        self.notes.once(PEOPLE_IN, lambda: "yes")
        if "handover" not in self.notes.done or "rfa smoke" not in self.notes.done:
            self._live()

    def _live(self) -> None:
        """What needs clips: two requests for them, and an answer to the first."""
        alice = self._alice()
        first = _oldest(alice, 1)[0]
        self.notes.once(
            "rfa parcel",
            lambda: self._publish("carol", town.parcel_taken(first.statement.span.start, _now())),
        )
        self.notes.once("handover", lambda: self._hand_over(alice, self.notes.done["rfa parcel"]))
        later = _oldest(alice, LATER_CLIPS)[-1]
        self.notes.once(
            "rfa smoke", lambda: self._publish("fern", town.smoke_seen(later.statement.span.start, _now()))
        )

    def _enter(self, name: str) -> str:
        self.cast.session(name)
        return "yes"

    def _officers(self, kind: str, agency: str) -> str:
        self.cast.make_officers(kind, agency)
        return "yes"

    def _keys(self, kind: str) -> str:
        """The admin's own key, then the agency's. Its secret is kept before it is published: a second key
        would have to wait for days, and the first one's secret would be lost.
        """
        collector = town.APPLICANTS[kind]
        session, folder = self.cast.session(collector), self.home / FOLDER
        if vault.published_keys(session):
            return "yes"

        def keep(identity: Identity, words: str) -> None:
            write_secret(folder / f"{kind}-recovery-code.txt", words + "\n")
            write_secret(folder / f"{kind}-identity.txt", identity.text + "\n")

        own, words = vault.make_own_key(session)
        write_secret(folder / f"{collector}-own-code.txt", words + "\n")
        vault.publish_key(session, own, keep)
        return "yes"

    def _household(self, name: str) -> str:
        owner, code = Owner.make_household(self.cast.session(name))
        write_secret(self.home / FOLDER / f"{name}-household.txt", owner.household.text)
        write_secret(self.home / FOLDER / f"{name}-recovery-code.txt", code + "\n")
        return "yes"

    def _owner(self, name: str) -> Owner:
        code = (self.home / FOLDER / f"{name}-recovery-code.txt").read_text().strip()
        return Owner.recover(self.cast.session(name), code)

    def _alice(self) -> Owner:
        return self._owner("alice")

    def _camera(self, name: str, called: str, place: Point) -> str:
        _, code = self._owner(name).add_camera(called, place)
        return code

    def _submit(self, who: str, draft: Draft) -> str:
        return officer.submit(self.cast.session(who), draft)

    def _publish(self, who: str, draft: Draft) -> str:
        rfa = self._submit(who, draft)
        desk.approve(self.cast.session("erin"), rfa)
        return rfa

    def _resolve_bins(self) -> str:
        officer.resolve(self.cast.session("fern"), self.notes.done["rfa bins"])
        return "yes"

    def _march(self) -> str:
        self.cast.session("bob").submit("/assemblies/new/", town.march(_now()))
        return "yes"

    def _tip(self) -> str:
        self.cast.session("fern").submit("/agency/posts/new/", town.smoke_alarms())
        desk.approve_posts(self.cast.session("erin"))
        return "yes"

    def _hand_over(self, alice: Owner, rfa: str) -> str:
        log = LogReader(alice.session)
        asked = _until(lambda: next((open_ for open_ in alice.open_rfas() if open_.id == rfa), None))
        clips = matching(asked, alice.cameras(), list(alice.clips()))[-1:]
        receipt = handing.hand_over(
            alice,
            log,
            self.cast.account("alice"),
            handing.check_asking(alice, log, rfa),
            clips,
            name="Alice",
            contact="alice@larkmeadow.example",
            at=_now(),
        )
        receipt.keep(self.home / FOLDER / "receipt")
        return receipt.id


def pair_demo(home: Path, code: str, origin: str, camera_url: str) -> None:
    """Pair the demo hub with the demo camera at today's addresses; the note of it lets the hub start."""
    moved = make_code(msgspec.structs.replace(parse_code(code), server=origin))
    pair_hub(home / "hub", moved, camera_url)
    write_secret(home / FOLDER / PAIRED, camera_url + "\n")


def _oldest(owner: Owner, count: int) -> list[OwnClip]:
    """The owner's first clips, oldest first, once there are that many."""

    def found() -> list[OwnClip] | None:
        clips = list(owner.clips())[::-1]
        return clips[:count] if len(clips) >= count else None

    return _until(found)


def _until(look: Callable[[], T | None]) -> T:
    while True:
        found = look()
        if found is not None:
            return found
        time.sleep(LOOK_S)


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


if __name__ == "__main__":
    Seeding(sys.argv[1], Path(sys.argv[2])).run(sys.argv[3])
