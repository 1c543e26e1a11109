"""One round of a monitor: what is new in a log is verified and judged, what was there is looked at again.

    look(state, source, rules, others, now, pick, stale_after, report)

The state is all that is kept between rounds; it is written down as JSON. A round changes it only when the
log holds, so that what was believed once stays the measure of all that comes after.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from vicinage.core import leaf
from vicinage.core.span import format_instant
from vicinage.errors import VicinageError
from vicinage.evidence import head as heads
from vicinage.evidence import shown, texts
from vicinage.evidence import world as worlds
from vicinage.evidence.compare import agree, signed_by_log
from vicinage.evidence.follow import Standing, advance, may_follow
from vicinage.evidence.head import Head
from vicinage.evidence.log_files import Place
from vicinage.evidence.outcome import Fault, Report
from vicinage.tlog import layout, merkle, note
from vicinage.tlog.checkpoint import Checkpoint
from vicinage.tlog.policy import Policy
from vicinage.tlog.reader import Fetch, Reader
from vicinage.wire import witness

SPOTS = 16
"""Entries, and texts, that are looked at again in each round."""

WITNESS_TIMEOUT_S = 5.0

NOT_ANSWERED = ("wire-unreachable", "tile-unreadable")
"""A server that does not answer is a warning, round after round; nothing is judged until it does."""

MOST_UNPROVEN = 100

Pick = Callable[[int], int]
"""pick(n): a number from 0 to n - 1 that nobody can foresee."""


@dataclass
class State:
    """What a monitor remembers. head: the last checkpoint that held. unproven: heads that others were
    shown and that could be neither proven nor refuted yet. faults: all that was ever found.
    acknowledged: how many of these its keeper has taken note of. unsent: alarms not delivered yet.
    warned: the warnings of the last round.
    """

    head: bytes = b""
    levels: list[list[bytes]] = field(default_factory=list)
    world: worlds.World = field(default_factory=worlds.World)
    cosigned_at: datetime | None = None
    rounds: int = 0
    unproven: list[bytes] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    acknowledged: int = 0
    unsent: list[Fault] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Other:
    """Someone else's view of the log: its checkpoint, and more of the log where there is a copy."""

    name: str
    fetch: Fetch


@dataclass
class Round:
    """A round under way. proofs: signed heads that contradict each other, to be kept for good."""

    report: Report
    proofs: list[bytes] = field(default_factory=list)


def encode(state: State) -> bytes:
    """The state as JSON."""
    return msgspec.json.encode(state)


def decode(data: bytes) -> State:
    """The state in JSON that `encode` made. Raises msgspec.DecodeError, msgspec.ValidationError."""
    return msgspec.json.decode(data, type=State)


def look(
    state: State,
    source: Place,
    rules: Policy,
    others: Sequence[Other],
    now: datetime,
    pick: Pick,
    stale_after: timedelta,
    report: Report,
) -> list[bytes]:
    """One round. The state is changed in place, to where the monitor stands after it.

    Gives signed heads that contradict each other, to be kept for good. Raises VicinageError when the log
    cannot be read at all; then the state is as it was.
    """
    found = Round(report)
    head = heads.read(source.fetch)
    kept = heads.parse(state.head) if state.head else None
    checked = heads.check(report, source.fetch, rules, head, listed=False)
    if checked is not None and _follow(state, source, head, kept, heads.cosigned_at(checked), now, report):
        kept = head
        heads.check_log_key(report, head, state.world.log_key)
        _look_again(state, source.fetch, head.tree, pick, report)
        if source.site is not None:
            shown.check_agencies(source.site, state.world, head.tree.size, state.rounds, now, report)
    elif kept is not None and signed_by_log(rules, head.data) and not report.ok:
        found.proofs += [kept.data, head.data]
    if kept is not None:
        _compare(state, source, rules, kept, others, found)
    if state.cosigned_at is not None and now - state.cosigned_at > stale_after:
        report.warn("log-stale", f"No witness cosigned the log since {format_instant(state.cosigned_at)}.")
    state.rounds += 1
    remember(state, report)
    return found.proofs


def _follow(
    state: State,
    source: Place,
    head: Head,
    kept: Head | None,
    at: datetime | None,
    now: datetime,
    report: Report,
) -> bool:
    """Go on from the kept head to the new one, and judge what lies between."""
    size = 0 if kept is None else kept.tree.size
    root = merkle.EMPTY_ROOT if kept is None else kept.tree.root
    if kept is not None and not may_follow(report, kept.tree, head.tree):
        return False
    world = worlds.decode(worlds.encode(state.world))
    standing = Standing(size, root, state.levels, world, state.cosigned_at)
    found = Report(report.source)
    reached = advance(found, source.fetch, head.tree, at, standing, now=now)
    silent = [fault for fault in found.faults if fault.rule in NOT_ANSWERED]
    for fault in found.faults:
        if not silent or _is_sure(fault, silent[0]):
            report.blame(fault)
    if silent:
        report.warn("log-unreadable", f"The log could not be read to its end: {silent[0].line}")
        return False
    report.unlisted += found.unlisted
    report.checked += found.checked
    if reached is None:
        return False
    state.head, state.levels, state.world = head.data, reached.levels, reached.world
    state.cosigned_at = reached.cosigned_at
    report.notes.append(f"New since the last round: {head.tree.size - size} entries.")
    return True


