"""`vicinage demo`: the main job on a video file, without a browser, by real processes and over HTTP.

A server and a witness run as processes on loopback, with their state in a folder of their own. The
hub's own code takes the file in. A device takes each person's browser's place. The names of the
files that it leaves in the folder --out are a contract: see README.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from vicinage.demo import leaving, town
from vicinage.demo.cast import Cast, pair_hub
from vicinage.demo.people import DemoError
from vicinage.device import desk, handing, officer, vault
from vicinage.device.handing import Receipt
from vicinage.device.officer import Draft
from vicinage.device.owner import OwnClip, Owner, matching
from vicinage.device.transparency import LogReader
from vicinage.hub import main as hub
from vicinage.hub.camera import Camera
from vicinage.run.child import Child
from vicinage.run.platform import HOST, answers, free_port
from vicinage.seal.keys import Identity

Say = Callable[[str], None]

START_S = 60.0
LOOK_S = 0.1
BEFORE = timedelta(minutes=15)
LONGEST = timedelta(hours=12)
MOST_CLIPS = 20
NO_MOTION = "The video has no motion, so no clip was made and nothing was handed over."


def tell(video: Path, out: Path, say: Say | None = None, state: Path | None = None) -> dict[str, Any]:
    """Tell the whole story on this video; gives the summary that is also left in summary.json.

    out: new or empty. state: where server and hub keep theirs; by default a folder that is removed.
    Raises VicinageError.
    """
    if out.exists() and any(out.iterdir()):
        raise DemoError(
            "demo-out-not-empty", f"The folder {out} should be new or empty, and is not.", "Name another."
        )
    with Camera(str(video)):
        pass  # what is no video is refused before anything is started
    with _folder(state) as folder, _platform(folder / "server") as origin:
        out.mkdir(parents=True, exist_ok=True)
        return Story(video, out, folder, origin, say or _silent).tell()


class Story:
    """One telling. folder: of all state; folder/server is the server's, folder/hub the hub's."""

    def __init__(self, video: Path, out: Path, folder: Path, origin: str, say: Say) -> None:
        self.video = video
        self.out = out
        self.hub_home = folder / "hub"
        self.say = say
        self.cast = Cast(origin, folder / "server", folder / "people")

    def tell(self) -> dict[str, Any]:
        """All seven steps, then the summary."""
        agency_identity = self._agency()
        alice = self._household()
        taken = self._record()
        clips = list(alice.clips())[::-1]
        self.say(f"2. Alice's library holds {len(clips)} clips, sealed at home to her household's key.")
        rfa, findings = self._ask(clips)
        summary: dict[str, Any] = {
            "motion": taken.motion,
            "clips": [clip._asdict() for clip in taken.clips],
            "rfa": leaving.told_rfa(alice, rfa),
            "findings": findings,
        }
        if clips:
            receipt = self._hand_over(alice, rfa)
            summary["handover"] = receipt.id
            self._collect(receipt, agency_identity)
        else:
            summary["note"] = NO_MOTION
            self.say(f"4. {NO_MOTION}")
        leaving.leave_owner(alice, clips, self.out)
        leaving.leave_log(alice.session, self.out)
        summary["checks"] = leaving.check(self.out, has_package=bool(clips))
        for check, lines in summary["checks"].items():
            self.say(f"7. `vicinage {check}`: {lines[-1]}")
        leaving.write_summary(self.out, summary)
        return summary

    def _agency(self) -> Identity:
        agency = self.cast.make_agency("police")
        self.cast.make_officers("police", agency)
        carol = self.cast.session("carol")
        own, _ = vault.make_own_key(carol)
        return vault.publish_key(carol, own)[0]

    def _household(self) -> Owner:
        alice, _ = Owner.make_household(self.cast.session("alice"))
        _, code = alice.add_camera("Front door", town.FRONT_DOOR)
        pair_hub(self.hub_home, code, str(self.video.resolve()))
        return alice

    def _record(self) -> hub.IngestResult:
        taken = hub.ingest_file(self.hub_home, self.video, start_at=None, paced=False)
        self.say(f"1. The hub found motion {len(taken.motion)} times and made {len(taken.clips)} clips.")
        return taken

    def _ask(self, clips: Sequence[OwnClip]) -> tuple[str, list[Any]]:
        """Carol asks, the judge finds nothing against it, Erin approves. Gives id and findings."""
        carol, draft = self.cast.session("carol"), self._draft(clips)
        findings = officer.judge(carol, draft).findings
        rfa = officer.submit(carol, draft)
        desk.approve(self.cast.session("erin"), rfa)
        self.say(f"3. Carol asked; the judge had {len(findings)} findings; Erin approved; {rfa} is logged.")
        return rfa, [msgspec.to_builtins(finding) for finding in findings]

    @staticmethod
    def _draft(clips: Sequence[OwnClip]) -> Draft:
        """A request whose window covers the clips, or the last hour where there are none."""
        now = datetime.now(UTC).replace(microsecond=0)
        starts = [clip.statement.span.start.replace(microsecond=0) for clip in clips]
        start = (min(starts) if starts else now - timedelta(hours=1)) - BEFORE
        draft = town.parcel_taken(start, now)
        return replace(draft, window_from=start, window_to=min(now, start + LONGEST))

    def _hand_over(self, alice: Owner, rfa: str) -> Receipt:
        """Alice's device matches, checks the log, and hands over. Leaves the receipt."""
        log = LogReader(alice.session)
        asked = next(open_rfa for open_rfa in alice.open_rfas() if open_rfa.id == rfa)
        chosen = matching(asked, alice.cameras(), list(alice.clips()))[::-1][:MOST_CLIPS]
        self.say(f"4. Alice: you have {len(chosen)} clips from that time.")
        receipt = handing.hand_over(
            alice,
            log,
            self.cast.account("alice"),
            handing.check_asking(alice, log, rfa),
            chosen,
            name="Alice",
            contact="alice@larkmeadow.example",
            at=datetime.now(UTC).replace(microsecond=0),
        )
        leaving.leave_receipt(receipt, self.out)
        self.say(f"5. Alice consented; entry {receipt.place.index} of the log is her receipt.")
        return receipt

    def _collect(self, receipt: Receipt, identity: Identity) -> None:
        """Carol downloads what was handed over. Leaves clip, identity and package."""
        carol = self.cast.session("carol")
        handover = officer.handovers(carol)[0]
        clip = receipt.statement["clips"][0]["clip"]
        leaving.leave_handover(carol, handover, clip, identity, self.out)
        self.say(
            f"6. Carol has the clip and the evidence package; `age -d -i` opens {self.out}/handover/clip.age."
        )


@contextmanager
def _folder(given: Path | None) -> Iterator[Path]:
    if given is not None:
        given.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="vicinage-demo-") as made:
        yield Path(made)


@contextmanager
def _platform(home: Path) -> Iterator[str]:
    """A bare platform as processes on a free port; gives its origin, and ends it. Raises DemoError."""
    port = free_port()
    origin = f"http://{HOST}:{port}"
    command = ["run", "--bare", "--home", str(home), "--port", str(port)]
    child = Child(
        "platform", [sys.executable, "-m", "vicinage.cli", *command], home / "logs" / "platform.log"
    )
    child.start()
    try:
        until = time.monotonic() + START_S
        while not answers(f"{origin}/api/time"):
            if time.monotonic() > until or child.process is None or child.process.poll() is not None:
                said = child.log.read_text()[-1000:]
                raise DemoError(
                    "demo-no-server", f"The server should answer at {origin}, and does not: {said}"
                )
            time.sleep(LOOK_S)
        yield origin
    finally:
        child.stop()


def _silent(text: str) -> None:
    return None
