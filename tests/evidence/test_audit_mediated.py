"""Requests passed on by mail: what was committed to must come to light, word for word and in time."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from tests.core.cases import AT, CENTER, HARBOUR, SALT, SOUND, an_id
from tests.evidence.told_log import MEDIATED, Story, later
from vicinage.core import agency, canonical, leaf, place, regime, rfa
from vicinage.core.draft import Earlier
from vicinage.core.review import Answer
from vicinage.core.rfa import Mediation
from vicinage.evidence.audit import audit
from vicinage.evidence.outcome import Report

RULES = regime.parse(MEDIATED)
ANSWERS = {question.id: Answer(question.passes) for question in RULES.review}
OPEN = timedelta(days=RULES.conduct.open_days)


def founded() -> Story:
    story = Story()
    story.found("mediated-2019")
    return story


def mediate(
    story: Story,
    name: str = "r",
    reference: str = "26-1107",
    closes_at: datetime = AT + OPEN,
    earlier: tuple[Earlier, ...] = (),
) -> tuple[int, Mediation]:
    """A mediated request: the index of its commitment, and what stays sealed."""
    asked = replace(SOUND, id=an_id(name), reference=reference)
    made = rfa.mediate(RULES, asked, HARBOUR, earlier, (), ANSWERS, AT, AT, SALT, closes_at)
    return story.tell(made.decision), made


def audited(story: Story, path: Path, at: datetime) -> Report:
    story.write(path, at)
    return audit(path)


def found(story: Story, path: Path, at: datetime = AT) -> list[tuple[int | None, str]]:
    return [(fault.index, fault.rule) for fault in audited(story, path, at).faults]


def test_a_request_that_is_open_may_stay_sealed_and_the_report_says_so(tmp_path: Path) -> None:
    story = founded()
    mediate(story)
    report = audited(story, tmp_path, AT + OPEN)
    assert report.ok, report.lines
    assert any("1 request(s) were passed on by mail and are not public yet" in line for line in report.lines)


def test_what_is_disclosed_when_it_closes_holds_and_is_judged(tmp_path: Path) -> None:
    story = founded()
    _, made = mediate(story)
    story.tell(rfa.disclose(made.fields, made.text, AT + OPEN))
    report = audited(story, tmp_path, AT + OPEN)
    assert report.ok, report.lines
    assert any("judged again" in line and line.endswith("(mediated-2019): 1.") for line in report.lines)


def test_what_is_not_disclosed_within_a_day_of_its_close_is_found(tmp_path: Path) -> None:
    story = founded()
    index, made = mediate(story)
    due = AT + OPEN + timedelta(hours=24)
    assert found(story, tmp_path / "due", due) == []
    assert found(story, tmp_path / "over", due + timedelta(seconds=1)) == [(index, "rfa-undisclosed")]
    late = story.tell(rfa.disclose(made.fields, made.text, due + timedelta(hours=1)))
    assert found(story, tmp_path / "late", due + timedelta(hours=2)) == [(late, "rfa-undisclosed")]


def test_a_resolved_request_must_be_disclosed_within_a_day_too(tmp_path: Path) -> None:
    story = founded()
    index, made = mediate(story)
    story.tell(rfa.resolve(an_id("r"), later(hours=1)))
    assert found(story, tmp_path / "over", later(hours=26)) == [(index, "rfa-undisclosed")]
    story.tell(rfa.disclose(made.fields, made.text, later(hours=2)))
    again = story.tell(rfa.resolve(an_id("r"), later(hours=3)))
    assert found(story, tmp_path / "again", later(hours=4)) == [(again, "rfa-not-open")]


def swapped(made: Mediation, changes: Mapping[str, object], at: datetime = AT) -> bytes:
    """A disclosure of something else."""
    return leaf.public("rfa.published", at, {**made.fields, **changes})


def test_another_request_than_the_one_committed_to_is_found(tmp_path: Path) -> None:
    story = founded()
    _, made = mediate(story)
    other = story.forge(swapped(made, {"reference": "26-1108"}), made.text)
    assert found(story, tmp_path) == [(other, "rfa-sealed-mismatch")]


def test_what_was_sealed_against_the_rules_is_named_by_rule_and_source_when_it_is_disclosed(
    tmp_path: Path,
) -> None:
    story = founded()
    _, made = mediate(Story())
    fields = {**made.fields, "area": place.circle(CENTER, 700).geojson()}
    shown = {name: fields[name] for name in ("rfa", "agency", "regime", "submitted_at")}
    shown |= {"closes_at": "2026-11-29T14:00:00Z", "sealed": rfa.seal_of(fields)}
    story.forge(leaf.public("rfa.mediated", AT, shown))
    index = story.forge(leaf.public("rfa.published", AT, fields), made.text)
    report = audited(story, tmp_path, AT)
    assert [(fault.index, fault.rule) for fault in report.faults] == [(index, "area-max")]
    assert report.faults[0].source == RULES.rules["area-max"].source


def test_a_request_that_should_have_been_passed_on_by_mail_and_was_published_is_found(tmp_path: Path) -> None:
    story = founded()
    _, made = mediate(Story())
    index = story.forge(swapped(made, {}), made.text)
    assert found(story, tmp_path) == [(index, "route-other")]


def test_a_commitment_that_closes_later_than_the_regime_allows_is_found(tmp_path: Path) -> None:
    story = founded()
    index, _ = mediate(story, closes_at=AT + OPEN + timedelta(days=1))
    assert found(story, tmp_path) == [(index, "rfa-closes")]


def test_the_agency_is_judged_as_it_stood_when_it_was_passed_on(tmp_path: Path) -> None:
    story = founded()
    _, made = mediate(story)
    story.tell(agency.suspend(HARBOUR.id, "It broke the rules later.", SALT, AT))
    barred, second = mediate(story, "s", "26-8")
    story.tell(rfa.disclose(made.fields, made.text, AT))
    index = story.tell(rfa.disclose(second.fields, second.text, AT))
    assert found(story, tmp_path) == [(index, "agency-suspended")]
    assert barred < index


def test_posts_are_counted_in_the_order_of_the_commitments_however_they_are_disclosed(tmp_path: Path) -> None:
    story = founded()
    first_index, first = mediate(story, "r")
    known = (Earlier(an_id("r"), "26-1107", AT),)
    _, second = mediate(story, "s", earlier=known)
    assert (second.fields["post"], second.fields["first"]) == (2, an_id("r"))
    story.tell(rfa.disclose(second.fields, second.text, AT))
    story.tell(rfa.disclose(first.fields, first.text, AT))
    assert found(story, tmp_path) == []
    assert first_index == 3


def test_a_second_post_that_says_it_is_the_first_is_found_once_all_before_it_is_disclosed(
    tmp_path: Path,
) -> None:
    story = founded()
    _, first = mediate(story, "r")
    liar_index, liar = mediate(story, "s")
    story.tell(rfa.disclose(liar.fields, liar.text, AT))
    story.tell(rfa.disclose(first.fields, first.text, AT))
    assert found(story, tmp_path) == [(liar_index, "rfa-post")]


def test_the_same_request_is_not_passed_on_twice(tmp_path: Path) -> None:
    story = founded()
    index, _ = mediate(story)
    again = story.forge(story.entries[index])
    other = leaf.parse(story.entries[index]) | {"rfa": an_id("x"), "more": 1}
    broken = story.forge(canonical.dumps(other))
    assert found(story, tmp_path) == [(again, "rfa-twice"), (broken, "json-member-extra")]
