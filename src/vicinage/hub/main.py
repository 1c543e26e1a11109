"""The hub's ways in: run for ever, take in one file, or only say where a file has motion."""

import logging
import signal
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from vicinage.hub import clock, config, match, session, uplink
from vicinage.hub.camera import Camera, is_live, without_password
from vicinage.hub.config import Paired
from vicinage.hub.errors import CameraError, UplinkError
from vicinage.hub.keep import Keeper
from vicinage.hub.match import History
from vicinage.hub.session import Anchored, Session
from vicinage.hub.spool import Spool
from vicinage.hub.uplink import Uplink

log = logging.getLogger(__name__)

FIRST_WAIT_S, LONGEST_WAIT_S, STEADY_S = 1.0, 30.0, 20.0
INGEST_TRIES = 8
STOP_S = 12.0


class IngestedClip(NamedTuple):
    """One clip made of a file: seconds in the video's time, SHA-256 (hex) of the plaintext MP4."""

    clip: str
    start_s: float
    end_s: float
    sha256: str


class IngestResult(NamedTuple):
    """What a file held: motion intervals in seconds of the video's time, and the clips made."""

    motion: list[list[float]]
    clips: list[IngestedClip]


def pair(home: Path, code: str, source: str) -> str:
    """Pair a camera with this home; gives its id. Raises as config.pair does."""
    return config.pair(code, source, home).stem


def run(home: Path) -> None:
    """Watch every paired camera of this home until SIGTERM; reconnect, seal, spool, upload.

    Call it in the main thread. Raises PairingError.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    paired = config.cameras(home)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    stations = [Station(home, camera, stop) for camera in paired]
    looking = threading.Thread(target=match.work, args=(home, paired, stop), daemon=True)
    looking.start()
    for station in stations:
        station.start()
    stop.wait()
    until_s = time.monotonic() + STOP_S
    for station in stations:
        station.join(until_s)


def record(video: Path) -> list[list[float]]:
    """Motion intervals [start_s, end_s] of a video file, in its own time. Needs no server.

    Raises CameraError: camera-not-a-video, camera-no-picture, camera-unreachable.
    """
    with Camera(str(video)) as camera:
        return _rounded(session.motion_of(camera))


def ingest_file(home: Path, video: Path, start_at: datetime | None, paced: bool) -> IngestResult:
    """Make clips of a file as if its camera had just streamed it; return when all are uploaded.

    home: of a hub with one paired camera. start_at: when the file's first picture was taken; None
    for a file that ends now. paced: take as long as the video does. Raises CameraError, PairingError,
    UplinkError.
    """
    paired = config.cameras(home)[0]
    pairing, never = paired.pairing, threading.Event()
    spool = Spool(home / "spool" / pairing.camera)
    keeper = Keeper(pairing, spool, History(home, pairing.camera))
    up = Uplink(pairing.server, pairing.token)
    made: list[IngestedClip] = []
    try:
        offset_ms = clock.Offset(up.server_time).measure()
        with Camera(str(video)) as camera:
            anchor = _anchor(camera, start_at, paced)
            taking = Session(camera, anchor)
            for recording in taking.recordings(never, paced):
                stated = keeper.keep(taking.clip(recording, offset_ms), never)
                if stated is not None:
                    times = (round(recording.start_s, 3), round(recording.end_s, 3))
                    made.append(IngestedClip(stated.clip, *times, stated.sha256))
        _upload_all(up, spool, {clip.clip for clip in made})
    finally:
        up.close()
    return IngestResult(_rounded(taking.motion), made)


def _anchor(camera: Camera, start_at: datetime | None, paced: bool) -> Anchored:
    if start_at is not None:
        return clock.FixedAnchor(start_at)
    return clock.Anchor() if paced else clock.FixedAnchor(clock.now() - timedelta(seconds=camera.length_s))


def _upload_all(up: Uplink, spool: Spool, made: set[str]) -> None:
    """Upload what waits, trying again for a minute or two. Raises UplinkError."""
    wait_s = 0.5
    for left in reversed(range(INGEST_TRIES)):
        try:
            uplink.drain(up, spool, threading.Event())
            break
        except UplinkError:
            if not left:
                raise
            time.sleep(wait_s)
            wait_s = min(wait_s * 2, LONGEST_WAIT_S)
    refused = made & spool.refused()
    if refused:
        raise UplinkError(
            "uplink-refused", f"The server will not take {len(refused)} of the clips.", "See the hub's spool."
        )


def _rounded(motion: list[tuple[float, float]]) -> list[list[float]]:
    return [[round(start_s, 3), round(end_s, 3)] for start_s, end_s in motion]


class Station:
    """One camera's threads: it records, keeps, and uploads, each at its own pace."""

    def __init__(self, home: Path, paired: Paired, stop: threading.Event) -> None:
        pairing = paired.pairing
        self._source = paired.source
        self._stop = stop
        self._spool = Spool(home / "spool" / pairing.camera)
        self._keeper = Keeper(pairing, self._spool, History(home, pairing.camera))
        self._uplink = Uplink(pairing.server, pairing.token)
        self._asking = Uplink(pairing.server, pairing.token)
        self._offset = clock.Offset(self._asking.server_time)
        works = (self._record, self._keep, self._upload, self._measure)
        self._threads = [threading.Thread(target=work, daemon=True) for work in works]

    def start(self) -> None:
        """Start the threads."""
        for thread in self._threads:
            thread.start()

    def join(self, until_s: float) -> None:
        """After stop: wait for the clips at hand to be spooled, until time.monotonic() is `until_s`."""
        self._spool.wake()
        for thread in self._threads[:3]:
            thread.join(max(0.1, until_s - time.monotonic()))

    def _record(self) -> None:
        wait_s = FIRST_WAIT_S
        while not self._stop.is_set():
            begun_s = time.monotonic()
            try:
                self._record_once()
                if not is_live(self._source) and not self._stop.is_set():
                    log.info("The file %s has ended.", self._source)
                    break
            except CameraError as error:
                log.warning("%s", error)
            if time.monotonic() - begun_s > STEADY_S:
                wait_s = FIRST_WAIT_S
            self._stop.wait(wait_s)
            wait_s = min(wait_s * 2, LONGEST_WAIT_S)
        self._keeper.finish()

    def _record_once(self) -> None:
        """One connection, until it ends. Raises CameraError."""
        with Camera(self._source) as camera:
            log.info(
                "Connected to %s: %s", without_password(self._source), " ".join(map(str, camera.picture))
            )
            taking = Session(camera, clock.Anchor())
            for recording in taking.recordings(self._stop, paced=not is_live(self._source)):
                self._keeper.put(taking.clip(recording, self._offset.value_ms()))

    def _keep(self) -> None:
        self._keeper.work(self._stop)

    def _upload(self) -> None:
        uplink.work(self._uplink, self._spool, self._stop)

    def _measure(self) -> None:
        while not self._stop.is_set():
            known = self._offset.measure()
            self._stop.wait(5.0 if known is None else 600.0)
