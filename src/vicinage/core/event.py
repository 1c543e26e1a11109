"""What a decision answers: a verdict, the findings that led to it, and the event to be recorded."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as default

BLANK = re.compile(r"\{([a-z_]{1,20})\}")

# The one vocabulary of public events: log, feed, notices and history all speak it.
PUBLIC_EVENTS = (
    *("regime.adopted", "regime.announced"),
    *("agency.verified", "agency.suspended", "agency.reinstated", "agency.left"),
    *("agency.key", "agency.key-revoked"),
    *("rfa.mediated", "rfa.published", "rfa.resolved"),
    *("post.published", "assembly.entered", "assembly.withdrawn"),
    *("text.redacted", "log.key"),
)
# Private events enter the log as commitments of one length; their kind is known to the parties alone.
PRIVATE_EVENTS = ("consent", "withdrawal", "officer.act", "deletion")


def fill(message: str, args: Mapping[str, str]) -> str:
    """The message with its {names} filled in.

    Unlike str.format it does nothing else that the message of a hostile regime may ask for.
    """
    return BLANK.sub(lambda found: args.get(found[1], found[0]), message)


@dataclass(frozen=True)
class Finding:
    """One rule that was not met.

    rule: the id of the rule. message: a sentence with {names} for args, to be translated before it is
    filled. source: where the rule comes from. hint: what to do. field: the form field it concerns.
    """

    rule: str
    message: str
    args: Mapping[str, str] = default(default_factory=dict)
    source: str = ""
    hint: str = ""
    field: str = ""

    @property
    def sentence(self) -> str:
        """The message in English, filled in."""
        return fill(self.message, self.args)


@dataclass(frozen=True)
class Event:
    """One fact for the log.

    kind: of PUBLIC_EVENTS or PRIVATE_EVENTS. subject: the id (or regime name) it is about.
    leaf: the canonical JSON that enters the log. text: what is served beside the log, bound by a hash
    in the leaf, or None. private: whether the leaf is a commitment.
    """

    kind: str
    subject: str
    leaf: bytes
    text: bytes | None
    private: bool


@dataclass(frozen=True)
class Decision:
    """The answer of the law: a verdict, all findings, and the event to record, or None."""

    verdict: str
    findings: tuple[Finding, ...] = ()
    event: Event | None = None
