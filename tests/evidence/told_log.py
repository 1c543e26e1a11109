"""Logs that tell a story: an honest one by the law's own decisions, and Mallory's, forged with true keys."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.core.cases import AT, HARBOUR, REGIME, SALT, SOUND, an_id
from tests.tlog.small_log import SmallLog
from vicinage import regimes
from vicinage.core import agency, canonical, leaf, regime, rfa
from vicinage.core.agency import Agency
from vicinage.core.draft import Earlier, Rfa
from vicinage.core.event import Decision
from vicinage.tlog import layout

RECIPIENT = "age1" + "q" * 58
TOML = regimes.raw("public-2021")


class Story:
    """Entries and the texts beside them, in order."""

    def __init__(self) -> None:
        self.entries: list[bytes] = []
        self.texts: dict[str, bytes] = {}
        self._published: list[Earlier] = []

    def tell(self, decision: Decision) -> int:
        """Add an event that the law allowed; its index."""
        assert decision.event is not None, decision.findings
        return self.forge(
            decision.event.leaf, decision.event.text, toml=decision.event.kind == "regime.adopted"
        )

    def forge(self, entry: bytes, text: bytes | None = None, toml: bool = False) -> int:
        """Add an entry that nobody judged; its index."""
        index = len(self.entries)
        if text is not None:
            self.texts[layout.text_path(index, "toml" if toml else "json")] = text
        self.entries.append(entry)
        return index

    def found(self) -> None:
        """The regime comes into force, Harbour Police is verified and publishes its key."""
        self.tell(regime.adopt("public-2021", TOML, AT - timedelta(days=9)))
        self.tell(agency.verify(REGIME, HARBOUR, AT - timedelta(days=8)))
        self.tell(agency.publish_key(HARBOUR.id, RECIPIENT, AT - timedelta(days=7)))

    def publish(self, name: str = "r", **change: Any) -> int:
        """An honest Request for Assistance; its index."""
        asked = replace(SOUND, id=an_id(name), **change)
        index = self.tell(rfa.publish(REGIME, asked, HARBOUR, tuple(self._published), AT, AT, SALT))
        self._published.append(Earlier(asked.id, asked.reference, AT))
        return index

    def forge_rfa(self, asked: Rfa = SOUND, fields: Mapping[str, object] | None = None) -> int:
        """Mallory's Request for Assistance: never judged; fields: of the leaf, put over the true ones."""
        decision = rfa.publish(REGIME, SOUND, HARBOUR, (), AT, AT, SALT)
        assert decision.event is not None
        text = canonical.dumps(
            {"salt": SALT, "title": asked.title, "text": asked.text, "contact": asked.contact}
        )
        value = leaf.parse(decision.event.leaf)
        value |= {
            "rfa": asked.id,
            "agency": asked.agency,
            "reference": asked.reference,
            "offence": asked.offence,
        }
        value |= {"text": rfa.text_commitment(text)}
        if asked.area is not None and asked.window is not None:
            value["area"] = asked.area.geojson()
            value["window"] = {
                "from": asked.window.start.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "to": asked.window.end.strftime("%Y-%m-%dT%H:%M:%SZ"),
            }
        return self.forge(canonical.dumps({**value, **(fields or {})}), text)

    def forge_agency(self, who: Agency) -> int:
        """An agency that nobody judged."""
        fields: dict[str, object] = {
            name: getattr(who, name) for name in Agency.__dataclass_fields__ if name != "id"
        }
        return self.forge(leaf.public("agency.verified", AT, {"agency": who.id, **fields}))

    def keep_private(self, count: int) -> None:
        """Commitments that tell nobody anything."""
        pattern = leaf.private("0" * 64)
        for _ in range(count):
            commitment = hashlib.sha256(b"%d" % len(self.entries)).hexdigest()
            self.entries.append(pattern.replace(b"0" * 64, commitment.encode()))

    def write(self, path: Path) -> SmallLog:
        """The whole story in a log signed by all its keys."""
        log = SmallLog(path)
        log.grow(self.entries, self.texts)
        return log


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
