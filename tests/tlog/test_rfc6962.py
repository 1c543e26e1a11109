"""The RFC 6962 proof vectors of transparency-dev, where a copy lies on the machine.

VICINAGE_RFC6962_VECTORS names the folder with `inclusion/` and `consistency/`; without it these tests skip.
Our own vectors (spec/vectors/log.json) are always tested, see test_merkle.
"""

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest

from vicinage.tlog import merkle
from vicinage.tlog.errors import MerkleError

FOLDER = Path(os.environ.get("VICINAGE_RFC6962_VECTORS", "spec/vectors/rfc6962"))


def cases(kind: str) -> list[Any]:
    found = sorted((FOLDER / kind).rglob("*.json"))
    skip = pytest.mark.skip(reason="VICINAGE_RFC6962_VECTORS names no folder of vectors")
    return [pytest.param(p, id=f"{p.parent.name}/{p.stem}") for p in found] or [
        pytest.param(None, marks=skip)
    ]


def raw(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def load(path: Path) -> dict[str, Any]:
    row: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    row["proof"] = [raw(item) for item in row["proof"] or []]
    return row


@pytest.mark.parametrize("path", cases("inclusion"))
def test_inclusion_is_judged_as_the_vector_says(path: Path) -> None:
    row = load(path)

    def verify() -> None:
        leaf, root = raw(row["leafHash"]), raw(row["root"])
        merkle.verify_inclusion(row["leafIdx"], row["treeSize"], leaf, row["proof"], root)

    judged(verify, row["wantErr"])


@pytest.mark.parametrize("path", cases("consistency"))
def test_consistency_is_judged_as_the_vector_says(path: Path) -> None:
    row = load(path)

    def verify() -> None:
        merkle.verify_consistency(
            row["size1"], row["size2"], raw(row["root1"]), raw(row["root2"]), row["proof"]
        )

    judged(verify, row["wantErr"])


def judged(verify: Any, refused: bool) -> None:
    if refused:
        with pytest.raises(MerkleError):
            verify()
    else:
        verify()
