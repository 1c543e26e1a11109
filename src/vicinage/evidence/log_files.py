"""Where a log's files are: a folder, or an http(s) address."""

from pathlib import Path
from typing import NamedTuple

from vicinage.tlog.errors import TileError
from vicinage.tlog.layout import CHECKPOINT
from vicinage.tlog.note import MAX_BYTES
from vicinage.tlog.reader import Fetch
from vicinage.tlog.tile import Folder
from vicinage.wire import web

TIMEOUT_S = 15.0


class Place(NamedTuple):
    """Where a log is. fetch: gives its files. site: address of the platform around it, if it has one."""

    fetch: Fetch
    site: str | None


def find(source: str | Path) -> Fetch:
    """How to fetch a log's files by their paths; see `locate`."""
    return locate(source).fetch


def locate(source: str | Path) -> Place:
    """The log at a place.

    source: the log's folder, its address, or the address of a site that serves it at /log/.
    Raises TileError (tile-missing) when there is no checkpoint; WireError (wire-unreachable).
    """
    if not is_address(source):
        folder = Folder(Path(source))
        if not folder.path.is_dir():
            raise TileError("tile-missing", f"{source} is no folder.", "Give a log's folder or its address.")
        return Place(folder.fetch, None)
    given = str(source).rstrip("/")
    for prefix, site in ((given, _around(given)), (f"{given}/log", given)):
        if web.get(f"{prefix}/{CHECKPOINT}", MAX_BYTES, TIMEOUT_S).status == 200:
            return Place(_web(prefix), site)
    raise TileError("tile-missing", f"There is no log at {source}.", "Give the address of its folder.")


def is_address(source: str | Path) -> bool:
    """Whether this is to be fetched by http(s), and not a folder."""
    return isinstance(source, str) and source.startswith(("http://", "https://"))


def _around(prefix: str) -> str | None:
    """The site that serves its log at this address, when it ends as ours do."""
    return prefix.removesuffix("/log") if prefix.endswith("/log") else None


def _web(prefix: str) -> Fetch:
    """Fetch below an address."""

    def fetch(path: str, limit: int) -> bytes:
        url = f"{prefix}/{path}"
        answer = web.get(url, limit, TIMEOUT_S)
        if answer.status in (404, 410):
            raise TileError("tile-missing", f"The file {path} is not there: {url}.")
        if answer.status != 200:
            raise TileError("tile-unreadable", f"{url} answered {answer.status}; it should answer 200.")
        return answer.body

    return fetch
