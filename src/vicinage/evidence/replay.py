"""Replays the events of a log in order and judges each by the law that the log itself put in force.

Nothing but the log is asked: regimes, agencies and earlier requests are those that earlier entries set.
Rules that are not of a regime are listed in spec/log.md under "What the audit checks". What each kind of
event must meet is in evidence.events; here is what all entries must meet: form, time, batches, texts.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from vicinage.core import leaf
from vicinage.core.span import format_instant, parse_instant
from vicinage.errors import VicinageError
from vicinage.evidence.events import STEPS, Case
from vicinage.evidence.events.asking import check_disclosed
from vicinage.evidence.outcome import Fault
from vicinage.evidence.world import BATCH, World
from vicinage.tlog.reader import Fetch

SLACK = timedelta(minutes=5)
"""What the clocks of server and witnesses may differ by, and what two entries may change places within."""

_PRIVATE = re.compile(rb'\{"c":"[0-9a-f]{64}","type":"private","v":1\}').fullmatch

_BROKEN = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError)


class Replay:
    """A replay that goes on with a world.

    fetch: for the texts beside the log. blame: called with each fault. until: when the log's head was
    cosigned first: nothing in it can be later. since: when the head was cosigned that the world stands
    at, of `after` entries: nothing after them can be earlier. now: by which what is due must be there.
    """

    def __init__(
        self,
        fetch: Fetch,
        blame: Callable[[Fault], None],
        world: World,
        until: datetime | None = None,
        since: datetime | None = None,
        now: datetime | None = None,
        after: int = 0,
    ) -> None:
        self.world = world
        self._case = Case(world, fetch, blame)
        self._blame = blame
        self._until = until
        self._since = since
        self._after = after
        self._now = now or until
        self._end = 0

    def take(self, start: int, entries: Sequence[bytes], border: int | None = None) -> None:
        """The next entries, the first of them at index `start`. border: an index at which a head once was."""
        if border is not None and start < border < start + len(entries):
            self.take(start, entries[: border - start])
            self._close_batch(border)
            return self.take(border, entries[border - start :])
        if start == border:
            self._close_batch(border)
        self._end = start + len(entries)
        if all(map(_PRIVATE, entries)):
            self.world.run += len(entries)
            self.world.counts["private"] += len(entries)
            return
        for index, entry in enumerate(entries, start):
            if _PRIVATE(entry):
                self.world.run += 1
                self.world.counts["private"] += 1
            else:
                self._close_batch(index)
                self._event(index, entry)

    def finish(self) -> None:
        """The end of the log as it stands now: missing texts, what is due, the last batch."""
        self._close_batch(self._end)
        for index in sorted(self.world.absent.keys() - self.world.redacted.keys()):
            sentence = "its text is not beside the log, and the log has no redaction of it."
            self._case.blame(index, "text-missing", sentence)
        self.world.absent = {i: kind for i, kind in self.world.absent.items() if i in self.world.redacted}
        if self._now is not None:
            check_disclosed(self._case, self._now)

    def _close_batch(self, index: int) -> None:
        """Private entries end here; they came in whole batches, each padded to a power of two."""
        run, self.world.run = self.world.run, 0
        if run % BATCH:
            sentence = (
                f"{run} private entries stand in a row from here. They come in batches padded to a power of "
                f"two of at least {BATCH}, so that nobody can count the real ones."
            )
            self._case.blame(index - run, "private-batch", sentence)

    def _event(self, index: int, entry: bytes) -> None:
        try:
            value = leaf.parse(entry)
            self.world.counts[value["type"]] = self.world.counts.get(value["type"], 0) + 1
            at = parse_instant(value["at"])
            self._check_time(index, at)
            STEPS[value["type"]](self._case, index, value, at)
        except VicinageError as error:
            self.world.absent.pop(index, None)
            self._blame(Fault(error.code, f"it cannot be read: {error.sentence}", index=index))
        except _BROKEN as error:  # a hostile regime may hold values that a test of the judge cannot compare
            kind = type(error).__name__
            self._blame(Fault("entry-unjudgeable", f"it cannot be judged: {kind}: {error}.", index=index))

    def _check_time(self, index: int, at: datetime) -> None:
        """An entry's time against those before it, and against the witnesses' clocks."""
        latest = self.world.latest_at
        if latest is not None and at < latest - SLACK:
            self._blame_time(
                index, "entry-time-order", at, f"an entry before it is of {format_instant(latest)}"
            )
        elif self._since is not None and index >= self._after and at < self._since - SLACK:
            cosigned = format_instant(self._since)
            self._blame_time(
                index, "entry-backdated", at, f"it was not yet in the log cosigned at {cosigned}"
            )
        if self._until is not None and at > self._until + SLACK:
            cosigned = format_instant(self._until)
            self._blame_time(index, "entry-time-ahead", at, f"a witness cosigned it at {cosigned} already")
        else:
            self.world.latest_at = at if latest is None else max(at, latest)

    def _blame_time(self, index: int, rule: str, at: datetime, why: str) -> None:
        sentence: Any = f"it says it was made at {format_instant(at)}, but {why}."
        self._case.blame(index, rule, sentence)
