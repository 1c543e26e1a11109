"""Reads files of a log with a limit on their size."""

from pathlib import Path

from vicinage.tlog.errors import TileError


def read(path: Path, limit: int) -> bytes:
    """The file's bytes, at most `limit`. Raises TileError (tile-missing, tile-limit)."""
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise TileError("tile-missing", f"The file {path.name} is not there: {path}.") from error
    if len(data) > limit:
        raise TileError("tile-limit", f"The file {path} has more than {limit} bytes.")
    return data
