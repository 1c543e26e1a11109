"""The hub's ways in: run for ever, take in one file, or only say where a file has motion."""

from datetime import datetime
from pathlib import Path
from typing import NamedTuple


class IngestedClip(NamedTuple):
    """One clip made of a file: seconds in the video's time, SHA-256 (hex) of the plaintext MP4."""

    clip: str
    start_s: float
    end_s: float
    sha256: str


class IngestResult(NamedTuple):
    """What a file held: motion intervals in seconds of the video's time, and the clips made."""

    motion: list[list[float]]
    clips: list[IngestedClip]


def run(home: Path) -> None:
    """Watch every paired camera of this home until SIGTERM; reconnect, seal, spool, upload."""
    raise NotImplementedError


def record(video: Path) -> list[list[float]]:
    """Motion intervals [start_s, end_s] of a video file, in its own time. Needs no server."""
    raise NotImplementedError


def ingest_file(home: Path, video: Path, start_at: datetime | None, paced: bool) -> IngestResult:
    """Make clips of a file as if its camera had just streamed it; return when all are uploaded."""
    raise NotImplementedError
