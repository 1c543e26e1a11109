"""Writes law.json beside itself, from the code: leaves, texts, and what the law says of times.

Python and TypeScript both read it. `python spec/vectors/make_law.py --check` writes nothing and fails when
the file would change.
"""

import json
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from vicinage import regimes
from vicinage.core import act, agency, assembly, canonical, log_key, place, post, redaction, regime, rfa
from vicinage.core.agency import Agency, Key
from vicinage.core.draft import Rfa
from vicinage.core.event import Decision
from vicinage.core.ids import make_id
from vicinage.core.judge import questions
from vicinage.core.regime import Change, Schedule
from vicinage.core.span import Span, format_instant

HERE = Path(__file__).parent
AT = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
DAY = timedelta(days=1)
CENTER = place.Point(lat=39.2846, lon=-76.5933)
REGIMES = {name: regimes.load(name) for name in regimes.names()}
PUBLIC, MEDIATED = REGIMES["public-2021"], REGIMES["mediated-2019"]
SALT = "5a" * 16
RECIPIENT = "age1" + "q" * 58
VKEY = "log.example+0123abcd+" + "A" * 44


def _id(letter: str) -> str:
    return make_id(letter.encode() * 10)


AGENCY = Agency(
    id=_id("h"),
    name="Harbour Police",
    kind="police",
    level="local",
    domain="harbour.example",
    region="Harbour City",
    retention_days=365,
    phone="+1 410 555 0100",
    email="desk@harbour.example",
    state="MD",
    seat=(-76.593, 39.285),
    evidence=("acknowledgement", "call-back", "directory", "mail"),
    approvals=2,
    until=AT + 300 * DAY,
)
RFA = Rfa(
    id=_id("r"),
    agency=AGENCY.id,
    reference="26-1107",
    offence="robbery",
    title="Robbery on Eastern Avenue",
    text="A shop was robbed. Two people, one in a red jacket, left on foot towards the park.",
    contact="robbery@harbour.example",
    area=place.circle(CENTER, 300, 8),
    window=Span(AT - timedelta(hours=5), AT - timedelta(hours=3)),
)
VIGIL = assembly.Assembly(
    id=_id("v"),
    title="Vigil on the harbour",
    area=place.circle(CENTER, 400, 8),
    window=Span(AT - timedelta(hours=6), AT - timedelta(hours=4)),
    link="https://vigil.example/",
)
PASSING = {question.id: rfa.Answer(question.passes) for question in PUBLIC.review}
REASONED = {**PASSING, "lawful-activity": rfa.Answer("no", "The robbery was at the shop, not at the vigil.")}


def _event(decision: Decision) -> dict[str, Any]:
    event = decision.event
    assert event is not None, decision.findings  # noqa: S101 (a generator's own story)
    text = None if event.text is None or event.kind.startswith("regime.") else event.text.decode()
    return {"kind": event.kind, "subject": event.subject, "leaf": event.leaf.decode(), "text": text}


def _salts(names: tuple[str, ...]) -> dict[str, str]:
    return {name: f"{i:032x}" for i, name in enumerate(names)}


def make_leaves() -> list[dict[str, Any]]:
    """One of each public event of the law, with the text beside it."""
    schedule = Schedule((Change(AT - 90 * DAY, PUBLIC),))
    said = post.Post(
        id=_id("p"),
        agency=AGENCY.id,
        kind="event",
        title="Open day",
        text="The station is open to everyone.",
        starts_at=AT + DAY,
        ends_at=None,
        place_words="Main Street 1",
    )
    decisions = [
        regime.adopt("public-2021", regimes.raw("public-2021"), AT - 90 * DAY),
        regime.announce(schedule, regimes.raw("closed-2024"), AT + 20 * DAY, AT),
        agency.verify(PUBLIC, AGENCY, AT),
        agency.suspend(AGENCY.id, "It asked about a vigil.", SALT, AT),
        agency.reinstate(AGENCY.id, AT),
        agency.leave(AGENCY.id, AT),
        agency.publish_key(PUBLIC, AGENCY.id, RECIPIENT, in_force=True, at=AT),
        agency.revoke_key(AGENCY.id, RECIPIENT, "compromised", AT),
        rfa.publish(PUBLIC, RFA, AGENCY, (), (VIGIL,), REASONED, AT, AT, SALT),
        rfa.resolve(RFA.id, AT),
        post.publish(PUBLIC, said, AGENCY, AT, SALT),
        assembly.enter(VIGIL, None, SALT, AT),
        assembly.withdraw(VIGIL.id, AT),
        redaction.redact(7, "court-order", "District Court, order 26-99", AT),
        log_key.rotate(VKEY, "", AT),
    ]
    return [_event(decision) for decision in decisions]


def make_mediated() -> dict[str, Any]:
    """A request that is passed on: its leaf, and the fields and text that the leaf commits to."""
    made = rfa.mediate(MEDIATED, RFA, AGENCY, (), (), PASSING, AT, AT, SALT, AT + 30 * DAY)
    disclosed = rfa.disclose(made.fields, made.text, AT + 30 * DAY)
    return {
        **_event(made.decision),
        "fields": dict(made.fields),
        "text": made.text.decode(),
        "disclosed": _event(disclosed)["leaf"],
    }


