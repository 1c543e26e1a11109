"""Replays the events of a log in order and judges each by the law that the log itself put in force.

Nothing but the log is asked: regimes, agencies and earlier requests are those that earlier entries set.
Rules that are not of a regime are listed in spec/log.md under "What the audit checks".
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from vicinage import regimes
from vicinage.core import agency, canonical, leaf, regime, rfa, span
from vicinage.core.agency import Agency
from vicinage.core.draft import Earlier, incident
from vicinage.core.event import Finding
from vicinage.core.judge import judge
from vicinage.core.regime import Regime
from vicinage.errors import VicinageError
from vicinage.evidence.outcome import Fault
from vicinage.tlog import layout
from vicinage.tlog.errors import TileError
from vicinage.tlog.reader import Fetch

TEXT_LIMIT = 256 * 1024

_PRIVATE = re.compile(rb'\{"c":"[0-9a-f]{64}","type":"private","v":1\}').fullmatch

_BROKEN = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError)


class Replay:
    """The state of the world as the log tells it, and what in it broke a rule.

    fetch: for the texts beside the log. blame: called with each fault. counts: entries by type.
    """

    def __init__(self, fetch: Fetch, blame: Callable[[Fault], None]) -> None:
        self.counts: Counter[str] = Counter()
        self.redacted: list[int] = []
        self.judged = 0
        self.regimes: list[str] = []
        self._fetch = fetch
        self._blame = blame
        self._regime: Regime | None = None
        self._agencies: dict[str, Agency] = {}
        self._open: dict[str, bool] = {}
        self._earlier: dict[tuple[str, str], list[Earlier]] = {}
        self._steps: Mapping[str, Callable[[int, dict[str, Any]], None]] = {
            "regime.adopted": self._adopted,
            "agency.verified": self._verified,
            "agency.key": self._key,
            "rfa.published": self._published,
            "rfa.resolved": self._resolved,
        }

    def take(self, start: int, entries: Sequence[bytes]) -> None:
        """The next entries, the first of them at index `start`."""
        private = 0
        for index, entry in enumerate(entries, start):
            if _PRIVATE(entry):
                private += 1
            else:
                self._event(index, entry)
        self.counts["private"] += private

    def _event(self, index: int, entry: bytes) -> None:
        try:
            value = leaf.parse(entry)
            self.counts[value["type"]] += 1
            self._steps[value["type"]](index, value)
        except VicinageError as error:
            self._blame(Fault(error.code, f"it cannot be read: {error.sentence}", index=index))
        except _BROKEN as error:  # a hostile regime may hold values that a test of the judge cannot compare
            kind = type(error).__name__
            self._blame(Fault("entry-unjudgeable", f"it cannot be judged: {kind}: {error}.", index=index))

    def _adopted(self, index: int, value: dict[str, Any]) -> None:
        """A regime comes into force; its text must be there, or nothing after it could be judged."""
        self._regime = None
        toml = self._text(index, "toml", regime.MAX_BYTES)
        if toml is None:
            sentence = (
                f"the regime {value.get('name')!r} came into force, but its text is not beside the log."
            )
            return self._blame(Fault("regime-text", sentence, index=index))
        regime.from_leaf(value, toml)
        self._regime = regimes.load(toml)
        self.regimes.append(self._regime.name)

    def _verified(self, index: int, value: dict[str, Any]) -> None:
        """An agency is verified; the regime must admit it."""
        found = agency.from_leaf(value)
        self._agencies[found.id] = found
        if self._regime is None:
            sentence = f"the agency {found.name} was verified with no regime in force."
            return self._blame(Fault("regime-missing", sentence, index=index))
        for finding in agency.standing(self._regime, found, span.parse_instant(value["at"])):
            self._find(index, f"the agency {found.name} was verified.", finding)

    def _key(self, index: int, value: dict[str, Any]) -> None:
        """A key of an agency, which must be verified."""
        owner = agency.key_from_leaf(value).agency
        if owner not in self._agencies:
            sentence = f"a key was published for {owner}, which is no verified agency."
            self._blame(Fault("agency-unverified", sentence, index=index))

    def _published(self, index: int, value: dict[str, Any]) -> None:
        """A Request for Assistance is judged again, as of its submission."""
        data = self._text(index, "json", TEXT_LIMIT)
        text = None if data is None else canonical.loads_canonical(data, TEXT_LIMIT)
        record = rfa.from_record(value, text)
        asked = record.rfa
        what = f"the Request for Assistance {asked.id} was published."
        if asked.id in self._open:
            self._blame(Fault("rfa-twice", f"{what} The same id was published before.", index=index))
        self._open[asked.id] = True
        if record.submitted_at > record.published_at:
            self._blame(Fault("rfa-time", f"{what} It says it was submitted later than that.", index=index))
        if self._regime is None or record.regime != self._regime.name:
            in_force = self._regime.name if self._regime else "none"
            sentence = f"{what} It names the regime {record.regime!r}; in force was {in_force}."
            self._blame(Fault("rfa-regime", sentence, index=index))
        if record.redacted:
            self.redacted.append(index)
        same = self._earlier.setdefault((asked.agency, incident(asked.reference)), [])
        if record.post != len(same) + 1:
            sentence = f"{what} It says it is post {record.post} on its incident; it is post {len(same) + 1}."
            self._blame(Fault("rfa-post", sentence, index=index))
        if self._regime is not None:
            self.judged += 1
            who = self._agencies.get(asked.agency)
            for finding in judge(self._regime, asked, who, tuple(same), record.submitted_at):
                if not (record.redacted and finding.field in rfa.TEXT_FIELDS):
                    self._find(index, what, finding)
        same.append(Earlier(asked.id, asked.reference, record.submitted_at))

    def _resolved(self, index: int, value: dict[str, Any]) -> None:
        """A published request is closed, once."""
        closed = rfa.resolved_from_leaf(value)
        if not self._open.get(closed, False):
            sentence = f"the Request for Assistance {closed} was resolved, but it was not open."
            self._blame(Fault("rfa-not-open", sentence, index=index))
        self._open[closed] = False

    def _find(self, index: int, what: str, finding: Finding) -> None:
        """A rule of the regime was broken."""
        sentence = f"{what} {finding.sentence}"
        self._blame(Fault(finding.rule, sentence, finding.source, index))

    def _text(self, index: int, suffix: str, limit: int) -> bytes | None:
        """The text beside an entry, or None when it is not there."""
        try:
            return self._fetch(layout.text_path(index, suffix), limit)
        except TileError as error:
            if error.code == "tile-missing":
                return None
            raise
