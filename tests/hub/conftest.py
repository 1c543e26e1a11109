"""Small videos drawn by the demo's scene, and Alice's hub paired with a server of the test's own."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fakes.clip_server import TOKEN, ClipServer
from vicinage.core.place import Point, cell_of
from vicinage.demo.scene import Take, render
from vicinage.hub import config
from vicinage.seal.keys import Household
from vicinage.wire.pairing import Pairing, make_code

PLACE = Point(39.287654, -76.593219)
CAMERA = "aliceporch234567"


@pytest.fixture(scope="session")
def videos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the videos of this run."""
    return tmp_path_factory.mktemp("videos")


@pytest.fixture(scope="session")
def street(videos: Path) -> Path:
    """22 s: something moves from 4.0 to 15.6 s."""
    return render(videos / "street.mp4", take=Take(0, 22, 480, 270))


@pytest.fixture(scope="session")
def busy(videos: Path) -> Path:
    """5 s in which someone walks all the time."""
    return render(videos / "busy.mp4", take=Take(5, 5, 480, 270))


@pytest.fixture(scope="session")
def quiet(videos: Path) -> Path:
    """8 s in which nothing moves."""
    return render(videos / "quiet.mp4", take=Take(52, 8, 480, 270))


@dataclass(frozen=True)
class AliceHub:
    """Alice's hub: its folder, her keys, the server it is paired with."""

    home: Path
    household: Household
    server: ClipServer

    def pair(self, source: str) -> Path:
        """Pair her porch camera with this source."""
        pairing = Pairing(
            v=1,
            server=self.server.address,
            token=TOKEN,
            camera=CAMERA,
            name="Porch of Alice",
            lat=PLACE.lat,
            lon=PLACE.lon,
            cell=cell_of(PLACE),
            recipients=[self.household.identity.recipient],
            seed=bytes(range(32)),
        )
        return config.pair(make_code(pairing), source, self.home)

    @property
    def paired(self) -> config.Paired:
        """What the hub knows of the camera."""
        return config.cameras(self.home)[0]


@pytest.fixture
def server() -> Iterator[ClipServer]:
    """A server that takes clips."""
    with ClipServer() as running:
        yield running


@pytest.fixture
def alice(tmp_path: Path, server: ClipServer) -> AliceHub:
    """Alice's hub, not yet paired."""
    return AliceHub(tmp_path / "hub", Household.generate(), server)


def secrets_of(alice: AliceHub) -> list[bytes]:
    """What must never be seen outside: her camera's exact place, its name, her keys."""
    household = alice.household
    return [
        b"39.287654",
        b"76.593219",
        b"Porch of Alice",
        household.identity.text.encode(),
        base64.b64encode(household.signing_seed),
        base64.b64encode(bytes(range(32))),
    ]
