"""The source tree as the house tests see it."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "vicinage"


def python_files(*folders: str) -> list[Path]:
    """Every Python file of ours in these folders of the repository, migrations aside."""
    found = [p for folder in folders for p in (ROOT / folder).rglob("*.py")]
    return sorted(p for p in found if not {"migrations", "node_modules", ".venv"} & set(p.parts))


def parse(path: Path) -> ast.Module:
    """The file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))
