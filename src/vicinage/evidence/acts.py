"""Checks an agency's list of its officers' acts against a log: each line fits a commitment in it.

The list is what an agency, or its operator, gives an auditor: JSON, {"v":1, "agency", "log", "acts":
[{"index", "opening"}]}. A field may be hidden in an opening; then only its hash is there.
"""

import json
from pathlib import Path
from typing import Any

from vicinage.core import canonical, commitment, leaf
from vicinage.core.act import ACT_FIELDS
from vicinage.core.ids import parse_id
from vicinage.errors import VicinageError
from vicinage.evidence import head as heads
from vicinage.evidence import log_files
from vicinage.evidence.errors import EvidenceError
from vicinage.evidence.outcome import Fault, Report
from vicinage.tlog import layout, merkle
from vicinage.tlog import policy as policies
from vicinage.tlog.reader import Reader

SPEC = "spec/act.md"
MAX_BYTES = 256 * 1024 * 1024
MAX_ACTS = 1_000_000


class ActsFileError(EvidenceError):
    """The file is no list of acts."""


def parse(data: bytes) -> tuple[str, list[dict[str, Any]]]:
    """Agency and acts of a list. Raises ActsFileError, IdError."""
    try:
        told = canonical.members(json.loads(data), ("v", "agency", "log", "acts"))
        acts = [canonical.members(act, ("index", "opening")) for act in told["acts"]]
    except (ValueError, TypeError, RecursionError, VicinageError) as error:
        raise ActsFileError(
            "acts-malformed",
            "The file should be a list of officers' acts, and is none.",
            "Write it by `vicinage agencies acts`.",
        ) from error
    if told["v"] != 1 or len(acts) > MAX_ACTS:
        raise ActsFileError(
            "acts-malformed", f"The list should be of version 1, with at most {MAX_ACTS} acts."
        )
    return parse_id(told["agency"]), [dict(act) for act in acts]


def check(data: bytes, source: str | Path, policy: bytes | None = None) -> Report:
    """Each act of the list stands in the log at `source`, as it is told. Never raises for a bad list or log.

    policy: a tlog-policy that the auditor trusts; without it the one beside the log is used.
    """
    report = Report(str(source))
    try:
        agency, acts = parse(data)
        fetch = log_files.find(source)
        head = heads.read(fetch)
        rules = policies.parse(policy if policy is not None else fetch(layout.POLICY, policies.MAX_BYTES))
    except VicinageError as error:
        report.fail(error)
        return report
    heads.check(report, fetch, rules, head, listed=False)
    log, seen = Reader(fetch, head.tree.size), set[int]()
    fits = 0
    for number, act in enumerate(acts, 1):
        try:
            index = act["index"]
            if index is None:
                report.warn("act-unpublished", f"Line {number} was not in the published log yet.")
                continue
            if type(index) is not int or index in seen:
                raise ActsFileError(
                    "act-index", f"Line {number} names no entry, or one that was named before."
                )
            seen.add(index)
            _check_one(act["opening"], index, agency, log, head.tree.root)
            fits += 1
        except VicinageError as error:
            report.blame(Fault(error.code, f"Line {number}: {error.sentence}", SPEC))
    report.checked.append(f"{fits} of {len(acts)} acts stand in the log as they are told.")
    report.notes.append(
        "That no act is left out cannot be seen: entries of acts look like those of other private events."
    )
    return report


def _check_one(opening: object, index: int, agency: str, log: Reader, root: bytes) -> None:
    """Raises VicinageError: another entry, another agency, other fields, or not in the signed tree."""
    entry = log.entry(index)
    proof = merkle.prove_inclusion(index, log.size, log.read_hash)
    merkle.verify_inclusion(index, log.size, merkle.leaf_hash(entry), proof, root)
    told = leaf.parse(entry)
    if told["type"] != "private":
        raise ActsFileError("act-entry", f"Entry {index} is a public event and no act.")
    fields = commitment.check_opening(opening, told["c"])
    named = opening["fields"] if isinstance(opening, dict) else {}
    if set(named) != set(ACT_FIELDS) or fields.get("type") != "officer.act":
        raise ActsFileError("act-fields", f"Entry {index} is no officer's act.")
    if fields.get("agency") != agency:
        raise ActsFileError("act-agency", f"Entry {index} is an act for another agency, or hides for which.")
