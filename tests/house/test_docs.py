"""The docs name every command, setting, event, error code, rule, app and floor that there is."""

import ast
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from docs import make_errors

from spec.vectors import make as make_vectors
from tests.house.tree import ROOT, SOURCE, parse, python_files
from vicinage.core.event import PRIVATE_EVENTS, PUBLIC_EVENTS
from vicinage.core.regime import KINDS

PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "spec").rglob("*.md")]
TEXT = {page: page.read_text(encoding="utf-8") for page in PAGES}
ALL = "\n".join(TEXT.values())
SETTING = re.compile(r"\bVICINAGE_[A-Z0-9_]+\b")
WORDS = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")


def commands() -> set[str]:
    """The commands of the console command, as its help lists them."""
    done = subprocess.run(
        [Path(sys.executable).parent / "vicinage", "--help"],
        capture_output=True,
        text=True,
        check=True,
        env={"COLUMNS": "200"},
    )
    found = re.search(r"\{([a-z,-]+)\}", done.stdout)
    assert found is not None, done.stdout
    return set(found.group(1).split(","))


def settings() -> set[str]:
    """Every name of the environment or the settings that begins with VICINAGE_."""
    found = set()
    for path in python_files("src"):
        for node in ast.walk(parse(path)):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and SETTING.fullmatch(node.value)
            ):
                found.add(node.value)
    return found


def test_every_command_is_in_the_docs() -> None:
    assert [name for name in sorted(commands()) if f"vicinage {name}" not in ALL] == []


def test_every_setting_is_in_the_docs() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert [name for name in sorted(settings()) if f"`{name}`" not in page] == []


def test_the_docs_name_no_setting_that_is_not_there() -> None:
    make = (ROOT / "Makefile").read_text(encoding="utf-8") + "".join(
        p.read_text(encoding="utf-8") for p in python_files("src", "tests", "bench")
    )
    assert sorted({name for name in SETTING.findall(ALL) if name not in make}) == []


@pytest.mark.parametrize("event", [*PUBLIC_EVENTS, *PRIVATE_EVENTS])
def test_every_event_is_in_the_glossary(event: str) -> None:
    assert f"`{event}`" in WORDS


@pytest.mark.parametrize("rule", sorted(KINDS))
def test_every_rule_is_in_its_spec_page(rule: str) -> None:
    assert f"`{rule}`" in (ROOT / "spec" / "regime.md").read_text(encoding="utf-8")


def test_the_page_of_errors_is_what_the_code_says() -> None:
    written = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    assert written == make_errors.page(), "Run python docs/make_errors.py"


def test_an_error_in_the_source_is_found_with_its_sentence(tmp_path: Path) -> None:
    source = (
        "class OddError(VicinageError):\n    pass\n\nraise OddError('odd-thing', f'There are {n} things.')\n"
    )
    (tmp_path / "odd.py").write_text(source)
    assert make_errors.codes(tmp_path) == {"odd": {"odd-thing": ["There are … things."]}}


def test_every_floor_and_app_is_in_the_plan() -> None:
    plan = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    floors = {p.stem for p in SOURCE.iterdir() if p.suffix == ".py" or (p / "__init__.py").exists()} - {
        "__init__"
    }
    apps = {p.parent.name for p in (SOURCE / "server").glob("*/apps.py")}
    assert [name for name in sorted(floors | apps) if f"`{name}`" not in plan] == []


def test_every_vector_file_is_what_the_code_makes() -> None:
    stale = [
        name
        for name, text in make_vectors.written().items()
        if (make_vectors.HERE / name).read_text() != text
    ]
    assert stale == []


def test_every_link_between_pages_leads_somewhere() -> None:
    broken = []
    for page, text in TEXT.items():
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
            if (
                "://" not in target
                and not target.startswith("mailto:")
                and not (page.parent / target).exists()
            ):
                broken.append(f"{page.name}: {target}")
    assert broken == []


def test_every_decision_has_its_four_parts_and_fits_a_page() -> None:
    for page in (ROOT / "docs" / "decisions").glob("*.md"):
        text = TEXT[page]
        for part in ("Status", "Context", "Decision", "Consequences"):
            assert f"\n## {part}\n" in text, (page.name, part)
        assert len(text.splitlines()) <= 80, page.name


def test_no_file_names_the_machine_it_was_written_on() -> None:
    names = {str(ROOT), socket.gethostname()} - {"localhost"}
    kinds = {".py", ".md", ".ts", ".html", ".css", ".toml", ".txt", ".json", ".mjs", ".js", ""}
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False).stdout
    files = [ROOT / name for name in listed.decode().split("\0") if name]
    texts = {
        p: p.read_text(encoding="utf-8", errors="replace") for p in files if p.suffix in kinds and p.is_file()
    }
    telling = [str(p) for p, text in texts.items() if any(n in text for n in names if len(n) > 5)]
    assert telling == []
