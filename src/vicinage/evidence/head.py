"""The head of a log: its newest checkpoint, and who stands for it: the log's keys, the witnesses' quorum."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from vicinage.errors import VicinageError
from vicinage.evidence.outcome import Fault, Report
from vicinage.tlog import checkpoint, layout, note, signing
from vicinage.tlog.checkpoint import Checkpoint
from vicinage.tlog.errors import NoteError, PolicyError, TileError
from vicinage.tlog.keys import MLDSA44, VKey, parse_vkey, parse_vkeys
from vicinage.tlog.note import Note
from vicinage.tlog.policy import Checked, Policy
from vicinage.tlog.reader import Fetch

KEYS_LIMIT = 512 * 1024


@dataclass(frozen=True)
class Head:
    """A checkpoint as served. data: its bytes. tree: what they say, nothing checked yet."""

    data: bytes
    signed: Note
    tree: Checkpoint


def parse(data: bytes) -> Head:
    """The head in a note's bytes. Raises NoteError, CheckpointError."""
    signed = note.parse(data)
    return Head(data, signed, checkpoint.parse(signed.text))


def read(fetch: Fetch) -> Head:
    """The head that a log serves now. Raises TlogError, WireError."""
    return parse(fetch(layout.CHECKPOINT, note.MAX_BYTES))


def check(report: Report, fetch: Fetch, rules: Policy, head: Head, listed: bool = True) -> Checked | None:
    """All signatures of the head, by the keys that the policy names, and the lists of keys beside the log.

    listed: whether `vkeys` must be those of the policy; while a log changes its key, a policy that was
    kept from before has one less. None when the log itself or the quorum does not stand for the head.
    """
    if listed:
        _check_keys(report, fetch, rules)
    checked = check_signatures(report, rules, head)
    _check_mldsa(report, fetch, head)
    return checked


def check_signatures(report: Report, rules: Policy, head: Head) -> Checked | None:
    """The log's signature and the witnesses' quorum; None when either fails."""
    if rules.weight() == 0:
        report.blame(Fault("policy-no-quorum", "The policy demands no witness; a log could show two faces."))
    try:
        checked = rules.check(head.signed)
    except PolicyError as error:
        report.blame(Fault(error.code, error.sentence))
        return None
    report.checked.append(
        f"The checkpoint of {checked.checkpoint.size} entries is signed by the log {checked.log.name}."
    )
    if checked.witnesses and cosigned_at(checked) is None:
        sentence = f"It says it was cosigned {checked.cosigned_at} s after 1970, which no calendar has."
        report.blame(Fault("cosigned-when", sentence))
    if checked.witnesses:
        report.checked.append(
            f"Witnesses that cosigned it: {', '.join(checked.witnesses)}, the first at {_instant(checked)}; "
            f"the policy demands at least {rules.weight()} of {len(rules.witnesses)}."
        )
    return checked


def check_log_key(report: Report, head: Head, stated: Mapping[str, str]) -> VKey | None:
    """After a change of keys, stated by the log's last `log.key` entry, the new keys must sign too.

    The new Ed25519 key, when they do; None when the log never changed its key, or does not sign with it.
    """
    if not stated:
        return None
    try:
        keys = [parse_vkey(stated[name]) for name in ("ed25519", "mldsa") if stated[name]]
        if all(key.name == head.tree.origin and signing.true_lines(head.signed, [key]) for key in keys):
            return keys[0]
        sentence = "The checkpoint is not signed by every key that the log says it changed to."
    except NoteError as error:
        sentence = (
            f"The key that the log says it changed to does not stand for the checkpoint: {error.sentence}"
        )
    report.blame(Fault("log-key", sentence))
    return None


def cosigned_at(checked: Checked | None) -> datetime | None:
    """When the first witness cosigned; None without one, or when it is beyond any calendar."""
    if checked is None or checked.cosigned_at is None:
        return None
    try:
        return datetime.fromtimestamp(checked.cosigned_at, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _instant(checked: Checked) -> str:
    """When the first witness cosigned, in UTC; a far-off number as it stands."""
    at = cosigned_at(checked)
    return str(checked.cosigned_at) if at is None else at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _check_keys(report: Report, fetch: Fetch, rules: Policy) -> None:
    """The keys in `vkeys` must be those of the policy."""
    try:
        listed = parse_vkeys(fetch(layout.VKEYS, KEYS_LIMIT).decode("utf-8", "replace"))
    except VicinageError as error:
        return report.blame(Fault(error.code, error.sentence))
    trusted = {vkey for vkey, _ in rules.logs} | {vkey for vkey, _ in rules.witnesses.values()}
    if {vkey for vkey in trusted if vkey.key_type != MLDSA44} != set(listed):
        report.blame(Fault("vkeys-differ", "The keys in the file vkeys are not those that the policy names."))


def _check_mldsa(report: Report, fetch: Fetch, head: Head) -> None:
    """The log's ML-DSA-44 line, when the log publishes such a key."""
    try:
        keys = parse_vkeys(fetch(layout.VKEYS_MLDSA, KEYS_LIMIT).decode("utf-8", "replace"))
    except TileError as error:
        if error.code != "tile-missing":
            report.blame(Fault(error.code, error.sentence))
        else:
            report.notes.append("The log publishes no ML-DSA-44 key.")
        return
    except VicinageError as error:
        return report.blame(Fault(error.code, error.sentence))
    if not any(key.name == head.tree.origin and key.key_type == MLDSA44 for key in keys):
        report.blame(Fault("mldsa-key", "The file vkeys-mldsa holds no ML-DSA-44 key of this log."))
    for key in keys:
        _check_line(report, key, head.signed)


def _check_line(report: Report, key: VKey, signed: Note) -> None:
    """One ML-DSA-44 key that must have signed the note."""
    try:
        lines = signing.true_lines(signed, [key])
    except NoteError as error:
        return report.blame(Fault("mldsa-false", error.sentence))
    if not lines:
        return report.blame(
            Fault("mldsa-missing", f"The ML-DSA-44 key {key.name} did not sign the checkpoint.")
        )
    report.checked.append(f"The ML-DSA-44 key {key.name} signed it too.")
