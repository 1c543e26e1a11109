"""Walls of the web front end: lib stands alone, islands do not reach into each other, nothing is inline."""

import re
from pathlib import Path

from tests.house.tree import ROOT

WEB = ROOT / "web"
IMPORT = re.compile(r"(?:from|import)\s*\(?\s*\"(\.[^\"]+)\"")
INLINE = re.compile(
    r"<script(?![^>]*\b(?:src=|type=\"application/json\"))[^>]*>|\son[a-z]+=|\sstyle=|<style\b"
)


def rooms(file: Path, text: str) -> set[str]:
    """The rooms under web/ that a script imports from: lib, worker, islands/<name>."""
    found = set()
    for target in IMPORT.findall(text):
        path = (file.parent / target).resolve().relative_to(ROOT.resolve())
        parts = path.parts[1:] if path.parts[0] == "web" else path.parts
        found.add("/".join(parts[:2]) if parts[0] == "islands" else parts[0])
    return found


def _allowed(file: Path) -> set[str]:
    parts = file.relative_to(WEB).parts
    if parts[0] == "islands":
        return {"lib", "worker", "/".join(parts[:2])}
    return {"lib"} if parts[0] == "lib" else {"lib", "worker"}


def trespasses(file: Path, text: str) -> set[str]:
    """Rooms that this script may not import from, and does."""
    return rooms(file, text) - _allowed(file)


def test_scripts_keep_to_their_rooms() -> None:
    files = [p for room in ("lib", "worker", "islands") for p in (WEB / room).rglob("*.ts")]
    files = [p for p in files if not p.name.endswith(".test.ts")]  # a test may look everywhere
    assert files
    assert {str(p): far for p in files if (far := trespasses(p, p.read_text(encoding="utf-8")))} == {}


def test_a_trespass_would_be_seen() -> None:
    line = 'import { draw } from "../player/player";'
    assert trespasses(WEB / "islands/library/library.ts", line) == {"islands/player"}
    assert trespasses(WEB / "lib/seal.ts", 'import "../worker/ranges";') == {"worker"}


def test_no_page_has_a_script_or_a_style_in_it() -> None:
    """The content security policy would stop it; better seen here."""
    pages = (ROOT / "src/vicinage/server").rglob("templates/**/*.html")
    assert {str(p): found for p in pages if (found := INLINE.findall(p.read_text(encoding="utf-8")))} == {}


def test_an_inline_script_would_be_seen() -> None:
    assert INLINE.findall('<script>go()</script><p onclick="go()" style="top:0">')
    assert not INLINE.findall('<script src="/x.js"></script><script type="application/json">{}</script>')
