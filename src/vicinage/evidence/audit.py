"""Audits a whole log, offline, with no database: signatures, quorum, root, tiles, and every event by law.

report = audit("/path/to/log")      report.ok decides the exit status, report.lines say what was done
"""

from datetime import UTC, datetime
from pathlib import Path

from vicinage.errors import VicinageError
from vicinage.evidence import log_files
from vicinage.evidence.outcome import Fault, Report
from vicinage.evidence.replay import Replay
from vicinage.evidence.tree import Tree
from vicinage.tlog import checkpoint, layout, note, signing
from vicinage.tlog import policy as policies
from vicinage.tlog.checkpoint import Checkpoint
from vicinage.tlog.errors import NoteError, PolicyError, TileError, TlogError
from vicinage.tlog.keys import MLDSA44, VKey, parse_vkeys
from vicinage.tlog.note import Note
from vicinage.tlog.policy import Checked, Policy
from vicinage.tlog.reader import Fetch, Reader

KEYS_LIMIT = 512 * 1024

COUNTED = {
    "regime.adopted": ("regime adopted", "regimes adopted"),
    "agency.verified": ("agency verified", "agencies verified"),
    "agency.key": ("agency key", "agency keys"),
    "rfa.published": ("Request for Assistance", "Requests for Assistance"),
    "rfa.resolved": ("request resolved", "requests resolved"),
    "private": ("private entry", "private entries"),
}


def audit(source: str | Path, policy: bytes | None = None, earlier: bytes | None = None) -> Report:
    """Replay the log at `source` (a folder or an http(s) address) and check all that can be checked.

    policy: a tlog-policy that the auditor trusts; without it, the one beside the log is used and that
    is said. earlier: a checkpoint kept from before; the log must continue it. Never raises for a bad
    log: what is wrong stands in the report.
    """
    report = Report(str(source))
    try:
        fetch = log_files.find(source)
        signed = note.parse(fetch(layout.CHECKPOINT, note.MAX_BYTES))
        tree = checkpoint.parse(signed.text)
        rules = policies.parse(policy if policy is not None else fetch(layout.POLICY, policies.MAX_BYTES))
    except VicinageError as error:
        report.blame(Fault(error.code, error.sentence))
        return report
    _check_keys(report, fetch, rules, own=policy is not None)
    _check_signatures(report, rules, signed)
    _check_mldsa(report, fetch, signed, tree)
    _check_entries(report, fetch, tree, _head(report, rules, earlier))
    return report


def _check_keys(report: Report, fetch: Fetch, rules: Policy, own: bool) -> None:
    """The keys in `vkeys` must be those of the policy; say whose policy it is."""
    if not own:
        report.notes.append(
            "The policy used is the one beside the log. Who does not trust its server should give a policy "
            "got by another way."
        )
    try:
        listed = parse_vkeys(fetch(layout.VKEYS, KEYS_LIMIT).decode("utf-8", "replace"))
    except TlogError as error:
        return report.blame(Fault(error.code, error.sentence))
    trusted = {vkey for vkey, _ in rules.logs} | {vkey for vkey, _ in rules.witnesses.values()}
    if {vkey for vkey in trusted if vkey.key_type != MLDSA44} != set(listed):
        report.blame(Fault("vkeys-differ", "The keys in the file vkeys are not those that the policy names."))


def _check_signatures(report: Report, rules: Policy, signed: Note) -> None:
    """The log's signature and the witnesses' quorum."""
    if rules.weight() == 0:
        report.blame(Fault("policy-no-quorum", "The policy demands no witness; a log could show two faces."))
    try:
        checked = rules.check(signed)
    except PolicyError as error:
        return report.blame(Fault(error.code, error.sentence))
    report.checked.append(
        f"The checkpoint of {checked.checkpoint.size} entries is signed by the log {checked.log.name}."
    )
    if checked.witnesses:
        report.checked.append(
            f"Witnesses that cosigned it: {', '.join(checked.witnesses)}, the first at {_instant(checked)}; "
            f"the policy demands at least {rules.weight()} of {len(rules.witnesses)}."
        )


