"""A TOML file of rules, read strictly: every mistake names line, value and what should stand there."""

import difflib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from vicinage.core.errors import RegimeError

_HEADER = re.compile(r"\s*\[\s*([A-Za-z0-9_.\-]+)\s*\]\s*(?:#.*)?\Z")
_KEY = re.compile(r"\s*([A-Za-z0-9_\-]+)\s*=")
_HIDDEN = {chr(n) for n in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}  # turn the way of writing


@dataclass(frozen=True)
class Kind:
    """What a value may be: `should` says it in words, `fits` tests it."""

    should: str
    fits: Callable[[Any], bool]


def true() -> Kind:
    """A rule that is there or not: its value is true."""
    return Kind("true; to drop the rule, leave its table out", lambda value: value is True)


def whole(least: int, most: int) -> Kind:
    """A whole number between two limits, both allowed."""
    return Kind(f"a whole number from {least} to {most}", lambda value: _is_whole(value, least, most))


def number(least: float, most: float) -> Kind:
    """A number with a decimal point between two limits, both allowed; not NaN."""
    return Kind(
        f"a number with a decimal point from {least:g} to {most:g}",
        lambda value: isinstance(value, float) and least <= value <= most,
    )


def limits(most: int) -> Kind:
    """Two whole numbers, [least, most]."""
    return Kind(
        f"two whole numbers [least, most], 0 <= least <= most <= {most}",
        lambda value: (
            isinstance(value, list)
            and len(value) == 2
            and all(_is_whole(part, 0, most) for part in value)
            and value[0] <= value[1]
        ),
    )


def one_of(words: Iterable[str]) -> Kind:
    """One word of a closed list."""
    known = tuple(words)
    return Kind(f"one of {', '.join(known)}", lambda value: isinstance(value, str) and value in known)


def some_of(words: Iterable[str], least: int = 1, choices: bool = False) -> Kind:
    """A list of words of a closed list, none twice. choices: an entry may be several parted by "|"."""
    known = frozenset(words)

    def fits(value: Any) -> bool:
        if not isinstance(value, list) or len(value) < least or not all(isinstance(e, str) for e in value):
            return False
        parts = [part for entry in value for part in (entry.split("|") if choices else [entry])]
        return len(set(parts)) == len(parts) and known.issuperset(parts)

    parted = ', choices parted by "|"' if choices else ""
    return Kind(f"a list of {', '.join(sorted(known))}{parted}, none twice", fits)


def names(pattern: str, should: str, most: int = 200) -> Kind:
    """A list of texts of one form, none twice."""
    form = re.compile(pattern)
    return Kind(
        f"a list of 1 to {most} {should}, none twice",
        lambda value: (
            isinstance(value, list)
            and 1 <= len(value) <= most
            and all(isinstance(entry, str) and form.fullmatch(entry) for entry in value)
            and len(set(value)) == len(value)
        ),
    )


def _is_whole(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


class TomlFile:
    """The file: its data, and the line of each key for whoever has to mend it."""

    def __init__(self, toml: bytes, limit: int) -> None:
        """Read at most `limit` bytes. Raises RegimeError."""
        if len(toml) > limit:
            raise RegimeError("regime-too-long", f"The regime has {len(toml)} bytes; the limit is {limit}.")
        try:
            text = toml.decode("utf-8")
            self.data: dict[str, Any] = tomllib.loads(text)
        except (ValueError, RecursionError) as e:
            raise RegimeError(
                "regime-unreadable",
                f"The regime is not TOML: {e}.",
                'Texts stand in straight quotes; a quote inside one is written \\".',
            ) from e
        self._lines = _lines(text)

    def wrong(self, code: str, path: str, value: object, should: str, hint: str = "") -> RegimeError:
        """The error for a value at a dotted path: its line, the value, what it should be, a hint."""
        return RegimeError(code, f"{self.where(path)} is {shown(value)}; it should be {should}.", hint)

    def where(self, path: str) -> str:
        """The line and the path, as "Line 12: rules.window-max.value"; of the nearest that is there."""
        part = path
        while part and part not in self._lines:
            part = part.rpartition(".")[0]
        return f"Line {self._lines.get(part, 1)}: {_safe(path)[:100]}"

    def table(self, path: str, value: object) -> Mapping[str, Any]:
        """The value as a table. Raises RegimeError."""
        if not isinstance(value, dict):
            raise self.wrong(
                "regime-table", path, value, "a table", f"Begin it with [{path}] on its own line."
            )
        return value

    def part(self, path: str, table: Mapping[str, Any]) -> Mapping[str, Any]:
        """The table that must stand in another under the last name of the path. Raises RegimeError."""
        name = path.rpartition(".")[2]
        if name not in table:
            raise RegimeError(
                "regime-missing",
                f"{self.where(path)} is missing.",
                f"Write a table [{path}], as spec/regime.md says.",
            )
        return self.table(path, table[name])

    def only(self, path: str, table: Mapping[str, Any], known: Iterable[str]) -> None:
        """Refuse a key that nobody reads: a rule misspelt would be a rule not judged. Raises RegimeError."""
        allowed = sorted(known)
        for name in table:
            if name not in allowed:
                near = difflib.get_close_matches(name, allowed, 1)
                hint = f"Did you mean {near[0]}?" if near else f"Known here: {', '.join(allowed)}."
                where = self.where(f"{path}.{name}" if path else name)
                raise RegimeError("regime-unknown-key", f"{where} is a name that is not known here.", hint)

    def text(self, path: str, value: object, most: int = 600) -> str:
        """A text of 1 to `most` signs that can all be seen. Raises RegimeError."""
        should = f"a text of 1 to {most} characters"
        if not isinstance(value, str) or not 1 <= len(value.strip()) <= len(value) <= most:
            raise self.wrong("regime-text", path, value, should, "Write it in straight quotes.")
        if not value.isprintable() or _HIDDEN & set(value):
            raise self.wrong("regime-text", path, value, f"{should} without signs that nobody sees")
        return value

    def value(self, path: str, value: object, kind: Kind) -> Any:
        """A value of its kind; a list as a tuple. Raises RegimeError."""
        if not kind.fits(value):
            raise self.wrong(
                "regime-value", path, value, kind.should, "See the table of values in spec/regime.md."
            )
        return tuple(value) if isinstance(value, list) else value


def shown(value: object) -> str:
    """A value in a message: short, and with nothing in it that a terminal would obey."""
    text = "missing" if value is None else ascii(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _safe(text: str) -> str:
    """Text for a message, with nothing in it that a terminal would obey."""
    return ascii(text)[1:-1]


def _lines(text: str) -> dict[str, int]:
    """Dotted path -> line, from 1, of each table header and each key that begins a line.

    A net for messages, not a parser: keys inside a text of several lines may be taken for keys.
    """
    found: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            table = header[1]
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            found.setdefault(f"{table}.{key[1]}" if table else key[1], number)
    return found
