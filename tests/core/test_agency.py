"""Olga verifies agencies, and a second operator with her; a verification lapses, and may be suspended."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.core.cases import AT, HARBOUR, REGIME, SALT, SOUND, lasting
from vicinage import regimes
from vicinage.core import agency, canonical, leaf
from vicinage.core.errors import AgencyError, CoreError, RfaError
from vicinage.core.judge import judge

YEAR = timedelta(days=365)


def _rules(at_days: float = 0, **change: Any) -> list[str]:
    found = agency.standing(REGIME, replace(HARBOUR, **change), AT + timedelta(days=at_days))
    return [finding.rule for finding in found]


def test_a_local_police_agency_is_verified_for_a_year_and_reads_back() -> None:
    decision = agency.verify(REGIME, HARBOUR, AT)
    assert decision.verdict == "verified"
    assert decision.event is not None
    assert agency.from_leaf(leaf.parse(decision.event.leaf)) == replace(HARBOUR, until=AT + YEAR)


@pytest.mark.parametrize(
    ("change", "rule", "field"),
    [
        ({"level": "federal"}, "agency-level", "level"),
        ({"email": "desk@mail.example"}, "agency-domain", "email"),
        ({"email": "desk@harbour.example.evil.example"}, "agency-domain", "email"),
        ({"domain": "harbour", "email": "desk@harbour"}, "agency-domain", "email"),
        ({"domain": "ice.gov", "email": "desk@ice.gov"}, "agency-domain-refused", "domain"),
        ({"domain": "field.dhs.gov", "email": "desk@field.dhs.gov"}, "agency-domain-refused", "domain"),
        ({"domain": "gmail.com", "email": "harbourpd@gmail.com"}, "agency-domain-refused", "domain"),
        ({"domain": "base.army.mil", "email": "a@base.army.mil"}, "agency-domain-refused", "domain"),
        ({"retention_days": 4000}, "agency-retention-max", "retention_days"),
        ({"evidence": ("acknowledgement", "directory", "mail")}, "agency-evidence", "evidence"),
        ({"evidence": ("acknowledgement", "call-back", "mail")}, "agency-evidence", "evidence"),
        ({"evidence": ()}, "agency-evidence", "evidence"),
        ({"approvals": 1}, "agency-approvals", "approvals"),
        ({"approvals": 0}, "agency-approvals", "approvals"),
        ({"suspended": True}, "agency-suspended", "agency"),
    ],
)
def test_an_agency_the_regime_does_not_admit_is_refused(
    change: dict[str, Any], rule: str, field: str
) -> None:
    decision = agency.verify(REGIME, replace(HARBOUR, **change), AT)
    assert (decision.verdict, decision.event) == ("refused", None)
    assert [(f.rule, f.field) for f in decision.findings] == [(rule, field)]
    assert "{" not in decision.findings[0].sentence
    assert decision.findings[0].source


@pytest.mark.parametrize("way", ["gov-domain", "dns-txt", "directory"])
def test_a_department_without_a_gov_domain_has_two_other_ways_to_show_who_it_is(way: str) -> None:
    seen = tuple(sorted(("mail", "acknowledgement", "call-back", way)))
    assert agency.verify(REGIME, replace(HARBOUR, evidence=seen), AT).verdict == "verified"


def test_the_domain_of_a_town_that_only_sounds_federal_is_admitted() -> None:
    town = replace(HARBOUR, domain="notice.gov", email="desk@notice.gov")
    assert agency.verify(REGIME, town, AT).verdict == "verified"


def test_what_is_missing_is_named_with_its_choices() -> None:
    finding = agency.standing(REGIME, replace(HARBOUR, evidence=("mail",)), AT)[0]
    assert finding.args["missing"] == "acknowledgement, call-back, gov-domain or dns-txt or directory"


@pytest.mark.parametrize(
    "change",
    [
        *({"kind": "bank"}, {"name": ""}, {"retention_days": 0}, {"id": "x"}, {"level": ""}),
        *({"state": "Maryland"}, {"state": "md"}, {"seat": (181.0, 0.0)}, {"seat": (-76.5933, 39.285)}),
        *({"seat": (float("nan"), 0.0)}, {"evidence": ("a letter",)}, {"evidence": ("mail", "mail")}),
        *({"approvals": -1}, {"approvals": True}),
    ],
)
def test_a_record_no_regime_could_admit_is_an_error(change: dict[str, Any]) -> None:
    with pytest.raises(CoreError):
        agency.verify(REGIME, replace(HARBOUR, **change), AT)


def test_a_verification_lapses_to_the_second_and_a_renewal_begins_anew() -> None:
    days = (HARBOUR.until or AT) - AT
    assert agency.standing(REGIME, HARBOUR, AT + days - timedelta(seconds=1)) == ()
    assert [f.rule for f in agency.standing(REGIME, HARBOUR, AT + days)] == ["agency-renewal"]
    late = AT + days + timedelta(days=40)
    again = agency.verify(REGIME, HARBOUR, late).event
    assert again is not None
    renewed = agency.from_leaf(leaf.parse(again.leaf))
    assert agency.standing(REGIME, renewed, late + YEAR - timedelta(seconds=1)) == ()


def test_no_agency_gives_itself_more_than_a_year() -> None:
    event = agency.verify(REGIME, replace(HARBOUR, until=AT + 50 * YEAR), AT).event
    assert event is not None
    assert agency.from_leaf(leaf.parse(event.leaf)).until == AT + YEAR


@pytest.mark.parametrize("change", [{"suspended": True}, {"until": None}, {"until": AT}, {"approvals": 1}])
def test_an_agency_without_standing_may_not_ask(change: dict[str, Any]) -> None:
    assert judge(REGIME, SOUND, replace(HARBOUR, **change), (), AT)


def test_a_regime_that_leaves_its_rules_on_agencies_out_still_counts_approvals_and_days() -> None:
    toml = regimes.raw("public-2021").decode()
    start, end = toml.index("[rules.agency-verified]"), toml.index("[rules.title-length]")
    lax = regimes.load((toml[:start] + toml[end:]).encode())
    nobody = replace(HARBOUR, evidence=(), approvals=0, until=AT, suspended=True, level="federal")
    found = {finding.rule for finding in agency.standing(lax, nobody, AT)}
    assert found == {"agency-approvals", "agency-renewal", "agency-suspended"}
    assert {f.rule for f in judge(lax, replace(SOUND, window=lasting(hours=1)), nobody, (), AT)} == found


def test_a_suspension_says_why_beside_the_log_and_needs_a_reason() -> None:
    event = agency.suspend(HARBOUR.id, " Asked about a vigil. ", SALT, AT).event
    assert event is not None
    assert event.text is not None
    text = canonical.loads_canonical(event.text)
    assert agency.suspended_from_leaf(leaf.parse(event.leaf), text) == (HARBOUR.id, "Asked about a vigil.")
    assert agency.suspended_from_leaf(leaf.parse(event.leaf), None) == (HARBOUR.id, "")
    assert b"vigil" not in event.leaf
    for reason in ("", "  ", "x" * 2001):
        refused = agency.suspend(HARBOUR.id, reason, SALT, AT)
        assert (refused.verdict, [f.rule for f in refused.findings]) == ("refused", ["suspension-reason"])


def test_another_reason_than_the_one_committed_to_is_refused() -> None:
    event = agency.suspend(HARBOUR.id, "Asked about a vigil.", SALT, AT).event
    assert event is not None
    other = {"salt": SALT, "reason": "Paperwork."}
    with pytest.raises(RfaError, match="rfa-text-mismatch"):
        agency.suspended_from_leaf(leaf.parse(event.leaf), other)


def test_suspensions_end_and_agencies_leave() -> None:
    for decision, kind in (
        (agency.reinstate(HARBOUR.id, AT), "agency.reinstated"),
        (agency.leave(HARBOUR.id, AT), "agency.left"),
    ):
        assert decision.event is not None
        assert decision.event.kind == kind
        assert agency.named_in_leaf(leaf.parse(decision.event.leaf)) == HARBOUR.id
    with pytest.raises(CoreError):
        agency.leave("harbour", AT)


def test_a_leaf_whose_verification_is_over_before_it_begins_is_refused() -> None:
    event = agency.verify(REGIME, HARBOUR, AT).event
    assert event is not None
    for until in ("2026-11-22T14:00:00Z", "2020-01-01T00:00:00Z"):
        with pytest.raises(AgencyError, match="agency-until"):
            agency.from_leaf({**leaf.parse(event.leaf), "until": until})
