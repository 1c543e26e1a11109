"""A text is taken down: from database and folder alike, with a reason in the log, and never without one."""

from pathlib import Path

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from tests.server.ledger.conftest import Witness, private, public, record, start_anew
from vicinage.core import leaf as leaves
from vicinage.core import redaction
from vicinage.server import clock
from vicinage.server.ledger import actions, keys, publish, queries
from vicinage.server.ledger.errors import LedgerError
from vicinage.server.ledger.models import Entry, Redaction
from vicinage.tlog import proof

pytestmark = pytest.mark.django_db


@pytest.fixture
def log(home: Path, witness: Witness) -> Path:
    """Two published entries with their texts."""
    record(public("a" * 16), public("b" * 16))
    publish.publish_pending()
    return home / "public" / "log"


def redact(index: int = 1) -> Entry:
    """As a court orders."""
    with transaction.atomic():
        return actions.redact(index, "court-order", "Harbour County Court, 26-CV-7", clock.now())


def test_the_text_is_gone_everywhere_and_the_log_says_why(log: Path, client: Client) -> None:
    entry = redact()
    publish.publish_pending()
    assert entry.text is None
    assert queries.is_redacted(entry)
    assert not (log / "texts" / "1.json").exists()
    assert client.get("/log/texts/1.json").status_code == 404
    assert (log / "texts" / "0.json").exists()
    told = redaction.from_leaf(leaves.parse(queries.leaf(queries.index_of("text.redacted", "1") or 0)))
    assert told == (1, "court-order", "Harbour County Court, 26-CV-7")


def test_every_proof_of_the_entry_still_holds(log: Path) -> None:
    before = queries.leaf(1)
    redact()
    publish.publish_pending()
    assert queries.leaf(1) == before
    assert proof.parse(queries.proof(1).encode()).verify(keys.current_policy(), before).checkpoint.size == 3


def test_redacting_twice_changes_nothing(log: Path) -> None:
    redact()
    redact()
    publish.publish_pending()
    assert queries.size() == 3


def test_the_file_stays_until_the_log_says_why_and_goes_then_even_after_a_crash(
    log: Path, witness: Witness
) -> None:
    witness.stop()
    redact()
    with pytest.raises(LedgerError, match="ledger-witnesses"):
        publish.publish_pending()
    assert (log / "texts" / "1.json").exists()
    witness.start()
    publish.publish_pending()
    assert not (log / "texts" / "1.json").exists()
    (log / "texts" / "1.json").write_bytes(b"a copy restored with the folder")
    start_anew()
    publish.publish_pending()
    assert not (log / "texts" / "1.json").exists()


@pytest.mark.parametrize("index", [2, 99, 10**12])
def test_what_is_not_published_cannot_be_redacted(index: int, log: Path) -> None:
    with pytest.raises(LedgerError, match="ledger-unpublished"):
        redact(index)


def test_what_has_no_text_of_its_own_cannot_be_redacted(log: Path) -> None:
    record(private())
    publish.publish_pending()
    with pytest.raises(LedgerError, match="ledger-no-text"):
        redact(2)
    assert Redaction.objects.count() == 0


def test_a_redaction_that_names_no_authority_is_refused(log: Path) -> None:
    with pytest.raises(LedgerError, match="ledger-redaction"), transaction.atomic():
        actions.redact(1, "court-order", " ", clock.now())
    assert Entry.objects.get(place__index=1).text is not None


WAYS = {
    "blanking without a redaction": lambda: Entry.objects.filter(place__index=0).update(text=None),
    "changing a redacted text": lambda: Entry.objects.filter(place__index=1).update(text=b"other"),
    "blanking the leaf with it": lambda: Entry.objects.filter(place__index=1).update(text=None, leaf=b""),
    "taking the redaction back": lambda: Redaction.objects.all()._raw_delete("default"),
    "pointing it elsewhere": lambda: Redaction.objects.update(entry_id=Entry.objects.get(place__index=0).pk),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_database_lets_a_text_go_with_its_redaction_and_in_no_other_way(way: str, log: Path) -> None:
    redact()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        WAYS[way]()
    assert Entry.objects.get(place__index=0).text == b'{"title":"t"}'
    assert Entry.objects.get(place__index=1).text is None
