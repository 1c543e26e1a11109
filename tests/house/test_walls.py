"""Each wall stands, and each is proven by a deliberate breach on a copy of the tree."""

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT, SOURCE

LINT = Path(sys.executable).parent / "lint-imports"
# contract -> file, the line that breaks it. A file that is not there is made.
BREACHES = [
    ("floors", "core/place.py", "from vicinage.tlog import merkle"),
    ("floors", "core/place.py", "from vicinage.server import urls"),
    ("floors", "errors.py", "from vicinage import faults"),
    ("floors", "wire/codec.py", "from vicinage import evidence"),
    ("floors", "hub/main.py", "from vicinage import server"),
    ("floors", "server/urls.py", "from vicinage.hub import main"),
    ("floors", "witness/home.py", "from vicinage import server"),
    ("floors", "monitor/home.py", "from vicinage import server"),
    ("floors", "evidence/monitor.py", "from vicinage import monitor"),
    ("floors", "attic.py", '"""A file without a floor."""'),
    ("apps", "server/ledger/queries.py", "from vicinage.server.rfas import queries"),
    ("apps", "server/feed/queries.py", "from vicinage.server.rfas import queries"),
    ("apps", "server/library/queries.py", "from vicinage.server.handovers import queries"),
    ("apps", "server/attic/__init__.py", '"""An app without a place."""'),
    ("circles", "core/ids.py", "from vicinage.core import rfa"),
    ("unseal", "server/library/views.py", "from vicinage.seal import unseal"),
    ("unseal", "hub/main.py", "from vicinage.seal import unseal"),
    ("unseal", "monitor/watching.py", "from vicinage.seal import unseal"),
    ("unseal", "evidence/verify.py", "from vicinage.seal.unseal import open_bytes"),
    ("unseal", "seal/box.py", "from vicinage.seal import unseal"),
    ("video", "hub/main.py", "import av"),
    ("video", "server/library/views.py", "import av.container"),
    ("pure", "core/judge.py", "import time"),
    ("pure", "core/rfa.py", "from secrets import token_hex"),
    ("pure", "core/regime.py", "import pathlib"),
    ("quiet", "tlog/merkle.py", "import django"),
    ("quiet", "evidence/pack.py", "import httpx"),
    ("quiet", "seal/box.py", "import sqlite3"),
    ("connections", "tlog/note.py", "import urllib.request"),
    ("connections", "evidence/verify.py", "from http import client"),
    ("hub", "hub/main.py", "from vicinage.core import judge"),
    ("hub", "hub/main.py", "from vicinage import regimes"),
    ("private", "server/public/urls.py", "from vicinage.server.library import models"),
    ("private", "server/public/urls.py", "from vicinage.server.rfas import queries"),
    ("private", "server/notices/views.py", "from vicinage.server.handovers import queries"),
    ("log", "server/rfas/actions.py", "from vicinage.server.ledger import publish"),
    ("log", "server/handovers/actions.py", "from vicinage.server.ledger.keys import *"),
]


def _contracts() -> dict[str, str]:
    """Contract id -> its name, as written in .importlinter."""
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter")
    return {s.rpartition(":")[2]: config[s]["name"] for s in config.sections() if s.count(":") == 2}


def _lint(folder: Path, *only: str) -> subprocess.CompletedProcess[str]:
    command = [str(LINT), "--no-cache", "--config", str(ROOT / ".importlinter")]
    for contract in only:
        command += ["--contract", contract]
    env = {**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a copy of the package's Python files."""
    folder = tmp_path_factory.mktemp("house")
    only_python = shutil.ignore_patterns("static", "templates", "locale", "__pycache__", "*.json", "*.toml")
    shutil.copytree(SOURCE, folder / "vicinage", ignore=only_python)
    return folder


def test_the_tree_keeps_every_contract(copy: Path) -> None:
    done = _lint(copy)
    assert done.returncode == 0, done.stdout


def test_every_contract_is_proven_by_a_breach() -> None:
    assert {contract for contract, _, _ in BREACHES} == set(_contracts())


@pytest.mark.parametrize(("contract", "file", "line"), BREACHES, ids=lambda value: str(value)[:60])
def test_a_breach_makes_the_build_fail(copy: Path, contract: str, file: str, line: str) -> None:
    path = copy / "vicinage" / file
    before = path.read_bytes() if path.exists() else None
    path.parent.mkdir(exist_ok=True)
    try:
        path.write_bytes((before or b"") + f"\n{line}\n".encode())
        done = _lint(copy, contract)
    finally:
        if before is not None:
            path.write_bytes(before)
        else:
            path.unlink()
            shutil.rmtree(path.parent, ignore_errors=True) if path.parent.name == "attic" else None
    assert done.returncode != 0, done.stdout
    said = re.sub(r"\s+", " ", done.stdout)
    broken_or_homeless = f"{_contracts()[contract]} BROKEN" in said or "attic" in said
    assert broken_or_homeless, done.stdout + done.stderr
