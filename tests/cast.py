"""The people of the tests.

Alice owns cameras; Bob said no; Carol is an officer with authority, Dave an officer without; Erin
moderates; Olga and Otto operate; Mallory lies. Each is made in the database when first called for.
"""

import hashlib
import secrets
import time
from base64 import b64decode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import AsyncClient, Client

from vicinage.core.agency import Agency as AgencyFacts
from vicinage.core.ids import make_id
from vicinage.core.place import Point, cell_of
from vicinage.core.span import format_instant
from vicinage.seal import box
from vicinage.seal.keys import Household as HouseholdKey
from vicinage.server.accounts import actions as accounts
from vicinage.server.accounts.models import User
from vicinage.server.library import actions as library
from vicinage.server.library.models import Camera, Clip
from vicinage.wire.household import Camera as CameraMessage
from vicinage.wire.household import HouseholdKeys
from vicinage.wire.hub import ClipOffer

PASSWORD = "correct horse battery staple"
PLACE = Point(34.05, -118.25)
NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)


def new_id() -> str:
    """A fresh id."""
    return make_id(secrets.token_bytes(10))


def code_of(secret: str, at_s: float | None = None) -> str:
    """The one-time code of a secret, now or at a POSIX time."""
    return str(format_hotp_value(hotp_value(secret, int(at_s or time.time()) // 30)))


@dataclass
class Person:
    """Somebody with an account."""

    user: User
    secret: str

    @property
    def client(self) -> Client:
        """A browser in which this person is signed in, second factor and all."""
        client = Client()
        client.force_login(self.user)
        return client

    async def async_client(self) -> AsyncClient:
        """The same for asynchronous views."""
        client = AsyncClient()
        await client.aforce_login(self.user)
        return client

    def code(self) -> str:
        """The one-time code that this person's telephone shows now."""
        return code_of(self.secret)


@dataclass
class Home:
    """A resident's household: its key and one paired camera."""

    key: HouseholdKey
    camera: Camera
    token: str

    @property
    def hub(self) -> dict[str, Any]:
        """The header by which the hub is known."""
        return {"HTTP_AUTHORIZATION": f"Bearer {self.token}"}

    def offer(self, payload: bytes, start: datetime = NOW, clip: str | None = None) -> ClipOffer:
        """What the hub announces for a payload. Its seals are real, its clip eight seconds long."""
        seal = box.seal_bytes(b'{"v":1}', [self.key.identity.recipient])
        return ClipOffer(
            id=clip or new_id(),
            camera=self.camera.pk,
            start=format_instant(start, milliseconds=True),
            end=format_instant(start + timedelta(seconds=8), milliseconds=True),
            payload_sha256=hashlib.sha256(payload).hexdigest(),
            payload_size=len(payload),
            header=seal[:168],
            label=seal,
            thumbnail=seal,
        )

    def clip(self, payload: bytes = b"sealed bytes " * 40, start: datetime = NOW) -> Clip:
        """A complete clip in the library."""
        offer = self.offer(payload, start)
        library.offer_clip(self.camera, offer)
        row = Clip.objects.get(pk=offer.id)
        library.append(row, 0, payload)
        row.refresh_from_db()
        return row


class Cast:
    """The people, by name; and their homes and agency."""

    def _person(self, name: str, **roles: bool) -> Person:
        domain = "police.elmford.example" if name in ("carol", "dave") else "homes.example"
        user, secret = accounts.create_person(f"{name}@{domain}", PASSWORD, None, **roles)
        return Person(user, secret)

    @cached_property
    def alice(self) -> Person:
        """Owns cameras."""
        return self._person("alice")

    @cached_property
    def bob(self) -> Person:
        """Said no."""
        return self._person("bob")

    @cached_property
    def carol(self) -> Person:
        """Officer with authority to ask and to collect, and the agency's admin."""
        return self._officer("carol", may_ask=True, may_collect=True)

    @cached_property
    def dave(self) -> Person:
        """Officer of the same agency without authority."""
        return self._officer("dave", may_ask=False, may_collect=False)

    @cached_property
    def erin(self) -> Person:
        """Moderates."""
        return self._person("erin", is_moderator=True)

    @cached_property
    def olga(self) -> Person:
        """Operates."""
        return self._person("olga", is_operator=True)

    @cached_property
    def otto(self) -> Person:
        """Operates too: it takes two to let an agency in."""
        return self._person("otto", is_operator=True)

    @cached_property
    def mallory(self) -> Person:
        """A resident who lies."""
        return self._person("mallory")

    @cached_property
    def alices_home(self) -> Home:
        """Alice's household, with one camera."""
        return make_home(self.alice)

    @cached_property
    def mallorys_home(self) -> Home:
        """Mallory has one too."""
        return make_home(self.mallory)

    @cached_property
    def agency(self) -> Any:
        """Elmford's police department, verified by Olga and Otto under the regime in force."""
        facts = AgencyFacts(
            id="",
            name="Elmford Police Department",
            kind="police",
            level="local",
            domain="police.elmford.example",
            region="Elmford",
            retention_days=180,
            phone="+1 213 555 0199",
            email="desk@police.elmford.example",
            state="CA",
        )
        return self.admit(facts)

    def admit(self, facts: AgencyFacts, at: datetime | None = None) -> Any:
        """Bring an agency in, the way they all come in; its applicant is then invited to be its admin."""
        from tests.server.agencies import flow
        from vicinage.server import manage

        manage.adopt_regime("public-2021")
        return flow.admitted(facts, self.olga.user, self.otto.user, at)

    def _officer(self, name: str, *, may_ask: bool, may_collect: bool) -> Person:
        from vicinage.server import clock
        from vicinage.server.agencies import actions as agencies

        person = self._person(name)
        authority = {"may_ask": may_ask, "may_collect": may_collect, "is_admin": name == "carol"}
        agencies.add_officer(self.agency, person.user, at=clock.now(), **authority)
        return person


def make_home(person: Person, place: Point = PLACE) -> Home:
    """A household with a real key and one camera."""
    key = HouseholdKey.generate()
    recipient = key.identity.recipient
    library.make_household(
        person.user,
        HouseholdKeys(recipient=recipient, signing_key=b64decode(key.signing_key), recovery=b"x" * 200),
    )
    label = box.seal_bytes(b'{"v":1,"name":"Front door"}', [recipient])
    camera = CameraMessage(id=new_id(), cell=cell_of(place), label=label)
    token = library.add_camera(person.user, camera)
    return Home(key, Camera.objects.get(pk=camera.id), token)
