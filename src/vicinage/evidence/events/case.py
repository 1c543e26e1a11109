"""What every step of a replay works with: the world so far, the texts, and where faults go."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from vicinage.core import agency, assembly, canonical, regime
from vicinage.core.agency import Agency
from vicinage.core.assembly import Assembly
from vicinage.core.event import Finding
from vicinage.core.regime import Change, Schedule
from vicinage.core.rules import Regime
from vicinage.core.span import Span
from vicinage.evidence import texts
from vicinage.evidence.outcome import SPEC, Fault
from vicinage.evidence.world import Desk, Gathering, Ruled, World
from vicinage.tlog.reader import Fetch


class Case:
    """A replay under way. world: changed by each step. schedule: of regimes, as the world has it."""

    def __init__(self, world: World, fetch: Fetch, blame: Callable[[Fault], None]) -> None:
        self.world = world
        self.fetch = fetch
        self._blame = blame
        self.schedule = Schedule(tuple(_change(ruled) for ruled in world.rules))
        self._assemblies: dict[str, Assembly] = {}
        self._days: dict[int, set[str]] = {}
        for gathering in world.gatherings.values():
            self._place(assembly.from_leaf(gathering.leaf, None)[0])

    def blame(self, index: int | None, rule: str, sentence: str, source: str = SPEC) -> None:
        """Say what is wrong with an entry."""
        self._blame(Fault(rule, sentence, source, index))

    def find(self, index: int, what: str, finding: Finding) -> None:
        """A rule of the law was broken by what the entry says was done."""
        self.blame(index, finding.rule, f"{what} {finding.sentence}", finding.source or SPEC)

    def rule(self, ruled: Ruled) -> None:
        """A change of regime. Raises CoreError when the file cannot be read or is another."""
        change = _change(ruled)
        self.world.rules.append(ruled)
        self.schedule = Schedule((*self.schedule.changes, change))

    def in_force(self, index: int, at: datetime, what: str) -> Regime | None:
        """The regime at a time; that there is none is a fault of the entry."""
        found = self.schedule.in_force(at)
        if found is None:
            self.blame(index, "regime-missing", f"{what} No regime was in force.")
        return found

    def desk(self, agency_id: str) -> Agency | None:
        """The agency as verified last, or None when it is not, or has left."""
        known = self.world.desks.get(agency_id)
        return None if known is None or known.left else as_agency(known)

    def text(self, index: int, value: dict[str, Any]) -> dict[str, Any] | None:
        """The text beside an entry, when it is there and is the one committed to.

        Another text is a fault at once; whether a missing one was redacted, the end of the replay shows.
        """
        data = texts.find(self.fetch, index, value["type"])
        if data is None:
            self.world.absent[index] = value["type"]
            return None
        self.world.texts[index] = value["type"]
        if not texts.fits(value, data):
            self.blame(index, "text-false", "the text beside the log is not the one that it commits to.")
            return None
        read: dict[str, Any] = canonical.loads(data, texts.TEXT_LIMIT)
        return read

    def gather(self, gathering: Gathering, entered: Assembly) -> None:
        """An assembly was entered."""
        self.world.gatherings[entered.id] = gathering
        self._place(entered)

    def assemblies(self, window: Span | None, index: int) -> tuple[Assembly, ...]:
        """The assemblies near a time that stood in the log before entry `index`, and were not taken back."""
        if window is None:
            return ()
        near = {id for day in _days(window) for id in self._days.get(day, ())}
        return tuple(self._assemblies[id] for id in sorted(near) if self._stood(id, index))

    def _stood(self, id: str, index: int) -> bool:
        known = self.world.gatherings[id]
        return known.index < index and (known.withdrawn is None or known.withdrawn >= index)

    def _place(self, entered: Assembly) -> None:
        self._assemblies[entered.id] = entered
        for day in _days(entered.window):
            self._days.setdefault(day, set()).add(entered.id)


def as_agency(desk: Desk) -> Agency:
    """The agency of a desk, with whether it is suspended."""
    return replace(agency.from_leaf(desk.leaf), suspended=desk.suspended)


def _change(ruled: Ruled) -> Change:
    return regime.from_leaf(ruled.leaf, ruled.toml.encode(), ruled.index)


def _days(window: Span) -> Iterator[int]:
    """The days that a window touches, with a day to spare on both sides, as ordinals; at most a month.

    A window at the end of the calendar, which only a forger writes, has no day after it: these are numbers.
    """
    first, last = window.start.toordinal() - 1, window.end.toordinal() + 1
    return iter(range(first, min(last, first + 31) + 1))
