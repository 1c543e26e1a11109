"""Go's x/mod reads our log: checkpoint, cosignature, every tile, every entry, proofs of both kinds.

Runs where Debian's golang-go and golang-golang-x-mod-dev are installed, and skips elsewhere.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.tlog.small_log import ORIGIN, SmallLog, numbered

GO = shutil.which("go")
GOPATH = Path("/usr/share/gocode")
READY = GO is not None and (GOPATH / "src/golang.org/x/mod/sumdb/tlog").is_dir()

pytestmark = pytest.mark.skipif(not READY, reason="golang-go and golang-golang-x-mod-dev are not installed")


@pytest.fixture(scope="module")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    built = tmp_path_factory.mktemp("peer") / "peer"
    cache = os.environ.get("GOCACHE", str(built.parent / "cache"))
    env = {**os.environ, "GO111MODULE": "off", "GOPATH": str(GOPATH), "GOCACHE": cache}
    subprocess.run(["go", "build", "-o", built, "tests/tlog/peer/main.go"], env=env, check=True, timeout=300)
    return built


@pytest.mark.parametrize("sizes", [[1], [256], [3, 252, 1, 5], [700, 40]], ids=str)
def test_go_agrees_with_every_tile_entry_and_signature(tmp_path: Path, peer: Path, sizes: list[int]) -> None:
    log = SmallLog(tmp_path, witnesses=2, k=2)
    for size in sizes:
        log.grow(numbered(size, len(log.entries)))
    told = subprocess.run([peer, "verify", tmp_path], capture_output=True, text=True, check=False, timeout=60)
    assert (told.returncode, told.stdout, told.stderr) == (0, f"{ORIGIN} {sum(sizes)}\n", "")


def test_go_finds_a_changed_entry(tmp_path: Path, peer: Path) -> None:
    SmallLog(tmp_path).grow(numbered(9))
    bundle = tmp_path / "tile/entries/000.p/9"
    bundle.write_bytes(bundle.read_bytes().replace(b"entry 4", b"entry 5"))
    told = subprocess.run([peer, "verify", tmp_path], capture_output=True, text=True, check=False, timeout=60)
    assert (told.returncode, told.stderr) == (1, "entry 4 differs from its tile\n")


@pytest.mark.parametrize("size", [1, 256, 700, 66_000], ids=str)
def test_go_replays_the_whole_log_and_its_upper_tiles(tmp_path: Path, peer: Path, size: int) -> None:
    log = SmallLog(tmp_path, witnesses=2, k=2)
    log.grow([b'{"type":"any","v":1,"n":%d}' % n for n in range(size)])
    told = subprocess.run([peer, "replay", tmp_path], capture_output=True, text=True, check=False, timeout=60)
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.endswith(f" map[any:{size}]\n")
    top = sorted(tmp_path.glob("tile/[0-9]/**/*"))[-1]
    top.write_bytes(bytes(32) + top.read_bytes()[32:])
    told = subprocess.run([peer, "replay", tmp_path], capture_output=True, text=True, check=False, timeout=60)
    assert (told.returncode, told.stderr.endswith("is false\n")) == (1, True)
