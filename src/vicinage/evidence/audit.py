"""Audits a whole log, offline, with no database: signatures, quorum, root, tiles, and every event by law.

report = audit("/path/to/log")      report.ok decides the exit status, report.lines say what was done
"""

from pathlib import Path

from vicinage.errors import VicinageError
from vicinage.evidence import head as heads
from vicinage.evidence import log_files, published
from vicinage.evidence.follow import Standing, advance
from vicinage.evidence.outcome import Fault, Report
from vicinage.evidence.world import World
from vicinage.tlog import layout, note
from vicinage.tlog import policy as policies
from vicinage.tlog.errors import TlogError
from vicinage.tlog.policy import Checked, Policy

COUNTED = {
    "regime.adopted": ("regime adopted", "regimes adopted"),
    "regime.announced": ("change of regime announced", "changes of regime announced"),
    "agency.verified": ("agency verified", "agencies verified"),
    "agency.suspended": ("agency suspended", "agencies suspended"),
    "agency.reinstated": ("agency reinstated", "agencies reinstated"),
    "agency.left": ("agency that left", "agencies that left"),
    "agency.key": ("agency key", "agency keys"),
    "agency.key-revoked": ("agency key revoked", "agency keys revoked"),
    "rfa.mediated": ("request passed on by mail", "requests passed on by mail"),
    "rfa.published": ("Request for Assistance", "Requests for Assistance"),
    "rfa.resolved": ("request resolved", "requests resolved"),
    "post.published": ("agency post", "agency posts"),
    "assembly.entered": ("assembly entered", "assemblies entered"),
    "assembly.withdrawn": ("assembly withdrawn", "assemblies withdrawn"),
    "text.redacted": ("text redacted", "texts redacted"),
    "log.key": ("change of the log's key", "changes of the log's key"),
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
        head = heads.read(fetch)
        rules = policies.parse(policy if policy is not None else fetch(layout.POLICY, policies.MAX_BYTES))
    except VicinageError as error:
        report.fail(error)
        return report
    if policy is None:
        report.notes.append(
            "The policy used is the one beside the log. Who does not trust its server should give a policy "
            "got by another way."
        )
    checked = heads.check(report, fetch, rules, head, listed=False)
    kept = _earlier(report, rules, earlier)
    begun = Standing(cosigned_at=heads.cosigned_at(kept))
    reached = advance(
        report, fetch, head.tree, heads.cosigned_at(checked), begun, None if kept is None else kept.checkpoint
    )
    heads.check_log_key(report, head, begun.world.log_key)
    published.check(report, fetch, head, None if policy is None else rules, begun.world.log_keys)
    if reached is not None:
        describe(report, reached.world)
        if not log_files.is_address(source):
            published.check_leftovers(report, Path(source), head.tree.size)
    return report


def _earlier(report: Report, rules: Policy, earlier: bytes | None) -> Checked | None:
    """The checkpoint kept from before, if it was given and is one of this log's."""
    if earlier is None:
        return None
    try:
        return rules.check(note.parse(earlier))
    except TlogError as error:
        sentence = f"The checkpoint kept from before is not one of this log: {error.sentence}"
        report.blame(Fault("earlier-false", sentence))
        return None


def describe(report: Report, world: World) -> None:
    """Counts, and what was judged."""
    parts = [f"{n} {COUNTED[kind][n != 1]}" for kind in COUNTED if (n := world.counts.get(kind, 0))]
    report.checked.append(f"Entries: {', '.join(parts) or 'none'}.")
    if world.judged:
        names = ", ".join(dict.fromkeys(str(ruled.leaf["name"]) for ruled in world.rules))
        report.checked.append(
            f"Requests for Assistance judged again, each by the rules in force when it was submitted "
            f"({names}): {world.judged}."
        )
    if world.sealed:
        report.notes.append(
            f"{len(world.sealed)} request(s) were passed on by mail and are not public yet; they are "
            "judged when they are."
        )
    if world.redacted:
        shown = ", ".join(map(str, sorted(world.redacted)[:20])) + (
            ", ..." if len(world.redacted) > 20 else ""
        )
        report.notes.append(
            f"The text of {len(world.redacted)} entries was redacted, as the log says, so rules on their "
            f"words were not judged: entries {shown}."
        )