def make_private() -> list[dict[str, Any]]:
    """An officer's act and an attested deletion: the fields, their salts, the leaf."""
    done = act.act_fields(AGENCY.id, "carol@harbour.example", "rfa.submitted", RFA.id, AT)
    gone = act.deletion_fields(_id("o"), "carol@harbour.example", AT)
    told = []
    for fields, decision in (
        (
            done,
            act.act(AGENCY.id, "carol@harbour.example", "rfa.submitted", RFA.id, AT, _salts(act.ACT_FIELDS)),
        ),
        (gone, act.deletion(_id("o"), "carol@harbour.example", AT, _salts(act.DELETION_FIELDS))),
    ):
        names = act.ACT_FIELDS if "what" in fields else act.DELETION_FIELDS
        told.append({**_event(decision), "fields": fields, "salts": _salts(names)})
    return told


def make_schedule() -> dict[str, Any]:
    """Changes of regime; which is in force when, and until when requests take answers."""
    told = [
        (0, "public-2021"),
        (40, "mediated-2019"),
        (60, "closed-2024"),
        (120, "public-2021"),
        (120, "mediated-2019"),
    ]
    changes = tuple(Change(AT + day * DAY, REGIMES[name], i) for i, (day, name) in enumerate(told))
    schedule = Schedule(changes)
    asked = [
        (0, 0),
        (29, 29),
        (30, 31),
        (35, 50),
        (50, 59),
        (59, 59),
        (59, 61),
        (59, 89),
        (59, 95),
        (119, 121),
    ]
    asked += [(121, 121)]
    return {
        "changes": [
            {"effective_at": format_instant(change.effective_at), "name": change.regime.name}
            | {name: getattr(change.regime.conduct, name) for name in ("route", "open_days", "answer_days")}
            for change in changes
        ],
        "in_force": [_in_force(schedule, AT + day * DAY) for day in (-1, 0, 39, 40, 59, 60, 119, 120, 200)],
        "open_until": [_open_until(schedule, *(AT + day * DAY for day in days)) for days in asked],
    }


def _in_force(schedule: Schedule, at: datetime) -> dict[str, Any]:
    found = schedule.in_force(at)
    return {"at": format_instant(at), "name": None if found is None else found.name}


def _open_until(schedule: Schedule, submitted_at: datetime, published_at: datetime) -> dict[str, str]:
    until = schedule.open_until(submitted_at, published_at)
    times = {"submitted_at": submitted_at, "published_at": published_at, "until": until}
    return {name: format_instant(at) for name, at in times.items()}


def make_keys() -> dict[str, Any]:
    """An agency's keys, and which of them is in force when."""
    keys = [
        Key(AGENCY.id, "age1" + "q" * 58, AT, None, 3),
        Key(AGENCY.id, "age1" + "p" * 58, AT + 7 * DAY, AT + 20 * DAY, 5),
        Key(AGENCY.id, "age1" + "z" * 58, AT + 30 * DAY, AT + 25 * DAY, 9),
    ]
    found = []
    for day in (-1, 0, 6, 7, 19, 20, 30, 90):
        key = agency.key_in_force(keys, AT + day * DAY)
        found.append({"at": format_instant(AT + day * DAY), "index": None if key is None else key.index})
    return {
        "keys": [
            {"recipient": key.recipient, "index": key.index, "from": format_instant(key.from_at)}
            | {"revoked_at": None if key.revoked_at is None else format_instant(key.revoked_at)}
            for key in keys
        ],
        "in_force": found,
    }


def make_review() -> list[dict[str, Any]]:
    """Texts, and what the moderator is shown to each question."""
    texts: dict[str, dict[str, Any]] = {
        "a sound request": {},
        "at a vigil": {"text": "Police look for video of the vigil at the harbour."},
        "with pressure": {"text": "You must send your video. Refusal is obstruction."},
        "of a victim": {"text": "The victim, named Ann, lives at the harbour.", "offence": "missing-person"},
        "with letters apart": {"text": "Police look for a B l a c k m a l e, and for a B.M. on a bicycle."},
    }
    told = []
    for name, change in texts.items():
        asked = questions(PUBLIC, replace(RFA, **change), (VIGIL,) if name == "at a vigil" else ())
        hints = {each.question.id: list(each.hints) for each in asked}
        told.append({"name": name, "text": change.get("text", RFA.text), "hints": hints})
    return told


def make() -> dict[str, Any]:
    """All of law.json."""
    return {
        "format": "spec/regime.md, spec/rfa.md, spec/agency.md, spec/assembly.md, spec/post.md, spec/act.md",
        "leaves": make_leaves(),
        "mediated": make_mediated(),
        "private": make_private(),
        "schedule": make_schedule(),
        "keys": make_keys(),
        "review": make_review(),
    }


def written() -> str:
    """What the file should hold."""
    content = make()
    canonical.dumps(content)  # nothing in it that JSON in another language would lose
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    """Write the file, or compare it when told --check."""
    path, text = HERE / "law.json", written()
    if "--check" not in sys.argv[1:]:
        path.write_text(text, encoding="utf-8")
    elif not path.exists() or path.read_text(encoding="utf-8") != text:
        raise SystemExit("law.json is not what the code makes. Run spec/vectors/make_law.py.")


if __name__ == "__main__":
    main()
