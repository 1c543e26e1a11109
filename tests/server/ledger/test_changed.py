"""What was changed behind the server's back: a row, a tile, a leaf that is gone, an older copy, the clock."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.server.ledger.conftest import Witness, private, public, record, start_anew
from vicinage.evidence.audit import audit
from vicinage.server import clock
from vicinage.server.ledger import keys, past, publish, queries, repair, triggers
from vicinage.server.ledger.errors import LedgerError
from vicinage.server.ledger.models import Entry, Place
from vicinage.tlog import signing
from vicinage.tlog.tile import Folder

pytestmark = pytest.mark.django_db


@pytest.fixture
def log(home: Path, witness: Witness) -> Path:
    """A published log of five public entries and a private batch of four."""
    record(*(public(f"{n:016d}") for n in range(5)), private())
    publish.publish_pending()
    return home / "public" / "log"


def files(log: Path) -> dict[Path, bytes]:
    """All files but the checkpoint, whose cosignatures tell the time."""
    found = {p.relative_to(log): p.read_bytes() for p in log.rglob("*") if p.is_file()}
    return {path: data for path, data in found.items() if path.name != "checkpoint"}


def refused(code: str) -> LedgerError:
    """What the next publishing says; nothing becomes public."""
    before = queries.root()
    record(public("z" * 16))
    start_anew()
    with pytest.raises(LedgerError) as said:
        publish.publish_pending()
    assert queries.root() == before
    assert said.value.code == code
    assert "docs/guide/recovery.md" in said.value.hint
    return said.value


def test_a_row_changed_in_the_database_is_named(log: Path) -> None:
    triggers.lift()
    Entry.objects.filter(subject=f"{3:016d}").update(leaf=b"rewritten")
    triggers.install()
    assert "The first that differs is entry 3." in refused("ledger-fork").sentence
    assert repair.check() == ["Entry 3 in the database is not the one that was published."]


def test_a_text_changed_in_the_database_is_named(log: Path) -> None:
    triggers.lift()
    Entry.objects.filter(subject=f"{2:016d}").update(text=b'{"title":"rewritten"}')
    triggers.install()
    assert repair.check() == ["The text beside entry 2 in the database is not the one that was published."]


def test_a_leaf_dropped_from_the_database_is_named(log: Path) -> None:
    triggers.lift()
    Place.objects.filter(index=2)._raw_delete("default")
    Entry.objects.filter(subject=f"{2:016d}")._raw_delete("default")
    triggers.install()
    assert "Entry 2 is missing" in refused("ledger-fork").sentence
    assert repair.check() == ["Entry 2 is not in the database."]


def test_a_leaf_dropped_before_it_was_published_is_named_too(log: Path, witness: Witness) -> None:
    witness.stop()
    record(public("x" * 16), public("y" * 16))
    with pytest.raises(LedgerError, match="ledger-witnesses"):
        publish.publish_pending()
    witness.start()
    triggers.lift()
    Place.objects.filter(index=9)._raw_delete("default")
    triggers.install()
    with pytest.raises(LedgerError, match="Entry 9 is missing"):
        publish.publish_pending()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("tile/0/000.p/9", "The tiles on the disk do not lead to the root that was signed."),
        ("tile/entries/000.p/9", "Entry 0 on the disk is not what its tile says."),
    ],
)
def test_a_tile_changed_on_the_disk_is_never_signed_over_and_can_be_repaired(
    name: str, sentence: str, log: Path
) -> None:
    whole = (log / name).read_bytes()
    (log / name).write_bytes(whole[:3] + bytes([whole[3] ^ 1]) + whole[4:])
    assert not audit(log).ok
    record(public("z" * 16))
    with pytest.raises(LedgerError, match="ledger-folder") as said:
        publish.publish_pending()
    assert sentence in said.value.sentence
    assert repair.check() != []
    assert repair.folder() == 9
    assert (log / name).read_bytes() == whole
    assert repair.check() == []
    assert publish.publish_pending() == 1


def test_a_folder_that_is_gone_is_written_anew_from_the_database(log: Path, tmp_path: Path) -> None:
    before, root = files(log), queries.root()
    log.rename(tmp_path / "gone")
    assert repair.folder() == 9
    assert publish.publish_pending() == 9
    assert files(log) == before
    assert queries.root() == root
    assert repair.check() == []


def test_repair_signs_nothing_new_and_refuses_where_the_database_is_wrong(log: Path) -> None:
    triggers.lift()
    Entry.objects.filter(subject=f"{3:016d}").update(leaf=b"rewritten")
    triggers.install()
    with pytest.raises(LedgerError, match="ledger-fork"):
        repair.folder()


def test_an_older_database_takes_over_what_only_the_log_has_and_goes_on(log: Path) -> None:
    newer = list(Place.objects.filter(index__gte=3).values_list("entry", flat=True))
    triggers.lift()
    Place.objects.filter(index__gte=3)._raw_delete("default")
    Entry.objects.filter(pk__in=newer)._raw_delete("default")
    triggers.install()
    assert "it is an older copy" in refused("ledger-older").sentence
    triggers.lift()
    Entry.objects.filter(subject="z" * 16)._raw_delete("default")
    triggers.install()
    taken = repair.adopt()
    assert [(entry.index, entry.kind) for entry in taken][:2] == [(3, "rfa.published"), (4, "rfa.published")]
    assert {entry.kind for entry in taken[2:]} == {"private"}
    assert repair.check() == []
    record(public("w" * 16))
    start_anew()
    assert publish.publish_pending() == 1
    assert queries.size() == 10


def test_adopting_gives_recorded_but_unplaced_entries_a_later_place(log: Path) -> None:
    newer = list(Place.objects.filter(index__gte=3).values_list("entry", flat=True))
    triggers.lift()
    Place.objects.filter(index__gte=3)._raw_delete("default")
    Entry.objects.filter(pk__in=newer)._raw_delete("default")
    triggers.install()
    record(public("v" * 16))
    assert len(repair.adopt()) == 6
    start_anew()
    publish.publish_pending()
    assert queries.index_of("rfa.published", "v" * 16) == 9


def test_a_clock_set_back_records_nothing_and_signs_nothing(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    at: list[datetime] = [now - timedelta(hours=2)]
    monkeypatch.setattr(clock, "now", lambda: at[0])
    with pytest.raises(LedgerError, match="ledger-clock"):
        record(public("z" * 16))
    assert Entry.objects.filter(subject="z" * 16).count() == 0
    at[0] = now
    record(public("z" * 16))
    at[0] = now - timedelta(hours=2)
    with pytest.raises(LedgerError, match=r"seconds behind the time that was signed last.*ledger-clock"):
        publish.publish_pending()
    at[0] = now + timedelta(seconds=5)
    assert publish.publish_pending() == 1


def test_a_clock_that_stumbles_by_seconds_never_signs_an_earlier_time(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def signed_at() -> int:
        kept = past.last_signature()
        assert kept is not None
        return signing.stated_time(kept[0], keys.load().mldsa.vkey) or 0

    before, now = signed_at(), clock.now()
    monkeypatch.setattr(clock, "now", lambda: now - timedelta(seconds=30))
    record(public("z" * 16))
    assert publish.publish_pending() == 1
    assert signed_at() >= before
    assert Folder(log).signed() is not None
