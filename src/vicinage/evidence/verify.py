"""Checks an evidence package offline and says in words what holds and what does not.

    report = verify(Path("package.zip"))      report.ok decides the exit status; report.lines explain

A package hangs on one statement, the owner's consent. It names the rfa, the agency, its key (by
their places in the log) and each clip (by its hashes); everything else must be what it names.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from vicinage.core import agency, canonical, clip, consent, leaf, rfa
from vicinage.core.clip import ClipStatement
from vicinage.core.consent import SharedClip, Statement
from vicinage.core.span import Span, format_instant
from vicinage.errors import VicinageError
from vicinage.evidence import bag as bags
from vicinage.evidence import manifest
from vicinage.evidence.bag import Bag
from vicinage.evidence.errors import PackageError
from vicinage.evidence.source import open_package
from vicinage.seal import sign, stream
from vicinage.tlog import policy as policies
from vicinage.tlog import proof as proofs
from vicinage.tlog.keys import MLDSA44, parse_vkeys
from vicinage.tlog.policy import Checked, Policy

_CONSENT_BYTES = 256 * 1024
_OWN_POLICY = (
    "The log's keys were taken from the package itself (data/policy). Compare that file with one you got "
    "another way, or give it with --policy."
)
_LIMITS = (
    "Not checked, as no software can: what the pictures show, that the hub's clock was right beyond the "
    "offset it states, whether the consent was withdrawn later, and whether a court admits any of it."
)


@dataclass
class Report:
    """What was checked. ok: nothing is wrong. lines: the whole report, a sentence or two each."""

    package: str
    checked: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """True when nothing is wrong."""
        return not self.faults

    @property
    def lines(self) -> tuple[str, ...]:
        """For reading: what holds, then what to bear in mind, then what is wrong or that nothing is."""
        lines = [f"Package {self.package}", *(f"Holds: {line}" for line in self.checked)]
        lines += [f"Note: {line}" for line in self.notes]
        lines += [f"WRONG: {line}" for line in self.faults]
        lines.append("Nothing is wrong with this package." if self.ok else "Do not rely on this package.")
        return tuple(_one_line(line) for line in lines)


def _one_line(text: str) -> str:
    """The text without signs that would break a line, turn it round or speak to a terminal.

    Names in a package are what its maker wrote: none of them may look like a line of the report.
    """
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)


@dataclass(frozen=True)
class _Case:
    """The consent that the package hangs on, and what else is needed to check the rest."""

    bag: Bag
    statement: Statement
    signature: str
    opening: object
    policy: Policy


def verify(path: Path, policy: bytes | None = None) -> Report:
    """Check the package at `path`, a folder or a zip file.

    policy: a tlog-policy that the reader trusts; without it the package's own is used, and that is
    said. Never raises for a bad package: what is wrong stands in the report.
    """
    report = Report(str(path))
    try:
        with open_package(path) as source:
            bag = bags.read(source)
    except VicinageError as error:
        report.faults.append(str(error))
        return report
    _attempt(report, lambda: iter((bags.check_whole(bag),)))
    try:
        case = _open_case(bag, policy)
    except VicinageError as error:
        report.faults.append(str(error))
        return report
    for check in (_files, _keys, _rfa, _agency, _key, _consent, _signature):
        _attempt(report, lambda check=check: check(case))  # type: ignore[misc]
    _attempt(report, lambda: _one_log(case))
    for shared in case.statement.clips:
        _attempt(report, lambda shared=shared: _clip(case, shared))  # type: ignore[misc]
    report.notes += [*_redaction(bag), *([] if policy else [_OWN_POLICY]), _LIMITS]
    return report


def _attempt(report: Report, check: Callable[[], Iterator[str]]) -> None:
    """Run one check; its sentences hold, or its error is a fault."""
    try:
        report.checked.extend(list(check()))
    except VicinageError as error:
        report.faults.append(str(error))


def _open_case(bag: Bag, policy: bytes | None) -> _Case:
    """The consent and the policy. Raises VicinageError: nothing can be checked without them."""
    told = canonical.loads_canonical(bag.file(manifest.CONSENT), _CONSENT_BYTES)
    told = canonical.members(told, ("statement", "signature", "opening"))
    statement = consent.parse_statement(told["statement"])
    if not 1 <= len(statement.clips) <= consent.MAX_CLIPS:
        raise PackageError("package-consent", f"The consent names {len(statement.clips)} clips.")
    trusted = policies.parse(policy if policy is not None else bag.file(manifest.POLICY))
    if trusted.weight() < 1:
        raise PackageError(
            "package-policy", "The policy demands no witness: its log could show each reader another past."
        )
    return _Case(bag, statement, str(told["signature"]), told["opening"], trusted)


def _files(case: _Case) -> Iterator[str]:
    """Just the files that a package with these clips has."""
    clips = [shared.clip for shared in case.statement.clips]
    sealed = {manifest.clip_file(clip) for clip in clips}
    papers = {manifest.clip_statement(clip) for clip in clips} | manifest.REQUIRED
    tags = {*manifest.TAGS, manifest.TAG_MANIFEST}
    there = case.bag.small.keys() | case.bag.clips.keys()
    missing = sorted((sealed | papers) - there)
    extra = sorted(there - sealed - papers - tags - manifest.OPTIONAL)
    if len(sealed) != len(clips):
        raise PackageError("package-consent", "The consent names a clip twice.")
    if missing:
        raise PackageError("package-file-missing", f"The file {missing[0]} should be there, and is missing.")
    if extra:
        raise PackageError("package-extra", f"The file {extra[0]} does not belong into the package.")
    yield f"It holds the {len(clips)} clip(s) of the consent, and nothing besides."


def _keys(case: _Case) -> Iterator[str]:
    """The file vkeys says what the policy says, and the package's policy is the trusted one."""
    own = policies.parse(case.bag.file(manifest.POLICY))
    listed = parse_vkeys(case.bag.file(manifest.VKEYS).decode("utf-8", "replace"))
    trusted = {vkey for vkey, _ in case.policy.logs} | {vkey for vkey, _ in case.policy.witnesses.values()}
    stated = {vkey for vkey, _ in own.logs} | {vkey for vkey, _ in own.witnesses.values()}
    if {vkey for vkey in stated if vkey.key_type != MLDSA44} != set(listed):
        raise PackageError("package-keys", "The keys in data/vkeys are not those that data/policy names.")
    if not {vkey.key for vkey, _ in own.logs} & {vkey.key for vkey, _ in case.policy.logs}:
        raise PackageError("package-keys", "The package is of another log than the policy you trust names.")
    names = ", ".join(sorted({vkey.name for vkey in trusted}))
    yield f"The policy believes {names}, and demands {case.policy.weight()} witness(es)."


