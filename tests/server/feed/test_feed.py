"""The feed: newest first, by key, in few queries, the same for everyone."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import NOW, Cast
from tests.server import civic
from vicinage.core.place import Area, Point, circle
from vicinage.server.agencies.actions import new_id
from vicinage.server.feed import queries
from vicinage.server.feed.models import PublishedRfa
from vicinage.server.feed.outline import outline
from vicinage.server.ledger.models import Entry, Place

pytestmark = pytest.mark.django_db


def many(cast: Cast, number: int) -> list[str]:
    """A public request and copies of it; ids, oldest first."""
    first = civic.published(cast)
    ids = [first.id]
    for step in range(1, number):
        entry = Entry.objects.create(
            kind="rfa.published",
            subject=new_id(),
            leaf=b"{}",
            text=b'{"title":"Copy"}',
            private=False,
            recorded_at=NOW,
        )
        copy = PublishedRfa(
            **{f.attname: getattr(first, f.attname) for f in PublishedRfa._meta.local_fields}
            | {
                "id": entry.subject,
                "entry_id": entry.pk,
                "published_at": first.published_at + timedelta(minutes=step),
            }
        )
        copy.save(force_insert=True)
        ids.append(copy.id)
    civic.log()
    return ids


def test_an_empty_feed_says_so_and_what_this_is(cast: Cast) -> None:
    page = Client().get("/").content.decode()
    assert "No requests yet" in page
    assert "Nobody has to answer" in page


def test_the_feed_is_newest_first_and_goes_on_by_key_without_gap_or_double(cast: Cast) -> None:
    ids = many(cast, 45)
    seen: list[str] = []
    before, pages = "", 0
    while True:
        answer = Client().get("/" + before)
        seen += [rfa.id for rfa in answer.context["page"].rfas]
        pages += 1
        if answer.context["page"].before is None:
            break
        before = f"?before={answer.context['page'].before}"
    assert seen == ids[::-1]
    assert pages == 3


def test_a_request_published_while_reading_moves_nothing(cast: Cast) -> None:
    many(cast, 22)
    first = queries.newest()
    civic.published(cast, reference="26-999")
    second = queries.newest(first.before)
    assert not {rfa.id for rfa in first.rfas} & {rfa.id for rfa in second.rfas}
    assert len(second.rfas) == 2


def test_the_feed_costs_the_same_few_queries_however_long_it_is(cast: Cast) -> None:
    many(cast, 21)
    with CaptureQueriesContext(
        connection,
    ) as found:
        Client().get("/")
    assert len(found) <= 3, [query["sql"] for query in found]


@pytest.mark.parametrize("key", ["-1", "x", "1e9", "9" * 40, "½", "'; DROP TABLE"])
def test_a_key_that_is_none_gives_a_page(cast: Cast, key: str) -> None:
    assert Client().get("/", {"before": key}).status_code == 200


def test_caches_may_keep_the_page_of_a_stranger_but_not_that_of_a_person(cast: Cast) -> None:
    assert "public" in Client().get("/").headers["Cache-Control"]
    personal = cast.alice.client.get("/").headers["Cache-Control"]
    assert "private" in personal
    assert "public" not in personal


def test_what_the_log_has_not_published_yet_is_not_shown(cast: Cast) -> None:
    rfa = civic.submit(cast)
    cast.erin.client.post(f"/moderation/rfas/{rfa}/", {**civic.answered(rfa), "approve": "yes"})
    assert PublishedRfa.objects.filter(id=rfa).exists()
    assert queries.one(rfa) is None
    Place.objects.create(index=10**6, entry=PublishedRfa.objects.get(id=rfa).entry)
    assert queries.one(rfa) is None


def test_an_outline_keeps_its_shape_and_lies_in_its_box() -> None:
    drawn = outline(circle(Point(60.0, 10.0), 500))
    points = [tuple(map(float, pair.split(","))) for pair in drawn.points.split()]
    width = max(x for x, _ in points) - min(x for x, _ in points)
    height = max(y for _, y in points) - min(y for _, y in points)
    assert width == pytest.approx(height, rel=0.02)
    assert all(0 <= x <= 320 and 0 <= y <= 240 for x, y in points)
    assert drawn.bar_m == 200


def test_an_outline_of_a_point_like_area_is_still_drawn() -> None:
    tiny = Area((Point(0, 0), Point(0, 0.000001), Point(0.000001, 0)))
    assert "nan" not in outline(tiny).points


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite alone has REPLACE and a hidden rowid")
def test_no_published_request_is_replaced_by_its_hidden_row_number(cast: Cast) -> None:
    rfa = civic.published(cast)
    columns = ", ".join(f'"{f.column}"' for f in PublishedRfa._meta.local_fields)
    values = columns.replace('"id"', "'bbbbbbbbbbbbbbbb'").replace('"entry_id"', "999999")
    copy = f"SELECT rowid, {values} FROM feed_publishedrfa"  # noqa: S608 - names of our own model
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(f"REPLACE INTO feed_publishedrfa (rowid, {columns}) {copy}")
    assert PublishedRfa.objects.get().pk == rfa.pk
