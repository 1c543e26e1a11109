"""The demo town as data: its requests pass the judge, its map is sound, its people have log-ins."""

import csv
import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from vicinage import regimes
from vicinage.core import judge
from vicinage.core.agency import Agency
from vicinage.core.assembly import overlaps
from vicinage.core.ids import make_id
from vicinage.core.place import circle, contains
from vicinage.core.post import Post, judge_post
from vicinage.core.rfa import Rfa
from vicinage.core.span import Span
from vicinage.demo import streets, town
from vicinage.demo.people import FOLDER, DemoError, LogIns, current_code
from vicinage.device.officer import Draft
from vicinage.device.second_factor import code_at
from vicinage.server.agencies.listings import names
from vicinage.server.assemblies import forms

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
FIRST_CLIP = NOW - timedelta(minutes=2)
ANY_ID = make_id(bytes(10))

DRAFTS = {
    "bins": (town.bins_on_fire(NOW), "fire"),
    "bicycles": (town.bicycles_gone(NOW), "police"),
    "car": (town.car_that_drove_on(NOW), "police"),
    "parcel": (town.parcel_taken(FIRST_CLIP, NOW), "police"),
    "smoke": (town.smoke_seen(FIRST_CLIP, NOW), "fire"),
}


def as_rfa(draft: Draft) -> Rfa:
    """The draft as the judge knows it."""
    return Rfa(
        id=ANY_ID,
        agency=ANY_ID,
        reference=draft.reference,
        offence=draft.offence,
        title=draft.title,
        text=draft.text,
        contact=draft.contact,
        area=circle(draft.centre, draft.radius_m),
        window=Span(draft.window_from, draft.window_to),
    )


def verified(kind: str) -> Agency:
    """An agency of the town as the log has it."""
    facts = town.AGENCIES[kind]
    return Agency(
        id=ANY_ID,
        **{**facts, "retention_days": int(facts["retention_days"])},  # type: ignore[arg-type]
        evidence=("acknowledgement", "call-back", "directory", "mail"),
        approvals=2,
        until=NOW + timedelta(days=365),
    )


@pytest.mark.parametrize("name", DRAFTS)
def test_every_request_of_the_town_passes_the_judge(name: str) -> None:
    draft, kind = DRAFTS[name]
    assert judge.judge(regimes.load("public-2021"), as_rfa(draft), verified(kind), (), NOW) == ()


def test_alices_camera_is_asked_for_by_two_requests_and_by_no_other() -> None:
    asked = {name for name, (draft, _) in DRAFTS.items() if contains(as_rfa(draft).area, town.FRONT_DOOR)}  # type: ignore[arg-type]
    assert asked == {"parcel", "smoke"}


def test_the_march_is_what_the_reviewer_is_asked_about_at_the_crash_and_nowhere_else() -> None:
    reading = forms.read({**forms.as_typed({}), **town.march(NOW)}, ANY_ID)
    assert reading.unread == ()
    assert reading.assembly is not None
    assert [name for name, (draft, _) in DRAFTS.items() if overlaps(as_rfa(draft), reading.assembly)] == [
        "car"
    ]


def test_the_fire_departments_tip_passes_the_law_on_posts() -> None:
    post = Post(id=ANY_ID, agency=ANY_ID, starts_at=None, ends_at=None, place_words="", **town.smoke_alarms())
    agency = verified("fire")
    assert judge_post(regimes.load("public-2021"), post, agency, NOW) == ()


def test_officers_have_addresses_at_their_agencys_domain() -> None:
    emails = {person.name: person.email for person in town.PEOPLE}
    belonging = [*((role.person, role.agency) for role in town.OFFICERS)]
    belonging += [(person, agency) for agency, person in town.APPLICANTS.items()]
    for person, agency in belonging:
        assert emails[person].endswith("@" + town.AGENCIES[agency]["domain"])


def test_each_agency_of_the_town_has_one_entry_of_the_directory_with_another_way_to_write_its_number() -> (
    None
):
    rows = list(csv.DictReader(town.DIRECTORY.splitlines()))
    for facts in town.AGENCIES.values():
        own = [row for row in rows if row["NAME"] == facts["name"].upper()]
        assert [names.digits(row["TELEPHONE"]) for row in own] == [names.digits(facts["phone"])]


def test_the_map_is_geojson_with_six_decimals_around_the_towns_centre(tmp_path: Path) -> None:
    streets.write_town(tmp_path / "public" / "town.geojson")
    told = json.loads((tmp_path / "public" / "town.geojson").read_text())
    assert told["type"] == "FeatureCollection"
    kinds = {feature["properties"]["kind"] for feature in told["features"]}
    assert kinds == {"main", "street", "water", "park"}
    for feature in told["features"]:
        line = feature["geometry"]["coordinates"]
        for lon, lat in line[0] if feature["geometry"]["type"] == "Polygon" else line:
            assert abs(lat - streets.CENTRE_LAT) < 0.02
            assert abs(lon - streets.CENTRE_LON) < 0.02
            assert [round(lon, 6), round(lat, 6)] == [lon, lat]


def test_street_names_are_all_different() -> None:
    names = [*streets.AVENUES, *streets.STREETS]
    assert len(set(names)) == len(names) == 2 * (streets.HALF_EAST + streets.HALF_NORTH) + 2


@pytest.mark.django_db
def test_the_map_is_served_where_it_lies_and_missing_elsewhere(client: Client, settings: Settings) -> None:
    assert client.get("/public/town.geojson").status_code == 404
    streets.write_town(Path(settings.VICINAGE_HOME) / "public" / "town.geojson")
    answer = client.get("/public/town.geojson")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/geo+json"


def test_log_ins_are_kept_for_their_owner_alone_and_stay_the_same(tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    first = LogIns(folder).of("alice", "alice@larkmeadow.example")
    again = LogIns(folder).of("alice", "alice@larkmeadow.example")
    assert first == again
    assert len(first.password) >= 12
    assert stat.S_IMODE((folder / "people.json").stat().st_mode) == 0o600


def test_the_current_code_is_that_of_the_kept_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log_ins = LogIns(tmp_path / FOLDER)
    log_ins.of("alice", "alice@larkmeadow.example").secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    log_ins.save()
    monkeypatch.setattr("vicinage.demo.people.time.time", lambda: 59.0)
    assert current_code(tmp_path, "Alice") == code_at("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 59) == "287082"
    with pytest.raises(DemoError):
        current_code(tmp_path, "trent")
