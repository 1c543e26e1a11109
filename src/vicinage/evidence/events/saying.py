"""Steps of what is said without asking: posts, assemblies; and of redactions and the log's own keys."""

from datetime import datetime
from typing import Any

from vicinage.core import assembly, post, redaction
from vicinage.core import log_key as log_keys
from vicinage.evidence import texts
from vicinage.evidence.events.case import Case
from vicinage.evidence.world import Gathering
from vicinage.tlog.keys import parse_vkey


def posted(case: Case, index: int, value: dict[str, Any], at: datetime) -> None:
    """An agency's tip, update or event is published, once, as the regime then in force allows."""
    record = post.from_record(value, case.text(index, value))
    said = record.post
    what = f"the post {said.id} was published."
    if said.id in case.world.posts:
        case.blame(index, "post-twice", f"{what} The same id was published before.")
    case.world.posts[said.id] = index
    rules = case.in_force(index, at, what)
    if rules is not None:
        for finding in post.judge_post(rules, said, case.desk(said.agency), at, not record.redacted):
            case.find(index, what, finding)


def entered(case: Case, index: int, value: dict[str, Any], at: datetime) -> None:
    """An assembly is entered, within bounds; it may replace one that still stands."""
    text = case.text(index, value)
    made, replaces = assembly.from_leaf(value, text)
    what = f"the assembly {made.id} was entered."
    if made.id in case.world.gatherings:
        return case.blame(index, "assembly-twice", f"{what} The same id was entered before.")
    for finding in assembly.faults(made, at, text is not None):
        case.find(index, what, finding)
    if replaces is not None:
        _take_back(case, index, replaces, f"{what} It replaces {replaces}")
    case.gather(Gathering(value, index), made)


def withdrawn(case: Case, index: int, value: dict[str, Any], at: datetime) -> None:
    """An assembly is taken back, once."""
    id = assembly.withdrawn_from_leaf(value)
    _take_back(case, index, id, f"the assembly {id} was withdrawn")


def _take_back(case: Case, index: int, id: str, what: str) -> None:
    known = case.world.gatherings.get(id)
    if known is None or known.withdrawn is not None:
        return case.blame(index, "assembly-unknown", f"{what}, which does not stand in the log.")
    known.withdrawn = index


def redacted(case: Case, index: int, value: dict[str, Any], at: datetime) -> None:
    """The text beside an earlier entry is taken down, once."""
    made = redaction.from_leaf(value)
    if made.entry in case.world.redacted:
        sentence = f"the text of entry {made.entry} was redacted; it had been before."
        case.blame(index, "redaction-again", sentence)
    elif made.entry not in case.world.texts and made.entry not in case.world.absent:
        sentence = f"the text of entry {made.entry} was redacted; that entry has none before this one."
        case.blame(index, "redaction-of-nothing", sentence)
    elif texts.suffix((case.world.texts | case.world.absent)[made.entry]) == "toml":
        sentence = f"the rules of entry {made.entry} were redacted; without them nothing can be judged."
        case.blame(index, "redaction-of-rules", sentence)
    case.world.redacted[made.entry] = index


def log_key(case: Case, index: int, value: dict[str, Any], at: datetime) -> None:
    """The log signs with other keys from here on."""
    for vkey in filter(None, log_keys.from_leaf(value)):
        parse_vkey(vkey)
    case.world.log_keys.append(value)
