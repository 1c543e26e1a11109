"""Larkmeadow as data: who lives and works there, and what was asked there. Nothing here exists."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from vicinage.core.place import Point
from vicinage.demo import streets
from vicinage.device.officer import Draft

TOWN = "Larkmeadow"


@dataclass(frozen=True)
class Person:
    """Someone of the cast. role: what they do, in words. staff: "operator", "moderator" or empty."""

    name: str
    email: str
    role: str
    staff: str = ""


@dataclass(frozen=True)
class OfficerRole:
    """What an officer may do for which agency (a key of AGENCIES)."""

    person: str
    agency: str
    may_ask: bool
    may_collect: bool


PEOPLE = (
    Person("olga", "olga@vicinage.example", "operates the server, verifies agencies", "operator"),
    Person("otto", "otto@vicinage.example", "operates too: it takes two to let an agency in", "operator"),
    Person("erin", "erin@vicinage.example", "moderates requests", "moderator"),
    Person("carol", "carol@police.larkmeadow.example", "police officer and admin, may ask and collect"),
    Person("dave", "dave@police.larkmeadow.example", "police officer without authority"),
    Person("fern", "fern@fire.larkmeadow.example", "fire investigator and admin, may ask and collect"),
    Person("hazel", "hazel@police.larkmeadow.example", "police detective, may collect"),
    Person("alice", "alice@larkmeadow.example", "resident, owns the demo camera"),
    Person("bob", "bob@larkmeadow.example", "resident who said no"),
    Person("mallory", "mallory@larkmeadow.example", "resident who lies"),
)

AGENCIES: dict[str, dict[str, str]] = {
    "police": {
        "name": "Larkmeadow Police Department",
        "kind": "police",
        "level": "local",
        "domain": "police.larkmeadow.example",
        "state": "NE",
        "region": "Town of Larkmeadow",
        "retention_days": "90",
        "phone": "+1 402 555 0117",
        "email": "desk@police.larkmeadow.example",
    },
    "fire": {
        "name": "Larkmeadow Fire and Rescue",
        "kind": "fire",
        "level": "local",
        "domain": "fire.larkmeadow.example",
        "state": "NE",
        "region": "Town of Larkmeadow",
        "retention_days": "30",
        "phone": "+1 402 555 0134",
        "email": "desk@fire.larkmeadow.example",
    },
}

APPLICANTS = {"police": "carol", "fire": "fern"}
"""Who applies for each agency, and becomes its admin."""

OFFICERS = (
    OfficerRole("dave", "police", may_ask=False, may_collect=False),
    OfficerRole("hazel", "police", may_ask=False, may_collect=True),
)
"""Whom the admins invite."""

DIRECTORY = """ID,NAME,TELEPHONE,ADDRESS,CITY,STATE,COUNTY,X,Y
90000001,LARKMEADOW POLICE DEPARTMENT,402-555-0117,12 VETCH AVENUE,LARKMEADOW,NE,LARK,-96.7012,40.8136
90000002,LARKMEADOW FIRE AND RESCUE,402-555-0134,3 LUPIN AVENUE,LARKMEADOW,NE,LARK,-96.7051,40.8152
"""
"""The town's entries of the directory, as the operators import it: where they call back."""


def place(east_m: float, north_m: float) -> Point:
    """A place in the town, in metres from its centre along its grid."""
    lon, lat = streets.at(east_m, north_m)
    return Point(lat, lon)


FRONT_DOOR = place(203.0, 61.0)
"""Alice's camera, at Plover Street by Vetch Avenue."""

BACK_GATE = place(-390.0, -290.0)
"""Bob's camera. No hub of his runs in the demo."""


