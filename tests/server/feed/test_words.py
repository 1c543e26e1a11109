"""Words of pages: addresses that may break, and what the law found written for a person."""

import re

import pytest

from vicinage.server.feed.templatetags.vicinage_words import breakable, is_below, readable

HINT = (
    'Its area and time meet the assembly "Vigil <here>" (oz3hm5twoz3hm5tw), '
    "2026-11-22T08:00:00Z to 2026-11-22T10:00:00Z."
)


def test_a_long_address_may_break_after_its_signs_and_is_escaped() -> None:
    assert breakable("a.b@c.example") == "a.<wbr>b@<wbr>c.<wbr>example"
    assert breakable('"<b>"@c.example') == "&quot;&lt;b&gt;&quot;@<wbr>c.<wbr>example"


def test_what_the_law_found_links_the_assembly_and_writes_its_times_as_a_page_does() -> None:
    said = readable(HINT)
    assert '<a href="/assemblies/oz3hm5twoz3hm5tw/">(oz3hm5twoz3hm5tw)</a>' in said
    assert '<time datetime="2026-11-22T08:00:00Z">22 Nov 2026, 08:00 UTC</time> to <time' in said
    assert "<here>" not in said
    assert "&lt;here&gt;" in said


@pytest.mark.parametrize("said", ['It has the word "crowd".', "(short)", "2026-13-99T00:00:00"])
def test_any_other_words_stay_as_they_are(said: str) -> None:
    assert re.sub("&quot;", '"', readable(said)) == said


def test_a_time_that_is_none_is_left_as_it_was_typed() -> None:
    assert readable('The march of "2026-99-99T99:99:99Z"').count("<time") == 0


def test_a_page_is_below_its_section() -> None:
    assert is_below("/agency/officers/", "/agency/")
    assert not is_below("/agencies/", "/agency/")
