"""A hand-over as Alice's device makes it, and the ways in which Mallory's would be false."""

import asyncio
import hashlib
import io
import json
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import msgspec
from django.test import Client

from tests.cast import Cast, Home, Person, new_id
from tests.server import civic
from vicinage.core import clip as clips
from vicinage.core import consent
from vicinage.core.span import Span
from vicinage.seal import box, header, sign
from vicinage.seal.keys import Identity
from vicinage.server import clock
from vicinage.server.agencies import queries as desks
from vicinage.server.agencies.keys import actions as keys
from vicinage.server.feed.models import PublishedRfa
from vicinage.server.library.models import Clip
from vicinage.wire import encode
from vicinage.wire.handover import HandOver, HubStatement

VIDEO = b"the video " * 9000


@dataclass
class Recorded:
    """A clip in the library, with what only the household knows of it."""

    row: Clip
    file_key: bytes
    statement: clips.ClipStatement
    signature: str


@dataclass
class Scene:
    """A published request, its agency's key, and Alice's clip from that time."""

    cast: Cast
    rfa: PublishedRfa
    identity: Identity
    recorded: Recorded
    hub_seed: bytes
    home: Home


def record(home: Home, hub_seed: bytes, start: Any) -> Recorded:
    """Eight seconds of video, sealed at home and complete in the library."""
    file_key, sealed_file = box.new_file_key(), io.BytesIO()
    sealed = box.seal_stream(io.BytesIO(VIDEO), sealed_file, file_key)
    row = home.clip(sealed_file.getvalue(), start)
    stated = clips.ClipStatement(
        clip=row.pk,
        camera=row.camera_id,
        span=Span(row.start, row.end),
        clock_offset_ms=-12,
        sha256=sealed.sha256_plain,
        size=sealed.size_plain,
        payload_sha256=sealed.sha256_payload,
        codec="h264",
        width=1280,
        height=720,
        motion=((1000, 5000),),
        hub=sign.public_key(hub_seed),
    )
    return Recorded(row, file_key, stated, sign.sign(hub_seed, clips.signed_bytes(stated)))


def set_scene(cast: Cast) -> Scene:
    """Everything in place, and the log up to date."""
    rfa = civic.published(cast)
    identity, hub_seed = Identity.generate(), secrets.token_bytes(32)
    keys.publish_key(cast.carol.user, identity.recipient, clock.now())
    civic.log()
    recorded = record(cast.alices_home, hub_seed, rfa.window_from + timedelta(minutes=10))
    return Scene(cast, rfa, identity, recorded, hub_seed, cast.alices_home)


def statement(scene: Scene, agency_header: bytes, **changes: Any) -> consent.Statement:
    """What Alice signs, with changes."""
    key = desks.current_key(scene.rfa.agency_id)
    assert key is not None
    stated = scene.recorded.statement
    shared = consent.SharedClip(
        clip=stated.clip,
        sha256=stated.sha256,
        payload_sha256=stated.payload_sha256,
        header_sha256=hashlib.sha256(agency_header).hexdigest(),
        span=stated.span,
        hub=stated.hub,
    )
    whole = consent.Statement(
        id=new_id(),
        rfa=scene.rfa.id,
        rfa_leaf=scene.rfa.entry.place.index,
        agency=scene.rfa.agency_id,
        agency_key_leaf=key.entry.place.index,
        recipient=key.recipient,
        clips=(shared,),
        name="Alice Example",
        contact="alice@homes.example",
        retention_days=scene.rfa.agency.retention_days,
        at=clock.now().replace(microsecond=0),
        household=scene.home.key.signing_key,
    )
    return replace(whole, **changes)


def message(scene: Scene, code: str = "", **changes: Any) -> HandOver:
    """The whole hand-over as it is posted; `changes` are of the statement, which is signed with them."""
    agency_header = header.make(scene.recorded.file_key, [scene.identity.recipient])
    said = statement(scene, agency_header, **changes)
    fields = consent.fields_of(said)
    salts = {name: secrets.token_hex(16) for name in fields}
    clip = scene.recorded.row.pk
    return HandOver(
        statement=said.members(),
        signature=sign.sign(scene.home.key.signing_seed, consent.signed_bytes(said)),
        commitment=consent.commit(fields, salts),
        opening=consent.opening(fields, salts),
        headers={clip: agency_header},
        hub_statements={clip: HubStatement(scene.recorded.statement.members(), scene.recorded.signature)},
        code=code,
    )


def post(person: Person, handed: HandOver, *, with_code: bool = True) -> Any:
    """Send it, with the one-time code that the person's telephone shows."""
    body: Any = msgspec.to_builtins(json.loads(encode(handed)))
    if with_code:
        body["code"] = person.code()
    return person.client.post("/api/handovers", json.dumps(body), content_type="application/json")


def given(scene: Scene) -> str:
    """Alice hands her clip over, and the log takes it in; the hand-over's id."""
    answer = post(scene.cast.alice, message(scene))
    assert answer.status_code in (201, 202), answer.content
    civic.log()
    return str(answer.json()["id"])


REASON = "Trial of the shop's robbers"


def fetched(client: Client, path: str) -> Any:
    """The answer when an officer downloads, for a reason."""
    return client.post(path, {"reason": REASON})


def streamed(answer: Any) -> bytes:
    """An answer that streams, read to its end."""

    async def read() -> bytes:
        return b"".join([piece async for piece in answer.streaming_content])

    return asyncio.run(read())
