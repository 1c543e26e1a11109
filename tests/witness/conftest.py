"""A log, and a witness that runs in a thread."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.tlog.small_log import SmallLog
from vicinage.tlog.signing import CosignatureSigner
from vicinage.witness.home import Home
from vicinage.witness.http import open_server


@dataclass
class Running:
    """A witness at `url` with its folder and key."""

    url: str
    home: Home
    signer: CosignatureSigner


@pytest.fixture
def log(tmp_path: Path) -> SmallLog:
    return SmallLog(tmp_path / "log", witnesses=0, k=0)


@pytest.fixture
def witness(tmp_path: Path, log: SmallLog) -> Iterator[Running]:
    home = Home(tmp_path / "witness")
    home.trust(log.log.vkey)
    home.trust(log.mldsa.vkey)
    with open_server(home.path, 0, "witness.example") as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield Running(f"http://127.0.0.1:{server.server_port}", home, home.signer())
        server.shutdown()
        thread.join()
