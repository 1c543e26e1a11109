"""The log's key is changed: old readers and new ones believe it all along, and witnesses take the new key."""

import contextlib
import os
from pathlib import Path

import pytest

from tests.server.ledger.conftest import Witness, public, record, start_anew
from vicinage.core import leaf as leaves
from vicinage.core import log_key
from vicinage.server import clock
from vicinage.server.ledger import keys, past, publish, queries, rotation
from vicinage.server.ledger.errors import LedgerError
from vicinage.tlog import layout, note, policy, proof, signing
from vicinage.tlog.errors import PolicyError
from vicinage.tlog.keys import parse_vkeys
from vicinage.tlog.policy import Policy
from vicinage.tlog.tile import Folder
from vicinage.witness.home import Home

pytestmark = pytest.mark.django_db


def served(home: Path) -> note.Note:
    """The published checkpoint."""
    return note.parse((home / "public" / "log" / layout.CHECKPOINT).read_bytes())


def publish_one(letter: str) -> None:
    """Record and publish."""
    record(public(letter * 16))
    publish.publish_pending()


def rotate() -> keys.Pair:
    """Change the key and publish the entry that says so."""
    made = rotation.rotate(clock.now())
    publish.publish_pending()
    return made


@pytest.fixture
def old(home: Path, witness: Witness) -> Policy:
    """The policy that a reader kept from before."""
    publish_one("a")
    return keys.current_policy()


def test_the_log_says_its_new_key_and_both_sign_from_there_on(home: Path, old: Policy) -> None:
    before = keys.load()
    made = rotate()
    leaf = queries.leaf(queries.index_of("log.key", made.subject) or 0)
    told = log_key.from_leaf(leaves.parse(leaf))
    assert told == (str(made.ed25519.vkey), str(made.mldsa.vkey))
    signers = [*before.signers, made.ed25519, made.mldsa]
    lines = signing.true_lines(served(home), [signer.vkey for signer in signers])
    assert [vkey for vkey, _, _ in lines] == [signer.vkey for signer in signers]


def test_readers_with_the_old_policy_and_with_the_new_one_believe_the_log(home: Path, old: Policy) -> None:
    made = rotate()
    publish_one("b")
    new = policy.make(made.ed25519.vkey, [(n, k, u) for n, (k, u) in old.witnesses.items()], 1)
    text, leaf = queries.proof(2).encode(), queries.leaf(2)
    for rules in (old, new, keys.current_policy()):
        assert rules.check(served(home)).checkpoint.size == 3
        assert proof.parse(text).verify(rules, leaf).checkpoint.size == 3
    assert {vkey for vkey, _ in keys.current_policy().logs} == {old.logs[0][0], made.ed25519.vkey}
    listed = parse_vkeys((home / "public" / "log" / layout.VKEYS).read_text())
    assert made.ed25519.vkey in listed
    assert old.logs[0][0] in listed


def test_the_old_key_is_not_given_up_before_the_witnesses_know_the_new_one(
    home: Path, witness: Witness, old: Policy
) -> None:
    made = rotate()
    with pytest.raises(LedgerError, match=r"do not know the new key: witness-1.*ledger-key-rotation"):
        rotation.retire()
    Home(witness.folder).trust(made.ed25519.vkey)
    publish_one("b")
    assert rotation.retire() == old.logs[0][0]
    assert [vkey for vkey, _ in keys.current_policy().logs] == [made.ed25519.vkey]
    lines = {line.key_id for line in served(home).signatures}
    assert old.logs[0][0].key_id not in lines
    publish_one("c")
    assert keys.current_policy().check(served(home)).checkpoint.size == 4
    with pytest.raises(PolicyError, match="policy-log"):
        old.check(served(home))
    assert keys.known() == (made.ed25519.vkey, old.logs[0][0])


def test_after_the_change_a_new_process_still_knows_what_the_old_key_signed(
    home: Path, witness: Witness, old: Policy
) -> None:
    """A witness that stands where the old key signed proves the same as ever."""
    made = rotate()
    Home(witness.folder).trust(made.ed25519.vkey)
    publish_one("b")
    rotation.retire()
    start_anew()
    publish_one("c")
    assert queries.size() == 4
    (home / "keys" / past.SIGNED).unlink()
    start_anew()
    publish_one("d")
    assert queries.size() == 5


def test_changing_the_key_again_before_the_old_one_is_given_up_changes_nothing(old: Policy) -> None:
    made = rotate()
    assert rotate().subject == made.subject
    assert queries.size() == 2


def test_there_is_nothing_to_give_up_without_a_new_key(old: Policy) -> None:
    with pytest.raises(LedgerError, match=r"no new key in use.*ledger-key-rotation"):
        rotation.retire()


def test_a_new_key_that_the_log_never_spoke_of_signs_nothing(home: Path, old: Policy) -> None:
    """As after a crash between the key file and the entry."""
    made = keys.make_pair(old.logs[0][0].name)
    keys.write_pair(made, keys.NEXT_ED25519, keys.NEXT_MLDSA)
    publish_one("b")
    assert keys.load().next is None
    assert rotation.rotate(clock.now()).subject == made.subject
    publish.publish_pending()
    assert keys.load().next is not None


@pytest.mark.parametrize("moment", range(40))
def test_a_crash_at_any_write_of_the_change_is_made_good_by_doing_it_again(
    moment: int, home: Path, witness: Witness, old: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Crash(BaseException):
        """The power goes."""

    left = [moment]
    real = {name: getattr(os, name) for name in ("fsync", "replace", "unlink")}

    def until(name: str) -> object:
        def call(*args: object, **more: object) -> object:
            if left[0] == 0:
                raise Crash
            left[0] -= 1
            return real[name](*args, **more)

        return call

    def change() -> None:
        made = rotation.rotate(clock.now())
        publish.publish_pending()
        Home(witness.folder).trust(made.ed25519.vkey)
        publish_one("b")
        rotation.retire()

    with monkeypatch.context() as patch:
        for name in real:
            patch.setattr(os, name, until(name))
        # The witness lives in this process: its crash is to us a witness that does not answer.
        with contextlib.suppress(Crash, LedgerError):
            change()
    start_anew()
    publish.publish_pending()
    if [vkey for vkey, _ in keys.current_policy().logs] == [old.logs[0][0]] or keys.load().next is not None:
        change()
    keys.write_public(keys.load())
    publish_one("c")
    assert keys.current_policy().check(served(home)).log == keys.load().ed25519.vkey
    assert keys.load().next is None
    assert keys.load().ed25519.vkey != old.logs[0][0]
    assert old.logs[0][0] in keys.retired()
    assert Folder(home / "public" / "log").signed() is not None


def test_the_new_keys_are_readable_by_the_server_alone(home: Path, old: Policy) -> None:
    rotate()
    for name in (keys.NEXT_ED25519, keys.NEXT_MLDSA):
        assert (home / "keys" / name).stat().st_mode & 0o777 == 0o600
