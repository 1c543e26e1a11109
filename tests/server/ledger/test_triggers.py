"""What is in the log can be neither changed nor dropped, whichever way one goes at the table."""

from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from vicinage.core.event import Event
from vicinage.server.ledger import actions, sequence, triggers
from vicinage.server.ledger.models import Entry, Place

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry() -> Entry:
    """One recorded and placed entry."""
    with transaction.atomic():
        made = actions.record(Event("rfa.published", "a" * 16, b"leaf", b"text", private=False))
    sequence.place_pending()
    return made


def execute(sql: str, *values: int) -> None:
    """Run SQL as a person with a database console would."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


WAYS: dict[str, Callable[[Entry], object]] = {
    "an ORM bulk update": lambda e: Entry.objects.filter(pk=e.pk).update(leaf=b"other"),
    "an ORM bulk delete": lambda e: Place.objects.filter(entry=e).delete(),
    "an ORM raw delete": lambda e: Entry.objects.filter(pk=e.pk)._raw_delete("default"),
    "an instance's save": lambda e: Entry(
        pk=e.pk, kind="x", subject="", leaf=b"", private=False, recorded_at=e.recorded_at
    ).save(),
    "an instance's delete": lambda e: Place.objects.get(entry=e).delete(),
    "an update of the index": lambda e: Place.objects.filter(entry=e).update(index=7),
    "an ORM upsert": lambda e: Place.objects.bulk_create(
        [Place(index=0, entry=e)], update_conflicts=True, update_fields=["entry"], unique_fields=["index"]
    ),
    "SQL UPDATE": lambda e: execute("UPDATE ledger_entry SET kind = 'x' WHERE id = %s", e.pk),
    "SQL DELETE": lambda e: execute("DELETE FROM ledger_place WHERE entry_id = %s", e.pk),
}
SQLITE_WAYS: dict[str, Callable[[Entry], object]] = {
    "REPLACE of the entry": lambda e: execute(
        "REPLACE INTO ledger_entry (id, kind, subject, leaf, private, recorded_at) "
        "VALUES (%s, 'x', '', x'00', 0, '2026-01-01')",
        e.pk,
    ),
    "REPLACE of the index": lambda e: execute(
        'REPLACE INTO ledger_place ("index", entry_id) VALUES (0, %s)', e.pk
    ),
    "REPLACE by the second unique column": lambda e: execute(
        'REPLACE INTO ledger_place ("index", entry_id) VALUES (99, %s)', e.pk
    ),
    "UPDATE OR REPLACE": lambda e: execute('UPDATE OR REPLACE ledger_place SET "index" = 0'),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_database_refuses(way: str, entry: Entry) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        WAYS[way](entry)
    assert bytes(Entry.objects.get(pk=entry.pk).leaf) == b"leaf"
    assert Place.objects.get(entry=entry).index == 0


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite alone has REPLACE")
@pytest.mark.parametrize("way", SQLITE_WAYS)
def test_sqlite_refuses_to_replace(way: str, entry: Entry) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        SQLITE_WAYS[way](entry)
    assert bytes(Entry.objects.get(pk=entry.pk).leaf) == b"leaf"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL alone has TRUNCATE")
def test_postgresql_refuses_to_truncate(entry: Entry) -> None:
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        execute("TRUNCATE ledger_entry CASCADE")


def test_every_guard_of_every_app_stands() -> None:
    wanted = {name for guard in triggers.guards() for name in triggers.names(guard)}
    assert len(wanted) >= 6
    assert wanted <= triggers.standing()


def test_a_migrate_renews_what_a_rebuilt_table_has_lost() -> None:
    triggers.lift()
    assert not triggers.standing()
    call_command("migrate", verbosity=0)
    assert {name for guard in triggers.guards() for name in triggers.names(guard)} <= triggers.standing()