def _entry(case: _Case, leaf_name: str, proof_name: str, kind: str) -> tuple[dict[str, Any], int, Checked]:
    """A leaf of this kind, its place in the log, and the checkpoint that proves it."""
    data = case.bag.file(leaf_name)
    fields = leaf.parse(data)
    if fields["type"] != kind:
        raise PackageError("package-entry", f"{leaf_name} should be an entry {kind}, not {fields['type']}.")
    proof = proofs.parse(case.bag.file(proof_name))
    try:
        return fields, proof.index, proof.verify(case.policy, data)
    except VicinageError as error:
        raise PackageError("package-proof", f"{proof_name} does not hold: {error.sentence}") from error


def _logged(index: int, checked: Checked) -> str:
    """Where, and vouched for by whom."""
    by = ", ".join(checked.witnesses)
    return f"entry {index} of the log {checked.log.name}, cosigned by {by}{_when(checked.cosigned_at)}"


def _when(posix_s: int | None) -> str:
    """A witness's time in words. Its number may be beyond any calendar."""
    try:
        at = None if posix_s is None else format_instant(datetime.fromtimestamp(posix_s, UTC))
    except (ValueError, OverflowError, OSError):
        at = f"second {posix_s}"
    return f", no later than {at}" if at else ""


def _rfa_record(case: _Case) -> tuple[rfa.Record, int, Checked]:
    """The rfa that the consent names: public, or passed on by mail; its entry then commits to fields."""
    sealed, text = case.bag.small.get(manifest.RFA_FIELDS), case.bag.small.get(manifest.RFA_TEXT)
    kind = "rfa.published" if sealed is None else "rfa.mediated"
    fields, index, checked = _entry(case, manifest.RFA_LEAF, manifest.RFA_PROOF, kind)
    words = None if text is None else canonical.loads_canonical(text)
    if sealed is None:
        record = rfa.from_record(fields, words)
    else:
        record = rfa.from_mediated(fields, canonical.loads_canonical(sealed), words)
    said = case.statement
    if (record.rfa.id, index, record.rfa.agency) != (said.rfa, said.rfa_leaf, said.agency):
        raise PackageError(
            "package-rfa",
            f"The consent is for the Request for Assistance {said.rfa} (entry {said.rfa_leaf}) of agency "
            f"{said.agency}; the package holds {record.rfa.id} (entry {index}) of {record.rfa.agency}.",
        )
    return record, index, checked


def _rfa(case: _Case) -> Iterator[str]:
    """The request stands in the log and is the one consented to."""
    record, index, checked = _rfa_record(case)
    title = "" if record.redacted else f' "{record.rfa.title}"'
    verb = "is bound by" if manifest.RFA_FIELDS in case.bag.small else "is"
    yield (
        f"The Request for Assistance {record.rfa.id}{title}, reference {record.rfa.reference}, {verb} "
        f"{_logged(index, checked)}."
    )


def _redaction(bag: Bag) -> list[str]:
    """Say it when the request's text is not there."""
    if manifest.RFA_TEXT in bag.small:
        return []
    return ["The text of the request is not in the package (redacted or withheld); its hash is in the log."]


def _agency(case: _Case) -> Iterator[str]:
    """The agency is the one consented to, with the retention that the owner was told."""
    fields, index, checked = _entry(case, manifest.AGENCY_LEAF, manifest.AGENCY_PROOF, "agency.verified")
    found, said = agency.from_leaf(fields), case.statement
    if (found.id, found.retention_days) != (said.agency, said.retention_days):
        raise PackageError(
            "package-agency",
            f"The consent is for agency {said.agency}, which keeps clips {said.retention_days} days; the "
            f"package holds {found.id}, which keeps them {found.retention_days}.",
        )
    yield f"The agency {found.name} was verified: {_logged(index, checked)}."


