"""Texts made to keep the judge busy: what it searches grows with their length, and no faster."""

import time
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.cases import AT, CENTER, HARBOUR, REGIME, SOUND
from vicinage.core import alike, assembly, place, wording
from vicinage.core.assembly import Assembly
from vicinage.core.judge import judge
from vicinage.core.review import questions
from vicinage.core.span import Span

NASTY = {
    "one sign that is eighteen letters": "\ufdfa",
    "one sign that is seven": "\u321d",
    "letters apart": "b l a c k ",
    "signs inside": "bl.ackman-",
    "slashes": " /",
    "a term and gaps": "black ///",
    "persons and commas": "person ,,,,,, ",
    "copulas": "person is a described as to be ",
    "codes": "B. M. ",
    "addresses": "a@b.a@",
    "pipes": "|a",
    "accents": "a\u0301",
    "emoji": "\U0001f600",
    "white space": " \t\n",
    "brackets": "black ()()",
}


def took(text: str) -> float:
    """Seconds of this process that judge and questions need."""
    asked = replace(SOUND, text=text, title=text[:5000], reference=text[:5000], contact=text)
    began = time.process_time()
    judge(REGIME, asked, HARBOUR, (), AT)
    questions(REGIME, asked, ())
    return time.process_time() - began


@pytest.mark.parametrize("sign", NASTY.values(), ids=NASTY)
def test_a_text_of_20_000_characters_is_judged_at_once(sign: str) -> None:
    text = (sign * 20_000)[:19_998] + "!x"
    took("warm")
    assert min(took(f"{n}{text}"[:20_000]) for n in range(3)) < 0.15  # 50 ms where the machine is quiet


def test_no_text_becomes_more_than_four_times_as_long_when_its_letters_are_read() -> None:
    most = max(len(alike.latin(chr(code))) for code in range(0x110000) if not 0xD800 <= code < 0xE000)
    assert most <= 4


def test_a_title_or_text_is_searched_up_to_its_limit() -> None:
    limit = REGIME.rules["text-length"].value[1]
    text = "x" * (limit - 30) + " the suspect is a black man"
    found = {f.rule for f in judge(REGIME, replace(SOUND, text=text[:limit]), HARBOUR, (), AT)}
    assert "description-not-race-alone" in found


def test_a_feature_counts_however_its_spaces_and_hyphens_are_written() -> None:
    words = {"features": ("red jacket|dark-blue cap", "tall|taller", "scar")}
    assert wording.features("A red-jacket, TALLER than most.", words) == 2
    assert wording.features("A dark-blue cap.", words) == 1
    assert wording.features("A scarf, and tallest.", words) == 0


@given(
    lat=st.floats(-85, 85), lon=st.floats(-180, 180), north=st.floats(-900, 900), east=st.floats(-900, 900)
)
def test_what_is_far_by_its_box_is_never_near(lat: float, lon: float, north: float, east: float) -> None:
    def turned(degrees: float) -> float:
        return (degrees + 540) % 360 - 180

    def triangle(lat: float, lon: float) -> place.Area:
        corners = ((0.0, 0.0), (0.001, 0.0005), (0.0005, 0.002))
        return place.Area(tuple(place.Point(lat=lat + up, lon=turned(lon + out)) for up, out in corners))

    other_lat = lat + north / 111_195
    one, other = triangle(lat, lon), triangle(other_lat, lon + east / 111_195)
    assert not (place.is_far(one, other, 200.0) and place.apart_m(one, other) <= 200.0)


def test_thousands_of_assemblies_elsewhere_on_one_day_hold_up_no_request() -> None:
    window = Span(AT - timedelta(hours=6), AT - timedelta(hours=2))
    away = place.Point(lat=CENTER.lat, lon=CENTER.lon + 0.05)
    march = Assembly(HARBOUR.id, "A march", place.circle(away, 250), window)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assembly, "apart_m", lambda *_: pytest.fail("It is kilometres away."))
        assert not any(assembly.overlaps(SOUND, march) for _ in range(3000))
