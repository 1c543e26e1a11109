"""What every page says while a change of the rules is announced: a template context."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest

from vicinage.core.regime import Change
from vicinage.server.regime import queries


@dataclass(frozen=True)
class Coming:
    """A change ahead. answers_end_at: where it ends requests, when the last answer can be given."""

    change: Change
    answers_end_at: datetime | None


def announced(request: HttpRequest) -> dict[str, Any]:
    """`announced_rules`: the changes not yet in force. Read only when the page writes them."""
    return {"announced_rules": coming}


def coming() -> list[Coming]:
    """The changes that are published and have not taken force, soonest first."""
    return [Coming(change, _answers_end(change)) for change in queries.announced()]


def _answers_end(change: Change) -> datetime | None:
    conduct = change.regime.conduct
    return change.effective_at + timedelta(days=conduct.answer_days) if conduct.route == "closed" else None
