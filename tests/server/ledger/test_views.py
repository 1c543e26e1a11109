"""The log over HTTP: by exact names only, cacheable as long as each file may be, for any site."""

import gzip
from pathlib import Path

import pytest
from django.test import Client

from tests.server.ledger.conftest import private, public, record
from vicinage.server.ledger import keys, publish, queries
from vicinage.tlog import proof

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def published(home: Path) -> None:
    """A log of five entries."""
    record(public(), private())
    publish.publish_pending()


@pytest.mark.parametrize(
    ("path", "keeps"),
    [
        ("checkpoint", "public, no-cache"),
        ("policy", "public, no-cache"),
        ("vkeys", "public, no-cache"),
        ("vkeys-mldsa", "public, no-cache"),
        ("tile/0/000.p/5", "public, max-age=31536000, immutable"),
        ("tile/entries/000.p/5", "public, max-age=31536000, immutable"),
        ("texts/0.json", "public, no-cache"),
    ],
)
def test_each_file_is_served_with_its_cache_rule(path: str, keeps: str, client: Client, home: Path) -> None:
    response = client.get(f"/log/{path}")
    assert response.status_code == 200
    assert response.content == (home / "public" / "log" / path).read_bytes()
    assert response["Cache-Control"] == keeps
    assert response["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "path",
    [
        "",
        "keys",
        "../../keys/log",
        "%2e%2e/%2e%2e/keys/log",
        "tile/../../../keys/log",
        "tile/0/000.p/9",
        "tile/0/000.p/5/",
        "texts/0.toml",
        "texts/../policy",
        ".checkpoint.new",
        "tile/0/x000/000%00",
        "/etc/passwd",
    ],
)
def test_anything_else_is_not_there(path: str, client: Client) -> None:
    assert client.get(f"/log/{path}").status_code == 404


def test_a_proof_and_a_leaf_from_the_server_fit_together(client: Client) -> None:
    index = queries.index_of("consent", "h" * 16)
    text, leaf = client.get(f"/log/proof/{index}").content, client.get(f"/log/leaf/{index}").content
    assert proof.parse(text).verify(keys.current_policy(), leaf).checkpoint.size == 5


def test_a_proof_is_served_without_the_post_quantum_line_and_packed_for_who_takes_it(client: Client) -> None:
    record(*(public(f"{n:016d}") for n in range(500)))
    publish.publish_pending()
    plain = client.get("/log/proof/0").content
    packed = client.get("/log/proof/0", headers={"Accept-Encoding": "br, gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain
    assert len(packed.content) < len(plain) < 800
    assert len(client.get("/log/checkpoint").content) > 3000


@pytest.mark.parametrize("index", [5, 99, 10**17])
def test_what_is_not_published_has_no_proof_and_no_leaf(index: int, client: Client) -> None:
    assert client.get(f"/log/proof/{index}").status_code == 404
    assert client.get(f"/log/leaf/{index}").status_code == 404


def test_the_log_takes_no_writes(client: Client) -> None:
    assert client.post("/log/checkpoint").status_code == 405
