"""An officer's form, read leniently: whatever can be read is read, and the judge sees the rest missing.

The same reading serves the page's form, saved drafts and `POST /api/judge`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vicinage.core.event import Finding
from vicinage.core.rfa import Rfa
from vicinage.server import typed as reading_of
from vicinage.server.typed import together
from vicinage.wire.judge import RfaDraft

__all__ = ["Reading", "as_typed", "read", "together", "typed"]

FIELDS = (
    "title", "text", "offence", "reference", "contact", "window_from", "window_to", "area", "area_text"
)  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """What a draft says. `unread`: findings for what was typed and could not be read."""

    rfa: Rfa
    unread: tuple[Finding, ...]


def typed(post: Mapping[str, Any]) -> RfaDraft:
    """The form's fields as typed, cut at the limits of the wire."""
    most = {"text": 20_000, "area": 20_000, "area_text": 20_000}
    return RfaDraft(**{name: reading_of.plain(post.get(name, ""), most.get(name, 1000)) for name in FIELDS})


def as_typed(draft: RfaDraft) -> dict[str, str]:
    """The draft as strings, to be saved and shown in the form again."""
    values = {name: getattr(draft, name) or "" for name in FIELDS}
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in values.items()}


def read(draft: RfaDraft, rfa_id: str, agency_id: str) -> Reading:
    """The rfa in a draft. Never raises: what cannot be read is None in the rfa and a finding."""
    unread: list[Finding] = []
    area = reading_of.area(draft.area, draft.area_text, unread)
    window = reading_of.window({"window_from": draft.window_from, "window_to": draft.window_to}, unread)
    rfa = Rfa(
        id=rfa_id,
        agency=agency_id,
        reference=draft.reference.strip(),
        offence=draft.offence.strip(),
        title=draft.title.strip(),
        text=draft.text.replace("\r\n", "\n").strip(),
        contact=draft.contact.strip(),
        area=area,
        window=window,
    )
    return Reading(rfa, tuple(unread))
