"""An operator writes a regime. Each mistake is refused with its line, its value, and what to do."""

import contextlib
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vicinage import regimes
from vicinage.core import regime
from vicinage.core.errors import RegimeError

RAW = regimes.raw("public-2021").decode()


def _refused(toml: str) -> RegimeError:
    with pytest.raises(RegimeError) as caught:
        regime.parse(toml.encode())
    return caught.value


def _with(old: str, new: str) -> str:
    assert old in RAW
    return RAW.replace(old, new, 1)


def _line(toml: str, text: str) -> int:
    return toml[: toml.index(text)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "code", "hint"),
    [
        ("[rules.window-max]", "[rules.window-mxa]", "regime-unknown-key", "Did you mean window-max?"),
        ("[conduct.posts]", "[conduct.post]", "regime-unknown-key", "Did you mean posts?"),
        ('hint = "Begin earlier', 'hnt = "Begin earlier', "regime-unknown-key", "Did you mean hint?"),
        ("title = ", "titel = ", "regime-unknown-key", "Did you mean title?"),
        ("value = 43200", 'value = "12 h"', "regime-value", "spec/regime.md"),
        ("value = 43200", "value = 43200.0", "regime-value", "spec/regime.md"),
        ("value = 0.5", "value = nan", "regime-value", "spec/regime.md"),
        ("value = 0.5", "value = inf", "regime-value", "spec/regime.md"),
        ("value = 0.5", "value = 1", "regime-value", "spec/regime.md"),
        ("value = 0.5", "value = 0.01", "regime-order", "No request could meet both"),
        ("value = 43200", "value = 60", "regime-order", "No request could meet both"),
        ('value = "public"', 'value = "open"', "regime-value", "spec/regime.md"),
        ("value = 14", "value = 0", "regime-value", "spec/regime.md"),
        ("value = 14", "value = -1", "regime-value", "spec/regime.md"),
        ("value = 14", "value = true", "regime-value", "spec/regime.md"),
        ("value = [20, 4000]", "value = [4000, 20]", "regime-value", "spec/regime.md"),
        ("value = [20, 4000]", "value = [20]", "regime-value", "spec/regime.md"),
        ('"gov-domain|dns-txt|directory"]', '"gov-domian"]', "regime-value", "spec/regime.md"),
        ('"gov-domain|dns-txt|directory"]', '"gov-domain|"]', "regime-value", "spec/regime.md"),
        ('value = ["police", "fire", "emergency"]', 'value = ["police", "ICE"]', "regime-value", "spec"),
        ('value = ["police", "fire", "emergency"]', "value = []", "regime-value", "spec/regime.md"),
        ('exempt = ["abduction", "missing-person"]', 'exempt = ["theft-of-nothing"]', "regime-value", "spec"),
        ('words = "assembly"', 'words = "assemblies"', "regime-value", "spec/regime.md"),
        ('passes = "no"', 'passes = "No"', "regime-value", "spec/regime.md"),
        ("assemblies = true", 'assemblies = "yes"', "regime-value", ""),
        ('message = "The area is missing."', 'message = "The area\\u001b[31m."', "regime-text", ""),
        ('message = "The area is missing."', 'message = "The area \\u202e."', "regime-text", ""),
        ('message = "The area is missing."', 'message = "   "', "regime-text", "straight quotes"),
        ('arson = "Arson', 'Arson = "Arson', "regime-offence", ""),
    ],
)
def test_a_mistake_is_named_with_line_value_and_hint(old: str, new: str, code: str, hint: str) -> None:
    toml = _with(old, new)
    error = _refused(toml)
    assert error.code == code
    line = int(error.sentence.removeprefix("Line ").partition(":")[0])
    away = 6 if code == "regime-order" else 1  # told at the least of the two, next to the most
    assert abs(line - _line(RAW, old)) <= away
    assert hint in error.hint
    assert error.sentence.isprintable()


def test_false_does_not_pass_for_a_rule_that_is_left_out() -> None:
    start = RAW.index("[rules.window-past]")
    error = _refused(RAW[:start] + RAW[start:].replace("value = true", "value = false", 1))
    assert "leave its table out" in error.sentence


def test_what_is_missing_is_named_with_the_place_to_write_it() -> None:
    start, end = RAW.index("[conduct.approvals]"), RAW.index("[conduct.posts]")
    error = _refused(RAW[:start] + RAW[end:])
    assert "conduct.approvals is missing" in error.sentence
    assert "[conduct.approvals]" in error.hint


def test_a_regime_that_lets_agencies_ask_without_a_reviewer_is_refused() -> None:
    start, end = RAW.index("[review.lawful-activity]"), RAW.index("[words]")
    assert _refused(RAW[:start] + RAW[end:]).code == "regime-review"


def test_a_list_that_a_rule_reads_must_be_there() -> None:
    assert "words.sex" in _refused(_with('sex = ["male|males", "female|females"]', "")).sentence
    start, end = RAW.index("[offences]"), RAW.index("# What software")
    assert _refused(RAW[:start] + RAW[end:]).code in ("regime-offence", "regime-value")


def test_a_broken_file_says_where_it_breaks() -> None:
    error = _refused(_with("value = 43200", "value = "))
    assert "at line" in error.sentence
    assert error.hint


def test_a_message_obeys_nothing_that_a_name_asks_of_a_terminal() -> None:
    error = _refused(RAW + '\n["\\u001b[2Jgone"]\nx = 1\n')
    assert error.sentence.isprintable()


SMALL = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
PATHS = [
    *(("version",), ("name",), ("title",), ("conduct",), ("rules",), ("offences",), ("review",), ("words",)),
    *(
        ("conduct", "route"),
        ("conduct", "posts", "value"),
        ("rules", "window-max"),
        ("rules", "area-max", "value"),
    ),
    *(
        ("rules", "agency-evidence", "value"),
        ("review", "victim"),
        ("review", "victim", "exempt"),
        ("words", "race"),
    ),
]


def _toml(value: object) -> str:
    """A value in TOML, inline; None as a word that is none."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml(str(k))} = {_toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(ch):08x}" for ch in value if not "\ud800" <= ch <= "\udfff") + '"'
    return "nothing" if value is None else str(value)


@given(st.sampled_from(PATHS), SMALL)
def test_no_value_in_any_place_breaks_the_reader(path: tuple[str, ...], value: object) -> None:
    data = tomllib.loads(RAW)
    place = data
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    text = "\n".join(f"{name} = {_toml(part)}" for name, part in data.items())
    with contextlib.suppress(RegimeError):
        read = regime.parse(text.encode())
        assert read.conduct.approvals >= 1
        assert read.conduct.notice_days >= 1
