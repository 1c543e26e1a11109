"""What a hub knows of itself: one file per paired camera, mode 0600, in HOME/cameras.

The file holds the pairing (token, signing seed, the camera's place) and the source address with the
camera's password. Nothing of it is ever logged but the camera's id and the address without password.
"""

import os
from pathlib import Path

import msgspec

from vicinage import durable
from vicinage.core.errors import CoreError
from vicinage.core.place import Point, cell_of
from vicinage.hub.camera import is_live
from vicinage.hub.errors import PairingError
from vicinage.seal.errors import SealError
from vicinage.seal.keys import parse_recipient
from vicinage.wire import WireError, decode, encode
from vicinage.wire.pairing import Pairing, parse_code

LIMIT = 16 * 1024


class Paired(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A camera of this hub: its pairing, and where its stream comes from."""

    pairing: Pairing
    source: str

    @property
    def place(self) -> Point:
        """Where the camera stands. Never sent to anyone."""
        return Point(self.pairing.lat, self.pairing.lon)


def pair(code: str, source: str, home: Path) -> Path:
    """Check a pairing code, and keep it with the camera's source. Pairing again replaces it.

    source: rtsp://, http:// or https:// address, or a file. Returns the file written (0600).
    Raises WireError (pairing-...), PairingError (pairing-recipient, pairing-cell, pairing-source).
    """
    pairing = parse_code(code)
    try:
        for recipient in pairing.recipients:
            parse_recipient(recipient)
    except SealError as error:
        raise PairingError(
            "pairing-recipient", "The pairing code names a reader that is no age key.", "Make a new code."
        ) from error
    try:
        cell = cell_of(Point(pairing.lat, pairing.lon))
    except CoreError as error:
        raise PairingError("pairing-cell", str(error), "Make a new code.") from error
    if cell != pairing.cell:
        raise PairingError(
            "pairing-cell", "The place and the cell in the pairing code do not agree.", "Make a new code."
        )
    if not is_live(source) and not Path(source).is_file():
        raise PairingError(
            "pairing-source",
            "The source should be an rtsp, http or https address, or a file that exists.",
            "Give --source rtsp://USER:PASSWORD@CAMERA/PATH.",
        )
    kept = source if is_live(source) else str(Path(source).resolve())
    path = home / "cameras" / f"{pairing.camera}.json"
    durable.private_folder(path.parent)
    durable.replace(path, encode(Paired(pairing, kept)), 0o600)
    return path


def load(path: Path) -> Paired:
    """The paired camera in this file. Raises PairingError: pairing-file."""
    try:
        return decode(Paired, path.read_bytes(), LIMIT)
    except (OSError, WireError) as error:
        raise PairingError(
            "pairing-file", f"The file {path.name} should hold a paired camera, and does not.", "Pair again."
        ) from error


def cameras(home: Path) -> list[Paired]:
    """All paired cameras of this home, in order of their ids. Raises PairingError: pairing-none."""
    paths = sorted((home / "cameras").glob("*.json"))
    if not paths:
        raise PairingError(
            "pairing-none",
            f"No camera is paired in {os.fspath(home)}.",
            "Run `vicinage hub pair CODE --source URL` first.",
        )
    return [load(path) for path in paths]
