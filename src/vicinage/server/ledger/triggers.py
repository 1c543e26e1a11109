"""The database's own refusal to change or drop what is published, on SQLite and PostgreSQL.

An app names what must only grow in `guards` of its AppConfig. `install` makes the triggers anew after
each migrate: SQLite drops them whenever a migration rebuilds the table.
SQLite's REPLACE deletes without firing delete triggers, hence a guard before each insert.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model

REFUSAL = "append-only"


@dataclass(frozen=True)
class Guard:
    """One table that only grows.

    app, model: names of the model. frozen: columns that no UPDATE may change; empty means all.
    when: SQL on OLD that says which rows are guarded, e.g. "OLD.state <> 'draft'"; empty means all.
    erasable: columns that may be emptied (NULL, or no characters) once their log entry is redacted.
    redacted: the column that holds the id of that ledger entry; with `told`, the subject of it, and `told`
    is its kind: so a private copy goes with what was published of it.
    """

    app: str
    model: str
    frozen: tuple[str, ...] = ()
    when: str = ""
    erasable: tuple[str, ...] = ()
    redacted: str = ""
    told: str = ""


def guards() -> Iterator[Guard]:
    """Every guard that an installed app names."""
    for config in apps.get_app_configs():
        yield from getattr(config, "guards", ())


def install(**_signal: object) -> None:
    """Make all triggers anew. Safe to run at any time; called after each migrate."""
    existing = set(connection.introspection.table_names())
    statements = [
        statement
        for guard in guards()
        if _model(guard)._meta.db_table in existing
        for statement in (*dropping(guard), *making(guard))
    ]
    _run(statements)


def lift() -> None:
    """Drop all triggers. For a test's clean-up alone."""
    _run([statement for guard in guards() for statement in dropping(guard)])


def standing() -> set[str]:
    """Names of the guard triggers that the database has now."""
    sql = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'only_grows_%'"
        if connection.vendor == "sqlite"
        else "SELECT DISTINCT tgname FROM pg_trigger WHERE tgname LIKE 'only_grows_%'"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, None)
        return {row[0] for row in cursor.fetchall()}


def names(guard: Guard) -> tuple[str, ...]:
    """Names of the triggers of one guard on this database."""
    table = _model(guard)._meta.db_table
    kinds = ("update", "delete", "insert" if connection.vendor == "sqlite" else "truncate")
    return tuple(f"only_grows_{table}_{kind}" for kind in kinds)


def dropping(guard: Guard) -> list[str]:
    """SQL that removes a guard's triggers."""
    table = _model(guard)._meta.db_table
    on = "" if connection.vendor == "sqlite" else f' ON "{table}"'
    return [f'DROP TRIGGER IF EXISTS "{name}"{on}' for name in names(guard)]


def making(guard: Guard) -> list[str]:
    """SQL that makes a guard's triggers."""
    return _sqlite(guard) if connection.vendor == "sqlite" else _postgresql(guard)


def _sqlite(guard: Guard) -> list[str]:
    model = _model(guard)
    table = model._meta.db_table
    update, delete, insert = names(guard)
    refuse = f"SELECT RAISE(ABORT, '{REFUSAL}: {table}')"
    # A table whose key is no integer has a hidden rowid, by which REPLACE throws out a row as well.
    clashes = " OR ".join(
        "(" + " AND ".join(f'kept."{column}" = NEW."{column}"' for column in columns) + ")"
        for columns in [*_unique_columns(model), ("rowid",)]
    )
    kept = f" AND ({guard.when.replace('OLD.', 'kept.')})" if guard.when else ""
    only = f" WHEN {guard.when}" if guard.when else ""
    clash = f'EXISTS (SELECT 1 FROM "{table}" AS kept WHERE ({clashes}){kept}'  # noqa: S608 - names of our own models
    changed = " AND ".join(filter(None, (guard.when, _changed(guard, "IS NOT")))) or "1"
    if guard.erasable:
        changed = f"({changed}) AND NOT ({_erases(guard, 'IS')})"
    return [
        f'CREATE TRIGGER "{update}" BEFORE UPDATE ON "{table}" '
        f"WHEN ({changed}) OR {clash} AND kept.rowid <> OLD.rowid) BEGIN {refuse}; END",
        f'CREATE TRIGGER "{delete}" BEFORE DELETE ON "{table}"{only} BEGIN {refuse}; END',
        f'CREATE TRIGGER "{insert}" BEFORE INSERT ON "{table}" WHEN {clash}) BEGIN {refuse}; END',
    ]