def bins_on_fire(now: datetime) -> Draft:
    """Fern's first: long over, and resolved."""
    start = _hour(now - timedelta(days=3))
    return Draft(
        title="Bins set on fire behind Lupin Avenue",
        text="Three bins burned behind the shops on Lupin Avenue. We look for clips of anyone who walked "
        "or rode through the lane in that time. Nobody was hurt.",
        offence="arson",
        reference="LFR-2291",
        contact="fern@fire.larkmeadow.example",
        window_from=start,
        window_to=start + timedelta(hours=2),
        centre=place(-390.0, 140.0),
        radius_m=220,
    )


def bicycles_gone(now: datetime) -> Draft:
    """Carol's first: open, elsewhere in town."""
    start = _hour(now - timedelta(days=1))
    return Draft(
        title="Two bicycles taken at Lark Green",
        text="Two bicycles were taken from the stand at the north gate of Lark Green: a red tandem and a "
        "grey city bicycle with a basket. We ask for clips that show either of them being ridden or pushed.",
        offence="theft",
        reference="LPD-2026-0412",
        contact="+1 402 555 0118",
        window_from=start,
        window_to=start + timedelta(hours=3),
        centre=place(-390.0, 330.0),
        radius_m=260,
    )


def car_that_drove_on(now: datetime) -> Draft:
    """Carol's second: waits for Erin's review."""
    start = _hour(now - timedelta(hours=8))
    return Draft(
        title="Car that drove on after a crash on Main Avenue",
        text="A dark blue estate car hit a parked van on Main Avenue near Heron Street and drove on to the "
        "south. Its left mirror is broken. We ask for clips of the car before or after.",
        offence="hit-and-run",
        reference="LPD-2026-0419",
        contact="carol@police.larkmeadow.example",
        window_from=start,
        window_to=start + timedelta(hours=1),
        centre=place(0.0, -60.0),
        radius_m=200,
    )


def march(now: datetime) -> dict[str, str]:
    """A lawful assembly that Bob enters: where and when the crash was, so that its review has a question."""
    start = _hour(now - timedelta(hours=8))
    corners = ((-150.0, -160.0), (150.0, -160.0), (150.0, 40.0), (-150.0, 40.0))
    return {
        "title": "Walk for a safer crossing on Main Avenue",
        "link": "https://larkmeadow.example/walk",
        "window_from": start.strftime("%Y-%m-%dT%H:%M"),
        "window_to": (start + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M"),
        "area_text": "\n".join(
            f"{at.lat:.5f}, {at.lon:.5f}" for at in (place(*corner) for corner in corners)
        ),
    }


def smoke_alarms() -> dict[str, str]:
    """A safety tip of the fire department."""
    return {
        "kind": "tip",
        "title": "Test your smoke alarms before the cold nights",
        "text": "Press the button on each alarm once a month. Change the battery when it chirps, and the "
        "alarm itself after ten years. Our station on Lupin Avenue has alarms for those who cannot buy one.",
    }


def parcel_taken(first_clip: datetime, now: datetime) -> Draft:
    """Carol's third: covers Alice's camera, and the first clips that it made."""
    return Draft(
        title="Parcel taken from a porch on Plover Street",
        text="A parcel was taken from a porch on Plover Street shortly after it was delivered. We ask for "
        "clips of the pavement on either side, with people or vans that stop there.",
        offence="package-theft",
        reference="LPD-2026-0421",
        contact="carol@police.larkmeadow.example",
        window_from=first_clip - timedelta(minutes=20),
        window_to=now,
        centre=place(195.0, 40.0),
        radius_m=250,
    )


def smoke_seen(first_clip: datetime, now: datetime) -> Draft:
    """Fern's second: covers Alice's camera and later clips, so that there is something to answer."""
    return Draft(
        title="Smoke from a parked van near Vetch Avenue",
        text="Smoke came from a parked white van near Vetch Avenue, and it was gone when our engine came. We "
        "ask for clips that show the van arriving or leaving.",
        offence="fire",
        reference="LFR-2304",
        contact="fern@fire.larkmeadow.example",
        window_from=first_clip - timedelta(minutes=20),
        window_to=now,
        centre=place(230.0, 20.0),
        radius_m=300,
    )


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
