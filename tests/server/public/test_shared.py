"""What everybody is shown alike has a strong tag and is compressed; what is a person's own is neither."""

import gzip

import pytest
from django.http import HttpRequest
from django.test import Client

from tests.cast import Cast
from tests.server import civic
from vicinage.server.middleware import takes_gzip

pytestmark = pytest.mark.django_db
ZIPPED = {"Accept-Encoding": "gzip"}
PUBLIC = ["/", "/agencies/", "/agencies.csv", "/agencies.geojson", "/public/openapi.json", "/log/vkeys"]


@pytest.mark.parametrize("path", PUBLIC)
def test_a_reader_who_has_it_is_sent_nothing_again(cast: Cast, path: str) -> None:
    civic.published(cast)
    first = Client().get(path)
    tag = first.headers["ETag"]
    assert tag.startswith('"')
    again = Client().get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)


def test_the_tag_is_another_once_the_content_is(cast: Cast) -> None:
    civic.published(cast, reference="26-1")
    tag = Client().get("/rfas.csv").headers["ETag"]
    civic.published(cast, reference="26-2")
    answer = Client().get("/rfas.csv", headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert answer.headers["ETag"] != tag


@pytest.mark.parametrize("path", ["/", "/agencies/", "/rfas.geojson", "/public/openapi.json"])
def test_gzip_has_the_same_content_its_own_length_and_its_own_tag(cast: Cast, path: str) -> None:
    civic.published(cast)
    plain, zipped = Client().get(path), Client().get(path, headers=ZIPPED)
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.content) == plain.content
    assert zipped.headers["Content-Length"] == str(len(zipped.content))
    assert zipped.headers["ETag"] != plain.headers["ETag"]
    for answer in (plain, zipped):
        assert "Accept-Encoding" in answer.headers["Vary"]
    again = Client().get(path, headers={**ZIPPED, "If-None-Match": zipped.headers["ETag"]})
    assert again.status_code == 304


def test_a_page_with_a_secret_in_it_is_never_compressed(cast: Cast) -> None:
    civic.published(cast)
    pages = [(cast.alice.client, "/"), (cast.alice.client, "/home/"), (Client(), "/accounts/login/")]
    pages += [(cast.carol.client, "/agency/rfas/new/"), (cast.alice.client, "/agencies/")]
    for client, path in pages:
        answer = client.get(path, headers=ZIPPED)
        assert "csrfmiddlewaretoken" in answer.content.decode(), path
        assert "Content-Encoding" not in answer.headers
        assert "public" not in answer.headers.get("Cache-Control", "")


@pytest.mark.parametrize(
    ("said", "takes"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("*", True),
        ("", False),
        ("br", False),
        ("gzip;q=0", False),
        ("*;q=0", False),
        ("gzip;q=0, *", False),
        ("gzip;q=many", False),
    ],
)
def test_gzip_is_for_who_takes_it(said: str, takes: bool) -> None:
    request = HttpRequest()
    request.META["HTTP_ACCEPT_ENCODING"] = said
    assert takes_gzip(request) is takes
