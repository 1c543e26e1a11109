"""Logs that tell a story: an honest one by the law's own decisions, and Mallory's, forged with true keys."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.core.cases import AT, HARBOUR, PASSING, REGIME, SALT, SOUND, an_id
from tests.tlog.small_log import SmallLog
from vicinage import regimes
from vicinage.core import agency, beside, canonical, leaf, regime, rfa
from vicinage.core.agency import Agency
from vicinage.core.assembly import Assembly
from vicinage.core.draft import Earlier, Rfa
from vicinage.core.event import Decision
from vicinage.core.review import Answer
from vicinage.core.rules import Regime
from vicinage.core.span import format_instant
from vicinage.tlog import layout

RECIPIENT = "age1" + "q" * 58
OTHER_RECIPIENT = "age1" + "p" * 58
TOML = regimes.raw("public-2021")
MEDIATED = regimes.raw("mediated-2019")
CLOSED = regimes.raw("closed-2024")
RULED = ("regime.adopted", "regime.announced")


def later(**length: float) -> datetime:
    """An instant so long after AT."""
    return AT + timedelta(**length)


class Story:
    """Entries and the texts beside them, in order."""

    def __init__(self) -> None:
        self.entries: list[bytes] = []
        self.texts: dict[str, bytes] = {}
        self.earlier: list[Earlier] = []

    def tell(self, decision: Decision) -> int:
        """Add an event that the law allowed; its index."""
        assert decision.event is not None, decision.findings
        return self.forge(decision.event.leaf, decision.event.text, toml=decision.event.kind in RULED)

    def forge(self, entry: bytes, text: bytes | None = None, toml: bool = False) -> int:
        """Add an entry that nobody judged; its index."""
        index = len(self.entries)
        if text is not None:
            self.texts[layout.text_path(index, "toml" if toml else "json")] = text
        self.entries.append(entry)
        return index

    def found(self, name: str = "public-2021") -> None:
        """The regime comes into force, Harbour Police is verified and publishes its key."""
        rules = regimes.load(name)
        self.tell(regime.adopt(name, regimes.raw(name), AT - timedelta(days=9)))
        self.tell(agency.verify(rules, HARBOUR, AT - timedelta(days=8)))
        self.tell(agency.publish_key(rules, HARBOUR.id, RECIPIENT, False, AT - timedelta(days=7)))

    def publish(
        self,
        name: str = "r",
        at: datetime = AT,
        rules: Regime = REGIME,
        submitted_at: datetime = AT,
        answers: Mapping[str, Answer] = PASSING,
        assemblies: Sequence[Assembly] = (),
        **change: Any,
    ) -> int:
        """An honest Request for Assistance; its index."""
        asked = replace(SOUND, id=an_id(name), **change)
        known = tuple(self.earlier)
        self.earlier.append(Earlier(asked.id, asked.reference, submitted_at))
        return self.tell(
            rfa.publish(rules, asked, HARBOUR, known, assemblies, answers, submitted_at, at, SALT)
        )

    def forge_rfa(
        self,
        asked: Rfa = SOUND,
        fields: Mapping[str, object] | None = None,
        reasons: Mapping[str, str] | None = None,
    ) -> int:
        """Mallory's Request for Assistance: never judged; fields: of the leaf, put over the true ones."""
        value, text = forged(asked, fields, reasons)
        return self.forge(canonical.dumps({**value, **(fields or {})}), text)

    def forge_agency(self, who: Agency, at: datetime = AT) -> int:
        """An agency that nobody judged."""
        names = set(Agency.__dataclass_fields__) - {"id", "suspended"}
        fields: dict[str, object] = {name: getattr(who, name) for name in names}
        fields |= {"seat": list(who.seat or (0, 0)), "evidence": list(who.evidence)}
        fields |= {"until": format_instant(who.until or at + timedelta(days=365))}
        return self.forge(leaf.public("agency.verified", at, {"agency": who.id, **fields}))

    def keep_private(self, count: int) -> None:
        """Commitments that tell nobody anything."""
        pattern = leaf.private("0" * 64)
        for _ in range(count):
            commitment = hashlib.sha256(b"%d" % len(self.entries)).hexdigest()
            self.entries.append(pattern.replace(b"0" * 64, commitment.encode()))

    def write(self, path: Path, at: datetime = AT) -> SmallLog:
        """The whole story in a log signed by all its keys at this time."""
        log = SmallLog(path)
        log.grow(self.entries, self.texts, int(at.timestamp()))
        return log

    def grow(self, log: SmallLog, at: datetime = AT) -> None:
        """Add to the log what was told since it was written."""
        start = len(log.entries)
        fresh = {
            name: data
            for name, data in self.texts.items()
            if int(name.removeprefix("texts/").partition(".")[0]) >= start
        }
        log.grow(self.entries[start:], fresh, int(at.timestamp()))


def forged(
    asked: Rfa, fields: Mapping[str, object] | None, reasons: Mapping[str, str] | None = None
) -> tuple[dict[str, Any], bytes]:
    """The leaf of an rfa that nobody judged, and its text."""
    decision = rfa.publish(REGIME, SOUND, HARBOUR, (), (), PASSING, AT, AT, SALT)
    assert decision.event is not None
    words = {"title": asked.title, "text": asked.text, "contact": asked.contact}
    text = canonical.dumps({"salt": SALT, **words, "review": dict(reasons or {})})
    value = leaf.parse(decision.event.leaf)
    value |= {name: getattr(asked, name) for name in ("agency", "reference", "offence")}
    value |= {"rfa": asked.id, "text": beside.commitment(text)}
    if asked.area is not None and asked.window is not None:
        value |= {"area": asked.area.geojson(), "window": leaf.window(asked.window)}
    return {**value, **(fields or {})}, text


def honest() -> Story:
    """Founding, two requests on one incident, one on another, private entries, one resolved."""
    story = Story()
    story.found()
    story.publish("r")
    story.publish("s")
    story.keep_private(4)
    story.publish("t", reference="26-2000")
    story.tell(rfa.resolve(an_id("s"), AT))
    return story
