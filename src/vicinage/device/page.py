"""The forms and the island data of a page: as much of HTML as a device needs."""

import json
from contextlib import suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser

ERROR_CLASSES = frozenset({"errorlist", "error", "finding"})
SENT_BY_CLICK = frozenset({"submit", "button", "image", "file"})
TICKED = frozenset({"checkbox", "radio"})


@dataclass(frozen=True)
class Form:
    """A form: where it goes, how, and its fields with the values they had when the page came.

    `names` also holds the fields that have no value yet (empty boxes, unticked choices).
    """

    action: str
    method: str
    fields: dict[str, str]
    names: frozenset[str]


@dataclass
class Page:
    """A page as a device sees it. path: where it came from, after redirects."""

    path: str
    status: int
    html: str
    forms: list[Form] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    island: object = None
    links: list[str] = field(default_factory=list)

    def form(self, *names: str) -> Form | None:
        """The first form that has all these fields."""
        return next((form for form in self.forms if form.names.issuperset(names)), None)


def read_page(path: str, status: int, html: str) -> Page:
    """Parse a page. Broken HTML gives fewer forms, never an error."""
    reader = _Reader()
    island: object = None
    with suppress(AssertionError):  # html.parser of 3.11 on an unknown marked section
        reader.feed(html)
        reader.close()
    with suppress(ValueError, RecursionError):
        island = json.loads(reader.island) if reader.island else None
    errors = [text for text in (" ".join(part.split()) for part in reader.errors) if text]
    return Page(path, status, html, reader.forms, errors, island, reader.links)


class _Reader(HTMLParser):
    """Collects forms with their fields, links, texts of error elements, and the island data."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.errors: list[str] = []
        self.links: list[str] = []
        self.island = ""
        self._names: set[str] = set()
        self._fields: dict[str, str] | None = None
        self._head = ("", "get")
        self._text_of = ""
        self._select = ""
        self._errors_open: list[str] = []
        self._in_island = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._head = (at.get("action", ""), at.get("method", "get").lower())
            self._fields, self._names = {}, set()
        elif tag == "a" and at.get("href"):
            self.links.append(at["href"])
        elif tag == "script" and at.get("id") == "island-data":
            self._in_island = True
        elif tag in ("input", "textarea", "select", "option", "button"):
            self._field(tag, at)
        if ERROR_CLASSES & set(at.get("class", "").split()):
            self._errors_open.append(tag)
            self.errors.append("")

    def _field(self, tag: str, at: dict[str, str]) -> None:
        if self._fields is None:
            return
        name = at.get("name", "")
        if tag == "option":
            if self._select and "selected" in at:
                self._fields[self._select] = at.get("value", "")
            return
        if not name or "disabled" in at:
            return
        self._names.add(name)
        kind = at.get("type", "text")
        if tag == "select":
            self._select = name
        elif tag == "textarea":
            self._text_of = name
            self._fields[name] = ""
        elif tag == "input" and kind not in SENT_BY_CLICK and (kind not in TICKED or "checked" in at):
            self._fields[name] = at.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._fields is not None:
            self.forms.append(Form(*self._head, self._fields, frozenset(self._names)))
            self._fields = None
        elif tag == "textarea":
            self._text_of = ""
        elif tag == "select":
            self._select = ""
        elif tag == "script":
            self._in_island = False
        if self._errors_open and self._errors_open[-1] == tag:
            self._errors_open.pop()

    def handle_data(self, data: str) -> None:
        if self._in_island:
            self.island += data
        if self._text_of and self._fields is not None:
            self._fields[self._text_of] += data
        if self._errors_open:
            self.errors[-1] += " " + data
