"""Budgets: a file has at most 400 lines, a function at most 60, a module says what it is."""

import ast
from pathlib import Path

import pytest

from tests.house.tree import ROOT, parse, python_files

FILES = python_files("src", "tests", "bench", "spec", "docs")
WEB = [
    path
    for kind in ("*.ts", "*.css", "*.mjs", "*.html")
    for folder in ("web", "src/vicinage/server/templates")
    for path in (ROOT / folder).rglob(kind)
    if "node_modules" not in path.parts
]
UNKIND = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "manager",
    "managers",
    "service",
    "services",
    "base",
    "misc",
}
FILE_LINES, FUNCTION_LINES = 400, 60


def long_functions(tree: ast.AST) -> list[str]:
    """Functions of more than 60 lines, decorators aside."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    found = [n for n in ast.walk(tree) if isinstance(n, kinds)]
    return [n.name for n in found if (n.end_lineno or n.lineno) - n.lineno + 1 > FUNCTION_LINES]


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_there_are_files_to_measure() -> None:
    assert len(FILES) > 100


def test_no_file_is_longer_than_400_lines() -> None:
    sizes = {_name(p): len(p.read_text(encoding="utf-8").splitlines()) for p in (*FILES, *WEB)}
    assert {name: size for name, size in sizes.items() if size > FILE_LINES} == {}


def test_no_function_is_longer_than_60_lines() -> None:
    assert {_name(p): names for p in FILES if (names := long_functions(parse(p)))} == {}


def test_a_long_function_would_be_seen() -> None:
    body = "\n".join("    a = 1" for _ in range(60))
    assert long_functions(ast.parse(f"def long():\n{body}")) == ["long"]
    assert long_functions(ast.parse(f"def short():\n{body[:-10]}")) == []


def test_every_module_says_what_it_is() -> None:
    assert [_name(p) for p in FILES if not ast.get_docstring(parse(p))] == []


def test_every_public_function_and_class_of_the_product_says_what_it_does() -> None:
    kinds = (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)
    silent = []
    for path in python_files(
        "src/vicinage/core", "src/vicinage/regimes", "src/vicinage/tlog", "src/vicinage/seal"
    ):
        for node in parse(path).body:
            if isinstance(node, kinds) and not node.name.startswith("_") and not ast.get_docstring(node):
                silent.append(f"{_name(path)}: {node.name}")
    assert silent == []


@pytest.mark.parametrize("names", [{p.stem for p in FILES} | {p.parent.name for p in FILES}])
def test_no_file_has_a_name_that_says_nothing(names: set[str]) -> None:
    assert names & UNKIND == set()
