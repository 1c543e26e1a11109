"""The tracker: list and search without script, history, an agency's profile, the page of one request."""

import re
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tests.server import civic
from vicinage.server import clock
from vicinage.server.agencies import actions as agencies
from vicinage.server.public import plain, record, views

pytestmark = pytest.mark.django_db


def text_of(page: Any) -> str:
    """The page's words."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def admit(cast: Cast, name: str, number: int, **changes: Any) -> Any:
    """An agency of this name."""
    domain = f"a{number}.oakdale.gov"
    return cast.admit(civic.facts(name=name, domain=domain, email=f"desk@{domain}", **changes))


def names(query: str) -> list[str]:
    """Whom the list shows, in its order."""
    return [one.name for one in Client().get(f"/agencies/{query}").context["lines"]]


def test_the_list_is_searched_by_name_place_domain_and_state(cast: Cast) -> None:
    admit(cast, "Ashford Police", 1, region="Kent County", state="MD")
    admit(cast, "Birchville Fire", 2, region="Ash Valley", state="TX")
    assert cast.agency
    civic.log()
    assert names("") == ["Ashford Police", "Birchville Fire", "Elmford Police Department"]
    assert names("?q=ash") == ["Ashford Police", "Birchville Fire"]
    assert names("?q=POLICE+kent") == ["Ashford Police"]
    assert names("?q=a2.oakdale") == ["Birchville Fire"]
    assert names("?state=CA") == ["Elmford Police Department"]
    assert names("?q=ash&state=TX") == ["Birchville Fire"]
    assert names("?q=nowhere") == []
    assert "No agency is like that" in text_of(Client().get("/agencies/?q=nowhere"))
    assert len(names("?state=ZZ&page=-1")) == 3  # nonsense is passed over


def test_the_list_has_pages_that_keep_the_question(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "PAGE", 2)
    for number in range(5):
        admit(cast, f"Station {number}", number)
    civic.log()
    found = []
    for page in (1, 2, 3):
        answer = Client().get(f"/agencies/?q=station&page={page}")
        found += [one.name for one in answer.context["lines"]]
        links = re.findall(r'rel="(prev|next)" href="([^"]+)"', answer.content.decode())
        assert all("q=station" in link for _, link in links)
        assert [rel for rel, _ in links] == {1: ["next"], 2: ["prev", "next"], 3: ["prev"]}[page]
    assert found == [f"Station {number}" for number in range(5)]
    assert names("?q=station&page=99") == ["Station 4"]


def test_who_was_suspended_or_left_stays_with_the_dates(cast: Cast) -> None:
    gone, held = admit(cast, "Gone Police", 1), admit(cast, "Held Police", 2)
    agencies.suspend(held.pk, "It asked about a protest.", cast.olga.user, clock.now())
    agencies.let_go(gone.pk, cast.olga.user, clock.now())
    civic.log()
    assert names("") == ["Held Police", "Gone Police"]  # those that left come last
    assert {one.name: one.standing for one in record.search()} == {
        "Held Police": "suspended",
        "Gone Police": "left",
    }
    words = text_of(Client().get("/agencies/"))
    assert "Suspended" in words
    assert "Has left" in words
    page = text_of(Client().get(f"/agencies/{held.pk}/"))
    assert "This agency is suspended" in page
    assert "It asked about a protest." in page
    assert "This agency has left" in text_of(Client().get(f"/agencies/{gone.pk}/"))
    agencies.reinstate(held.pk, cast.olga.user, clock.now())
    civic.log()
    page = text_of(Client().get(f"/agencies/{held.pk}/"))
    assert "This agency is suspended" not in page
    assert "Suspension ended" in page
    assert "It asked about a protest." in page  # history is for good


def test_the_history_of_changes_is_whole_and_newest_first(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "CHANGES_PAGE", 2)
    held = admit(cast, "Held Police", 1)
    agencies.suspend(held.pk, "It asked about a protest.", cast.olga.user, clock.now())
    agencies.reinstate(held.pk, cast.olga.user, clock.now())
    civic.log()
    page = Client().get("/agencies/changes/")
    assert [c.sentence for c in page.context["changes"]] == ["Suspension ended", "Suspended"]
    older = Client().get(f"/agencies/changes/?before={page.context['before']}")
    assert [c.sentence for c in older.context["changes"]] == ["Verified"]
    assert older.context["before"] is None


def test_a_renewal_is_told_as_one_and_the_date_of_joining_stays(cast: Cast) -> None:
    assert cast.agency
    civic.log()
    joined = record.read().agencies[cast.agency.pk]
    leaf = record.Facts(**{f: getattr(joined.leaf, f) for f in record.Facts.__struct_fields__})
    fold = record.read().copy()
    fold.take(99, "agency.verified", leaf)
    renewed = fold.agencies[cast.agency.pk]
    assert (renewed.joined_at, renewed.index, renewed.verified_index) == (joined.joined_at, joined.index, 99)


def test_requests_are_counted_once_each_also_when_they_were_mailed_before(cast: Cast) -> None:
    assert cast.agency
    civic.log()
    fold, id = record.read().copy(), cast.agency.pk
    for index, (kind, rfa) in enumerate(
        (("rfa.mediated", "a"), ("rfa.published", "b"), ("rfa.published", "a"))
    ):
        fold.take(100 + index, kind, record.Named(agency=id, at=clock.now(), rfa=rfa))
    assert fold.agencies[id].requests == 2


def test_the_profile_says_in_plain_words_what_was_verified(cast: Cast) -> None:
    assert cast.agency
    civic.log()
    page = Client().get(f"/agencies/{cast.agency.pk}/")
    words = text_of(page)
    for code in record.read().agencies[cast.agency.pk].leaf.evidence:
        assert plain.EVIDENCE[code] in words
    assert "2 operators approved it, each for themselves." in words
    assert "Verified until" in words


def test_the_profile_has_the_mix_of_offences_and_a_drawing_of_each_area(cast: Cast) -> None:
    for number, offence in enumerate(("robbery", "robbery", "arson")):
        civic.published(cast, reference=f"26-{number}", offence=offence)
    page = Client().get(f"/agencies/{cast.agency.pk}/")
    assert [(s.offence, s.requests, s.percent) for s in page.context["mix"]] == [
        ("robbery", 2, 67),
        ("arson", 1, 33),
    ]
    assert page.content.decode().count("<polygon") == 3


def test_the_page_of_a_request_has_the_reviewers_answers_and_links_the_posts_of_its_incident(
    cast: Cast,
) -> None:
    first, second = (
        civic.published(cast),
        civic.published(cast, title="Second call for the robbery of a shop"),
    )
    page = Client().get(f"/rfas/{second.id}/")
    assert {question.id for question, _, _ in page.context["review"]} == set(second.answers) != set()
    for question, _, _ in page.context["review"]:
        assert question.question in text_of(page)
    assert f'href="/rfas/{first.id}/"' in page.content.decode()
    assert f'href="/rfas/{second.id}/"' in Client().get(f"/rfas/{first.id}/").content.decode()
    assert f'href="/regime/{second.regime}/{page.context["law"].index}/"' in page.content.decode()
    assert "until" in text_of(page)


def test_the_readable_list_of_downloads_names_every_address(cast: Cast) -> None:
    from vicinage.server.public.openapi import READS

    assert cast.agency
    civic.log()
    page = Client().get("/public/api/").content.decode()
    assert [read.path for read in READS if read.path not in page] == []


def test_an_agency_finds_the_way_in_from_the_tracker_also_before_there_is_any(cast: Cast) -> None:
    for _ in range(2):
        page = Client().get("/agencies/").content.decode().partition("<main")[2]
        assert 'href="/agencies/apply/"' in page
        assert cast.agency.verified_at is not None
        civic.log()
