"""The log's signing keys and its public key files.

State folder: keys/log and keys/log-mldsa (secret lines, 0600); while the key is being changed also
keys/log-next and keys/log-mldsa-next; keys/log-retired lists the public keys that were given up.
Public log folder: policy, vkeys, vkeys-mldsa.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from vicinage import durable
from vicinage.server import home
from vicinage.server.ledger import witnesses
from vicinage.server.ledger.errors import LedgerError
from vicinage.server.ledger.models import Place
from vicinage.tlog import layout, policy
from vicinage.tlog.keys import VKey, parse_vkeys
from vicinage.tlog.signing import Ed25519Signer, MldsaSigner, load_signer
from vicinage.tlog.tile import Folder

ED25519, MLDSA = "log", "log-mldsa"
NEXT_ED25519, NEXT_MLDSA = "log-next", "log-mldsa-next"
RETIRED = "log-retired"


@dataclass(frozen=True)
class Pair:
    """One key of each kind."""

    ed25519: Ed25519Signer
    mldsa: MldsaSigner

    @property
    def subject(self) -> str:
        """How the pair is named in the ledger: the Ed25519 key's id, hex."""
        return self.ed25519.vkey.key_id.hex()


@dataclass(frozen=True)
class LogKeys:
    """The signers of the log: the pair in use, and the next one once the log has said so."""

    pair: Pair
    next: Pair | None = None

    @property
    def ed25519(self) -> Ed25519Signer:
        """The Ed25519 signer in use; its name is the log's origin."""
        return self.pair.ed25519

    @property
    def mldsa(self) -> MldsaSigner:
        """The ML-DSA-44 signer in use."""
        return self.pair.mldsa

    @property
    def pairs(self) -> Sequence[Pair]:
        """All that sign now, the oldest first."""
        return (self.pair,) if self.next is None else (self.pair, self.next)

    @property
    def signers(self) -> Sequence[Ed25519Signer | MldsaSigner]:
        """In the order of their lines: per pair Ed25519 first."""
        return [signer for pair in self.pairs for signer in (pair.ed25519, pair.mldsa)]


def load() -> LogKeys:
    """The keys from the state folder. Raises LedgerError (ledger-keys-missing).

    The next pair counts from the moment that its `log.key` entry has its place in the log.
    """
    current, following = read_pair(ED25519, MLDSA), next_pair()
    if following is None or following.subject == current.subject or not _is_announced(following):
        return LogKeys(current)
    return LogKeys(current, following)


def next_pair() -> Pair | None:
    """The next pair, announced or not; None when there is none."""
    if not (home.keys() / NEXT_ED25519).exists():
        return None
    return read_pair(NEXT_ED25519, NEXT_MLDSA)


def read_pair(ed25519: str, mldsa: str) -> Pair:
    """The pair in two key files. Raises LedgerError (ledger-keys-missing)."""
    first, second = (_read(home.keys() / name) for name in (ed25519, mldsa))
    if not isinstance(first, Ed25519Signer) or not isinstance(second, MldsaSigner):
        raise LedgerError("ledger-keys-missing", "The log's key files hold keys of the wrong kind.")
    return Pair(first, second)


def write_pair(pair: Pair, ed25519: str, mldsa: str) -> None:
    """Keep a pair in two key files; the Ed25519 file last, for it is the one that is looked for."""
    _write_secret(home.keys() / mldsa, pair.mldsa.skey)
    _write_secret(home.keys() / ed25519, pair.ed25519.skey)


def make_pair(origin: str) -> Pair:
    """Two new keys of a log."""
    return Pair(Ed25519Signer.generate(origin), MldsaSigner.generate(origin))


def make_if_none() -> LogKeys:
    """The keys, made now if the log has never been signed. Raises LedgerError (ledger-keys-missing)."""
    if any((home.keys() / name).exists() for name in (ED25519, MLDSA)):
        return load()
    if (home.public_log() / layout.CHECKPOINT).exists():
        raise LedgerError(
            "ledger-keys-missing",
            "The log has been signed, but its keys are not in the keys folder.",
            "Restore the keys folder, or begin a log with a new name and an empty public folder.",
        )
    made = make_pair(settings.VICINAGE_LOG_ORIGIN)
    write_pair(made, ED25519, MLDSA)
    return LogKeys(made)


def retired() -> tuple[VKey, ...]:
    """The Ed25519 keys that the log once signed with and has given up."""
    try:
        return parse_vkeys((home.keys() / RETIRED).read_text())
    except FileNotFoundError:
        return ()


def known() -> tuple[VKey, ...]:
    """Every Ed25519 key that this log signs or has signed with: what proves a word to be its own."""
    return (*(pair.ed25519.vkey for pair in load().pairs), *retired())


def write_public(keys: LogKeys) -> None:
    """Write policy, vkeys and vkeys-mldsa into the public log folder.

    The policy names the witnesses of VICINAGE_WITNESSES and demands a quorum of them that two faces of
    the log cannot both find. Without the setting, the witnesses of a policy that is there already stay;
    else the log goes without. Raises LedgerError (ledger-witnesses-setting).
    """
    folder = Folder(home.public_log())
    named = witnesses.parse(settings.VICINAGE_WITNESSES)
    first, *rest = (pair.ed25519.vkey for pair in keys.pairs)
    if not named and (folder.path / layout.POLICY).exists():
        old = policy.parse(folder.fetch(layout.POLICY, policy.MAX_BYTES))
        logs = tuple((vkey, "") for vkey in (first, *rest))
        rules = policy.Policy(logs, old.witnesses, old.groups, old.quorum)
    else:
        n = len(named)
        k = policy.quorum_size(n, policy.tolerated(n)) if named else 0
        rules = policy.make(first, named, k, rest)
    vkeys = [*(vkey for vkey, _ in rules.logs), *(vkey for vkey, _ in rules.witnesses.values())]
    for name, data in (
        (layout.POLICY, rules.encode()),
        (layout.VKEYS, _lines(vkeys)),
        (layout.VKEYS_MLDSA, _lines([pair.mldsa.vkey for pair in keys.pairs])),
    ):
        folder.put(name, data)


def current_policy() -> policy.Policy:
    """The policy that the log publishes. Raises TileError (tile-missing), PolicyError."""
    return policy.parse(Folder(home.public_log()).fetch(layout.POLICY, policy.MAX_BYTES))


def _is_announced(pair: Pair) -> bool:
    return Place.objects.filter(entry__kind="log.key", entry__subject=pair.subject).exists()


def _lines(vkeys: Sequence[VKey]) -> bytes:
    return "".join(f"{vkey}\n" for vkey in vkeys).encode()


def _read(path: Path) -> object:
    try:
        return load_signer(path.read_text())
    except FileNotFoundError:
        raise LedgerError(
            "ledger-keys-missing",
            f"The log's key file {path.name} is not in the keys folder.",
            "Prepare the server first, or restore the keys folder.",
        ) from None


def _write_secret(path: Path, text: str) -> None:
    durable.replace(path, f"{text}\n".encode(), mode=0o600)
    os.chmod(path, 0o600)
