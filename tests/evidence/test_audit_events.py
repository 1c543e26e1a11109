"""Mallory holds all the keys: whatever event breaks the law is named by entry, rule and source."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.core.cases import AT, CENTER, HARBOUR, REGIME, SALT, SOUND, an_id
from tests.evidence.told_log import CLOSED, MEDIATED, OTHER_RECIPIENT, RECIPIENT, TOML, Story, later
from vicinage.core import agency, assembly, canonical, leaf, log_key, place, post, regime
from vicinage.core.assembly import Assembly
from vicinage.core.post import Post
from vicinage.core.regime import Change, Schedule
from vicinage.core.span import Span, format_instant
from vicinage.evidence.audit import audit
from vicinage.evidence.outcome import Report
from vicinage.tlog.signing import Ed25519Signer

ADOPTED = Schedule((Change(AT - timedelta(days=9), REGIME),))
TIP = Post(
    an_id("p"), HARBOUR.id, "tip", "Lock your sheds", "Bicycles were taken from sheds.", None, None, ""
)


def founded() -> Story:
    story = Story()
    story.found()
    return story


def audited(story: Story, path: Path, days: float = 0) -> Report:
    story.write(path, later(days=days))
    return audit(path)


def found(story: Story, path: Path, days: float = 0) -> list[tuple[int | None, str]]:
    report = audited(story, path, days)
    assert all(fault.source and fault.line in report.lines for fault in report.faults)
    return [(fault.index, fault.rule) for fault in report.faults]


def announced(toml: bytes, days: float, at_days: float = 0) -> bytes:
    """The leaf of an announcement that nobody judged."""
    rules = regime.parse(toml)
    fields = {"name": rules.name, "sha256": rules.sha256, "effective_at": format_instant(later(days=days))}
    return leaf.public("regime.announced", later(days=at_days), fields)


def test_a_change_of_regime_with_too_little_notice_is_found_with_its_source(tmp_path: Path) -> None:
    story = founded()
    days = REGIME.conduct.notice_days
    story.tell(regime.announce(ADOPTED, CLOSED, later(days=days), AT))
    hasty = story.forge(announced(MEDIATED, days - 1), MEDIATED, toml=True)
    report = audited(story, tmp_path)
    assert [(fault.index, fault.rule) for fault in report.faults] == [(hasty, "regime-notice")]
    assert report.faults[0].source == REGIME.conduct.sources["notice_days"]


def test_only_a_logs_first_regime_is_adopted(tmp_path: Path) -> None:
    story = founded()
    again = story.tell(regime.adopt("closed-2024", CLOSED, AT))
    assert found(story, tmp_path) == [(again, "regime-adopted-again")]


def test_an_announcement_in_a_log_without_a_regime_is_found(tmp_path: Path) -> None:
    story = Story()
    story.forge(announced(TOML, 400), TOML, toml=True)
    assert found(story, tmp_path) == [(0, "regime-missing")]


def test_a_request_is_judged_by_the_regime_in_force_when_it_was_submitted_not_when_it_was_published(
    tmp_path: Path,
) -> None:
    story = founded()
    story.tell(regime.announce(ADOPTED, CLOSED, later(days=30), AT))
    story.publish("r", at=later(days=31), submitted_at=later(days=29))
    times = {"at": format_instant(later(days=31)), "submitted_at": format_instant(later(days=30))}
    other = replace(SOUND, id=an_id("s"), reference="26-9")
    late = story.forge_rfa(other, {**times, "regime": "closed-2024", "review": {}})
    liar = story.forge_rfa(
        replace(other, id=an_id("t"), reference="26-10"), {**times, "regime": "public-2021"}
    )
    rules = found(story, tmp_path, days=32)
    assert (late, "route-open") in rules
    assert (liar, "rfa-regime") in rules
    assert {index for index, _ in rules} == {late, liar}


def test_closed_agencies_may_still_post_what_the_regime_lists(tmp_path: Path) -> None:
    story = Story()
    story.found("closed-2024")
    rules = regime.parse(CLOSED)
    story.tell(post.publish(rules, TIP, HARBOUR, AT, SALT))
    assert found(story, tmp_path) == []


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"level": "federal"}, "agency-level"),
        ({"evidence": ("acknowledgement", "mail")}, "agency-evidence"),
        ({"approvals": 1}, "agency-approvals"),
        ({"retention_days": 36000}, "agency-retention-max"),
        ({"until": later(days=400)}, "agency-until"),
        ({"domain": "other.example"}, "agency-domain"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_agency_that_should_not_have_been_verified_is_found(
    tmp_path: Path, change: dict[str, Any], rule: str
) -> None:
    story = founded()
    who = replace(HARBOUR, id=an_id("f"), **change)
    index = story.forge_agency(who)
    report = audited(story, tmp_path)
    assert [(fault.index, fault.rule) for fault in report.faults] == [(index, rule)]
    assert report.faults[0].source not in ("", "spec/log.md")


def test_a_request_of_an_agency_whose_verification_lapsed_is_found_until_it_is_renewed(
    tmp_path: Path,
) -> None:
    story = founded()
    times = dict.fromkeys(("at", "submitted_at"), format_instant(later(days=364)))
    recent = replace(SOUND, window=Span(later(days=363), later(days=363, hours=2)))
    lapsed = story.forge_rfa(recent, times)
    story.tell(agency.verify(REGIME, HARBOUR, later(days=364)))
    story.forge_rfa(replace(recent, id=an_id("s"), reference="26-9"), times)
    assert found(story, tmp_path, days=365) == [(lapsed, "agency-renewal")]


def test_a_request_of_a_suspended_agency_is_found_until_it_is_reinstated(tmp_path: Path) -> None:
    story = founded()
    story.tell(agency.suspend(HARBOUR.id, "It asked about a lawful assembly.", SALT, AT))
    barred = story.forge_rfa(replace(SOUND, id=an_id("s")))
    muted = story.tell(post.publish(REGIME, TIP, HARBOUR, AT, SALT))
    story.tell(agency.reinstate(HARBOUR.id, AT))
    story.forge_rfa(replace(SOUND, id=an_id("t"), reference="26-9"))
    assert found(story, tmp_path) == [(barred, "agency-suspended"), (muted, "agency-suspended")]


@pytest.mark.parametrize(
    ("do", "rule"),
    [
        (lambda: agency.reinstate(HARBOUR.id, AT), "agency-standing"),
        (lambda: agency.leave(an_id("x"), AT), "agency-unverified"),
        (lambda: agency.suspend(an_id("x"), "It is none.", SALT, AT), "agency-unverified"),
        (lambda: agency.revoke_key(HARBOUR.id, OTHER_RECIPIENT, "lost", AT), "agency-key-unknown"),
        (lambda: agency.publish_key(REGIME, HARBOUR.id, OTHER_RECIPIENT, False, AT), "agency-key-cooling"),
        (lambda: agency.publish_key(REGIME, HARBOUR.id, RECIPIENT, True, AT), "agency-key-again"),
        (lambda: assembly.withdraw(an_id("x"), AT), "assembly-unknown"),
    ],
)
def test_an_event_that_has_no_ground_in_the_log_is_found(
    tmp_path: Path, do: Callable[[], Any], rule: str
) -> None:
    story = founded()
    index = story.tell(do())
    assert found(story, tmp_path) == [(index, rule)]


def test_an_agency_that_left_does_nothing_more(tmp_path: Path) -> None:
    story = founded()
    story.tell(agency.leave(HARBOUR.id, AT))
    asked = story.forge_rfa()
    key = story.tell(agency.publish_key(REGIME, HARBOUR.id, OTHER_RECIPIENT, True, AT))
    back = story.tell(agency.verify(REGIME, HARBOUR, AT))
    assert found(story, tmp_path) == [(asked, "agency-verified"), (key, "agency-left"), (back, "agency-left")]


def test_a_key_that_follows_a_revoked_one_must_cool_too(tmp_path: Path) -> None:
    story = founded()
    story.tell(agency.revoke_key(HARBOUR.id, RECIPIENT, "compromised", AT))
    hasty = story.tell(agency.publish_key(REGIME, HARBOUR.id, OTHER_RECIPIENT, False, AT))
    again = story.tell(agency.revoke_key(HARBOUR.id, RECIPIENT, "compromised", AT))
    assert found(story, tmp_path) == [(hasty, "agency-key-cooling"), (again, "agency-key-unknown")]


def test_every_question_of_the_review_must_be_answered_as_it_passes(tmp_path: Path) -> None:
    story = founded()
    questions = REGIME.review
    silent = story.forge_rfa(replace(SOUND, id=an_id("s"), reference="26-8"), {"review": {}})
    wrong = {question.id: question.passes for question in questions}
    first = questions[0]
    wrong[first.id] = "yes" if first.passes == "no" else "no"
    bad = story.forge_rfa(replace(SOUND, id=an_id("t"), reference="26-9"), {"review": wrong})
    rules = found(story, tmp_path)
    assert [rule for index, rule in rules if index == silent] == [f"review-{q.id}" for q in questions]
    assert [rule for index, rule in rules if index == bad] == [f"review-{first.id}"]


def the_march(name: str = "m") -> Assembly:
    window = Span(AT - timedelta(hours=6), AT - timedelta(hours=2))
    return Assembly(an_id(name), "March for the harbour", place.circle(CENTER, 250), window)


def test_a_request_that_meets_an_assembly_needs_a_reason_and_none_once_it_was_withdrawn(
    tmp_path: Path,
) -> None:
    story = founded()
    story.tell(assembly.enter(the_march(), None, SALT, AT))
    met = story.forge_rfa(replace(SOUND, id=an_id("s"), reference="26-8"))
    asked = next(question.id for question in REGIME.review if question.assemblies)
    reason = {asked: "The robbery was two streets away from the march, and an hour before it."}
    story.forge_rfa(replace(SOUND, id=an_id("t"), reference="26-9"), reasons=reason)
    story.tell(assembly.withdraw(an_id("m"), AT))
    story.forge_rfa(replace(SOUND, id=an_id("u"), reference="26-10"))
    assert found(story, tmp_path) == [(met, f"review-{asked}")]


def test_assemblies_out_of_bounds_and_entered_twice_are_found(tmp_path: Path) -> None:
    story = founded()
    first = story.tell(assembly.enter(the_march(), None, SALT, AT))
    entry, text = story.entries[first], story.texts[f"texts/{first}.json"]
    twice = story.forge(entry, text)
    long = leaf.parse(entry) | {"assembly": an_id("n")}
    long["window"] = leaf.window(Span(AT - timedelta(hours=30), AT))
    lasting = story.forge(canonical.dumps(long), text)
    replaced = story.tell(assembly.enter(the_march("o"), an_id("q"), SALT, AT))
    assert found(story, tmp_path) == [
        (twice, "assembly-twice"),
        (lasting, "assembly-window"),
        (replaced, "assembly-unknown"),
    ]


def test_a_post_of_nobody_and_one_published_twice_are_found(tmp_path: Path) -> None:
    story = founded()
    story.tell(post.publish(REGIME, TIP, HARBOUR, AT, SALT))
    twice = story.tell(post.publish(REGIME, TIP, HARBOUR, AT, SALT))
    value = leaf.parse(story.entries[twice]) | {"post": an_id("q"), "agency": an_id("x")}
    nobody = story.forge(canonical.dumps(value), story.texts[f"texts/{twice}.json"])
    assert found(story, tmp_path) == [(twice, "post-twice"), (nobody, "post-agency")]


@pytest.mark.parametrize("count", [1, 2, 3, 5, 6, 7, 9, 4095])
def test_private_entries_that_do_not_fill_whole_batches_are_found(tmp_path: Path, count: int) -> None:
    story = founded()
    story.keep_private(count)
    story.publish("r")
    story.keep_private(8)
    assert found(story, tmp_path) == [(3, "private-batch")]


def test_a_batch_may_not_straddle_a_head_that_was_public(tmp_path: Path) -> None:
    story = founded()
    story.keep_private(2)
    log = story.write(tmp_path)
    kept = log.folder.checkpoint()
    story.keep_private(2)
    story.grow(log)
    assert audit(tmp_path).ok
    rules = [(fault.index, fault.rule) for fault in audit(tmp_path, earlier=kept).faults]
    assert rules == [(3, "private-batch"), (5, "private-batch")]


def test_an_entry_that_says_it_is_older_than_one_before_it_or_newer_than_its_cosignature_is_found(
    tmp_path: Path,
) -> None:
    story = founded()
    story.tell(assembly.enter(the_march("a"), None, SALT, AT))
    story.tell(assembly.enter(the_march("b"), None, SALT, later(minutes=-4)))
    old = story.tell(assembly.enter(the_march("c"), None, SALT, later(minutes=-6)))
    story.tell(assembly.enter(the_march("d"), None, SALT, later(minutes=4)))
    ahead = story.tell(assembly.enter(the_march("e"), None, SALT, later(minutes=6)))
    story.tell(assembly.enter(the_march("f"), None, SALT, AT))
    assert found(story, tmp_path) == [(old, "entry-time-order"), (ahead, "entry-time-ahead")]


def test_after_a_change_of_keys_the_old_key_alone_is_not_enough(tmp_path: Path) -> None:
    story = founded()
    fresh = Ed25519Signer.generate("vicinage.example/log")
    story.tell(log_key.rotate(str(fresh.vkey), "", AT))
    assert found(story, tmp_path) == [(None, "log-key")]
