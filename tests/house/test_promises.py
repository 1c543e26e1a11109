"""Promises that imports alone cannot show: read from the syntax of the source."""

import ast
from pathlib import Path

import pytest

from tests.house.tree import SOURCE, parse, python_files

CLOCKS_AND_DOORS = {"now", "utcnow", "today", "open", "print", "input", "eval", "exec", "__import__"}
WRITES = {
    "create",
    "bulk_create",
    "get_or_create",
    "update_or_create",
    "update",
    "bulk_update",
    "delete",
    "save",
}


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def impure_calls(tree: ast.AST) -> list[str]:
    """Calls that ask a clock or go through a door of the process."""
    return [
        name for n in ast.walk(tree) if isinstance(n, ast.Call) and (name := _called(n)) in CLOCKS_AND_DOORS
    ]


def log_writes(tree: ast.AST) -> list[str]:
    """Calls that make or change a row of the log: Entry(...), Entry.objects.create(...)."""
    found = []
    for call in (n for n in ast.walk(tree) if isinstance(n, ast.Call)):
        names = {n.id for n in ast.walk(call.func) if isinstance(n, ast.Name)}
        if names & {"Entry", "Place"} and (_called(call) in WRITES | {"Entry", "Place"}):
            found.append(ast.unparse(call.func))
    return found


@pytest.mark.parametrize("path", sorted((SOURCE / "core").glob("*.py")), ids=lambda p: str(p.name))
def test_the_law_calls_no_clock_and_opens_nothing(path: Path) -> None:
    assert impure_calls(parse(path)) == []


def test_a_clock_in_the_law_would_be_seen() -> None:
    assert impure_calls(ast.parse("at = datetime.now(UTC)\nwith open('x') as f: pass")) == ["now", "open"]


def test_only_the_ledger_writes_rows_of_the_log() -> None:
    ledger = SOURCE / "server" / "ledger"
    others = [p for p in python_files("src/vicinage/server") if ledger not in p.parents]
    assert {str(p): w for p in others if (w := log_writes(parse(p)))} == {}


def test_a_stray_row_of_the_log_would_be_seen() -> None:
    assert log_writes(ast.parse("Entry.objects.create(kind='x')")) == ["Entry.objects.create"]
    assert log_writes(ast.parse("Entry(kind='x').save()")) == ["Entry(kind='x').save", "Entry"]
    assert log_writes(ast.parse("Entry.objects.filter(pk=1).delete()")) == [
        "Entry.objects.filter(pk=1).delete"
    ]


def test_only_actions_record_events() -> None:
    callers = {
        path.name
        for path in python_files("src/vicinage/server")
        if any(isinstance(n, ast.Call) and _called(n) == "record" for n in ast.walk(parse(path)))
    }
    assert callers <= {"actions.py", "manage.py"}, callers


def test_the_server_has_no_signals_and_no_save_overrides() -> None:
    for path in python_files("src/vicinage/server"):
        tree = parse(path)
        saves = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name == "save"]
        receivers = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and _called(n) == "receiver"]
        assert not receivers, path
        assert not [s for s in saves if "models" in path.name], path
