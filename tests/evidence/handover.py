"""A whole hand-over for the tests: Alice gives two clips to the Harbour Police, through a real log."""

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.core.cases import AT, HARBOUR, PASSING, REGIME, SALT, SOUND, an_id
from vicinage import regimes
from vicinage.core import agency, canonical, clip, consent, rfa
from vicinage.core.clip import ClipStatement
from vicinage.core.event import Decision, Event
from vicinage.core.review import Answer
from vicinage.core.span import Span
from vicinage.evidence.pack import Contents, Logged, PackedClip
from vicinage.seal import box, header, sign
from vicinage.seal.keys import Household, Identity
from vicinage.tlog import note, policy, proof
from vicinage.tlog.checkpoint import Checkpoint
from vicinage.tlog.signing import CosignatureSigner, Ed25519Signer
from vicinage.tlog.tile import Folder

ORIGIN = "vicinage.test/log"
CLIPS = (an_id("a"), an_id("b"))
RFA_INDEX, AGENCY_INDEX, KEY_INDEX, CONSENT_INDEX = 2, 0, 1, 4


@dataclass
class HandOver:
    """Everybody's keys, the plaintexts, and the contents of the package."""

    alice: Household
    hub_seed: bytes
    officer: Identity
    videos: dict[str, bytes]
    contents: Contents


def leaf_of(decision: Decision) -> bytes:
    assert decision.event is not None, decision.findings
    return decision.event.leaf


def seal_clip(
    clip_id: str, video: bytes, hub_seed: bytes, officer: Identity, start_s: int
) -> tuple[PackedClip, ClipStatement]:
    """A clip as the hub states it, with a header for the agency."""
    file_key, payload = box.new_file_key(), io.BytesIO()
    sealed = box.seal_stream(io.BytesIO(video), payload, file_key)
    assert SOUND.window is not None
    start = SOUND.window.start + timedelta(seconds=start_s)
    stated = ClipStatement(
        clip=clip_id,
        camera=an_id("c"),
        span=Span(start, start + timedelta(seconds=10)),
        clock_offset_ms=-12,
        sha256=sealed.sha256_plain,
        size=sealed.size_plain,
        payload_sha256=sealed.sha256_payload,
        codec="h264",
        width=1280,
        height=720,
        motion=((0, 4000),),
        hub=sign.public_key(hub_seed),
    )
    made = header.make(file_key, [officer.recipient])
    signature = sign.sign(hub_seed, clip.signed_bytes(stated))
    return PackedClip(clip_id, made, opener(payload.getvalue()), stated.members(), signature), stated


def opener(data: bytes) -> Callable[[], io.BytesIO]:
    return lambda: io.BytesIO(data)


def make(
    folder: Path,
    clip_start_s: int = 60,
    change: Callable[[dict[str, Any]], None] = lambda fields: None,
    witnesses: int = 2,
    mediated: bool = False,
) -> HandOver:
    """A hand-over. change: alters the fields of the consent before it is committed to and signed.

    mediated: whether the request was passed on by mail.
    """
    alice, officer, hub_seed = Household.generate(), Identity.generate(), b"h" * 32
    videos = {CLIPS[0]: b"\x00video one" * 9000, CLIPS[1]: b"video two"}
    packed = [seal_clip(clip_id, video, hub_seed, officer, clip_start_s) for clip_id, video in videos.items()]
    fields: dict[str, Any] = {
        **{"v": 1, "type": "consent", "id": an_id("o"), "rfa": SOUND.id, "rfa_leaf": RFA_INDEX},
        **{"agency": HARBOUR.id, "agency_key_leaf": KEY_INDEX, "recipient": officer.recipient},
        **{"name": "Alice Example", "contact": "alice@home.example", "household": alice.signing_key},
        **{"retention_days": HARBOUR.retention_days, "at": "2026-11-22T14:20:00Z"},
    }
    fields["clips"] = [
        {
            **{"clip": stated.clip, "sha256": stated.sha256, "payload_sha256": stated.payload_sha256},
            **{"start": stated.members()["start"], "end": stated.members()["end"], "hub": stated.hub},
            "header_sha256": hashlib.sha256(one.header).hexdigest(),
        }
        for one, stated in packed
    ]
    change(fields)
    statement = consent.parse_statement(fields)
    committed = consent.fields_of(statement)
    salts = {name: f"{i:032x}" for i, name in enumerate(committed)}
    published, sealed = asked(mediated)
    entries = [
        leaf_of(agency.verify(REGIME, HARBOUR, AT)),
        leaf_of(agency.publish_key(REGIME, HARBOUR.id, officer.recipient, False, AT)),
        published.leaf,
        leaf_of(consent.withdraw(an_id("x"), "00" * 32, AT)),
        leaf_of(consent.withdraw(an_id("y"), consent.commit(committed, salts), AT)),
    ]
    logged, rules, vkeys = log(folder, entries, witnesses)
    contents = Contents(
        made_at=AT,
        clips=tuple(one for one, _ in packed),
        rfa=logged[RFA_INDEX],
        rfa_text=published.text,
        rfa_fields=sealed,
        agency=logged[AGENCY_INDEX],
        agency_key=logged[KEY_INDEX],
        consent=logged[CONSENT_INDEX],
        statement=committed,
        signature=sign.sign(alice.signing_seed, consent.signed_bytes(statement)),
        opening=consent.opening(committed, salts),
        policy=rules,
        vkeys=vkeys,
    )
    return HandOver(alice, hub_seed, officer, videos, contents)


def asked(mediated: bool) -> tuple[Event, bytes | None]:
    """The request's event, with its text; and, when it was passed on by mail, the fields that stay sealed."""
    if not mediated:
        decision = rfa.publish(REGIME, SOUND, HARBOUR, (), (), PASSING, AT, AT, SALT)
        assert decision.event is not None, decision.findings
        return decision.event, None
    rules = regimes.load("mediated-2019")
    answers = {question.id: Answer(question.passes) for question in rules.review}
    closes_at = AT + timedelta(days=rules.conduct.open_days)
    made = rfa.mediate(rules, SOUND, HARBOUR, (), (), answers, AT, AT, SALT, closes_at)
    assert made.decision.event is not None, made.decision.findings
    return replace(made.decision.event, text=made.text), canonical.dumps(dict(made.fields))


def log(folder: Path, entries: list[bytes], witnesses: int = 2) -> tuple[list[Logged], bytes, bytes]:
    """A log of these entries on disk: each with its proof, the policy, the vkeys."""
    place = Folder(folder)
    frontier = place.write(0, entries)
    signer = Ed25519Signer(ORIGIN, b"l" * 32)
    cosigners = [CosignatureSigner(f"witness.test/{i}", bytes([i]) * 32) for i in range(witnesses)]
    tree = Checkpoint(ORIGIN, frontier.size, frontier.root())
    signed: note.Note = tree.sign([signer, *cosigners], int(AT.timestamp()) + 60)
    place.put_checkpoint(signed.encode())
    rules = policy.make(
        signer.vkey, [(f"w{i}", one.vkey, "") for i, one in enumerate(cosigners)], k=witnesses
    )
    vkeys = "".join(f"{one.vkey}\n" for one in (signer, *cosigners)).encode()
    logged = [Logged(leaf, proof.from_folder(place, i).encode()) for i, leaf in enumerate(entries)]
    return logged, rules.encode(), vkeys
