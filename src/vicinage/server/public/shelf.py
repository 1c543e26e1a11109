"""The public record as static files below VICINAGE_HOME/public, for caches and plain file servers.

A file's place is its address: /agencies.csv is `agencies.csv`, /rfas/<id>.json is `rfas/<id>.json`; what
stands under /public/ lies in the folder itself: /public/openapi.json is `openapi.json`. Beside each larger
file lies its gzip. `made.json` says how far the files are made: it is written last, so that a kill at any
moment leaves files that are whole, and a later run goes on.
"""

import gzip
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from vicinage import durable
from vicinage.server import home

FORM = 1
"""Changes when the files are to be made anew, whatever the log says."""

LEAST_ZIPPED = 600
LEVEL = 6


@dataclass(frozen=True)
class Made:
    """How far the files are made. size: of the log whose lists are on the shelf.

    done: up to which entry the files of single agencies, requests and cells are made. root: of the log's
    whole rules, so that a change of rules is seen. next_s: POSIX time at which a request closes by itself.
    """

    size: int = 0
    done: int = 0
    rules: str = ""
    next_s: float | None = None
    form: int = FORM


class Shelf:
    """The folder. `put` writes a file if its bytes are others; `note` says how far it is made."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or home.folder("public")
        self._batch = durable.Batch()
        self.written = 0

    def made(self) -> Made:
        """How far the files are made; from the beginning when that cannot be read."""
        try:
            told: Any = json.loads((self.folder / "made.json").read_bytes())
            made = Made(**told)
        except (OSError, ValueError, TypeError):
            return Made()
        return made if made.form == FORM else Made()

    def ready(self, name: str, size: int) -> bytes | None:
        """The file of this name if the lists are made for a log of this size, else None."""
        if self.made().size != size:
            return None
        try:
            return (self.folder / name).read_bytes()
        except FileNotFoundError:
            return None

    def put(self, name: str, data: bytes) -> None:
        """The file of this name and its gzip, each whole or not at all. Raises OSError."""
        path = self.folder / name
        try:
            if path.read_bytes() == data:
                return
        except FileNotFoundError:
            pass
        zipped = path.with_name(f"{path.name}.gz")
        # First the gzip: with the plain file old, the next run writes both again.
        if len(data) >= LEAST_ZIPPED:
            self._batch.write(zipped, gzip.compress(data, LEVEL, mtime=0))
        else:
            zipped.unlink(missing_ok=True)
        self._batch.write(path, data)
        self.written += 1

    def remove(self, name: str) -> None:
        """No file of this name any more."""
        for path in (self.folder / name, self.folder / f"{name}.gz"):
            path.unlink(missing_ok=True)

    def note(self, made: Made) -> None:
        """Make what was put durable, then say so."""
        self._batch.flush()
        durable.replace(self.folder / "made.json", json.dumps(asdict(made)).encode())
