"""Alice's side: her household key, her cameras, her library, and the exact match on her own device."""

import base64
import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import msgspec

from vicinage.core import canonical
from vicinage.core import clip as core_clip
from vicinage.core.clip import ClipStatement
from vicinage.core.errors import CoreError
from vicinage.core.ids import make_id
from vicinage.core.place import Area, Point, cell_of, contains, parse_area
from vicinage.core.span import Span, parse_instant
from vicinage.device.errors import RefusedError, UntrustedError
from vicinage.device.recovery import make_recovery_code
from vicinage.device.session import Session
from vicinage.seal import box, sign, unseal
from vicinage.seal.keys import Household
from vicinage.wire.feed import CELL_LIMIT, CellFeed, OpenRfa
from vicinage.wire.fields import Cell
from vicinage.wire.household import PAGE_LIMIT, Camera, CameraToken, Clip, ClipPage, HouseholdKeys
from vicinage.wire.mediation import PASSED_ON_LIMIT, PassedOn, PassedOnList
from vicinage.wire.pairing import Pairing
from vicinage.wire.pairing import make_code as make_pairing_code

MALFORMED = (ValueError, LookupError, TypeError, RecursionError)  # of JSON that anybody could seal to us


@dataclass(frozen=True)
class OwnCamera:
    """A camera as its owner knows it. hub: base64 of the hub's Ed25519 public key."""

    id: str
    cell: Cell
    name: str
    place: Point
    hub: str


@dataclass(frozen=True)
class OwnClip:
    """A clip as its owner knows it: the server's record, and the hub's signed statement."""

    record: Clip
    statement: ClipStatement
    statement_json: dict[str, object]
    signature: str


