"""What anyone may read, and what nobody finds in it."""

import base64
import json
import re
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tests.server import civic
from vicinage.core.place import cells_of, parse_area
from vicinage.core.rfa import from_record
from vicinage.seal.keys import Identity
from vicinage.server.agencies.keys import actions as keys
from vicinage.server.public import profile

pytestmark = pytest.mark.django_db


def text_of(page: Any) -> str:
    """The page's words."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def test_the_permanent_page_says_everything_and_how_to_check_it(cast: Cast) -> None:
    rfa = civic.published(cast)
    page = Client().get(f"/rfas/{rfa.id}/")
    words = text_of(page)
    for part in (
        rfa.title,
        rfa.reference,
        rfa.contact,
        "Elmford Police Department",
        "Robbery",
        "0.200 square miles",
    ):
        assert part in words
    assert f"It is entry {rfa.entry.place.index} of a public log" in words
    assert "<polygon" in page.content.decode()
    corner = parse_area(rfa.area).ring[0]
    assert f"{corner.lat:.6f}, {corner.lon:.6f}" in words
    assert f"/log/proof/{rfa.entry.place.index}" in page.content.decode()


def test_a_resident_is_offered_to_answer_and_a_stranger_to_log_in(cast: Cast) -> None:
    rfa = civic.published(cast)
    page, answer = f"/rfas/{rfa.id}/", f"/home/rfas/{rfa.id}/answer/"
    assert f'href="{answer}"' in cast.alice.client.get(page).content.decode()
    assert f"next={answer}" in Client().get(page).content.decode()
    assert answer not in cast.carol.client.get(page).content.decode()


def test_the_json_is_the_leaf_and_the_text_that_the_log_commits_to(cast: Cast) -> None:
    rfa = civic.published(cast)
    told = Client().get(f"/rfas/{rfa.id}.json")
    record = told.json()
    leaf = base64.b64decode(record["leaf_b64"])
    assert Client().get(f"/log/leaf/{record['index']}").content == leaf
    read = from_record(json.loads(leaf), record["text"])
    assert read.rfa.title == rfa.title
    assert not read.redacted
    assert record["agency"]["recipient"] is None
    assert told.headers["Access-Control-Allow-Origin"] == "*"
    keys.publish_key(cast.carol.user, Identity.generate().recipient, rfa.published_at)
    civic.log()
    agency = Client().get(f"/rfas/{rfa.id}.json").json()["agency"]
    assert agency["key_index"] > record["index"]
    assert agency["retention_days"] == 180
    verified = json.loads(Client().get(f"/log/leaf/{agency['verified_index']}").content)
    assert (verified["type"], verified["agency"]) == ("agency.verified", rfa.agency_id)


def test_a_cell_lists_the_open_requests_that_touch_it_and_is_the_same_for_everyone(cast: Cast) -> None:
    rfa = civic.published(cast)
    for cell in cells_of(parse_area(rfa.area)):
        page = f"/public/rfas/cell/{cell}.json"
        told = Client().get(page)
        assert [found["id"] for found in told.json()["rfas"]] == [rfa.id]
        assert told.content == cast.alice.client.get(page).content == cast.carol.client.get(page).content
    far = Client().get("/public/rfas/cell/871fb4661ffffff.json").json()
    assert far == {"cell": "871fb4661ffffff", "rfas": []}


@pytest.mark.parametrize("cell", ["87", "971fb4661ffffff", "871FB4661FFFFFF", "871fb4661fffffff", "../x"])
def test_what_is_no_cell_is_not_found(cast: Cast, cell: str) -> None:
    assert Client().get(f"/public/rfas/cell/{cell}.json").status_code == 404


def test_the_profile_lists_every_request_and_the_share_at_the_caps(cast: Cast) -> None:
    civic.published(cast, reference="26-1", area=civic.square(0.4999))
    civic.published(
        cast,
        reference="26-2",
        window_from=civic.local(civic.hours_ago(15)),
        window_to=civic.local(civic.hours_ago(3)),
    )
    civic.published(cast, reference="26-3")
    page = Client().get(f"/agencies/{cast.agency.id}/")
    assert page.context["caps"] == profile.AtCaps(requests=3, window=1, area=1)
    assert len(page.context["rfas"]) == 3
    assert "keeps what residents hand over for at most 180 days" in text_of(page)


def test_no_public_page_names_an_officer_a_moderator_or_a_resident(cast: Cast) -> None:
    rfa = civic.published(cast)
    cast.alices_home  # noqa: B018 (made here)
    pages = ["/", f"/rfas/{rfa.id}/", f"/rfas/{rfa.id}.json", "/agencies/", f"/agencies/{rfa.agency_id}/"]
    pages += ["/regime/", "/verify/"]
    for page in pages:
        words = Client().get(page).content.decode().lower()
        for person in (cast.carol, cast.erin, cast.olga, cast.alice):
            assert person.user.email not in words
            assert person.user.email.split("@")[0] not in words


@pytest.mark.parametrize("page", ["/rfas/{}/", "/rfas/{}.json", "/agencies/{}/"])
def test_what_is_not_there_is_a_plain_not_found(cast: Cast, page: str) -> None:
    assert cast.agency
    for name in ("a" * 16, "A" * 16, "short", "a" * 17):
        assert Client().get(page.format(name)).status_code == 404


@pytest.mark.parametrize("page", ["/", "/agencies/", "/regime/", "/verify/"])
def test_public_pages_take_no_posts(cast: Cast, page: str) -> None:
    assert cast.agency
    assert Client().post(page).status_code == 405
