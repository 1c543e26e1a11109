"""The whole table: every route of every app, walked as each person, by GET and by POST.

A route that is not in the table fails, so nobody adds a door without saying who may use it.
Whoever is not named finds nothing: a log-in for those who are nobody yet, else the very page that
an address gives which never was; or no such method. What allauth serves has its own test below.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.cast import Cast
from tests.server import civic
from tests.server.agencies import flow
from tests.server.conftest import Witness
from tests.server.handovers import giving
from vicinage.core.place import cell_of
from vicinage.server import clock
from vicinage.server.accounts import actions as choices

pytestmark = pytest.mark.django_db

RESIDENTS = frozenset({"alice", "bob", "erin", "olga", "mallory"})
EVERYONE = RESIDENTS | {"nobody", "carol", "dave", "frank"}
ALICE, CAROL, ERIN, OLGA, NOT_ONE = ({"alice"}, {"carol"}, {"erin"}, {"olga"}, frozenset[str]())
ASKERS, OFFICERS = {"carol", "frank"}, {"carol", "dave", "frank"}
OUR_OFFICERS = {"carol", "dave"}  # of the agency that asked; dave may look, but neither ask nor collect

# name of the route: who is served by GET, who by POST (an answer to what was sent, good or bad)
TABLE: dict[str, tuple[Any, Any]] = {
    **dict.fromkeys(
        (
            *("service_worker", "log_proof", "log_leaf", "log_file", "api_time", "feed", "rfa", "rfa-json"),
            *("agencies", "agency", "regime", "verify", "cell", "town"),
            *("regime-one", "regime-changes", "assemblies", "assembly", "post"),
            *("agencies-geojson", "agencies-csv", "agencies-atom", "agency-points", "agencies-changes"),
            *("agency-json", "agencies-state", "rfas-geojson", "rfas-csv", "rfas-atom"),
            *("public-api", "openapi", "map-sources", "map-tiles"),
        ),
        (EVERYONE, NOT_ONE),
    ),
    **dict.fromkeys(
        ("library_home", "library_key", "library_cameras", "api_clips", "answer", "handovers", "events"),
        (RESIDENTS, NOT_ONE),
    ),
    **dict.fromkeys(
        (
            *("library_player", "library_clip_age", "api_clip", "api_clip_payload"),
            *("handover", "handover-opening", "api-handover-leaf", "api-handover-proof"),
        ),
        (ALICE, NOT_ONE),
    ),
    "choices": (RESIDENTS, RESIDENTS),
    "choices-link": (EVERYONE, EVERYONE),  # who holds the link of a mail, signed in or not
    "passed-on-all": (RESIDENTS, NOT_ONE),
    "passed-on": (RESIDENTS, NOT_ONE),  # the request here is public: they are led to its page
    "api-passed-on-all": (RESIDENTS, NOT_ONE),
    "api-passed-on": (NOT_ONE, NOT_ONE),  # none is passed on here; whom it serves: tests/server/mediation
    "library_delete": (NOT_ONE, ALICE),
    "handover-withdraw": (NOT_ONE, ALICE),
    "api_household": (RESIDENTS, RESIDENTS),  # each of them their own, or null
    "api_cameras": (RESIDENTS, RESIDENTS),
    "api-handovers": (NOT_ONE, RESIDENTS),
    "hub_offer": (NOT_ONE, NOT_ONE),
    "hub_payload": (NOT_ONE, NOT_ONE),
    "operation": (OLGA, NOT_ONE),
    "operation-application": (OLGA, OLGA),
    "operation-agency": (OLGA, OLGA),
    "agency-apply": (EVERYONE, EVERYONE),
    "agency-application": (NOT_ONE, NOT_ONE),  # a wrong token
    "agency-officers": (OFFICERS, CAROL),  # an officer who is no admin may resign, and nothing else
    "agency-officers-invite": (CAROL, CAROL),
    "agency-history": (OFFICERS, NOT_ONE),
    "agency-renewal": (CAROL, CAROL),
    "agency-join": (NOT_ONE, EVERYONE - {"nobody"}),  # a wrong token: said to whoever holds it
    "agency-key": (ASKERS, ASKERS),
    "agency-key-revoke": (NOT_ONE, ASKERS),
    "api-agency-key": (NOT_ONE, ASKERS),
    "api-agency-vault": (ASKERS, NOT_ONE),
    "api-agency-vault-own": (NOT_ONE, ASKERS),
    "api-agency-vault-shares": (NOT_ONE, ASKERS),
    "agency-console": (OFFICERS, NOT_ONE),
    "agency-rfa-new": (ASKERS, ASKERS),
    "agency-rfa": (OUR_OFFICERS, OUR_OFFICERS),
    "agency-rfa-resolve": (NOT_ONE, CAROL),
    "api-judge": (NOT_ONE, ASKERS),
    "assembly-new": (EVERYONE - {"nobody"}, EVERYONE - {"nobody"}),
    "assembly-withdraw": (NOT_ONE, EVERYONE - {"nobody"}),  # to all but one: that it is not theirs
    "agency-posts": (OFFICERS, NOT_ONE),
    "agency-post-new": (ASKERS, ASKERS),
    "moderation-posts": (ERIN, NOT_ONE),
    "moderation-post": (ERIN, ERIN),
    "moderation": (ERIN, NOT_ONE),
    "moderation-rfa": (ERIN, ERIN),
    "agency-handovers": (ASKERS, NOT_ONE),
    "agency-handover": (CAROL, NOT_ONE),
    "agency-handover-clip": (NOT_ONE, CAROL),
    "agency-handover-package": (NOT_ONE, CAROL),
    "agency-handover-deleted": (NOT_ONE, CAROL),
}
TURNED_AWAY = {401, 404, 405}


@dataclass
class Town:
    """One of each private thing, all of them Alice's or of Carol's agency, and everybody's browser."""

    args: dict[str, str]
    draft: str
    waiting: str
    people: dict[str, Client]

    def url(self, route: str) -> str:
        """The address of a route for these things."""
        if route.startswith("^"):
            return f"/public/rfas/cell/{self.args['cell']}.json"
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda name: self.args[name[1]], route)


