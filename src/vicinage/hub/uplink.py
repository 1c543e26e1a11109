"""Hands spooled clips to the server, in parts, and goes on where it stood after any break."""

import logging
import random
import threading
from datetime import datetime

import httpx

from vicinage import faults
from vicinage.core.errors import CoreError
from vicinage.core.span import parse_instant
from vicinage.hub.errors import SpoolError, UplinkError
from vicinage.hub.spool import Spool, Waiting
from vicinage.wire import WireError, decode, encode
from vicinage.wire.hub import PART_BYTES, UPLOAD_OFFSET, ClipOffer, ServerTime, UploadState
from vicinage.wire.problem import Problem

log = logging.getLogger(__name__)

TIMEOUT = httpx.Timeout(30.0, connect=5.0)
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 60.0
_ANSWER = 64 * 1024
_LASTING = (400, 409, 413, 415, 422)
"""Answers about the clip itself: sending the same again changes nothing, but for these codes."""

_PASSING = ("upload-hash", "library-full", "storage-full")


class Uplink:
    """One camera's way to the server. Not shared between threads."""

    def __init__(self, server: str, token: str, transport: httpx.BaseTransport | None = None) -> None:
        """server: an origin. transport: another way to reach it, for tests."""
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        self._client = httpx.Client(
            base_url=server, headers=headers, timeout=TIMEOUT, transport=transport, trust_env=False
        )

    def close(self) -> None:
        """End the connections."""
        self._client.close()

    def server_time(self) -> datetime | None:
        """The server's clock now, or None when it cannot be asked."""
        try:
            answer = self._client.get("/api/time")
            answer.raise_for_status()
            return parse_instant(decode(ServerTime, answer.content, _ANSWER).now)
        except (httpx.HTTPError, WireError, CoreError):
            return None

    def deliver(self, clip: Waiting) -> None:
        """Offer a clip and send what the server lacks of it; on return the server has it whole.

        Raises UplinkError (uplink-unreachable, uplink-refused, uplink-odd), OSError.
        """
        state = self._offer(clip.offer)
        faults.point("hub.uplink.begun")
        try:
            self._send(clip, state)
        except UplinkError as error:
            if error.lasting or clip.is_intact():
                raise
            raise UplinkError(
                "uplink-damaged",
                f"The payload of clip {clip.offer.id} was damaged on the disk.",
                lasting=True,
            ) from error

    def _send(self, clip: Waiting, state: UploadState) -> None:
        strikes = 0
        with clip.payload.open("rb") as payload:
            while not state.complete:
                before = state.offset
                payload.seek(before)
                state = self._part(clip.offer, before, payload.read(PART_BYTES))
                faults.point("hub.uplink.chunk")
                strikes = strikes + 1 if state.offset <= before and not state.complete else 0
                if strikes > 3:
                    raise UplinkError(
                        "uplink-odd",
                        f"The upload of clip {clip.offer.id} does not get beyond byte {state.offset}.",
                        "Look at the server's log.",
                    )

    def _offer(self, offer: ClipOffer) -> UploadState:
        answer = self._ask("POST", "/api/hub/clips", encode(offer), {"Content-Type": "application/json"})
        if not answer.is_success:
            raise _refusal(answer)
        return _state(answer)

    def _part(self, offer: ClipOffer, offset: int, part: bytes) -> UploadState:
        headers = {UPLOAD_OFFSET: str(offset), "Content-Type": "application/octet-stream"}
        answer = self._ask("PATCH", f"/api/hub/clips/{offer.id}/payload", part, headers)
        if answer.status_code == 409:
            return _state(answer)
        if not answer.is_success:
            raise _refusal(answer)
        return _state(answer)

    def _ask(self, method: str, path: str, content: bytes, headers: dict[str, str]) -> httpx.Response:
        try:
            return self._client.request(method, path, content=content, headers=headers)
        except httpx.HTTPError as error:
            raise UplinkError(
                "uplink-unreachable",
                f"The server could not be reached ({type(error).__name__}).",
                "The clip stays in the spool; the hub tries again by itself.",
            ) from error


def work(uplink: Uplink, spool: Spool, stop: threading.Event) -> None:
    """Upload what waits, for ever, until `stop`; wait longer after each failure in a row."""
    wait_s = FIRST_WAIT_S
    while not stop.is_set():
        try:
            drain(uplink, spool, stop)
            wait_s = FIRST_WAIT_S
            spool.wait(5.0)
        except (UplinkError, SpoolError, OSError) as error:
            log.warning("%s", error)
            stop.wait(wait_s * random.uniform(0.7, 1.0))  # noqa: S311 (not a secret: spreads retries)
            wait_s = min(wait_s * 2, LONGEST_WAIT_S)


def drain(uplink: Uplink, spool: Spool, stop: threading.Event) -> None:
    """Upload each clip that waits, once. Raises UplinkError for what may work later, SpoolError, OSError."""
    for clip in spool.waiting():
        if stop.is_set():
            return
        try:
            uplink.deliver(clip)
        except UplinkError as error:
            if not error.lasting:
                raise
            log.error("The server will not take clip %s: %s", clip.offer.id, error)
            spool.refuse(clip.offer.id, str(error))
            continue
        faults.point("hub.uplink.done")
        spool.done(clip.offer.id)
        log.info("Clip %s is uploaded.", clip.offer.id)


def _state(answer: httpx.Response) -> UploadState:
    try:
        return decode(UploadState, answer.content, _ANSWER)
    except WireError as error:
        raise UplinkError("uplink-odd", f"The server's answer is not understood: {error.sentence}") from error


def _refusal(answer: httpx.Response) -> UplinkError:
    """The refusal in the server's own words, if it gave any."""
    try:
        problem = decode(Problem, answer.content, _ANSWER)
        said, code = problem.detail or problem.title, problem.code
    except WireError:
        said, code = answer.reason_phrase, ""
    return UplinkError(
        "uplink-refused",
        f"The server refused the clip ({answer.status_code}: {said})",
        "Pair the hub again if its token was withdrawn." if answer.status_code in (401, 403, 404) else "",
        lasting=answer.status_code in _LASTING and code not in _PASSING,
    )
