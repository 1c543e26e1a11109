"""The Merkle tree of RFC 6962 over SHA-256: hashes, a compact frontier, proofs and their checks.

A tree of n leaves is read through `ReadHash`: read(level, index) gives the 32-byte hash of the
complete subtree that covers leaves [index * 2**level, (index + 1) * 2**level).
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Self

from vicinage.tlog.errors import MerkleError

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()
MAX_SIZE = 2**63 - 1

ReadHash = Callable[[int, int], bytes]


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 || entry): the hash of one leaf, 32 bytes (RFC 6962, 2.1)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right): the hash of an inner node, 32 bytes (RFC 6962, 2.1)."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The roots of the complete subtrees that make up a tree, largest first: all one needs to append.

    size: number of leaves. `hashes` has one 32-byte hash per one-bit of size.
    Raises MerkleError (merkle-frontier) when the number of hashes does not fit the size.
    """

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        if not 0 <= size <= MAX_SIZE or len(hashes) != size.bit_count():
            raise MerkleError(
                "merkle-frontier",
                f"A frontier of {size} leaves was given {len(hashes)} hashes; it has {size.bit_count()}.",
            )
        self.size = size
        self._stack = list(hashes)

    @property
    def hashes(self) -> tuple[bytes, ...]:
        """The subtree roots, largest first."""
        return tuple(self._stack)

    def copy(self) -> Self:
        """A second frontier that grows on its own."""
        return type(self)(self.size, self._stack)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash (32 bytes, from `leaf_hash`)."""
        size = self.size
        stack = self._stack
        while size & 1:
            leaf = sha256(b"\x01" + stack.pop() + leaf).digest()
            size >>= 1
        stack.append(leaf)
        self.size += 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaf hashes in order."""
        size = self.size
        stack = self._stack
        push, pop, digest = stack.append, stack.pop, sha256
        for leaf in leaves:
            bits = size
            node = leaf
            while bits & 1:
                node = digest(b"\x01" + pop() + node).digest()
                bits >>= 1
            push(node)
            size += 1
        self.size = size

    def root(self) -> bytes:
        """The root hash of the tree as it stands, 32 bytes; of no leaves, SHA-256 of nothing."""
        if not self._stack:
            return EMPTY_ROOT
        root = self._stack[-1]
        for left in reversed(self._stack[:-1]):
            root = node_hash(left, root)
        return root


