"""The log's signing keys and its public key files.

State folder: keys/log and keys/log-mldsa (secret lines, 0600). Public log folder: policy, vkeys,
vkeys-mldsa.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from vicinage import durable
from vicinage.server import home
from vicinage.server.ledger.errors import LedgerError
from vicinage.tlog import layout, policy
from vicinage.tlog.keys import parse_vkey
from vicinage.tlog.signing import Ed25519Signer, MldsaSigner, load_signer
from vicinage.tlog.tile import Folder

ED25519, MLDSA = "log", "log-mldsa"


@dataclass(frozen=True)
class LogKeys:
    """The two signers of the log, in the order of their lines."""

    ed25519: Ed25519Signer
    mldsa: MldsaSigner

    @property
    def signers(self) -> Sequence[Ed25519Signer | MldsaSigner]:
        """Both, Ed25519 first."""
        return (self.ed25519, self.mldsa)


def load() -> LogKeys:
    """The keys from the state folder. Raises LedgerError (ledger-keys-missing)."""
    first, second = (_read(home.keys() / name) for name in (ED25519, MLDSA))
    if not isinstance(first, Ed25519Signer) or not isinstance(second, MldsaSigner):
        raise LedgerError("ledger-keys-missing", "The log's key files hold keys of the wrong kind.")
    return LogKeys(first, second)


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
    origin = settings.VICINAGE_LOG_ORIGIN
    made = LogKeys(Ed25519Signer.generate(origin), MldsaSigner.generate(origin))
    _write_secret(home.keys() / MLDSA, made.mldsa.skey)
    _write_secret(home.keys() / ED25519, made.ed25519.skey)
    return made


def write_public(keys: LogKeys) -> None:
    """Write policy, vkeys and vkeys-mldsa into the public log folder.

    The policy names the witness of VICINAGE_WITNESS_URL and VICINAGE_WITNESS_VKEY. Without these, a
    policy that is there already stays; else the log goes without a witness.
    """
    folder = Folder(home.public_log())
    url, vkey = settings.VICINAGE_WITNESS_URL, settings.VICINAGE_WITNESS_VKEY
    if not vkey and (folder.path / layout.POLICY).exists():
        rules = policy.parse(folder.fetch(layout.POLICY, policy.MAX_BYTES))
    else:
        witnesses = [("witness-1", parse_vkey(vkey), url)] if vkey else []
        k = policy.quorum_size(len(witnesses)) if witnesses else 0
        rules = policy.make(keys.ed25519.vkey, witnesses, k)
    witness_keys = [str(vkey) for vkey, _ in rules.witnesses.values()]
    folder.put(layout.POLICY, rules.encode())
    folder.put(layout.VKEYS, "".join(f"{key}\n" for key in [str(keys.ed25519.vkey), *witness_keys]).encode())
    folder.put(layout.VKEYS_MLDSA, f"{keys.mldsa.vkey}\n".encode())


def current_policy() -> policy.Policy:
    """The policy that the log publishes. Raises TileError (tile-missing), PolicyError."""
    return policy.parse(Folder(home.public_log()).fetch(layout.POLICY, policy.MAX_BYTES))


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
