"""The folder of a mirror or monitor: one process at a time, the policy it trusts, and what it remembers.

policy           the keys and the quorum that are believed; given, or kept from the first round on
checkpoint       the last head that held, for others to compare with
state.json       a monitor's memory
log/             a mirror's copy, and mirror.json, what it remembers beside
proofs/<hash>    signed heads that contradict each other
"""

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import msgspec

from vicinage import durable
from vicinage.evidence import monitor as rounds
from vicinage.evidence.monitor import State
from vicinage.evidence.outcome import Report
from vicinage.evidence.published import is_explained
from vicinage.monitor.errors import MonitorError
from vicinage.tlog import disk, layout
from vicinage.tlog import policy as policies
from vicinage.tlog.errors import TileError
from vicinage.tlog.keys import parse_vkey
from vicinage.tlog.policy import Policy
from vicinage.tlog.reader import Fetch

STATE, LOG = "state.json", "log"
_STATE_LIMIT = 2 * 1024**3


class Home:
    """A folder at `path`; made when it is not there."""

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        durable.private_folder(self.path)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the folder for one process. Raises MonitorError (monitor-busy) when another holds it."""
        descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise MonitorError(
                    "monitor-busy",
                    f"Another process works in {self.path}.",
                    "Stop it first, or give another folder by --home.",
                ) from error
            yield
        finally:
            os.close(descriptor)

    def rules(
        self, given: bytes | None, fetch: Fetch, report: Report, announced: Iterable[str] = ()
    ) -> Policy:
        """The policy to believe: the one given, else the one kept, else (and it is said) the log's own.

        announced: keys (vkeys) to which the log, as verified, said it changes; they count as its own.
        Raises PolicyError for what is none.
        """
        base = self._base(given, fetch, report)
        fresh = [vkey for vkey in map(parse_vkey, announced) if vkey not in base.keys]
        rules = replace(base, logs=(*base.logs, *((vkey, "") for vkey in dict.fromkeys(fresh))))
        served = policies.parse(fetch(layout.POLICY, policies.MAX_BYTES))
        if not is_explained(served, rules, set()):
            sentence = "The policy beside the log is another than the one believed here, which is still used."
            report.warn("policy-changed", sentence)
        return rules

    def _base(self, given: bytes | None, fetch: Fetch, report: Report) -> Policy:
        kept = self._kept(layout.POLICY)
        if given is not None:
            rules = policies.parse(given)
            if given != kept:
                durable.replace(self.path / layout.POLICY, given)
            return rules
        if kept is None:
            served = fetch(layout.POLICY, policies.MAX_BYTES)
            rules = policies.parse(served)
            durable.replace(self.path / layout.POLICY, served)
            report.notes.append(
                "The policy is the one beside the log, kept from now on. Who does not trust its server "
                "should give a policy got by another way."
            )
            return rules
        return policies.parse(kept)

    def load(self) -> State:
        """What was remembered; an empty memory in a new folder. Raises MonitorError (monitor-state)."""
        data = self._kept(STATE, _STATE_LIMIT)
        try:
            return State() if data is None else rounds.decode(data)
        except msgspec.MsgspecError as error:
            raise MonitorError(
                "monitor-state",
                f"The memory {self.path / STATE} cannot be read: {error}.",
                "Restore it from a copy. Without it the monitor cannot tell whether the log was rolled back.",
            ) from error

    def save(self, state: State) -> None:
        """Remember; durable on return. The checkpoint beside follows the memory."""
        durable.replace(self.path / STATE, rounds.encode(state))
        if state.head:
            durable.replace(self.path / layout.CHECKPOINT, state.head)

    def keep_proof(self, data: bytes) -> Path:
        """Keep a signed head for good; where it lies."""
        path = self.path / "proofs" / sha256(data).hexdigest()
        if not path.exists():
            durable.replace(path, data)
        return path

    def _kept(self, name: str, limit: int = policies.MAX_BYTES) -> bytes | None:
        try:
            return disk.read(self.path / name, limit)
        except TileError as error:
            if error.code != "tile-missing":
                raise
            return None