def _key(case: _Case) -> Iterator[str]:
    """The agency's key in the log is the one that the consent names."""
    fields, index, checked = _entry(case, manifest.KEY_LEAF, manifest.KEY_PROOF, "agency.key")
    key = agency.key_from_leaf(fields)
    owner, recipient = key.agency, key.recipient
    said = case.statement
    if (owner, recipient, index) != (said.agency, said.recipient, said.agency_key_leaf):
        raise PackageError(
            "package-agency-key",
            f"The consent names the key in entry {said.agency_key_leaf} of agency {said.agency}; the package "
            f"holds that in entry {index} of {owner}.",
        )
    yield f"The agency's key {recipient[:14]}... is {_logged(index, checked)}."


def _consent(case: _Case) -> Iterator[str]:
    """The log holds a commitment to just this consent."""
    fields, index, checked = _entry(case, manifest.CONSENT_LEAF, manifest.CONSENT_PROOF, "private")
    opened = consent.check_opening(case.opening, fields["c"])
    if opened != consent.fields_of(case.statement):
        raise PackageError(
            "package-consent", "The log's commitment is to another consent, or hides part of it."
        )
    yield f"The consent {case.statement.id} is {_logged(index, checked)}."


def _signature(case: _Case) -> Iterator[str]:
    """The owner signed the consent."""
    said = case.statement
    if not sign.verify(said.household, consent.signed_bytes(said), case.signature):
        raise PackageError("package-signature", "The consent is not signed by the household that it names.")
    yield (
        f"{said.name} ({said.contact}) signed the consent with the household key {said.household[:12]}... "
        f"and gave {format_instant(said.at)} as its time."
    )


def _one_log(case: _Case) -> Iterator[str]:
    """All four entries are of one log: places in two logs cannot be compared."""
    names = (manifest.RFA_PROOF, manifest.AGENCY_PROOF, manifest.KEY_PROOF, manifest.CONSENT_PROOF)
    logs = {case.policy.check(proofs.parse(case.bag.file(name)).signed).log for name in names}
    if len(logs) != 1:
        raise PackageError("package-logs", "The proofs are of different logs.")
    yield from ()


def _clip(case: _Case, shared: SharedClip) -> Iterator[str]:
    """One clip: the consent's hashes, the hub's signed statement, and the time asked for."""
    told = canonical.loads_canonical(case.bag.file(manifest.clip_statement(shared.clip)))
    told = canonical.members(told, ("statement", "signature"))
    stated = clip.parse_statement(told["statement"])
    _check_statement(shared, stated, str(told["signature"]))
    _check_sealed(case, shared, stated)
    window = _rfa_record(case)[0].rfa.window
    if not isinstance(window, Span) or not stated.span.overlaps(window):
        raise PackageError("package-clip-time", f"Clip {shared.clip} was not recorded in the time asked for.")
    offset = stated.clock_offset_ms
    clock = "its clock was not measured" if offset is None else f"its clock was {offset:+d} ms off"
    start, end = (format_instant(at, milliseconds=True) for at in (stated.span.start, stated.span.end))
    yield (
        f"Clip {shared.clip}: header and payload are those of the consent; the hub {stated.hub[:12]}... "
        f"signed its hash; recorded {start} to {end}, in the time asked for; {clock}. "
        f"The SHA-256 of the video inside should be {stated.sha256}."
    )


def _check_statement(shared: SharedClip, stated: ClipStatement, signature: str) -> None:
    """The hub's statement is signed, and says what the consent says."""
    if not sign.verify(stated.hub, clip.signed_bytes(stated), signature):
        raise PackageError("package-hub-signature", f"The statement on clip {shared.clip} is not its hub's.")
    hub = (stated.clip, stated.sha256, stated.payload_sha256, stated.span, stated.hub)
    if hub != (shared.clip, shared.sha256, shared.payload_sha256, shared.span, shared.hub):
        raise PackageError(
            "package-clip", f"The consent and the hub do not say the same of clip {shared.clip}."
        )


def _check_sealed(case: _Case, shared: SharedClip, stated: ClipStatement) -> None:
    """The sealed file is the consent's header and the hub's payload."""
    sealed = case.bag.clips.get(manifest.clip_file(shared.clip))
    if sealed is None or sealed.header is None:
        raise PackageError("package-clip", f"Clip {shared.clip} is not an age file.")
    if manifest.sha256(sealed.header.raw) != shared.header_sha256:
        raise PackageError("package-header", f"Clip {shared.clip} has another header than its owner made.")
    if sealed.sha256_payload != shared.payload_sha256:
        raise PackageError("package-payload", f"Clip {shared.clip} is not the one that was sealed at home.")
    if sealed.size_payload != stream.payload_size(stated.size):
        raise PackageError("package-payload", f"Clip {shared.clip} is not as long as its hub states.")
