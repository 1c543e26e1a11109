"""Elmford under the rules of 2019: a request that is passed on, and residents near and far."""

from datetime import datetime
from typing import Any

from django.test import Client, override_settings

from tests.cast import PASSWORD, PLACE, Cast, Person, make_home, new_id
from tests.server import civic
from vicinage.core.place import Point, cell_of
from vicinage.server import clock, manage
from vicinage.server.accounts import actions as accounts
from vicinage.server.accounts.models import User
from vicinage.server.agencies import actions as agencies
from vicinage.server.library.models import Camera, Household
from vicinage.server.mediation import rounds
from vicinage.server.rfas.models import MediatedRfa

IN_MEMORY = "django.core.mail.backends.locmem.EmailBackend"
FAR = Point(35.5, -117.0)


def mediated_rules(cast: Cast) -> None:
    """The log begins with the rules under which requests are passed on; then the agency comes."""
    manage.adopt_regime("mediated-2019")
    with override_settings(EMAIL_BACKEND=IN_MEMORY):  # the mails about its application
        assert cast.agency.verified_at is not None


def passed_on(cast: Cast, **changes: str) -> MediatedRfa:
    """A request that a moderator has approved, as the log has it. No round of the post has run."""
    mediated_rules(cast)
    submitted = civic.submit(cast, **changes)
    answer = civic.approve(cast, submitted)
    assert answer.status_code == 302, answer.content.decode()
    return MediatedRfa.objects.get(pk=submitted)


def officer_elsewhere(cast: Cast) -> Client:
    """An officer, with all authority, of another police department."""
    with override_settings(EMAIL_BACKEND=IN_MEMORY):
        agency = cast.admit(civic.facts(name="Oakdale Police Department", kind="police"))
    user, secret = accounts.create_person("frank@fire.oakdale.example", PASSWORD)
    agencies.add_officer(agency, user, may_ask=True, may_collect=True, at=clock.now())
    return Person(user, secret).client


def neighbour(name: str, place: Point = PLACE, **roles: bool) -> Person:
    """Somebody with a camera there."""
    user, secret = accounts.create_person(f"{name}@homes.example", PASSWORD, None, **roles)
    person = Person(user, secret)
    make_home(person, place)
    return person


def neighbours(count: int) -> list[Person]:
    """So many of them, all with a camera in the area."""
    return [neighbour(f"neighbour-{number}") for number in range(count)]


def post(at: datetime | None = None) -> None:
    """One round of the post."""
    rounds.run(at)


def text_of(mail: Any) -> str:
    """The words of a mail."""
    return str(mail.get_content()).replace("\r\n", "\n")


def crowd(count: int, place: Point = PLACE) -> None:
    """So many residents with a camera there, written straight into the tables: there is no time to seal."""
    made = User.objects.bulk_create(
        User(email=f"crowd-{number}@homes.example", joined_at=clock.now()) for number in range(count)
    )
    homes = Household.objects.bulk_create(
        Household(user=user, recipient="age1", signing_key=b"k", recovery=b"r", made_at=clock.now())
        for user in made
    )
    Camera.objects.bulk_create(
        Camera(id=new_id(), household=house, cell=cell_of(place), label=b"l", added_at=clock.now())
        for house in homes
    )
