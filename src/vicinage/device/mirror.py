"""Copying a whole public log over HTTP into a folder, file by file, in the log's own layout."""

from pathlib import Path

from vicinage import durable
from vicinage.device.errors import DeviceError, RefusedError
from vicinage.device.session import Session
from vicinage.tlog import checkpoint, layout, note

KEYS = (layout.POLICY, layout.VKEYS, layout.VKEYS_MLDSA)
MOST = 10_000_000
TEXT_LIMIT = 1024 * 1024


def mirror(session: Session, folder: Path) -> int:
    """Copy the log into a new folder; gives its size in entries. Nothing is checked: audit does that."""
    head = session.fetch(f"/log/{layout.CHECKPOINT}", note.MAX_BYTES)
    size = checkpoint.parse(note.parse(head).text).size
    if size > MOST:
        raise DeviceError(
            "device-log-too-large",
            f"The log says it has {size} entries; at most {MOST} are copied.",
            "Use a tool for it.",
        )
    for name in (*KEYS, *tile_paths(size)):
        durable.replace(folder / name, session.fetch(f"/log/{name}", layout.BUNDLE_LIMIT))
    for index in range(size):
        for suffix in ("json", "toml"):
            name = layout.text_path(index, suffix)
            try:
                durable.replace(folder / name, session.fetch(f"/log/{name}", TEXT_LIMIT))
            except RefusedError as error:
                if error.status != 404:
                    raise
    durable.replace(folder / layout.CHECKPOINT, head)
    return size


def tile_paths(size: int) -> list[str]:
    """The paths of all tiles and entry bundles of a log of this size."""
    paths = []
    for level in range(layout.MAX_LEVEL + 1):
        index = 0
        while width := layout.tile_width(level, index, size):
            paths.append(layout.tile_path(level, index, width))
            if level == 0:
                paths.append(layout.bundle_path(index, width))
            index += 1
        if index == 0:
            break
    return paths
