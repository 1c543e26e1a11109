"""A server that starts on an older or another database refuses to sign, in words."""

from pathlib import Path

import pytest

from tests.server.ledger.conftest import Witness, public, record, start_anew
from vicinage.server.ledger import keys, past, publish, queries, triggers
from vicinage.server.ledger.errors import LedgerError
from vicinage.server.ledger.models import Entry, Place

pytestmark = pytest.mark.django_db


def publish_some(count: int) -> None:
    """Publish so many public entries."""
    record(*(public(f"{n:016d}") for n in range(count)))
    publish.publish_pending()


def restore_database_of(entries: int) -> None:
    """Make the database the older copy that held only so many entries."""
    triggers.lift()
    newer = list(Place.objects.filter(index__gte=entries).values_list("entry", flat=True))
    Place.objects.filter(index__gte=entries)._raw_delete("default")
    Entry.objects.filter(pk__in=newer)._raw_delete("default")
    triggers.install()
    start_anew()


def forget_on_disk(home: Path) -> None:
    """Restore keys and public folder from before anything was signed."""
    (home / "keys" / past.SIGNED).unlink()
    (home / "public" / "log" / "checkpoint").unlink()


def checkpoint(home: Path) -> bytes:
    """The published checkpoint."""
    return (home / "public" / "log" / "checkpoint").read_bytes()


def test_an_older_database_is_refused_by_what_was_published(home: Path, witness: Witness) -> None:
    publish_some(5)
    before = checkpoint(home)
    restore_database_of(3)
    record(public("z" * 16))
    with pytest.raises(LedgerError, match="ledger-older") as refused:
        publish.publish_pending()
    assert "has signed 5" in refused.value.sentence
    assert "Restore the newest copy" in refused.value.hint
    assert checkpoint(home) == before


def test_an_older_copy_of_the_whole_state_is_refused_by_the_witness(home: Path, witness: Witness) -> None:
    publish_some(5)
    restore_database_of(3)
    forget_on_disk(home)
    record(public("z" * 16))
    with pytest.raises(LedgerError, match=r"witness-1 has signed 5.*ledger-older"):
        publish.publish_pending()
    assert not (home / "keys" / past.SIGNED).exists()


def test_a_database_with_another_history_is_refused(home: Path, witness: Witness) -> None:
    publish_some(5)
    before = checkpoint(home)
    triggers.lift()
    Entry.objects.filter(subject=f"{2:016d}").update(leaf=b"rewritten")
    triggers.install()
    start_anew()
    record(public("z" * 16))
    with pytest.raises(LedgerError, match="ledger-fork"):
        publish.publish_pending()
    assert checkpoint(home) == before


def test_an_older_database_is_refused_also_while_the_server_runs(home: Path, witness: Witness) -> None:
    publish_some(5)
    restore_database_of(3)
    publish._checked.add(home / "public" / "log")
    with pytest.raises(LedgerError, match="ledger-older"):
        publish.publish_pending()


def test_a_fork_written_while_the_server_runs_is_refused(home: Path, witness: Witness) -> None:
    publish_some(5)
    restore_database_of(3)
    publish._checked.add(home / "public" / "log")
    record(*(public(f"other{n:011d}") for n in range(4)))
    with pytest.raises(LedgerError, match="ledger-fork"):
        publish.publish_pending()


def test_a_right_copy_goes_on(home: Path, witness: Witness) -> None:
    publish_some(5)
    start_anew()
    record(public("z" * 16))
    assert publish.publish_pending() == 1
    assert queries.size() == 6


def test_lost_keys_are_not_made_anew_once_the_log_was_signed(home: Path, witness: Witness) -> None:
    publish_some(1)
    for file in (home / "keys").iterdir():
        file.unlink()
    with pytest.raises(LedgerError, match="ledger-keys-missing"):
        keys.make_if_none()


def test_the_keys_are_readable_by_the_server_alone(home: Path) -> None:
    assert {(home / "keys" / name).stat().st_mode & 0o777 for name in (keys.ED25519, keys.MLDSA)} == {0o600}
