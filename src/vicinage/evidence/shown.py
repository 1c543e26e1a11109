"""Compares what a platform shows on its pages with what its log says: the keys of agencies.

Residents' browsers believe only the log. A page that shows another key than the log does is still a sign
that someone is being lied to, and worth an alarm.
"""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from vicinage.core import agency
from vicinage.errors import VicinageError
from vicinage.evidence.events.desks import as_keys
from vicinage.evidence.outcome import Fault, Report
from vicinage.evidence.world import Key, World
from vicinage.wire import web

PAGE_LIMIT = 4 * 1024 * 1024
TIMEOUT_S = 15.0
AT_ONCE = 64
"""Agencies looked at in one round; the next round takes the next ones."""

LAG = timedelta(minutes=10)
"""A page may be this much older than the log."""


def check_agencies(site: str, world: World, size: int, turn: int, now: datetime, report: Report) -> None:
    """Some agencies' files, /agencies/<id>.json, against the log. turn: the number of the round."""
    ids = sorted(id for id, desk in world.desks.items() if not desk.left)
    if not ids:
        return
    start = turn * AT_ONCE % len(ids)
    chosen = (ids[start:] + ids[:start])[:AT_ONCE]
    missing = 0
    for id in chosen:
        try:
            answer = web.get(f"{site}/agencies/{id}.json", PAGE_LIMIT, TIMEOUT_S)
        except VicinageError as error:
            return report.warn("agency-page", f"The agencies' files cannot be read: {error.sentence}")
        if answer.status != 200:
            missing += 1
            continue
        _check_file(id, answer.body, world, size, now, report)
    if missing:
        report.warn("agency-page", f"{missing} of {len(chosen)} agencies' files are not there.")
    else:
        report.checked.append(f"The pages of {len(chosen)} agencies show the keys that the log has.")


def _check_file(id: str, data: bytes, world: World, size: int, now: datetime, report: Report) -> None:
    """One agency's file. What is newer than the head that was verified is left for the next round."""
    try:
        file = msgspec.json.decode(data)
        key, shown = file["key"], {change["index"]: change for change in file["history"]}
        if not isinstance(key, str | None):
            raise TypeError("its key is no text")
    except (msgspec.DecodeError, LookupError, TypeError, RecursionError) as error:
        return _blame(id, f"its file cannot be read: {error}.", report)
    if not all(isinstance(index, int) for index in shown):
        return _blame(id, "its file has an entry without its place in the log.", report)
    if any(index >= size for index in shown):
        return report.notes.append(f"The file of the agency {id} is newer than the head that was verified.")
    keys = world.keys.get(id, [])
    for known in keys:
        if known.at < now - LAG and _recipient(shown.get(known.index)) != known.recipient:
            return _blame(
                id, f"its file does not show the key of entry {known.index} as the log has it.", report
            )
    logged = {known.index: known.recipient for known in keys}
    for index, change in shown.items():
        if change.get("kind") == "agency.key" and logged.get(index) != _recipient(change):
            return _blame(id, f"its file shows a key at entry {index} that the log does not have.", report)
    believed = {_in_force(id, keys, at) for at in (now - LAG, now)}
    if key not in believed:
        _blame(id, "its file shows another key in force than the log does.", report)


def _in_force(id: str, keys: list[Key], at: datetime) -> str | None:
    found = agency.key_in_force(as_keys(id, keys), at)
    return None if found is None else found.recipient


def _recipient(change: dict[str, Any] | None) -> object:
    return None if change is None else change.get("recipient")


def _blame(id: str, what: str, report: Report) -> None:
    report.blame(Fault("agency-key-shown", f"Of the agency {id}, {what}"))
