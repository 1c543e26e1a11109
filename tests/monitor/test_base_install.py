"""Who has only the base install and an address can audit, mirror, monitor, witness and verify."""

import re
import subprocess
import venv
from importlib import metadata
from pathlib import Path

import pytest

from tests.evidence import handover
from tests.evidence.told_log import honest
from tests.monitor import serving
from tests.monitor.test_process import NOW
from vicinage.evidence import pack

SOURCE = Path(__file__).parents[2] / "src"
NAME = re.compile(r"[A-Za-z0-9._-]+")
OTHERS = ("django", "allauth", "granian", "av", "httpx", "argon2", "playwright", "pytest")


def closure(names: list[str]) -> set[str]:
    """These distributions and all that they need, extras aside."""
    found: set[str] = set()
    while names:
        name = names.pop()
        if name in found:
            continue
        found.add(name)
        for line in metadata.requires(name) or []:
            wanted, _, marker = line.partition(";")
            match = NAME.match(wanted)
            if match is not None and "extra ==" not in marker and _is_here(match[0]):
                names.append(match[0])
    return found


def _is_here(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The python of a virtual environment with vicinage, its base dependencies, and nothing else."""
    folder = tmp_path_factory.mktemp("base")
    venv.create(folder, symlinks=True, with_pip=False)
    site = next((folder / "lib").glob("python*")) / "site-packages"
    needed = [
        match[0]
        for line in metadata.requires("vicinage") or []
        if "extra ==" not in line and (match := NAME.match(line)) is not None
    ]
    assert len(needed) >= 5
    for name in closure(needed):
        for file in metadata.files(name) or []:
            place = site / file
            if ".." not in file.parts and not place.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                place.symlink_to(Path(str(file.locate())).resolve())
    (site / "vicinage.pth").write_text(f"{SOURCE}\n")
    return folder / "bin" / "python"


def run(base: Path, *words: object) -> subprocess.CompletedProcess[str]:
    """A command in that environment, which may import nothing of the server."""
    ask = (
        "import sys; from vicinage.cli import main; code = main(sys.argv[1:]);"
        "bad = [m for m in sys.modules if m.startswith(('vicinage.server', 'vicinage.hub', 'django'))];"
        "sys.exit(f'imported {bad}' if bad else code)"
    )
    command = [str(base), "-I", "-c", ask, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_of_the_server_or_of_video_is_there(base: Path, name: str) -> None:
    done = subprocess.run([str(base), "-I", "-c", f"import {name}"], capture_output=True, check=False)
    assert done.returncode != 0


def test_audit_mirror_and_monitor_need_the_base_install_alone(base: Path, tmp_path: Path) -> None:
    log = honest().write(tmp_path / "log", NOW)
    (tmp_path / "policy").write_bytes(log.policy.encode())
    with serving.site(tmp_path) as url:
        kept = ("--policy", tmp_path / "policy", "--earlier", tmp_path / "log/checkpoint")
        audited = run(base, "audit", url, *kept)
        assert (audited.returncode, audited.stderr) == (0, "")
        assert "It continues the earlier checkpoint of 11 entries." in audited.stdout
        mirrored = run(base, "mirror", url, "--home", tmp_path / "mirror", "--once")
        assert (mirrored.returncode, mirrored.stderr) == (0, "")
        watch = ("monitor", f"{url}/mirror/log", "--home", tmp_path / "watch", "--once")
        watched = run(base, *watch, "--compare", tmp_path / "mirror", "--compare", url)
        assert (watched.returncode, watched.stderr) == (3, "")
        assert "agencies' files are not there" in watched.stdout
        assert "was shown fits (11 entries there, 11 here)" in watched.stdout


def test_a_witness_takes_a_logs_key_by_the_base_install_alone(base: Path, tmp_path: Path) -> None:
    log = honest().write(tmp_path / "log", NOW)
    done = run(base, "witness", "--home", tmp_path / "witness", "--trust", log.log.vkey)
    assert (done.returncode, done.stdout) == (
        0,
        "This witness cosigns the log vicinage.example/log from now on.\n",
    )
    assert (tmp_path / "witness/logs").read_text() == f"{log.log.vkey}\n"
    assert run(base, "witness", "--home", tmp_path / "witness").returncode == 2


def test_a_package_is_verified_by_the_base_install_alone(base: Path, tmp_path: Path) -> None:
    contents = handover.make(tmp_path / "log").contents
    pack.write_folder(tmp_path / "package", contents)
    done = run(base, "verify", tmp_path / "package")
    assert (done.returncode, done.stderr) == (0, "")