class Owner:
    """A logged-in resident with the household's secrets. The secrets stay in this process."""

    def __init__(self, session: Session, household: Household) -> None:
        self.session = session
        self.household = household

    @classmethod
    def make_household(cls, session: Session) -> tuple["Owner", str]:
        """Make a household key; keep its sealed copy with the server. Also gives the recovery code."""
        household, code = Household.generate(), make_recovery_code()
        keys = HouseholdKeys(
            recipient=household.identity.recipient,
            signing_key=base64.b64decode(household.signing_key),
            recovery=box.seal_passphrase(household.text.encode(), code),
        )
        session.ask(dict, "POST", "/api/household", keys)
        return cls(session, household), code

    @classmethod
    def recover(cls, session: Session, code: str) -> "Owner":
        """The household from the sealed copy that the server keeps, opened with the recovery code."""
        keys = session.ask(HouseholdKeys, "GET", "/api/household")
        household = Household.parse(unseal.open_passphrase(keys.recovery, code).decode("utf-8", "replace"))
        if household.identity.recipient != keys.recipient:
            raise UntrustedError(
                "device-other-household",
                "The server should name the recipient of this household's key, and names another.",
                "Do not add cameras: what they seal would be for someone else.",
            )
        return cls(session, household)

    def add_camera(self, name: str, place: Point) -> tuple[str, str]:
        """Add a camera. Gives its id and the pairing code for its hub. The server learns the cell only."""
        camera, seed = make_id(secrets.token_bytes(10)), secrets.token_bytes(32)
        recipient = self.household.identity.recipient
        told = {"v": 1, "name": name, "lat": place.lat, "lon": place.lon, "hub": sign.public_key(seed)}
        label = box.seal_bytes(json.dumps(told).encode(), [recipient])
        answer = self.session.ask(CameraToken, "POST", "/api/cameras", Camera(camera, cell_of(place), label))
        pairing = Pairing(
            v=1,
            server=self.session.origin,
            token=answer.hub_token,
            camera=camera,
            name=name,
            lat=place.lat,
            lon=place.lon,
            cell=cell_of(place),
            recipients=[recipient],
            seed=seed,
        )
        return camera, make_pairing_code(pairing)

    def cameras(self) -> list[OwnCamera]:
        """The household's cameras, their labels opened here."""
        found = []
        for camera in self.session.ask(list[Camera], "GET", "/api/cameras"):
            try:
                told = json.loads(unseal.open_bytes(camera.label, self.household.identity))
                name, hub = (
                    canonical.text(told["name"], "The name", 200),
                    canonical.key32(told["hub"], "The hub"),
                )
                place = Point(told["lat"], told["lon"])
            except (*MALFORMED, CoreError) as error:
                raise UntrustedError(
                    "device-camera-not-ours",
                    f"Camera {camera.id} should carry the label that its owner wrote, and does not.",
                    "Do not pair it; tell the operator.",
                ) from error
            found.append(OwnCamera(camera.id, camera.cell, name, place, hub))
        return found

    def clips(self) -> Iterator[OwnClip]:
        """All clips, newest first, their labels opened and the hub's signatures checked here."""
        hubs = {camera.id: camera.hub for camera in self.cameras()}
        before = ""
        while True:
            page = self.session.ask(ClipPage, "GET", f"/api/clips{before}", limit=PAGE_LIMIT)
            for record in page.clips:
                yield self._open(record, hubs)
            if page.next is None:
                return
            before = f"?before={page.next}"

    def _open(self, record: Clip, hubs: dict[str, str]) -> OwnClip:
        not_ours = UntrustedError(
            "device-clip-not-ours",
            f"Clip {record.id} should carry a statement signed by its camera's hub, and does not.",
            "Do not hand it over.",
        )
        hub = hubs.get(record.camera, "")
        try:
            label = json.loads(unseal.open_bytes(record.label, self.household.identity))
            statement = core_clip.parse_statement(label["statement"])
            signed = sign.verify(hub, core_clip.signed_bytes(statement), label["signature"])
        except (*MALFORMED, CoreError) as error:
            raise not_ours from error
        if not signed or statement.clip != record.id or statement.hub != hub:
            raise not_ours
        return OwnClip(record, statement, label["statement"], label["signature"])

    def open_rfas(self) -> list[OpenRfa]:
        """The open rfas of the coarse cells where the household has cameras, as anyone reads them."""
        found: dict[str, OpenRfa] = {}
        for cell in sorted({camera.cell for camera in self.cameras()}):
            try:
                feed = self.session.ask(CellFeed, "GET", f"/public/rfas/cell/{cell}.json", limit=CELL_LIMIT)
            except RefusedError as error:
                if error.status != 404:
                    raise
                continue
            found |= {rfa.id: rfa for rfa in feed.rfas}
        return list(found.values())

    def passed_on(self) -> list[OpenRfa]:
        """The open rfas that were passed on to this household by mail, in the shape that matching reads."""
        told = self.session.ask(PassedOnList, "GET", "/api/rfas/passed-on", limit=PASSED_ON_LIMIT)
        return [_as_open(rfa) for rfa in told.rfas]

    def download(self, clip: OwnClip, into: BinaryIO) -> None:
        """Write the clip as an ordinary age file: its header, then its payload."""
        into.write(clip.record.header)
        with self.session.stream(f"/api/clips/{clip.record.id}/payload") as parts:
            for part in parts:
                into.write(part)


def _as_open(told: PassedOn) -> OpenRfa:
    """Raises UntrustedError. Whether the log holds it is checked before anything is handed over."""
    try:
        named = {"index": told.index, "title": told.text["title"]}
        agency = {"id": told.agency.id, "name": told.agency.name}
        fields = {
            "id": told.fields["rfa"],
            **{name: told.fields[name] for name in ("offence", "window", "area")},
        }
        return msgspec.convert({**fields, **named, "agency": agency}, OpenRfa)
    except (KeyError, msgspec.ValidationError) as error:
        raise UntrustedError(
            "device-not-an-rfa",
            f"Entry {told.index} should come with the fields of a request, and does not.",
            "Do not hand anything over; tell the operator.",
        ) from error


def matching(rfa: OpenRfa, cameras: Sequence[OwnCamera], clips: Sequence[OwnClip]) -> list[OwnClip]:
    """The clips that this rfa asks for: a camera inside its area, recorded within its window."""
    area: Area = parse_area(rfa.area)
    window = Span(parse_instant(rfa.window.start), parse_instant(rfa.window.end))
    inside = {camera.id for camera in cameras if contains(area, camera.place)}
    return [clip for clip in clips if clip.record.camera in inside and window.overlaps(clip.statement.span)]
