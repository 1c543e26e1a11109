"""A small log as a server shows it to a device: policy, leaves, proofs, bundles; and ways to hide in it."""

from collections.abc import Sequence
from pathlib import Path

import httpx

from tests.device.lying import Lies
from tests.tlog.small_log import SmallLog
from vicinage.device.transparency import LogReader
from vicinage.tlog import layout, proof


def show(folder: Path, leaves: Sequence[bytes], lies: Lies | None = None) -> tuple[Lies, LogReader]:
    """A server of these leaves, and a device's reader of it."""
    log = SmallLog(folder)
    note, size = log.grow(leaves), len(leaves)
    shown = lies or Lies({})
    put(shown, "policy", log.policy.encode())
    for index, entry in enumerate(leaves):
        put(shown, f"leaf/{index}", entry)
        path = log.folder.reader(size).inclusion(index)
        put(shown, f"proof/{index}", proof.make(index, path, note.encode()).encode())
    for number in range(0, (size + layout.WIDTH - 1) // layout.WIDTH):
        some = leaves[number * layout.WIDTH : (number + 1) * layout.WIDTH]
        put(shown, layout.bundle_path(number, len(some)), layout.encode_bundle(some))
    return shown, LogReader(shown.session)


def put(lies: Lies, name: str, data: bytes) -> None:
    """Show this file of the log."""
    lies.answers[f"GET /log/{name}"] = httpx.Response(200, content=data)
