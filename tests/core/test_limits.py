"""Limits, each tried at its edge and one past it."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from spec.vectors import make
from tests.core.cases import AT, HARBOUR, PASSING, REGIME, SALT, SOUND, an_id, lasting, rules
from vicinage.core import agency, canonical, clip, commitment, consent, leaf, place, rfa
from vicinage.core.draft import Earlier, incident
from vicinage.core.errors import CoreError
from vicinage.core.judge import is_mail, is_phone

VECTORS: dict[str, Any] = json.loads(
    (Path(make.__file__).parent / "consent.json").read_text(encoding="utf-8")
)
CLIP, CONSENT = VECTORS["clip"]["statement"], VECTORS["consent"]["statement"]


@pytest.mark.parametrize(
    ("least", "most", "field"),
    [(5, 120, "title"), (20, 4000, "text"), (2, 60, "reference")],
    ids=lambda v: str(v),
)
def test_a_text_of_the_rfa_may_have_just_so_many_characters(least: int, most: int, field: str) -> None:
    for size, fits in ((least - 1, False), (least, True), (most, True), (most + 1, False)):
        assert (rules(**{field: "a" * size}) == set()) is fits, size
        assert (rules(**{field: " " + "a" * size + "\n"}) == set()) is fits, size


def test_signs_that_nobody_sees_do_not_fill_a_field_and_do_not_hide_in_one() -> None:
    assert rules(title="\u200b" * 5) == {"title-length"}
    assert rules(text="Look." + "\u2060" * 40) == {"text-length"}
    assert rules(title="a" * 100 + "\u200b" * 21) == {"title-length"}


@pytest.mark.parametrize("seconds", [899, 900, 901, 43199, 43200, 43201])
def test_the_window_is_judged_to_the_second(seconds: int) -> None:
    assert (rules(window=lasting(seconds=seconds)) == set()) is (900 <= seconds <= 43200)


@pytest.mark.parametrize(
    ("miles", "fits"), [(0.5009, True), (0.5011, False), (0.02498, True), (0.02492, False), (0.1, True)]
)
def test_the_tolerance_of_an_area_is_two_parts_in_a_thousand(miles: float, fits: bool) -> None:
    assert (rules(area=make.square(miles)) == set()) is fits


def test_an_area_may_be_ten_kilometres_across_and_no_more() -> None:
    def ribbon(length: float) -> place.Area:
        return place.parse_area(make._ring((0, 0), (length, 0), (length, 0.001), (0, 0.001)))

    assert place.across_m(ribbon(0.0898)) < 10_000 < place.across_m(ribbon(0.0899))
    assert place.flaws(ribbon(0.0898)) == ()
    assert place.flaws(ribbon(0.0899)) == ("stretched",)


def finger(width: float, length: float) -> place.Area:
    """A square of 556 m with an arm out of its east side; degrees, at the equator."""
    ring = ((0, 0), (0.005, 0), (0.005, 0.002), (0.005 + length, 0.002), (0.005 + length, 0.002 + width))
    return place.parse_area(make._ring(*ring, (0.005, 0.002 + width), (0.005, 0.005), (0, 0.005)))


def test_an_arm_must_be_30_m_wide_or_reach_out_60_m_at_most() -> None:
    for width, length, fits in (
        (0.00029, 0.003, True),  # 32 m wide
        (0.00025, 0.003, False),  # 28 m wide
        (0.00002, 0.0005, True),  # 2 m wide, 56 m out
        (0.00002, 0.0006, False),  # 2 m wide, 67 m out
    ):
        assert place.flaws(finger(width, length)) == (() if fits else ("spiked",))


def test_a_ribbon_too_narrow_anywhere_is_spiked_and_a_sharp_corner_is_not() -> None:
    ribbon = make._ring((0, 0), (0.02, 0), (0.02, 0.0002), (0, 0.0002))
    sharp = make._ring((0, 0), (0.01, 0), (0.01, 0.0053))
    small = make._ring((0, 0), (0.0002, 0), (0.0002, 0.0002), (0, 0.0002))
    assert [place.flaws(place.parse_area(ring)) for ring in (ribbon, sharp, small)] == [("spiked",), (), ()]


def test_an_area_has_3_to_200_corners() -> None:
    for corners, fits in ((3, True), (200, True), (201, False), (2, False)):
        if fits:
            area = place.circle(make.CENTER, 300, corners)
            assert len(place.parse_area(area.geojson()).ring) == corners
        else:
            with pytest.raises(CoreError):
                place.circle(make.CENTER, 300, corners)
    ring = place.circle(make.CENTER, 5000, 200).ring
    with pytest.raises(CoreError):
        place.Area((*ring, place.Point(0, 0)))


def test_a_circle_has_up_to_100_km() -> None:
    assert place.across_m(place.circle(make.CENTER, 100_000)) > 200_000
    for radius in (100_001, -1):
        with pytest.raises(CoreError):
            place.circle(make.CENTER, radius)


def test_an_edge_of_180_degrees_is_no_crossing_of_the_antimeridian() -> None:
    wide = place.parse_area(make._ring((-90, 0), (90, 0), (0, 1)))
    assert place.flaws(wide) == ("stretched",)


@pytest.mark.parametrize(("digits", "fits"), [(6, False), (7, True), (15, True), (16, False)])
def test_a_telephone_number_has_7_to_15_digits(digits: int, fits: bool) -> None:
    assert is_phone("1" * digits) is fits
    assert is_phone("1" * digits + " x12") is fits


@pytest.mark.parametrize(("size", "fits"), [(64, True), (65, False)])
def test_a_mail_address_has_at_most_64_characters_before_the_at(size: int, fits: bool) -> None:
    assert is_mail("a" * size + "@harbour.example") is fits


def test_a_mail_address_has_at_most_254_characters() -> None:
    domain = ".".join(["a" * 61] * 3) + ".example"
    assert is_mail("a" * (254 - 1 - len(domain)) + "@" + domain)
    assert not is_mail("a" * (255 - 1 - len(domain)) + "@" + domain)


def test_a_reason_has_1_to_2000_characters() -> None:
    for reason, verdict in (
        ("x", "rejected"),
        ("x" * 2000, "rejected"),
        ("", "refused"),
        ("x" * 2001, "refused"),
    ):
        assert rfa.reject(SOUND, reason).verdict == verdict


@pytest.mark.parametrize(("days", "fits"), [(1, True), (3650, True), (3651, False)])
def test_an_agency_keeps_clips_for_1_to_3650_days(days: int, fits: bool) -> None:
    decision = agency.verify(REGIME, replace(HARBOUR, retention_days=days), AT)
    assert (decision.verdict == "verified") is fits


def test_the_names_of_an_agency_have_limits() -> None:
    for name, most in (("name", 120), ("region", 120), ("phone", 40)):
        fits: dict[str, Any] = {name: "a" * most}
        too_long: dict[str, Any] = {name: "a" * (most + 1)}
        assert agency.verify(REGIME, replace(HARBOUR, **fits), AT).verdict == "verified"
        with pytest.raises(CoreError):
            agency.verify(REGIME, replace(HARBOUR, **too_long), AT)
    assert agency.verify(REGIME, replace(HARBOUR, phone=""), AT).verdict == "verified"


@pytest.mark.parametrize("domain", ["a.example", "x-1.a.example", ".".join(["a" * 63] * 3) + ".example"])
def test_a_domain_is_read_by_its_labels(domain: str) -> None:
    there = replace(HARBOUR, domain=domain, email=f"desk@{domain}")
    assert agency.verify(REGIME, there, AT).verdict == "verified"


@pytest.mark.parametrize(
    "domain", ["example", "-a.example", "a-.example", "a..example", "a.e", "a.example.", "A.example"]
)
def test_what_is_no_domain_is_refused(domain: str) -> None:
    there = replace(HARBOUR, domain=domain, email=f"desk@{domain}")
    assert [f.rule for f in agency.verify(REGIME, there, AT).findings] == ["agency-domain"]


def test_a_leaf_may_fill_an_entry_of_the_log_and_no_more() -> None:
    bare = len(leaf.public("rfa.resolved", AT, {"rfa": ""}))
    assert len(leaf.public("rfa.resolved", AT, {"rfa": "a" * (65535 - bare)})) == 65535
    with pytest.raises(CoreError):
        leaf.public("rfa.resolved", AT, {"rfa": "a" * (65536 - bare)})


def test_json_may_fill_its_limit_and_no_more() -> None:
    assert canonical.loads(b'"abc"', 5) == "abc"
    with pytest.raises(CoreError):
        canonical.loads(b'"abc"', 4)


@pytest.mark.parametrize(("value", "fits"), [(0, True), (2**53 - 1, True), (2**53, False), (-1, False)])
def test_a_whole_number_is_one_that_every_reader_keeps(value: int, fits: bool) -> None:
    if fits:
        assert canonical.whole(value, "The size") == value
    else:
        with pytest.raises(CoreError):
            canonical.whole(value, "The size")


def _video(**change: Any) -> dict[str, Any]:
    return {**CLIP, "video": {**CLIP["video"], **change}}


@pytest.mark.parametrize(
    ("statement", "fits"),
    [
        (_video(width=1, height=1), True),
        (_video(width=16384, height=16384), True),
        (_video(width=16385), False),
        (_video(height=16385), False),
        (_video(width=0), False),
        (_video(height=0), False),
        (_video(codec="a" * 32), True),
        (_video(codec="a" * 33), False),
        (_video(codec="H264"), False),
        ({**CLIP, "size": 1}, True),
        ({**CLIP, "size": 0}, False),
        ({**CLIP, "motion": [[0, 24 * 3600 * 1000]]}, True),
        ({**CLIP, "motion": [[0, 24 * 3600 * 1000 + 1]]}, False),
        ({**CLIP, "motion": [[0, 0]] * 1000}, True),
        ({**CLIP, "motion": [[0, 0]] * 1001}, False),
        ({**CLIP, "clock_offset_ms": -(2**53) + 1}, True),
        ({**CLIP, "clock_offset_ms": -(2**53)}, False),
    ],
)
def test_a_clip_statement_has_limits(statement: dict[str, Any], fits: bool) -> None:
    if fits:
        assert clip.parse_statement(statement).members() == statement
    else:
        with pytest.raises(CoreError):
            clip.parse_statement(statement)


@pytest.mark.parametrize(
    ("change", "fits"),
    [
        ({"name": "a" * 200}, True),
        ({"name": "a" * 201}, False),
        ({"contact": "a" * 254}, True),
        ({"contact": "a" * 255}, False),
        ({"retention_days": 36500}, True),
        ({"retention_days": 36501}, False),
        ({"clips": CONSENT["clips"] * 1000}, True),
        ({"clips": CONSENT["clips"] * 1001}, False),
        ({"rfa_leaf": 0}, True),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_consent_statement_has_limits(change: dict[str, Any], fits: bool) -> None:
    if fits:
        assert consent.parse_statement({**CONSENT, **change}).members() == {**CONSENT, **change}
    else:
        with pytest.raises(CoreError):
            consent.parse_statement({**CONSENT, **change})


def test_a_record_has_room_for_any_reference_a_regime_may_allow_and_no_more() -> None:
    event = rfa.publish(REGIME, SOUND, HARBOUR, (), (), PASSING, AT, AT, SALT).event
    assert event is not None
    entry = leaf.parse(event.leaf)
    for name, most in (("reference", 200), ("offence", 60), ("regime", 40)):
        assert rfa.from_record({**entry, name: "a" * most}, None).redacted
        with pytest.raises(CoreError):
            rfa.from_record({**entry, name: "a" * (most + 1)}, None)
    for post, fits in ((2, True), (1000, True), (0, False), (1, False), (1001, False)):
        second = {**entry, "post": post, "first": an_id("a")}
        if fits:
            assert rfa.from_record(second, None).post == post
        else:
            with pytest.raises(CoreError):
                rfa.from_record(second, None)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("26-1107", "26 1107", True),
        ("ab-1", "AB1", True),
        ("Straße 1", "STRASSE1", True),
        ("26-1107", "26-1108", False),
        ("26-1107", "261-107", True),
        ("CR-24", "\u0421R-24", True),
        ("24-12", "24-\u0661\u0662", True),
        ("CR-01", "CR-Ol", True),
        ("CR-24", "CR-24\u0416", True),
        ("CR-24", "CR-2\u00b2\u0301\u200b4", False),
        ("CR-24", "C\u0301R-24", True),
    ],
)
def test_references_are_compared_by_letters_and_digits_alone(one: str, other: str, same: bool) -> None:
    assert (incident(one) == incident(other)) is same


def test_one_earlier_post_told_twice_counts_once() -> None:
    twice = (Earlier(an_id("a"), "26-1107", AT),) * 2
    assert rules(earlier=twice) == set()


def test_a_commitment_has_1_to_64_fields() -> None:
    for count, fits in ((1, True), (64, True), (65, False), (0, False)):
        values: dict[str, object] = {f"f{n}": n for n in range(count)}
        salts = dict.fromkeys(values, SALT)
        if fits:
            opened = commitment.opening(values, salts)
            assert commitment.check_opening(opened, commitment.commit(values, salts)) == values
        else:
            with pytest.raises(CoreError):
                commitment.commit(values, salts)
