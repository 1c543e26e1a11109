"""What each kind of event must meet when a log is replayed: a step for each, which changes the world."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from vicinage.evidence.events import asking, desks, ruling, saying
from vicinage.evidence.events.case import Case

Step = Callable[[Case, int, dict[str, Any], datetime], None]

STEPS: Mapping[str, Step] = {
    "regime.adopted": ruling.adopted,
    "regime.announced": ruling.announced,
    "agency.verified": desks.verified,
    "agency.suspended": desks.suspended,
    "agency.reinstated": desks.reinstated,
    "agency.left": desks.left,
    "agency.key": desks.key,
    "agency.key-revoked": desks.revoked,
    "rfa.mediated": asking.mediated,
    "rfa.published": asking.published,
    "rfa.resolved": asking.resolved,
    "post.published": saying.posted,
    "assembly.entered": saying.entered,
    "assembly.withdrawn": saying.withdrawn,
    "text.redacted": saying.redacted,
    "log.key": saying.log_key,
}
"""step(case, index of the entry, its leaf, the time it states). Raises VicinageError for a broken leaf."""

__all__ = ["STEPS", "Case", "Step"]
