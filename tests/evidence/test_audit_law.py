"""Mallory holds all the keys: what breaks the law is still named by entry, rule and source."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.core.cases import AT, CENTER, HARBOUR, REGIME, SOUND, an_id, lasting
from tests.evidence.told_log import OTHER_RECIPIENT, TOML, Story, honest, later
from vicinage.core import agency, canonical, leaf, place, redaction, regime, rfa
from vicinage.core.errors import CanonicalError
from vicinage.core.regime import Change, Schedule
from vicinage.evidence.audit import audit
from vicinage.evidence.outcome import Fault, Report


def audited(story: Story, path: Path) -> Report:
    story.write(path)
    return audit(path)


def only(report: Report) -> Fault:
    assert len(report.faults) == 1, report.lines
    assert not report.ok
    return report.faults[0]


def founded() -> Story:
    story = Story()
    story.found()
    return story


def test_an_over_wide_request_is_named_by_entry_rule_and_source(tmp_path: Path) -> None:
    story = founded()
    story.keep_private(4)
    index = story.forge_rfa(replace(SOUND, area=place.circle(CENTER, 700)))
    report = audited(story, tmp_path)
    fault = only(report)
    assert (fault.index, fault.rule) == (index, "area-max") == (7, "area-max")
    assert fault.source
    assert fault.line == report.lines[-1]
    assert fault.line.startswith(f"Entry 7: the Request for Assistance {SOUND.id} was published. ")
    assert f"Rule: area-max. Source: {fault.source}" in fault.line


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"area": place.circle(CENTER, 100)}, "area-min"),
        ({"window": lasting(hours=12, minutes=1)}, "window-max"),
        ({"window": lasting(minutes=14)}, "window-min"),
        ({"offence": "protest"}, "offence-listed"),
        ({"reference": "-"}, "reference-required"),
        ({"title": "Help"}, "title-length"),
        ({"contact": "call me"}, "contact-reachable"),
        ({"agency": an_id("d")}, "agency-verified"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_rule_of_the_regime_is_judged_again(tmp_path: Path, change: dict[str, Any], rule: str) -> None:
    story = founded()
    index = story.forge_rfa(replace(SOUND, **change))
    fault = only(audited(story, tmp_path))
    assert (fault.index, fault.rule) == (index, rule)
    assert fault.source


def test_a_window_that_was_in_the_future_when_submitted_is_found(tmp_path: Path) -> None:
    story = founded()
    index = story.forge_rfa(SOUND, {"submitted_at": "2026-11-22T09:30:00Z"})
    fault = only(audited(story, tmp_path))
    assert (fault.index, fault.rule) == (index, "window-past")


def test_a_third_post_on_one_incident_is_found_however_the_reference_is_written(tmp_path: Path) -> None:
    story = founded()
    story.publish("r")
    story.publish("s")
    index = story.forge_rfa(
        replace(SOUND, id=an_id("t"), reference="26 1107"), {"post": 3, "first": an_id("r")}
    )
    fault = only(audited(story, tmp_path))
    assert (fault.index, fault.rule) == (index, "incident-posts-max")


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"post": 2, "first": an_id("s")}, "rfa-post"),
        ({"regime": "mediated-2019"}, "rfa-regime"),
        ({"submitted_at": "2026-11-23T00:00:00Z"}, "submission-age"),
        ({"text": "00" * 32}, "text-false"),
        ({"window": {"from": "2026-11-22T11:00:00Z", "to": "2026-11-22T09:00:00Z"}}, "span-backwards"),
        ({"more": 1}, "json-member-extra"),
        ({"agency": "short"}, "id-malformed"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_leaf_that_lies_about_itself_is_found(tmp_path: Path, fields: dict[str, Any], rule: str) -> None:
    story = founded()
    index = story.forge_rfa(SOUND, fields)
    fault = only(audited(story, tmp_path))
    assert (fault.index, fault.rule) == (index, rule)


def test_the_same_request_published_twice_is_found(tmp_path: Path) -> None:
    story = founded()
    story.publish("r", reference="26-1")
    index = story.forge_rfa(replace(SOUND, id=an_id("r"), reference="26-2"))
    assert (only(audited(story, tmp_path)).index, index) == (4, 4)


def test_a_federal_agency_is_found_as_verified_and_as_asking(tmp_path: Path) -> None:
    story = founded()
    federal = replace(HARBOUR, id=an_id("f"), level="federal")
    story.forge_agency(federal)
    story.forge_rfa(replace(SOUND, agency=federal.id))
    report = audited(story, tmp_path)
    assert [(fault.index, fault.rule) for fault in report.faults] == [
        (3, "agency-level"),
        (4, "agency-level"),
    ]


def test_a_key_for_an_agency_that_nobody_verified_is_found(tmp_path: Path) -> None:
    story = founded()
    story.tell(agency.publish_key(REGIME, an_id("d"), OTHER_RECIPIENT, False, AT))
    assert only(audited(story, tmp_path)).rule == "agency-unverified"


@pytest.mark.parametrize("twice", [True, False])
def test_resolving_what_is_not_open_is_found(tmp_path: Path, twice: bool) -> None:
    story = honest()
    story.tell(rfa.resolve(an_id("s") if twice else an_id("z"), AT))
    assert only(audited(story, tmp_path)).rule == "rfa-not-open"


def test_a_request_before_any_regime_is_found(tmp_path: Path) -> None:
    story = Story()
    story.forge_agency(HARBOUR)
    story.forge_rfa()
    assert [fault.rule for fault in audited(story, tmp_path).faults] == ["regime-missing", "rfa-regime"]


def test_a_stricter_regime_judges_what_comes_after_it_and_not_before(tmp_path: Path) -> None:
    story = founded()
    story.publish("r")
    strict = TOML.replace(b"value = 0.5\n", b"value = 0.05\n")
    assert strict != TOML
    known = Schedule((Change(AT - timedelta(days=9), REGIME),))
    story.tell(regime.announce(known, strict, later(days=30), AT))
    story.publish("s", at=later(days=31), submitted_at=later(days=29))
    fields = {"post": 3, "first": an_id("r")} | dict.fromkeys(("at", "submitted_at"), "2026-12-23T14:00:00Z")
    index = story.forge_rfa(
        replace(SOUND, id=an_id("t"), reference="26-9"), {**fields, "post": 1, "first": None}
    )
    story.write(tmp_path, later(days=32))
    fault = only(audit(tmp_path))
    assert (fault.index, fault.rule) == (index, "area-max")
    assert "0.05" in fault.sentence


def test_a_regime_whose_text_is_gone_or_changed_is_found(tmp_path: Path) -> None:
    story = founded()
    story.write(tmp_path)
    text = tmp_path / "texts/0.toml"
    text.write_bytes(TOML + b"\n")
    assert {fault.rule for fault in audit(tmp_path).faults} == {"regime-mismatch", "regime-missing"}
    text.unlink()
    assert {fault.rule for fault in audit(tmp_path).faults} == {"regime-text", "regime-missing"}


def test_a_redacted_text_is_said_and_the_other_rules_are_still_judged(tmp_path: Path) -> None:
    story = founded()
    good = story.publish("r")
    bad = story.forge_rfa(
        replace(SOUND, id=an_id("s"), title="x", window=lasting(hours=13), reference="26-9")
    )
    for index in (good, bad):
        del story.texts[f"texts/{index}.json"]
        story.tell(redaction.redact(index, "court-order", "Harbour District Court, 26-CV-1", AT))
    report = audited(story, tmp_path)
    assert [(fault.index, fault.rule) for fault in report.faults] == [(bad, "window-max")]
    assert any("was redacted, as the log says" in line and f"{good}, {bad}." in line for line in report.lines)


def test_a_text_that_is_gone_without_a_word_is_a_fault_and_so_is_a_redaction_of_what_has_none(
    tmp_path: Path,
) -> None:
    story = founded()
    silent = story.publish("r")
    del story.texts[f"texts/{silent}.json"]
    story.tell(redaction.redact(2, "safety", "The operator", AT))
    story.tell(redaction.redact(0, "safety", "The operator", AT))
    later_one = len(story.entries)
    story.tell(redaction.redact(later_one + 1, "safety", "The operator", AT))
    report = audited(story, tmp_path)
    assert {(fault.index, fault.rule) for fault in report.faults} == {
        (silent, "text-missing"),
        (silent + 1, "redaction-of-nothing"),
        (silent + 2, "redaction-of-rules"),
        (later_one, "redaction-of-nothing"),
    }


def test_a_changed_text_is_not_mistaken_for_a_redacted_one(tmp_path: Path) -> None:
    story = founded()
    index = story.publish("r")
    name = f"texts/{index}.json"
    story.texts[name] = story.texts[name].replace(b"red jacket", b"blue jacket")
    assert only(audited(story, tmp_path)).rule == "text-false"
    story.texts[name] = b" " + story.texts[name]
    assert only(audited(story, tmp_path / "again")).rule == "text-false"


@pytest.mark.parametrize(
    "entry",
    [
        b"",
        b"not json",
        b"{}",
        b'{"type":"private","v":1}',
        b'{"c":"' + b"A" * 64 + b'","type":"private","v":1}',
        b'{"c":"' + b"0" * 64 + b'","type":"private","v":1} ',
        b'{"at":"2026-11-22T14:00:00Z","type":"rfa.deleted","v":1}',
        canonical.dumps({"v": 2, "type": "private", "c": "0" * 64}),
        leaf.public("rfa.published", AT, {}),
        b"[" * 5000,
    ],
)
def test_an_entry_that_is_no_leaf_is_found_and_the_replay_goes_on(tmp_path: Path, entry: bytes) -> None:
    story = founded()
    index = story.forge(entry)
    story.forge_rfa(replace(SOUND, window=lasting(hours=13)))
    report = audited(story, tmp_path)
    assert [fault.index for fault in report.faults] == [index, index + 1]
    assert report.faults[1].rule == "window-max"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_entry_makes_the_audit_fall_over(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    value = leaf.parse(honest().entries[data.draw(st.integers(0, 10))])
    junk = (
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False)
        | st.text()
        | st.just([[1e300]])
    )
    name = data.draw(st.sampled_from(sorted(value)))
    value[name] = data.draw(junk | st.lists(junk) | st.dictionaries(st.text(), junk))
    story = founded()
    try:
        story.forge(canonical.dumps(value))
    except CanonicalError:
        return
    assert audited(story, tmp_path_factory.mktemp("log")).lines


def hostile(old: bytes, new: bytes) -> Story:
    """A log whose regime has one thing changed that no honest server lets pass, and an over-wide request."""
    story = Story()
    toml = TOML.replace(old, new, 1)
    assert toml != TOML
    named = {"name": "public-2021", "sha256": hashlib.sha256(toml).hexdigest()}
    story.forge(leaf.public("regime.adopted", AT, named), toml, toml=True)
    story.forge_agency(HARBOUR)
    story.forge_rfa(replace(SOUND, area=place.circle(CENTER, 700), title="Help"))
    return story


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (b"value = [5, 120]", b'value = ["five", 120]', "regime-value"),
        (b"[rules.area-max]", b"[rules.area-most]", "regime-unknown-key"),
        (b"[rules.area-max]\n", b"[rules.area-max]\nmessage = 3\n", "regime-unreadable"),
    ],
)
def test_a_regime_that_no_judge_can_read_is_a_fault_and_so_is_all_that_was_done_under_it(
    tmp_path: Path, old: bytes, new: bytes, rule: str
) -> None:
    report = audited(hostile(old, new), tmp_path)
    found = [(fault.index, fault.rule) for fault in report.faults]
    assert found == [(0, rule), (1, "regime-missing"), (2, "rfa-regime")]
    assert all(line.isprintable() for line in report.lines)


def test_beyond_a_thousand_faults_they_are_counted(tmp_path: Path) -> None:
    story = Story()
    for _ in range(1005):
        story.forge(b"nothing")
    report = audited(story, tmp_path)
    assert not report.ok
    assert "1005 things are wrong:" in report.lines
    assert report.lines[-1] == "5 more are not listed."
