"""The operator of a log is Mallory: what she signs with true keys, and what she serves to those who look."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.core.cases import AT, CENTER, HARBOUR, PASSING, REGIME, SALT, SOUND, an_id
from tests.evidence.told_log import MEDIATED, Story, later
from tests.tlog.small_log import ORIGIN
from vicinage.core import agency, assembly, beside, canonical, leaf, log_key, place, redaction, regime, rfa
from vicinage.core.assembly import Assembly
from vicinage.core.span import Span, format_instant
from vicinage.evidence import monitor
from vicinage.evidence.audit import audit
from vicinage.evidence.outcome import MOST_SIGNS, Fault, Report
from vicinage.tlog.signing import Ed25519Signer, MldsaSigner

OURS = regime.parse(MEDIATED)
CLOSES = later(days=3)


def founded(name: str = "public-2021") -> Story:
    story = Story()
    story.found(name)
    return story


def found(story: Story, path: Path, days: float = 0) -> list[tuple[int | None, str]]:
    """The faults of the story; each line names its entry, its rule and a source."""
    story.write(path, later(days=days))
    report = audit(path)
    for fault in report.faults:
        assert fault.rule in fault.line
        assert fault.source
        assert fault.source in fault.line
        assert fault.index is None or f"Entry {fault.index}:" in fault.line
        assert fault.line in report.lines
    return [(fault.index, fault.rule) for fault in report.faults]


def test_an_agency_is_not_renewed_while_it_is_suspended(tmp_path: Path) -> None:
    story = founded()
    story.tell(agency.suspend(HARBOUR.id, "It asked about a lawful assembly.", SALT, AT))
    renewed = story.tell(agency.verify(REGIME, HARBOUR, AT))
    assert found(story, tmp_path) == [(renewed, "agency-suspended")]


def test_an_agency_publishes_no_key_while_it_is_suspended(tmp_path: Path) -> None:
    story = founded()
    story.tell(agency.suspend(HARBOUR.id, "It asked about a lawful assembly.", SALT, AT))
    key = story.tell(agency.publish_key(REGIME, HARBOUR.id, "age1" + "z" * 58, True, AT))
    assert found(story, tmp_path) == [(key, "agency-suspended")]


@pytest.mark.parametrize("name", ["agency", "submitted_at", "regime"])
def test_a_commitment_that_shows_something_else_than_what_it_commits_to_is_found(
    tmp_path: Path, name: str
) -> None:
    story = founded("mediated-2019")
    twin = replace(HARBOUR, id=an_id("w"))
    story.tell(agency.verify(OURS, twin, AT))
    told = rfa.mediate(OURS, SOUND, HARBOUR, (), (), PASSING, AT, AT, SALT, CLOSES)
    assert told.decision.event is not None
    shown = {"agency": twin.id, "submitted_at": format_instant(later(minutes=-1)), "regime": "public-2021"}
    entry = leaf.parse(told.decision.event.leaf) | {name: shown[name]}
    story.forge(canonical.dumps(entry))
    opened = story.tell(rfa.disclose(told.fields, told.text, CLOSES))
    assert (opened, "rfa-sealed-mismatch") in found(story, tmp_path, days=3)


@pytest.mark.parametrize("which", ["ed25519", "mldsa"])
def test_a_key_that_the_log_says_it_changed_to_must_be_one_and_must_sign(tmp_path: Path, which: str) -> None:
    story = founded()
    story.write(tmp_path / "before")
    vkeys = {
        "ed25519": str(Ed25519Signer(ORIGIN, bytes([1]) * 32).vkey),
        "mldsa": str(MldsaSigner(ORIGIN, bytes([2]) * 32).vkey),
    }
    story.tell(log_key.rotate(vkeys["ed25519"], vkeys["mldsa"], AT))
    assert found(story, tmp_path / "same") == []
    other = {
        "ed25519": str(Ed25519Signer(ORIGIN, bytes([7]) * 32).vkey),
        "mldsa": str(MldsaSigner(ORIGIN, bytes([8]) * 32).vkey),
    }
    given = vkeys | {which: other[which]}
    story.tell(log_key.rotate(given["ed25519"], given["mldsa"], AT))
    assert found(story, tmp_path / "other") == [(None, "log-key")]


def test_a_key_that_is_none_is_found_and_keeps_no_follower_from_following(tmp_path: Path) -> None:
    story = founded()
    entry = {"ed25519": f"{ORIGIN}+00000000+{'A' * 44}", "mldsa": ""}
    index = story.forge(leaf.public("log.key", AT, entry))
    assert [i for i, _ in found(story, tmp_path)] == [index]


def test_an_assembly_at_the_end_of_all_days_is_found_and_can_be_remembered(tmp_path: Path) -> None:
    story = founded()
    soon = Assembly(an_id("m"), "A march", place.circle(CENTER, 250), Span(AT, later(hours=2)))
    told = assembly.enter(soon, None, SALT, AT)
    assert told.event is not None
    entry = leaf.parse(told.event.leaf)
    entry["window"] = {"from": "9999-12-31T00:00:00Z", "to": "9999-12-31T12:00:00Z"}
    index = story.forge(canonical.dumps(entry), told.event.text)
    log = story.write(tmp_path)
    report = audit(tmp_path)
    assert [(fault.index, fault.rule) for fault in report.faults] == [(index, "assembly-when")]
    assert log.entries


def test_what_a_fault_says_is_short_plain_and_can_be_written_down() -> None:
    report = Report("the log")
    report.blame(Fault("text\ud800", "\ud800\x1b[2J" + "x" * 100_000, "y" * 100_000))
    state = monitor.State(faults=report.faults)
    kept = monitor.decode(monitor.encode(state)).faults[0]
    assert kept == report.faults[0]
    assert len(kept.sentence) <= MOST_SIGNS
    assert len(kept.source) <= MOST_SIGNS
    assert kept.line.isprintable()


def test_a_text_with_a_name_that_no_utf_8_holds_is_a_fault_that_can_be_written_down(tmp_path: Path) -> None:
    story = founded()
    text = canonical.dumps({"salt": SALT, "reason": "x"})[:-1] + b',"\\ud800":1}'
    fields = {"agency": HARBOUR.id, "text": beside.commitment(text)}
    index = story.forge(leaf.public("agency.suspended", AT, fields), text)
    story.write(tmp_path)
    report = audit(tmp_path)
    assert [fault.index for fault in report.faults] == [index]
    assert monitor.encode(monitor.State(faults=report.faults))


def test_texts_redacted_before_they_are_there_and_texts_of_rules_are_found(tmp_path: Path) -> None:
    story = founded()
    rules = story.tell(redaction.redact(0, "safety", "A court", AT))
    ahead = story.tell(redaction.redact(rules + 2, "safety", "A court", AT))
    gone = story.publish("r")
    del story.texts[f"texts/{gone}.json"]
    assert found(story, tmp_path) == [(rules, "redaction-of-rules"), (ahead, "redaction-of-nothing")]


def test_many_requests_on_one_incident_do_not_slow_the_audit_by_their_square(tmp_path: Path) -> None:
    story = founded()
    value, text = leaf.parse(story.entries[0]), b""
    first = story.publish("r")
    value, text = leaf.parse(story.entries[first]), story.texts[f"texts/{first}.json"]
    for n in range(1500):
        id = an_id("r")[:-6] + f"{n:06d}".translate(str.maketrans("0189", "wxyz"))
        story.forge(canonical.dumps(value | {"rfa": id}), text)
    story.write(tmp_path)
    looked: list[int] = []
    real = rfa.findings

    def counting(*args: Any, **named: Any) -> Any:
        looked.append(len(args[3]))
        return real(*args, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rfa, "findings", counting)
        report = audit(tmp_path)
    assert {fault.rule for fault in report.faults[:3]} >= {"incident-posts-max"}
    assert max(looked) <= 101


def test_a_cosignature_beyond_any_calendar_is_found(tmp_path: Path) -> None:
    story = founded()
    log = story.write(tmp_path)
    log.grow([], at=2**62)
    assert [fault.rule for fault in audit(tmp_path).faults] == ["cosigned-when"]


def test_what_is_older_than_the_checkpoint_kept_from_before_is_found(tmp_path: Path) -> None:
    story = founded()
    log = story.write(tmp_path, later(days=30))
    kept = log.folder.checkpoint()
    backdated = story.publish("r")
    story.grow(log, later(days=31))
    assert audit(tmp_path).ok
    faults = audit(tmp_path, earlier=kept).faults
    assert [(fault.index, fault.rule) for fault in faults] == [(backdated, "entry-backdated")]
