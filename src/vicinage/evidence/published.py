"""What lies beside the entries in a log's folder: policy, lists of keys, signature lines, old partial tiles.

No bit of a log is without meaning. The formats let a reader ignore what it does not know: lines by other
keys, comments, files of an earlier size. A log under audit may have none of that which its own files do
not explain, so that no change anywhere in it goes unseen.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from vicinage import durable
from vicinage.errors import VicinageError
from vicinage.evidence.head import KEYS_LIMIT, Head
from vicinage.evidence.outcome import Fault, Report
from vicinage.tlog import layout, signing
from vicinage.tlog import policy as policies
from vicinage.tlog.errors import NoteError, TlogError
from vicinage.tlog.keys import MLDSA44, VKey, parse_vkey, parse_vkeys
from vicinage.tlog.layout import WIDTH
from vicinage.tlog.policy import Policy
from vicinage.tlog.reader import Fetch, Reader
from vicinage.tlog.tile import Folder


def check(
    report: Report, fetch: Fetch, head: Head, pinned: Policy | None, log_keys: Sequence[Mapping[str, Any]]
) -> None:
    """Policy, lists of keys and signature lines beside the log must explain each other, to the byte.

    pinned: the auditor's own policy, which the one beside the log must be, but for keys that the log
    itself announced. log_keys: the leaves of its `log.key` entries.
    """
    try:
        announced = {parse_vkey(key) for leaf in log_keys for key in (leaf["ed25519"], leaf["mldsa"]) if key}
        data = fetch(layout.POLICY, policies.MAX_BYTES)
        beside = policies.parse(data)
        if data != beside.encode():
            report.blame(
                Fault("policy-form", "The policy beside the log is not in the form that logs write.")
            )
        if pinned is not None and not is_explained(beside, pinned, announced):
            report.blame(Fault("policy-differs", "The policy beside the log is not the one that was given."))
        plain = [vkey for vkey in beside.keys if vkey.key_type != MLDSA44]
        if fetch(layout.VKEYS, KEYS_LIMIT) != _lines(plain):
            sentence = "The keys in the file vkeys are not those that the policy names, in its order."
            report.blame(Fault("vkeys-differ", sentence))
        mldsa = _mldsa(report, fetch)
    except VicinageError as error:
        return report.fail(error)
    known = {*beside.keys, *mldsa, *announced, *(pinned.keys if pinned else ())}
    for line in head.signed.signatures:
        if not any(line.is_from(vkey) for vkey in known):
            sentence = f"The checkpoint has a line by {line.name!r}, a key that nothing of the log names."
            report.blame(Fault("line-unknown", sentence))
    try:
        signing.true_lines(head.signed, known)
    except NoteError as error:
        report.blame(Fault("policy-signature", error.sentence))


def check_leftovers(report: Report, folder: Path, size: int) -> None:
    """Partial tiles and bundles of earlier sizes, which a folder may keep, must begin the ones of today.

    What lies beyond the published size is no part of the log yet: tiles are written before the checkpoint.
    """
    reader = Reader(Folder(folder).fetch, size)
    for path in sorted(folder.glob("tile/**/*.p/*")):
        name = path.relative_to(folder).as_posix()
        if name.endswith(durable.SCRATCH):
            continue  # what a crash left before it had a name: no file of the log
        try:
            if not _begins(path, name, reader):
                sentence = f"The file {name}, of an earlier size, does not hold what is there now."
                report.blame(Fault("tile-false", sentence))
        except (TlogError, ValueError, OSError) as error:
            report.blame(Fault("tile-false", f"The file {name} is no tile of this log: {error}"))


def _begins(path: Path, name: str, reader: Reader) -> bool:
    """Whether a partial file is the beginning of what the log has at its place."""
    kind, *numbers = name.removeprefix("tile/").partition(".p/")[0].split("/")
    number, width = int("".join(part.lstrip("x") for part in numbers)), int(path.name)
    if not 0 < width < WIDTH:
        raise ValueError(f"a width of {width}")
    if width > layout.tile_width(0 if kind == "entries" else int(kind), number, reader.size):
        return True
    data = path.read_bytes()
    if kind == "entries":
        return data == layout.encode_bundle(reader.bundle(number)[:width])
    return data == b"".join(reader.tile(int(kind), number)[:width])


def is_explained(beside: Policy, pinned: Policy, announced: set[VKey]) -> bool:
    """Whether the two demand the same, of log keys that the auditor or the log itself has named."""
    same = (beside.witnesses, beside.groups, beside.quorum)
    logs = {vkey for vkey, _ in beside.logs}
    trusted = {vkey for vkey, _ in pinned.logs} | announced
    return same == (pinned.witnesses, pinned.groups, pinned.quorum) and bool(logs) and logs <= trusted


def _mldsa(report: Report, fetch: Fetch) -> tuple[VKey, ...]:
    """The keys of the file vkeys-mldsa, which may be missing; written plainly, one a line."""
    try:
        data = fetch(layout.VKEYS_MLDSA, KEYS_LIMIT)
    except TlogError as error:
        if error.code == "tile-missing":
            return ()
        raise
    keys = parse_vkeys(data.decode("utf-8", "replace"))
    if data != _lines(keys):
        report.blame(Fault("mldsa-key", "The file vkeys-mldsa is not in the form that logs write."))
    return keys


def _lines(keys: Sequence[VKey]) -> bytes:
    return "".join(f"{vkey}\n" for vkey in keys).encode()
