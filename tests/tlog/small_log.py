"""Makes small signed logs for tests and benches: one log key of each kind, n witnesses, k of them needed."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from vicinage.tlog import layout, merkle, policy, signing
from vicinage.tlog.checkpoint import Checkpoint
from vicinage.tlog.note import Note, Signer
from vicinage.tlog.tile import Folder

ORIGIN = "vicinage.example/log"
AT = 1795356000  # 2026-11-22T14:00:00Z, in POSIX seconds


class SmallLog:
    """A log at `path` whose keys come from fixed seeds. Nothing is written before `grow`."""

    def __init__(self, path: Path, witnesses: int = 1, k: int = 1) -> None:
        self.folder = Folder(path)
        self.entries: list[bytes] = []
        self.log = signing.Ed25519Signer(ORIGIN, bytes([1]) * 32)
        self.mldsa = signing.MldsaSigner(ORIGIN, bytes([2]) * 32)
        self.witnesses = [
            signing.CosignatureSigner(f"witness-{n}.example", bytes([16 + n]) * 32) for n in range(witnesses)
        ]
        named = [(f"witness-{n}", witness.vkey, "") for n, witness in enumerate(self.witnesses)]
        self.policy = policy.make(self.log.vkey, named, k)
        self.next: tuple[signing.Ed25519Signer, signing.MldsaSigner] | None = None

    @property
    def signers(self) -> list[Signer]:
        """Log, log's ML-DSA-44, the next pair if there is one, then the witnesses."""
        return [self.log, self.mldsa, *(self.next or ()), *self.witnesses]

    def grow(self, entries: Sequence[bytes], texts: Mapping[str, bytes] | None = None, at: int = AT) -> Note:
        """Append entries, write texts beside the log, publish a checkpoint that all have signed at `at`."""
        frontier = self.folder.write(len(self.entries), entries)
        self.entries.extend(entries)
        for name, data in (texts or {}).items():
            self.folder.put(name, data)
        self.folder.put(layout.POLICY, self.policy.encode())
        self.folder.put(layout.VKEYS, "".join(f"{key}\n" for key in self.policy.keys).encode())
        mldsa = [self.mldsa, *(self.next or ())[1:]]
        self.folder.put(layout.VKEYS_MLDSA, "".join(f"{signer.vkey}\n" for signer in mldsa).encode())
        signed = self.sign(len(self.entries), frontier.root(), at=at)
        self.folder.put_checkpoint(signed.encode())
        return signed

    def sign(self, size: int, root: bytes, signers: Sequence[Signer] | None = None, at: int = AT) -> Note:
        """A checkpoint signed by all, or by the given signers. at: POSIX seconds."""
        return Checkpoint(ORIGIN, size, root).sign(self.signers if signers is None else signers, at)


def numbered(count: int, start: int = 0) -> list[bytes]:
    """Entries that read `entry <n>`, as in spec/vectors/log.json."""
    return [b"entry %d" % n for n in range(start, start + count)]


def root_of(entries: Sequence[bytes]) -> bytes:
    """The root of RFC 6962 by its definition, recursively: the slow oracle."""
    if not entries:
        return merkle.EMPTY_ROOT
    if len(entries) == 1:
        return merkle.leaf_hash(entries[0])
    k = 1 << ((len(entries) - 1).bit_length() - 1)
    return merkle.node_hash(root_of(entries[:k]), root_of(entries[k:]))
