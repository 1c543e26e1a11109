"""The tree of RFC 6962: roots, proofs, and what a proof must not be talked into."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tlog.small_log import numbered, root_of
from vicinage.tlog import merkle
from vicinage.tlog.errors import MerkleError
from vicinage.tlog.merkle import Frontier, leaf_hash

VECTORS: dict[str, Any] = json.loads(Path("spec/vectors/log.json").read_text(encoding="utf-8"))
# The tree of Certificate Transparency's own tests (google/certificate-transparency, merkletree).
CT_ROOT_OF_EIGHT = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def grown(entries: list[bytes]) -> Frontier:
    frontier = Frontier()
    for entry in entries:
        frontier.append(leaf_hash(entry))
    return frontier


def reader(entries: list[bytes]) -> merkle.ReadHash:
    return lambda level, index: root_of(entries[index << level : (index + 1) << level])


def test_the_tree_of_eight_leaves_has_the_root_that_certificate_transparency_published() -> None:
    leaves = [bytes.fromhex(leaf) for leaf in VECTORS["ct"]["leaves"]]
    assert grown(leaves).root().hex() == CT_ROOT_OF_EIGHT == VECTORS["ct"]["roots"][8]
    assert Frontier().root().hex() == VECTORS["ct"]["roots"][0]


@pytest.mark.parametrize(("size", "root"), VECTORS["roots"].items())
def test_roots_are_those_of_the_vectors_and_of_the_definition(size: str, root: str) -> None:
    entries = numbered(int(size))
    assert grown(entries).root().hex() == root == root_of(entries).hex()


@pytest.mark.parametrize("row", VECTORS["inclusion"], ids=lambda row: f"{row['index']} of {row['size']}")
def test_inclusion_vectors_hold(row: dict[str, Any]) -> None:
    proof = [bytes.fromhex(item) for item in row["proof"]]
    leaf, root = bytes.fromhex(row["leaf"]), bytes.fromhex(row["root"])
    merkle.verify_inclusion(row["index"], row["size"], leaf, proof, root)
    with pytest.raises(MerkleError):
        merkle.verify_inclusion(row["index"], row["size"], leaf, [*proof, leaf], root)


@pytest.mark.parametrize("row", VECTORS["consistency"], ids=lambda row: f"{row['old']} to {row['new']}")
def test_consistency_vectors_hold(row: dict[str, Any]) -> None:
    proof = [bytes.fromhex(item) for item in row["proof"]]
    old, new = bytes.fromhex(row["old_root"]), bytes.fromhex(row["new_root"])
    merkle.verify_consistency(row["old"], row["new"], old, new, proof)
    with pytest.raises(MerkleError):
        merkle.verify_consistency(row["old"], row["new"], old, new, [*proof, old])


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 70), st.data())
def test_every_entry_of_every_tree_proves_its_place_and_no_other(size: int, data: st.DataObject) -> None:
    entries = numbered(size)
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size - 1))
    root = grown(entries).root()
    proof = merkle.prove_inclusion(index, size, reader(entries))
    merkle.verify_inclusion(index, size, leaf_hash(entries[index]), proof, root)
    if other != index:
        with pytest.raises(MerkleError):
            merkle.verify_inclusion(other, size, leaf_hash(entries[index]), proof, root)
        with pytest.raises(MerkleError):
            merkle.verify_inclusion(index, size, leaf_hash(entries[other]), proof, root)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 70), st.data())
def test_every_tree_continues_each_shorter_one_and_no_forked_one(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    entries = numbered(new)
    root, old_root = grown(entries).root(), grown(entries[:old]).root()
    proof = merkle.prove_consistency(old, new, reader(entries))
    merkle.verify_consistency(old, new, old_root, root, proof)
    forked = grown([b"forged", *entries[1:old]]).root()
    with pytest.raises(MerkleError):
        merkle.verify_consistency(old, new, forked, root, proof)


def test_a_proof_from_the_empty_tree_is_refused() -> None:
    with pytest.raises(MerkleError, match="No proof can lead from 0"):
        merkle.verify_consistency(0, 1, merkle.EMPTY_ROOT, leaf_hash(b""), [])


def test_a_frontier_goes_on_from_its_hashes_and_refuses_too_few() -> None:
    whole = grown(numbered(100))
    half = grown(numbered(37))
    resumed = Frontier(37, half.hashes)
    resumed.extend([leaf_hash(entry) for entry in numbered(63, 37)])
    assert resumed.root() == whole.root()
    assert half.copy().root() == half.root()
    with pytest.raises(MerkleError) as refused:
        Frontier(37, half.hashes[1:])
    assert refused.value.code == "merkle-frontier"


@pytest.mark.parametrize("index", [-1, 5, 6])
def test_an_index_outside_the_tree_has_no_proof(index: int) -> None:
    with pytest.raises(MerkleError) as refused:
        merkle.prove_inclusion(index, 5, reader(numbered(5)))
    assert refused.value.code == "merkle-index"
