"""Proofs of logging: the shared vectors, and proofs made from a folder."""

import base64
import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tests.tlog.small_log import SmallLog, numbered
from vicinage.tlog import policy, proof
from vicinage.tlog.errors import ProofError, TlogError
from vicinage.tlog.layout import CHECKPOINT

VECTORS: dict[str, Any] = json.loads(Path("spec/vectors/proof.json").read_text(encoding="utf-8"))
RULES = policy.parse(VECTORS["policy"].encode())


@pytest.mark.parametrize("row", VECTORS["cases"], ids=lambda row: row["name"])
def test_a_proof_is_judged_as_the_vector_says(row: dict[str, Any]) -> None:
    def verify() -> None:
        found = proof.parse(row["proof"].encode())
        assert found.text() == row["proof"]
        found.verify(RULES, base64.b64decode(row["leaf_b64"]))

    if row["ok"]:
        verify()
    else:
        with pytest.raises(ProofError):
            verify()


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 600])
def test_every_kind_of_place_in_a_log_has_a_proof_that_holds(tmp_path: Path, size: int) -> None:
    log = SmallLog(tmp_path)
    log.grow(numbered(size))
    for index in sorted({0, size // 2, size - 1, min(255, size - 1)}):
        made = proof.parse(proof.from_folder(log.folder, index).encode())
        assert made.verify(log.policy, log.entries[index]).checkpoint.size == size
        with pytest.raises(ProofError) as refused:
            made.verify(log.policy, b"not this entry")
        assert refused.value.code == "proof-inclusion"


def test_a_proof_needs_the_quorum_even_when_the_log_signed(tmp_path: Path) -> None:
    log = SmallLog(tmp_path, witnesses=2, k=2)
    signed = log.grow(numbered(3))
    alone = proof.from_folder(log.folder, 1)
    log.folder.put(CHECKPOINT, log.sign(3, log.folder.rebuild(3).root(), log.signers[:3]).encode())
    assert alone.verify(log.policy, log.entries[1]).witnesses == ("witness-0", "witness-1")
    with pytest.raises(ProofError) as refused:
        proof.from_folder(log.folder, 1).verify(log.policy, log.entries[1])
    assert refused.value.code == "proof-policy"
    assert len(signed.signatures) == 4


def test_an_entry_that_is_not_published_yet_has_no_proof(tmp_path: Path) -> None:
    log = SmallLog(tmp_path)
    with pytest.raises(ProofError, match="no checkpoint yet"):
        proof.from_folder(log.folder, 0)
    log.grow(numbered(3))
    log.folder.write(3, numbered(2, 3))
    with pytest.raises(ProofError, match="does not hold entry 3"):
        proof.from_folder(log.folder, 3)


def test_a_proof_among_a_million_entries_with_three_witnesses_is_1200_bytes_on_the_wire() -> None:
    """20 hashes of 45 characters are 900 bytes as text already; base64 packs by a quarter."""
    log = SmallLog(Path("unused"), witnesses=3, k=2)
    hashes = [hashlib.sha256(b"%d" % n).digest() for n in range(20)]
    whole = proof.Proof(10**6 - 2**19, tuple(hashes), log.sign(10**6, hashes[0]))
    served = whole.by(log.policy.keys)
    assert len(served.signed.signatures) == 4
    assert len(served.encode()) < 1600
    assert len(gzip.compress(served.encode(), 5, mtime=0)) <= 1200
    assert log.policy.check(served.signed).witnesses == ("witness-0", "witness-1", "witness-2")


def test_a_flipped_bit_anywhere_in_a_proof_is_noticed(tmp_path: Path) -> None:
    log = SmallLog(tmp_path)
    log.grow(numbered(6))
    data = bytearray(proof.from_folder(log.folder, 2).encode())
    mldsa = data.index(b"\xe2\x80\x94", data.index(b"\xe2\x80\x94") + 1)
    after = data.index(b"\n", mldsa) + 1  # the policy knows no ML-DSA-44 key: that line is not looked at
    for at in [*range(mldsa), *range(after, len(data))]:
        data[at] ^= 1 << at % 8
        with pytest.raises(TlogError):
            proof.parse(bytes(data)).verify(log.policy, log.entries[2])
        data[at] ^= 1 << at % 8
