"""Regimes over time: the first is adopted, each later one announced ahead. Format: spec/regime.md.

Which regime was in force at a time, and until when an rfa takes answers, is told by the log's changes of
regime alone: a `Schedule`. What a regime is, and how its file is read, is in core.rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from vicinage.core import canonical, leaf
from vicinage.core.errors import RegimeError
from vicinage.core.event import Decision, Event, Finding
from vicinage.core.rules import CONDUCT, KINDS, MAX_BYTES, Conduct, Question, Regime, Rule, parse
from vicinage.core.span import format_instant, parse_instant

__all__ = [
    "CONDUCT",
    "KINDS",
    "MAX_BYTES",
    "Change",
    "Conduct",
    "Question",
    "Regime",
    "Rule",
    "Schedule",
    "adopt",
    "announce",
    "from_leaf",
    "notice",
    "parse",
]


@dataclass(frozen=True)
class Change:
    """A regime takes force at a time. index: of its entry in the log, or None before it has one."""

    effective_at: datetime
    regime: Regime
    index: int | None = None


@dataclass(frozen=True)
class Schedule:
    """All changes of regime that a log holds, in the order of their entries."""

    changes: tuple[Change, ...] = ()

    def in_force(self, at: datetime) -> Regime | None:
        """The regime in force at a time: of the changes that took force, the last; of two at once the later
        entry. None before the first.
        """
        change = self.change_in_force(at)
        return None if change is None else change.regime

    def change_in_force(self, at: datetime) -> Change | None:
        """The change by which the regime in force took force, or None."""
        done = [change for change in self._by_force() if change.effective_at <= at]
        return done[-1] if done else None

    def announced(self, at: datetime) -> tuple[Change, ...]:
        """The changes that have not taken force yet, in the order in which they will.

        Of two for one moment only the later entry is given: the earlier never takes force.
        """
        later = [change for change in self._by_force() if change.effective_at > at]
        return tuple(
            change
            for i, change in enumerate(later)
            if i + 1 == len(later) or later[i + 1].effective_at != change.effective_at
        )

    def open_until(self, submitted_at: datetime, published_at: datetime) -> datetime:
        """Until when (exclusive) an rfa takes answers, unless its agency resolves it before.

        `open_days` of the regime in force at its submission, from its publication on. Where a closed
        regime is in force at any time before that, at most its `answer_days` after it took force. Never
        before published_at. Raises RegimeError when no regime was in force at the submission.
        """
        regime = self.in_force(submitted_at)
        if regime is None:
            raise RegimeError(
                "regime-none-then", f"No regime was in force at {format_instant(submitted_at)}."
            )
        until = published_at + timedelta(days=regime.conduct.open_days)
        order = self._by_force()
        for i, change in enumerate(order):
            ends = order[i + 1].effective_at if i + 1 < len(order) else None
            over = ends is not None and ends <= max(published_at, change.effective_at)
            if change.regime.conduct.route == "closed" and change.effective_at < until and not over:
                last = change.effective_at + timedelta(days=change.regime.conduct.answer_days)
                until = min(until, max(last, published_at))
        return until

    def _by_force(self) -> list[Change]:
        return sorted(self.changes, key=lambda change: change.effective_at)  # stable: ties keep their order


def adopt(regime_name: str, toml_bytes: bytes, at: datetime) -> Decision:
    """Put a log's first regime in force: an event `regime.adopted` whose text is the TOML itself.

    Every later change is announced. Raises RegimeError.
    """
    regime = parse(toml_bytes)
    if regime.name != regime_name:
        raise RegimeError("regime-name", f"The file names the regime {regime.name!r}, not {regime_name!r}.")
    entry = leaf.public("regime.adopted", at, {"name": regime.name, "sha256": regime.sha256})
    return Decision("adopted", (), Event("regime.adopted", regime.name, entry, toml_bytes, private=False))


def announce(schedule: Schedule, toml_bytes: bytes, effective_at: datetime, at: datetime) -> Decision:
    """Announce a change of regime: an event `regime.announced`, or "refused" with the finding.

    effective_at: when it takes force, in whole seconds. Raises RegimeError for a broken file, and when the
    log has no regime in force that says how long ahead.
    """
    regime = parse(toml_bytes)
    effective_at, at = _whole(effective_at), _whole(at)
    findings = notice(schedule, effective_at, at)
    if findings:
        return Decision("refused", findings)
    fields = {"name": regime.name, "sha256": regime.sha256, "effective_at": format_instant(effective_at)}
    entry = leaf.public("regime.announced", at, fields)
    return Decision("announced", (), Event("regime.announced", regime.name, entry, toml_bytes, private=False))


def notice(schedule: Schedule, effective_at: datetime, at: datetime) -> tuple[Finding, ...]:
    """Whether a change announced at `at` leaves the notice that the regime in force demands.

    Raises RegimeError when no regime is in force.
    """
    now = schedule.in_force(at)
    if now is None:
        raise RegimeError(
            "regime-first", "No regime is in force yet, so none can be announced.", "Adopt the first regime."
        )
    days = now.conduct.notice_days
    if effective_at >= at + timedelta(days=days):
        return ()
    given = {"days": str(days), "earliest": format_instant(at + timedelta(days=days))}
    message = "A change of regime must be announced at least {days} days ahead: {earliest} is the earliest."
    hint = "Give a later date."
    return (
        Finding("regime-notice", message, given, now.conduct.sources["notice_days"], hint, "effective_at"),
    )


def from_leaf(entry: Mapping[str, Any], toml_bytes: bytes, index: int | None = None) -> Change:
    """The change that a `regime.adopted` or `regime.announced` leaf made; its hash is checked.

    Raises RegimeError, CanonicalError, SpanError. Whether the notice was long enough, `notice` says.
    """
    announced = isinstance(entry, dict) and entry.get("type") == "regime.announced"
    names = ("v", "type", "at", "name", "sha256", *(("effective_at",) if announced else ()))
    fields = canonical.members(entry, names)
    regime = parse(toml_bytes)
    if (fields["name"], fields["sha256"]) != (regime.name, regime.sha256):
        raise RegimeError(
            "regime-mismatch",
            f"The regime file beside the log is not the one the log names: {fields['name']!r}.",
        )
    effective_at = parse_instant(fields["effective_at" if announced else "at"])
    if format_instant(effective_at) != fields["effective_at" if announced else "at"]:
        raise RegimeError("regime-time", "The time at which the regime takes force must be in whole seconds.")
    return Change(effective_at, regime, index)


def _whole(at: datetime) -> datetime:
    return parse_instant(format_instant(at))