def _instant(checked: Checked) -> str:
    """When the first witness cosigned, in UTC; a far-off number as it stands."""
    try:
        return datetime.fromtimestamp(checked.cosigned_at or 0, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError, OSError):
        return str(checked.cosigned_at)


def _check_mldsa(report: Report, fetch: Fetch, signed: Note, tree: Checkpoint) -> None:
    """The log's ML-DSA-44 line, when the log publishes such a key."""
    try:
        keys = parse_vkeys(fetch(layout.VKEYS_MLDSA, KEYS_LIMIT).decode("utf-8", "replace"))
    except TileError as error:
        if error.code != "tile-missing":
            report.blame(Fault(error.code, error.sentence))
        else:
            report.notes.append("The log publishes no ML-DSA-44 key.")
        return
    except NoteError as error:
        return report.blame(Fault(error.code, error.sentence))
    if not any(key.name == tree.origin and key.key_type == MLDSA44 for key in keys):
        report.blame(Fault("mldsa-key", "The file vkeys-mldsa holds no ML-DSA-44 key of this log."))
    for key in keys:
        _check_line(report, key, signed)


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


def _head(report: Report, rules: Policy, earlier: bytes | None) -> Checkpoint | None:
    """The checkpoint kept from before, if it was given and is one of this log's."""
    if earlier is None:
        return None
    try:
        return rules.check(note.parse(earlier)).checkpoint
    except TlogError as error:
        sentence = f"The checkpoint kept from before is not one of this log: {error.sentence}"
        report.blame(Fault("earlier-false", sentence))
        return None


def _check_entries(report: Report, fetch: Fetch, tree: Checkpoint, earlier: Checkpoint | None) -> None:
    """Root, tiles, events, and that the log continues the earlier checkpoint."""
    reader = Reader(fetch, tree.size)
    grown = Tree(reader, report.blame, None if earlier is None else earlier.size)
    replay = Replay(fetch, report.blame)
    try:
        for start, entries in reader.bundles():
            grown.take(start, entries)
            replay.take(start, entries)
        root = grown.root()
    except VicinageError as error:
        report.blame(Fault(error.code, f"{error.sentence} The replay stops here."))
        return
    if root != tree.root:
        report.blame(Fault("root-false", "The entries do not lead to the root that was signed."))
    else:
        report.checked.append(
            f"The root, rebuilt from all {tree.size} entries, is the one that was signed; "
            f"tiles that agree with it: {grown.tiles}."
        )
    if earlier is not None:
        _check_continues(report, grown, tree, earlier)
    _describe(report, replay)


def _check_continues(report: Report, grown: Tree, tree: Checkpoint, earlier: Checkpoint) -> None:
    """The log must begin with the tree of the earlier checkpoint."""
    if earlier.origin != tree.origin or earlier.size > tree.size or grown.watched != earlier.root:
        sentence = f"It does not continue the earlier checkpoint of {earlier.size} entries."
        report.blame(Fault("earlier-fork", sentence))
    else:
        report.checked.append(f"It continues the earlier checkpoint of {earlier.size} entries.")


def _describe(report: Report, replay: Replay) -> None:
    """Counts, and what was judged."""
    parts = [f"{n} {COUNTED[kind][n != 1]}" for kind in COUNTED if (n := replay.counts[kind])]
    report.checked.append(f"Entries: {', '.join(parts) or 'none'}.")
    if replay.judged:
        names = ", ".join(dict.fromkeys(replay.regimes))
        report.checked.append(
            f"Requests for Assistance judged again under the regime then in force ({names}): {replay.judged}."
        )
    if replay.redacted:
        shown = ", ".join(map(str, replay.redacted[:20])) + (", ..." if len(replay.redacted) > 20 else "")
        report.notes.append(
            f"The text of {len(replay.redacted)} request(s) is not beside the log (redacted or withheld), so "
            f"rules on title, text and contact were not judged there: entries {shown}."
        )