def _is_sure(fault: Fault, silent: Fault) -> bool:
    """Whether a fault stands although something could not be read: it is of an entry above that."""
    return fault.index is not None and (silent.index is None or fault.index < silent.index)


def _look_again(state: State, fetch: Fetch, tree: Checkpoint, pick: Pick, report: Report) -> None:
    """Look at some entries, and at some texts, that were verified before: are they still there, the same?"""
    reader = Reader(fetch, tree.size)
    for _ in range(min(SPOTS, tree.size)):
        _look_at_entry(reader, pick(tree.size), tree, report)
    kept = list(state.world.texts.items())
    for index, kind in kept if len(kept) <= SPOTS else [kept[pick(len(kept))] for _ in range(SPOTS)]:
        if index not in state.world.redacted:
            _look_at_text(reader, fetch, index, kind, report)


def _look_at_entry(reader: Reader, index: int, tree: Checkpoint, report: Report) -> None:
    """One entry, by its proof from the tiles as they are served now."""
    try:
        entry = merkle.leaf_hash(reader.entry(index))
        merkle.verify_inclusion(index, tree.size, entry, reader.inclusion(index), tree.root)
    except VicinageError as error:
        if error.code in NOT_ANSWERED:
            return report.warn("log-unreadable", f"Entry {index} could not be read again: {error.sentence}")
        sentence = f"it was verified before, and can no longer be: {error.sentence}"
        report.blame(Fault("entry-changed", sentence, index=index))


def _look_at_text(reader: Reader, fetch: Fetch, index: int, kind: str, report: Report) -> None:
    """One text that was there once; only an entry of the log may take it down."""
    try:
        data = texts.find(fetch, index, kind)
    except VicinageError as error:
        if error.code in NOT_ANSWERED:
            sentence = f"The text of entry {index} could not be read again: {error.sentence}"
            return report.warn("log-unreadable", sentence)
        sentence = f"its text was there before, and can no longer be read: {error.sentence}"
        return report.blame(Fault("text-missing", sentence, index=index))
    if data is None:
        sentence = "its text was there before, is gone now, and the log has no redaction of it."
        return report.blame(Fault("text-missing", sentence, index=index))
    try:
        fits = texts.fits(leaf.parse(reader.entry(index)), data)
    except VicinageError:
        fits = False
    if not fits:
        sentence = "its text is not the one any more that the entry commits to."
        report.blame(Fault("text-false", sentence, index=index))


def _compare(
    state: State, source: Place, rules: Policy, kept: Head, others: Sequence[Other], found: Round
) -> None:
    """What witnesses and others were shown must fit what we were shown."""
    report = found.report
    waiting, state.unproven = list(dict.fromkeys(state.unproven))[-MOST_UNPROVEN:], []
    for data in waiting:
        _fit(state, "the head kept from an earlier round", data, kept, rules, [source.fetch], found, True)
    for name, (_vkey, url) in rules.witnesses.items():
        if not url:
            continue
        try:
            seen = witness.latest(url, kept.tree.origin, WITNESS_TIMEOUT_S)
        except VicinageError as error:
            report.warn("witness-silent", f"The witness {name} does not answer: {error.sentence}")
            continue
        if seen is not None:
            _fit(state, f"the witness {name}", seen.encode(), kept, rules, [source.fetch], found)
    for other in others:
        try:
            data = other.fetch(layout.CHECKPOINT, note.MAX_BYTES)
        except VicinageError as error:
            report.warn("compare-silent", f"{other.name} shows no checkpoint: {error.sentence}")
            continue
        _fit(state, other.name, data, kept, rules, [other.fetch, source.fetch], found)


def _fit(
    state: State,
    name: str,
    data: bytes,
    kept: Head,
    rules: Policy,
    fetches: Sequence[Fetch],
    found: Round,
    again: bool = False,
) -> None:
    """One other head against ours."""
    theirs = signed_by_log(rules, data)
    if theirs is None:
        sentence = f"What {name} shows is not signed by this log; it was not compared."
        return found.report.warn("compare-false", sentence)
    answer = agree(kept.tree, theirs.tree, fetches)
    sizes = f"{theirs.tree.size} entries there, {kept.tree.size} here"
    if answer is True:
        found.report.checked.append(f"What {name} was shown fits ({sizes}).")
    elif answer is False:
        found.proofs += [kept.data, theirs.data]
        sentence = f"The log signed another past for {name} than for us ({sizes})."
        found.report.blame(Fault("split-view", sentence))
    elif again:
        sentence = f"The log signed {theirs.tree.size} entries for someone, and does not show them to us."
        found.proofs += [kept.data, theirs.data]
        found.report.blame(Fault("split-unproven", sentence))
        state.unproven.append(data)
    else:
        sentence = f"Whether what {name} was shown fits cannot be proven now ({sizes})."
        found.report.warn("compare-unproven", sentence)
        state.unproven.append(data)


def remember(state: State, report: Report) -> None:
    """Keep what is new among the faults and warnings, to be told once."""
    known = set(state.faults)
    fresh = [fault for fault in dict.fromkeys(report.faults) if fault not in known]
    state.faults += fresh
    warned = {warning.rule for warning in report.warnings}
    state.unsent += fresh + [w for w in report.warnings if w.rule not in state.warned]
    state.warned = sorted(warned)
