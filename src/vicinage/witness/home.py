"""The witness's folder: its key, the logs it trusts, and what it has seen of each."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from vicinage import durable
from vicinage.tlog import checkpoint, disk, note
from vicinage.tlog.errors import NoteError, TileError
from vicinage.tlog.keys import VKey, parse_vkeys
from vicinage.tlog.signing import CosignatureSigner, load_signer

DEFAULT_NAME = "witness.localhost"


class Home:
    """A witness's folder at `path`; made with mode 0700 when it is not there."""

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)

    def signer(self, name: str = DEFAULT_NAME) -> CosignatureSigner:
        """The witness's key, made on first use under `name`; later the name in the file stands.

        Raises NoteError when the key file is damaged: a witness never makes a second key by itself.
        """
        try:
            text = disk.read(self.path / "key", 4096).decode("ascii", "replace")
        except TileError as error:
            if error.code != "tile-missing":
                raise
            signer = CosignatureSigner.generate(name)
            durable.replace(self.path / "vkey", f"{signer.vkey}\n".encode())
            durable.replace(self.path / "key", f"{signer.skey}\n".encode(), 0o600)
            return signer
        loaded = load_signer(text)
        if not isinstance(loaded, CosignatureSigner):
            raise NoteError("note-skey", f"The key {self.path / 'key'} is not a cosignature key.")
        return loaded

    def trust(self, vkey: VKey) -> None:
        """Add a log's key; its name is the log's origin. Adding it twice changes nothing."""
        known = [key for keys in self.logs().values() for key in keys]
        if vkey not in known:
            lines = "".join(f"{key}\n" for key in [*known, vkey])
            durable.replace(self.path / "logs", lines.encode())

    def logs(self) -> dict[str, list[VKey]]:
        """The trusted keys by origin. Raises NoteError when the file is damaged."""
        try:
            text = disk.read(self.path / "logs", 1024 * 1024).decode("utf-8", "replace")
        except TileError as error:
            if error.code != "tile-missing":
                raise
            return {}
        found: dict[str, list[VKey]] = {}
        for vkey in parse_vkeys(text):
            found.setdefault(vkey.name, []).append(vkey)
        return found

    def seen(self, origin: str) -> note.Note | None:
        """The last note recorded for a log, or None.

        Raises TlogError when the record is damaged; the witness then signs nothing more for that log.
        """
        return self.seen_by_hash(sha256(origin.encode()).hexdigest())

    def seen_by_hash(self, name: str) -> note.Note | None:
        """As `seen`, by the lower-case hex SHA-256 of the origin."""
        try:
            signed = note.parse(disk.read(self.path / "seen" / name, note.MAX_BYTES))
        except TileError as error:
            if error.code != "tile-missing":
                raise
            return None
        checkpoint.parse(signed.text)
        return signed

    def record(self, origin: str, signed: note.Note) -> None:
        """Make a note the last one seen for a log; durable on return."""
        durable.replace(self.path / "seen" / sha256(origin.encode()).hexdigest(), signed.encode())

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the folder for one process. Raises TileError (witness-busy) when another holds it."""
        descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise TileError(
                    "witness-busy",
                    f"Another witness process holds {self.path}.",
                    "Stop it first: two would each sign what the other has not seen.",
                ) from error
            yield
        finally:
            os.close(descriptor)
