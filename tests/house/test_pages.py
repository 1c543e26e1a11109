"""Every word that a page shows goes through gettext, and every planted fault point is in the code."""

import ast
import re
from pathlib import Path

from tests.house.tree import ROOT, parse, python_files
from vicinage.faults import POINTS

TEMPLATES = sorted((ROOT / "src/vicinage/server").rglob("templates/**/*.html"))
NOT_SHOWN = (
    r"(?s)\{#.*?#\}",
    r"(?s)\{%\s*comment.*?endcomment\s*%\}",
    r"(?s)\{%\s*blocktrans(?:late)?\b.*?endblocktrans(?:late)?\s*%\}",
    r"(?s)<(script|style|svg|code|pre|kbd)\b.*?</\1>",
    r"(?s)\{%\s*block [a-z_]*(?:class|width|kind)[a-z_]*\s*%\}.*?endblock[ a-z_]*%\}",
    r"(?s)<!--.*?-->",
    r"(?s)\{%.*?%\}",
    r"(?s)\{\{.*?\}\}",
)
SPOKEN = re.compile(r"\b(?:title|aria-label|placeholder|alt)=\"([^\"]*)\"")
# Proper names and samples that are the same in every language.
THE_SAME = re.compile(
    r"[×·,:\s]*(?:Vicinage|JSON|UTC|MP4|GeoJSON|BagIt|age|Atom|SHA-256|[\w-]*\.[\w.-]+|vicinage [a-z]+\b.*)?"
    r"[×·,:\s]*"
)


def bare_words(template: str) -> list[str]:
    """Words of a template that a reader would see and no translator would."""
    for pattern in NOT_SHOWN:
        template = re.sub(pattern, " ", template)
    shown = [re.sub(r"(?s)<[^>]*>", "\n", template), *SPOKEN.findall(template)]
    found = [re.sub(r"&[a-z]+;", " ", line).strip() for text in shown for line in text.splitlines()]
    return [line for line in found if re.search(r"[A-Za-z]{2,}", line) and not THE_SAME.fullmatch(line)]


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_every_word_of_every_page_can_be_translated() -> None:
    assert TEMPLATES
    assert {_name(p): words for p in TEMPLATES if (words := bare_words(p.read_text(encoding="utf-8")))} == {}


def test_a_bare_word_would_be_seen() -> None:
    assert bare_words('<p>Hello {{ name }}</p><img alt="a cat">{% translate "fine" %}') == ["Hello", "a cat"]
    assert (
        bare_words("{% blocktranslate %}fine{% endblocktranslate %}<!-- note --> {# note #} &middot;") == []
    )


def test_every_planted_point_is_in_the_code_and_every_point_in_the_code_is_planted() -> None:
    named = [
        call.args[0].value
        for path in python_files("src/vicinage")
        for call in ast.walk(parse(path))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "point"
        if call.args and isinstance(call.args[0], ast.Constant)
    ]
    assert sorted(map(str, named)) == sorted(POINTS)
