"""Recorded entries become public: signed, cosigned, provable; never twice, never out of turn."""

import threading
from pathlib import Path

import pytest
from django.db import connection, transaction

from tests.server.ledger.conftest import Witness, private, public, record, start_anew
from vicinage.core import leaf as leaves
from vicinage.server.ledger import actions, jobs, keys, past, publish, queries, sequence
from vicinage.server.ledger.errors import LedgerError
from vicinage.server.ledger.models import Entry, Place
from vicinage.tlog import note, proof, signing
from vicinage.tlog.keys import parse_vkey
from vicinage.tlog.tile import Folder

pytestmark = pytest.mark.django_db


def log_folder(home: Path) -> Folder:
    """The public log of this test."""
    return Folder(home / "public" / "log")


def test_an_entry_is_recorded_with_the_state_or_not_at_all() -> None:
    def fail() -> None:
        with transaction.atomic():
            actions.record(public())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert Entry.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_record_outside_of_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        actions.record(public())


def test_a_public_entry_is_published_with_its_text_and_a_proof_that_holds(
    home: Path, witness: Witness
) -> None:
    record(public("r" * 16))
    assert publish.publish_pending() == 1
    index = queries.index_of("rfa.published", "r" * 16)
    assert index == 0
    leaf = queries.leaf(index)
    checked = proof.parse(queries.proof(index).encode()).verify(keys.current_policy(), leaf)
    assert checked.witnesses == ("witness-1",)
    assert (home / "public" / "log" / "texts" / "0.json").read_bytes() == b'{"title":"t"}'


def test_the_checkpoint_carries_a_true_mldsa_line(home: Path, witness: Witness) -> None:
    record(public())
    publish.publish_pending()
    signed = note.parse(log_folder(home).checkpoint() or b"")
    vkey = parse_vkey((home / "public" / "log" / "vkeys-mldsa").read_text().strip())
    line = next(line for line in signed.signatures if line.is_from(vkey))
    assert signing.verify(vkey, signed.text, line) is not None


@pytest.mark.parametrize(("count", "size"), [(1, 4), (3, 4), (4, 4), (5, 8), (8, 8), (9, 16)])
def test_private_entries_hide_in_a_padded_batch(count: int, size: int, witness: Witness) -> None:
    record(*(private(f"{n:064x}", f"{n:016d}") for n in range(count)))
    assert publish.publish_pending() == size
    entries = [queries.leaf(index) for index in range(size)]
    assert {len(entry) for entry in entries} == {len(leaves.private("0" * 64))}
    assert len(set(entries)) == size
    assert sum(bytes.fromhex(f"{n:064x}").hex().encode() in b"".join(entries) for n in range(count)) == count


def test_public_entries_keep_their_order_and_stand_before_the_private_batch(witness: Witness) -> None:
    record(private(), public("a" * 16), public("b" * 16))
    assert publish.publish_pending() == 6
    assert [queries.index_of("rfa.published", name * 16) for name in "ab"] == [0, 1]
    assert (queries.index_of("consent", "h" * 16) or 0) >= 2


def test_nothing_new_is_nothing_signed(home: Path, witness: Witness) -> None:
    record(public())
    publish.publish_pending()
    before = log_folder(home).checkpoint()
    assert publish.publish_pending() == 0
    assert log_folder(home).checkpoint() == before


def test_without_its_witness_an_entry_stays_pending_and_is_published_later(witness: Witness) -> None:
    record(public("a" * 16))
    publish.publish_pending()
    witness.stop()
    record(public("b" * 16))
    with pytest.raises(LedgerError, match="ledger-witnesses"):
        publish.publish_pending()
    assert queries.index_of("rfa.published", "b" * 16) is None
    assert queries.pending() == 1
    with pytest.raises(LedgerError, match="ledger-unpublished"):
        queries.proof(1)
    with pytest.raises(LedgerError, match="ledger-unpublished"):
        queries.leaf(1)
    witness.start()
    assert publish.publish_pending() == 1
    assert queries.index_of("rfa.published", "b" * 16) == 1


def test_a_process_that_starts_without_its_witness_signs_nothing(home: Path, witness: Witness) -> None:
    witness.stop()
    start_anew()
    record(public())
    with pytest.raises(LedgerError, match="ledger-witnesses"):
        publish.publish_pending()
    assert not (home / "keys" / past.SIGNED).exists()


@pytest.mark.django_db(transaction=True)
def test_the_jobs_loop_publishes_what_was_left(witness: Witness) -> None:
    witness.stop()
    record(public())
    assert queries.size() == 0
    stop = threading.Event()
    thread = threading.Thread(target=jobs.loop, args=(stop, 0.05))
    thread.start()
    try:
        witness.start()
        for _ in range(100):
            if queries.size() == 1:
                break
            threading.Event().wait(0.05)
    finally:
        stop.set()
        thread.join()
    assert queries.size() == 1


@pytest.mark.django_db(transaction=True)
def test_many_who_record_at_once_get_one_index_each(witness: Witness) -> None:
    errors: list[BaseException] = []

    def press(number: int) -> None:
        try:
            record(public(f"{number:016d}"))
            publish.publish_pending()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    publish.publish_pending()
    assert not errors
    assert queries.size() == Place.objects.count() == Entry.objects.count() == 8
    found = {queries.index_of("rfa.published", f"{n:016d}") for n in range(8)}
    assert found == set(range(8))


@pytest.mark.django_db(transaction=True)
def test_committing_an_action_publishes_at_once(witness: Witness) -> None:
    record(public())
    assert queries.size() == 1


def test_batch_sizes_are_powers_of_two_of_at_least_four() -> None:
    assert [sequence.batch_size(n) for n in (1, 2, 4, 5, 16, 17, 100)] == [4, 4, 4, 8, 16, 32, 128]
