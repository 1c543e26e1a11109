"""Shared by all tests: a database file of this run's own, and a state folder for each test.

Fixtures: `home` (automatic where the database is used), `cast` (the people, see tests/cast.py).
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as django_settings
from django.test import TransactionTestCase

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

    from tests.cast import Cast

_run = tempfile.TemporaryDirectory(prefix="vicinage-tests-")


def pytest_configure() -> None:
    """Before any connection: threads need a file, since a database in memory locks whole tables."""
    database = django_settings.DATABASES["default"]
    if "sqlite3" in database["ENGINE"]:
        database.setdefault("TEST", {})["NAME"] = str(Path(_run.name) / "test.sqlite3")
    django_settings.VICINAGE_HOME = Path(_run.name) / "home"
    # Pages name their scripts without the built manifest.
    django_settings.DJANGO_VITE["default"]["dev_mode"] = True
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def _flush_with_triggers_lifted(case: Any) -> None:
    """The clean-up after a transactional test empties tables that otherwise only grow.

    The flush sends post_migrate, which makes the triggers again.
    """
    from vicinage.server.ledger import triggers

    triggers.lift()
    _flush(case)


_flush = getattr(TransactionTestCase, "_fixture_teardown")  # noqa: B009 - not in the type stubs
setattr(TransactionTestCase, "_fixture_teardown", _flush_with_triggers_lifted)  # noqa: B010


@pytest.fixture(autouse=True)
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path | None]:
    """A state folder with a log of its own, wherever the test uses the database. Gives its path."""
    uses_database = request.node.get_closest_marker("django_db") is not None
    if not uses_database and not {"db", "transactional_db"} & set(request.fixturenames):
        yield None
        return
    settings: Settings = request.getfixturevalue("settings")
    settings.VICINAGE_HOME = tmp_path / "home"
    from vicinage.server.ledger import keys, publish

    publish._quiet_until = 0.0
    keys.write_public(keys.make_if_none())
    yield tmp_path / "home"


@pytest.fixture
def cast(db: None) -> "Cast":
    """The people of the tests, made as they are called for."""
    from tests.cast import Cast

    return Cast()