def routes(patterns: Any = None, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Name and pattern of every route of our apps."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        whole = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, whole)
        elif isinstance(pattern, URLPattern):
            yield str(pattern.name), whole


def ours() -> list[tuple[str, str]]:
    """Those that are not allauth's."""
    return [(name, route) for name, route in routes() if not route.startswith("accounts/")]


@pytest.fixture
def town(cast: Cast, witness: Witness) -> Town:
    scene = giving.set_scene(cast)
    handover = giving.given(scene)
    assert cast.mallorys_home.camera.pk != cast.alices_home.camera.pk
    saved = cast.carol.client.post("/agency/rfas/new/", {**civic.form(reference="26-1"), "save": "yes"})
    assembly = civic.assembly(cast, civic.hours_ago(-20), civic.hours_ago(-23))
    args = {
        "assembly_id": assembly,
        "post_id": civic.post(cast),
        "name": "public-2021",
        "rfa_id": scene.rfa.id,
        "agency_id": cast.agency.pk,
        "application_id": flow.signed(
            flow.form(civic.facts(domain="oak.example", email="d@oak.example")), clock.now()
        ).pk,
        "handover_id": handover,
        "clip": scene.recorded.row.pk,
        "index": "0",
        "path": "checkpoint",
        "token": "nobody-was-given-this",
        "link": choices.link(cast.alice.user).split("/")[2],
        "cell": cell_of(civic.CENTRE),
    }
    names = ("alice", "bob", "carol", "dave", "erin", "olga", "mallory")
    people = {"nobody": Client(), "frank": civic.officer_elsewhere(cast)}
    people |= {name: getattr(cast, name).client for name in names}
    draft = saved.headers["Location"].split("/")[-2]
    return Town(args, draft, civic.submit(cast, reference="26-2"), people)


def is_served(answer: Any) -> bool:
    """Whether somebody got more than a closed door."""
    if answer.status_code == 302:
        return "/accounts/login/" not in answer.headers["Location"]
    assert answer.status_code < 500, answer.status_code
    return answer.status_code not in TURNED_AWAY


def served(town: Town, url: str, method: str, *, first: str = "") -> set[str]:
    """Who is served there. `first` comes last: what they do changes what is there."""
    order = sorted(town.people, key=lambda name: name == first)
    return {name for name in order if is_served(getattr(town.people[name], method)(url))}


def test_every_route_stands_in_the_table_and_no_other() -> None:
    assert {name for name, _ in ours()} == set(TABLE)


def test_by_get_each_door_opens_to_those_in_the_table_alone(town: Town) -> None:
    laid = ("events", "town", "map-tiles")  # the two maps are the operator's to lay
    walked = [(name, town.url(route)) for name, route in ours() if name not in laid]
    expected = {name: set(TABLE[name][0]) for name, _ in walked}
    expected["agency-join"] = set()
    assert {name: served(town, url, "get") for name, url in walked} == expected


def test_by_post_each_door_opens_to_those_in_the_table_alone(town: Town) -> None:
    found = {}
    for name, route in sorted(ours(), key=lambda pair: pair[0] in ("library_delete", "handover-withdraw")):
        last = next(iter(TABLE[name][1]), "") if len(TABLE[name][1]) == 1 else ""
        found[name] = served(town, town.url(route), "post", first=last)
    assert found == {name: set(who) for name, (_, who) in TABLE.items()}


def test_the_stream_of_events_turns_away_who_has_no_household(town: Town) -> None:
    # Whom it serves is tested where the stream is: an open stream has no end to wait for.
    outside = {name for name in town.people if name not in TABLE["events"][0]}
    assert all(not is_served(town.people[name].get("/home/events/")) for name in outside)


@pytest.mark.parametrize(
    ("which", "agency", "reviewers"), [("draft", CAROL, set()), ("waiting", OUR_OFFICERS, ERIN)]
)
def test_an_unpublished_request_is_seen_by_its_agency_and_the_reviewer_alone(
    town: Town, which: str, agency: set[str], reviewers: set[str]
) -> None:
    rfa = getattr(town, which)
    assert served(town, f"/agency/rfas/{rfa}/", "get") == agency
    assert served(town, f"/moderation/rfas/{rfa}/", "get") == reviewers
    for url in (f"/rfas/{rfa}/", f"/rfas/{rfa}.json", f"/home/rfas/{rfa}/answer/"):
        assert served(town, url, "get") == set()
    for url in ("/", "/agencies/", f"/agencies/{town.args['agency_id']}/", town.url("^cell")):
        assert all(rfa not in civic.body(client.get(url)) for client in town.people.values())


def test_a_closed_door_looks_like_no_door(town: Town) -> None:
    doors = [(name, route) for name, route in ours() if "<record:" in route and "api/hub" not in route]
    never = dict.fromkeys(("application_id", "rfa_id", "handover_id", "clip", "agency_id"), "a" * 16)
    elsewhere = Town({**town.args, **never}, "", "", {})
    for name, route in doors:
        for person in set(town.people) - set(TABLE[name][0]) - {"nobody"}:
            client = town.people[person]
            there, nowhere = client.get(town.url(route)), client.get(elsewhere.url(route))
            assert (there.status_code, civic.body(there)) == (nowhere.status_code, civic.body(nowhere)), name


def test_another_households_hub_finds_no_clip_of_alices(town: Town, cast: Cast) -> None:
    url = f"/api/hub/clips/{town.args['clip']}/payload"
    theirs, own = Client(**cast.mallorys_home.hub), Client(**cast.alices_home.hub)
    assert own.head(url).status_code == 200
    assert theirs.head(url).status_code == 404
    assert theirs.patch(url, b"x", headers={"Upload-Offset": "0"}).status_code == 404
    assert theirs.get("/api/clips").status_code == 401


def test_allauths_pages_show_nobody_anything_of_alices(town: Town, cast: Cast) -> None:
    secrets = [town.args["clip"], town.args["handover_id"], cast.alice.user.email, cast.alice.secret]
    plain = [route for _, route in routes() if route.startswith("accounts/") and not set("<(") & set(route)]
    assert len(plain) > 10
    for name in set(town.people) - {"alice"}:
        for route in plain:
            body = town.people[name].get("/" + route.rstrip("$")).content.decode(errors="replace")
            assert not [secret for secret in secrets if secret in body], (name, route)