def full_root(hashes: Sequence[bytes]) -> bytes:
    """The root over a power of two of hashes: as a Frontier gives it, in half the time."""
    digest = sha256
    while len(hashes) > 1:
        pairs = iter(hashes)
        hashes = [digest(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]
    return hashes[0]


def frontier_at(size: int, read: ReadHash) -> Frontier:
    """The frontier of the first `size` leaves, read from stored hashes."""
    return Frontier(size, _range_hashes(0, size, read))


def _range_hashes(start: int, end: int, read: ReadHash) -> list[bytes]:
    """Roots of the complete subtrees that cover [start, end), left to right.

    start must be a multiple of the largest power of two below the range's length, as in RFC 6962.
    """
    hashes = []
    while start < end:
        level = (end - start).bit_length() - 1
        hashes.append(read(level, start >> level))
        start += 1 << level
    return hashes


def _range_root(start: int, end: int, read: ReadHash) -> bytes:
    """MTH(D[start:end]) for a range that the RFC 6962 recursion meets."""
    hashes = _range_hashes(start, end, read)
    root = hashes.pop()
    while hashes:
        root = node_hash(hashes.pop(), root)
    return root


def _split(size: int) -> int:
    """The largest power of two smaller than size (size >= 2)."""
    return 1 << ((size - 1).bit_length() - 1)


def prove_inclusion(index: int, size: int, read: ReadHash) -> tuple[bytes, ...]:
    """The audit path of leaf `index` in the tree of `size` leaves, from the leaf's sibling upward.

    Raises MerkleError (merkle-index) when the index is not in the tree.
    """
    if not 0 <= index < size:
        raise MerkleError("merkle-index", f"Entry {index} is not in a log of {size} entries.")
    path = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range_root(middle, end, read))
            end = middle
        else:
            path.append(_range_root(start, middle, read))
            start = middle
    return tuple(reversed(path))


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Check that the leaf hash `leaf` stands at `index` in the tree (size, root).

    Raises MerkleError (merkle-inclusion) when it does not. RFC 9162, 2.1.3.2.
    """
    if not 0 <= index < size:
        raise MerkleError("merkle-inclusion", f"Entry {index} is not in a log of {size} entries.")
    _check_sizes("merkle-inclusion", leaf, root, *proof)
    inner = (index ^ (size - 1)).bit_length()
    expected = inner + (index >> inner).bit_count()
    if len(proof) != expected:
        raise MerkleError(
            "merkle-inclusion", f"The inclusion proof has {len(proof)} hashes; it should have {expected}."
        )
    node = leaf
    for level, sibling in enumerate(proof):
        left_child = level < inner and not index >> level & 1
        node = node_hash(node, sibling) if left_child else node_hash(sibling, node)
    if node != root:
        raise MerkleError(
            "merkle-inclusion", f"The inclusion proof of entry {index} does not lead to the signed root."
        )


def prove_consistency(old: int, new: int, read: ReadHash) -> tuple[bytes, ...]:
    """The proof that the tree of `new` leaves begins with the tree of `old` leaves (RFC 6962, 2.1.2).

    Empty when old is 0 or old == new. Raises MerkleError (merkle-size) when old > new or old < 0.
    """
    if not 0 <= old <= new:
        raise MerkleError("merkle-size", f"A log of {new} entries cannot continue one of {old} entries.")
    if old in (0, new):
        return ()
    path: list[bytes] = []
    start, end = 0, new
    whole = True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_range_root(middle, end, read))
            end = middle
        else:
            path.append(_range_root(start, middle, read))
            start = middle
            whole = False
    if not whole:
        path.append(_range_root(start, end, read))
    return tuple(reversed(path))


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the tree (new, new_root) begins with the tree (old, old_root).

    old must be at least 1: a proof from the empty tree says nothing. Raises MerkleError
    (merkle-consistency). RFC 9162, 2.1.4.2.
    """
    if not 1 <= old <= new:
        raise MerkleError("merkle-consistency", f"No proof can lead from {old} entries to {new}.")
    if old == new:
        if proof or old_root != new_root:
            raise MerkleError("merkle-consistency", f"Two trees of {old} entries have different roots.")
        return
    _check_sizes("merkle-consistency", old_root, new_root, *proof)
    shift = (old & -old).bit_length() - 1
    inner = ((old - 1) ^ (new - 1)).bit_length() - shift
    hashes = list(proof)
    if old & (old - 1) == 0:
        hashes.insert(0, old_root)
    expected = 1 + inner + ((old - 1) >> shift >> inner).bit_count()
    if len(hashes) != expected:
        raise MerkleError(
            "merkle-consistency",
            f"The consistency proof has {len(proof)} hashes; it should have "
            f"{expected - len(hashes) + len(proof)}.",
        )
    mask = (old - 1) >> shift
    first = second = hashes[0]
    for level, sibling in enumerate(hashes[1:]):
        if level < inner and not mask >> level & 1:
            second = node_hash(second, sibling)
        else:
            first = node_hash(sibling, first)
            second = node_hash(sibling, second)
    if first != old_root or second != new_root:
        raise MerkleError(
            "merkle-consistency", f"The tree of {new} entries does not begin with the tree of {old} entries."
        )


def _check_sizes(code: str, *hashes: bytes) -> None:
    """All must be 32 bytes: of other lengths two different pairs could hash alike."""
    if any(len(item) != HASH_SIZE for item in hashes):
        raise MerkleError(code, f"A hash in the proof should have {HASH_SIZE} bytes.")
