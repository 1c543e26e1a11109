"""Pages kept for strangers: never older than the log, and never with anything of a person in them."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.cast import Cast
from tests.server import civic

pytestmark = pytest.mark.django_db


def test_a_stranger_is_shown_the_kept_page_without_a_query(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    civic.published(cast)
    first = Client().get("/")
    with django_assert_num_queries(0):
        second = Client().get("/")
    assert second.content == first.content
    assert second.headers["Cache-Control"] == first.headers["Cache-Control"] == "public, max-age=30"
    assert "Cookie" in second.headers["Vary"]


def test_the_kept_page_is_another_once_the_log_has_grown(cast: Cast) -> None:
    one = civic.published(cast, reference="26-1")
    assert one.id in Client().get("/").content.decode()
    two = civic.published(cast, reference="26-2")
    assert two.id in Client().get("/").content.decode()
    page = f"/rfas/{one.id}/"
    assert "Resolved" not in Client().get(page).content.decode()
    cast.carol.client.post(f"/agency/rfas/{one.id}/resolve/")
    civic.log()
    assert "Resolved" in Client().get(page).content.decode()


def test_nothing_of_a_person_is_kept_and_nobody_else_is_shown_it(cast: Cast) -> None:
    civic.published(cast)
    hers = cast.alice.client.get("/")
    assert "private" in hers.headers["Cache-Control"]
    assert "/accounts/logout/" in hers.content.decode()
    strangers = Client().get("/").content.decode()
    assert "/accounts/logout/" not in strangers
    assert "csrfmiddlewaretoken" not in strangers
    assert "/accounts/logout/" in cast.alice.client.get("/").content.decode()


def test_a_page_that_is_not_there_is_not_kept(cast: Cast) -> None:
    civic.published(cast)
    assert [Client().get(f"/rfas/{'a' * 16}/").status_code for _ in range(2)] == [404, 404]


def test_another_language_is_another_page(cast: Cast) -> None:
    civic.published(cast)
    answer = Client().get("/", headers={"Accept-Language": "en"})
    assert "Accept-Language" in answer.headers["Vary"]