def _postgresql(guard: Guard) -> list[str]:
    table = _model(guard)._meta.db_table
    update, delete, truncate = names(guard)
    only = f" WHEN ({guard.when})" if guard.when else ""
    changed = " AND ".join(filter(None, (guard.when, _changed(guard, "IS DISTINCT FROM"))))
    refuse = "EXECUTE FUNCTION vicinage_only_grows()"
    # A trigger's WHEN may not ask another table there, so a guard with an exception has its own function.
    erase = f"vicinage_erases_{table}"
    exception = [
        f"CREATE OR REPLACE FUNCTION {erase}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {_erases(guard, 'IS NOT DISTINCT FROM')} THEN RETURN NEW; END IF; "
        f"RAISE EXCEPTION '{REFUSAL}: %', TG_TABLE_NAME; END $$"
    ]
    return [
        *(exception if guard.erasable else ()),
        "CREATE OR REPLACE FUNCTION vicinage_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}: %', TG_TABLE_NAME; END $$",
        f'CREATE TRIGGER "{update}" BEFORE UPDATE ON "{table}" FOR EACH ROW'
        f"{f' WHEN ({changed})' if changed else ''} "
        f"{f'EXECUTE FUNCTION {erase}()' if guard.erasable else refuse}",
        f'CREATE TRIGGER "{delete}" BEFORE DELETE ON "{table}" FOR EACH ROW{only} {refuse}',
        f'CREATE TRIGGER "{truncate}" BEFORE TRUNCATE ON "{table}" FOR EACH STATEMENT {refuse}',
    ]


def _changed(guard: Guard, differs: str) -> str:
    """SQL that is true when an UPDATE changes a frozen column; empty when every column is frozen."""
    if not guard.frozen:
        return ""
    return "(" + " OR ".join(f'OLD."{c}" {differs} NEW."{c}"' for c in guard.frozen) + ")"


def _erases(guard: Guard, same: str) -> str:
    """SQL that is true when an UPDATE does nothing but empty erasable columns of a redacted row."""
    columns = [str(field.column) for field in _model(guard)._meta.local_fields]
    kept = [f'NEW."{c}" {same} OLD."{c}"' for c in columns if c not in guard.erasable]
    emptied = [
        f'(NEW."{c}" {same} OLD."{c}" OR NEW."{c}" IS NULL OR LENGTH(NEW."{c}") = 0)' for c in guard.erasable
    ]
    which = f'entry_id = OLD."{guard.redacted}"'
    if guard.told:
        of_it = f"kind = '{guard.told}' AND subject = OLD.\"{guard.redacted}\""
        which = f"entry_id IN (SELECT id FROM ledger_entry WHERE {of_it})"  # noqa: S608 - names of our own models
    redacted = f"EXISTS (SELECT 1 FROM ledger_redaction WHERE {which})"  # noqa: S608 - names of our own models
    return " AND ".join([*kept, *emptied, redacted])


def _unique_columns(model: type[Model]) -> list[tuple[str, ...]]:
    """Sets of columns by which REPLACE could throw out a row: primary key, unique fields, constraints."""
    columns = {field.name: str(field.column) for field in model._meta.local_fields}
    sets: list[tuple[str, ...]] = [(columns[f.name],) for f in model._meta.local_fields if f.unique]
    for constraint in model._meta.total_unique_constraints:
        sets.append(tuple(columns[name] for name in constraint.fields))
    return sets


def _model(guard: Guard) -> type[Model]:
    return apps.get_model(guard.app, guard.model)


def _run(statements: list[str]) -> None:
    """Run them with no parameters, so that a percent sign in them stays one.

    In one transaction: at no time is a guard missing for those who write meanwhile.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, None)
