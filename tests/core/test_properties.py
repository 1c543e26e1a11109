"""What the law promises of every request, whatever its numbers and words: found by trying many."""

import contextlib
import copy
import json
import math
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.core.cases import AT, CENTER, HARBOUR, PASSING, REASONED, REGIME, SALT, SOUND, an_id
from vicinage.core import agency, canonical, clip, commitment, consent, leaf, place, regime, rfa
from vicinage.core.agency import Agency
from vicinage.core.draft import Earlier, Rfa
from vicinage.core.errors import CoreError
from vicinage.core.judge import judge
from vicinage.core.place import Area, Point
from vicinage.core.span import Span

SECOND = timedelta(seconds=1)
PLAIN = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
KEYS = st.sampled_from(
    ["v", "type", "at", "rfa", "clips", "start", "coordinates", "fields", "salt", "hash", "text"]
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | PLAIN
    | st.sampled_from(
        ["Polygon", "rfa.published", "private", "2026-11-22T14:00:00Z", "a" * 16, "0" * 64, 1, True]
    ),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(KEYS | PLAIN, inner, max_size=6),
    max_leaves=20,
)


def windows() -> st.SearchStrategy[Span]:
    """Spans of up to two days around AT."""
    starts = st.integers(-2 * 86400, 86400)
    return st.builds(
        lambda start, length: Span(AT + start * SECOND, AT + (start + length) * SECOND),
        starts,
        st.integers(1, 86400),
    )


def about_the_window(**change: Any) -> set[str]:
    """The rules on the window that the sound request with these changes breaks."""
    return {f.rule for f in judge(REGIME, replace(SOUND, **change), HARBOUR, (), AT) if f.field == "window"}


@given(st.integers(900, 43200), st.integers(0, 86400), st.floats(0, 1), st.floats(0, 1))
def test_a_lawful_window_stays_lawful_when_it_shrinks_to_no_less_than_a_quarter_of_an_hour(
    length: int, ago: int, share: float, before: float
) -> None:
    whole = Span(AT - (ago + length) * SECOND, AT - ago * SECOND)
    assert about_the_window(window=whole) == set()
    cut = int((length - 900) * share)
    start = whole.start + int(cut * before) * SECOND
    assert about_the_window(window=Span(start, start + (length - cut) * SECOND)) == set()


@given(windows(), st.integers(0, 86400), st.integers(0, 86400))
def test_a_window_that_is_too_long_or_ends_too_late_does_not_become_lawful_by_growing(
    window: Span, before: int, after: int
) -> None:
    broken = about_the_window(window=window) - {"window-min"}
    grown = Span(window.start - before * SECOND, window.end + after * SECOND)
    assert broken <= about_the_window(window=grown)


@given(windows())
def test_what_is_judged_of_a_window_hangs_on_its_length_and_its_end_alone(window: Span) -> None:
    length = window.duration_s
    expected = {
        name
        for name, holds in {
            "window-min": length < 900,
            "window-max": length > 43200,
            "window-past": window.end > AT,
        }.items()
        if holds
    }
    assert about_the_window(window=window) == expected


@settings(deadline=None, max_examples=60)
@given(st.floats(50, 900), st.floats(1, 3), st.integers(3, 60))
def test_an_area_that_is_too_large_stays_too_large_when_it_grows(
    radius: float, factor: float, corners: int
) -> None:
    def rules(metres: float) -> set[str]:
        found = judge(REGIME, replace(SOUND, area=place.circle(CENTER, metres, corners)), HARBOUR, (), AT)
        return {f.rule for f in found}

    small, large = rules(radius), rules(radius * factor)
    assert ("area-max" in small) <= ("area-max" in large)
    assert ("area-min" in large) <= ("area-min" in small)


@given(st.lists(st.sampled_from(["26-1107", "26/1107", "26-1108", "XX", ""]), max_size=5), st.integers(0, 5))
def test_more_earlier_posts_never_make_a_request_lawful(references: list[str], more: int) -> None:
    earlier = tuple(Earlier(an_id(chr(97 + n)), ref, AT) for n, ref in enumerate(references))
    extra = tuple(Earlier(an_id(chr(110 + n)), "26-1107", AT) for n in range(more))

    def broken(before: tuple[Earlier, ...]) -> set[str]:
        return {f.rule for f in judge(REGIME, SOUND, HARBOUR, before, AT)}

    assert broken(earlier) <= broken(earlier + extra)


def drafts() -> st.SearchStrategy[Rfa]:
    """Requests near the law's edges, most of them with some fault."""
    areas = st.none() | st.builds(place.circle, st.just(CENTER), st.floats(100, 700), st.integers(3, 60))
    texts = st.sampled_from([SOUND.text, "", "A black man.", "Short.", SOUND.text * 60]) | PLAIN
    return st.builds(
        lambda **change: replace(SOUND, **change),
        area=areas,
        window=st.none() | windows(),
        text=texts,
        title=st.sampled_from([SOUND.title, "", "x" * 121]) | PLAIN,
        reference=st.sampled_from([SOUND.reference, "", "--", "26 1107"]) | PLAIN,
        offence=st.sampled_from(["robbery", "loitering", ""]),
        contact=st.sampled_from([SOUND.contact, "+1 410 555 0142", "me", ""]),
        agency=st.sampled_from([HARBOUR.id, an_id("m")]),
    )


def agencies() -> st.SearchStrategy[Agency | None]:
    """Agencies that may ask and that may not."""
    return st.sampled_from(
        [HARBOUR, HARBOUR, None, replace(HARBOUR, level="federal"), replace(HARBOUR, kind="bank")]
    )


@settings(deadline=None, max_examples=150)
@given(drafts(), agencies(), st.integers(0, 3))
def test_nothing_is_published_that_could_not_be_submitted_and_all_that_could_is(
    draft: Rfa, asking: Agency | None, posts: int
) -> None:
    earlier = tuple(Earlier(an_id(chr(97 + n)), "26-1107", AT) for n in range(posts))
    submitted = rfa.submit(REGIME, draft, asking, earlier, AT)
    published = rfa.publish(REGIME, draft, asking, earlier, (), REASONED, AT, AT + timedelta(days=1), SALT)
    assert (submitted.verdict == "refused") == (published.verdict == "refused") == (published.event is None)
    assert submitted.findings == published.findings
    assert submitted.event is None
    if published.event is not None:
        record = rfa.from_record(leaf.parse(published.event.leaf), json.loads(published.event.text or b""))
        assert judge(REGIME, record.rfa, asking, earlier, record.submitted_at) == ()


@settings(deadline=None, max_examples=80)
@given(
    st.floats(-75, 75),
    st.floats(-179, 179),
    st.lists(st.tuples(st.floats(0, 0.02), st.floats(0, 0.02)), min_size=3, max_size=8),
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=8),
)
def test_every_point_of_any_sound_area_is_in_one_of_its_cells(
    lat: float, lon: float, corners: list[tuple[float, float]], picks: list[tuple[float, float]]
) -> None:
    middle = (sum(x for x, _ in corners) / len(corners), sum(y for _, y in corners) / len(corners))
    around = sorted(corners, key=lambda c: math.atan2(c[1] - middle[1], c[0] - middle[0]))
    try:
        area = Area(tuple(Point(lat + y, lon + x) for x, y in around))
    except CoreError:
        return  # fewer than three corners are left
    if place.flaws(area):
        return
    cells = place.cells_of(area)
    assert len(set(cells)) == len(cells)
    for across, up in picks:
        point = Point(lat + up * 0.02, lon + across * 0.02)
        if place.contains(area, point):
            assert place.cell_of(point) in cells


FIELDS = st.dictionaries(
    st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True),
    st.recursive(
        st.integers(-9, 9) | PLAIN | st.booleans() | st.none(),
        lambda i: st.lists(i, max_size=3),
        max_leaves=6,
    ),
    min_size=1,
    max_size=6,
)


@given(FIELDS, st.data())
def test_any_change_of_an_opening_is_found_and_hiding_is_no_change(
    fields: dict[str, Any], data: st.DataObject
) -> None:
    salts = {name: data.draw(st.binary(min_size=16, max_size=16)).hex() for name in fields}
    root = commitment.commit(fields, salts)
    hidden = frozenset(data.draw(st.sets(st.sampled_from(sorted(fields)))))
    opened = commitment.opening(fields, salts, hidden)
    shown = {name: value for name, value in fields.items() if name not in hidden}
    assert commitment.check_opening(opened, root) == shown
    name = data.draw(st.sampled_from(sorted(fields)))
    changed = copy.deepcopy(opened)
    entry = changed["fields"][name]
    part = data.draw(st.sampled_from(sorted(entry)))
    entry[part] = data.draw(JSON if part == "value" else st.text("0123456789abcdef", min_size=1, max_size=64))
    assume(
        json.dumps(entry[part], sort_keys=True) != json.dumps(opened["fields"][name][part], sort_keys=True)
    )
    with contextlib.suppress(CoreError):
        values = commitment.check_opening(changed, root)
        assert canonical.dumps(values) == canonical.dumps(shown), "1 and 1.0 are one number in canonical JSON"


@given(FIELDS, st.data())
def test_two_fields_that_change_names_do_not_fit(fields: dict[str, Any], data: st.DataObject) -> None:
    assume(len(fields) > 1)
    salts = {name: data.draw(st.binary(min_size=16, max_size=16)).hex() for name in fields}
    root, opened = commitment.commit(fields, salts), commitment.opening(fields, salts)
    one, other = sorted(fields)[:2]
    inner = opened["fields"]
    assume(inner[one] != inner[other])
    inner[one], inner[other] = inner[other], inner[one]
    with pytest.raises(CoreError):
        commitment.check_opening(opened, root)


PUBLISHED = rfa.publish(REGIME, SOUND, HARBOUR, (), (), PASSING, AT, AT, SALT).event
assert PUBLISHED is not None
LEAF, TEXT = leaf.parse(PUBLISHED.leaf), json.loads(PUBLISHED.text or b"")


def spoil(value: Any, data: st.DataObject) -> Any:
    """The value with something in it, anywhere, replaced by any JSON, left out, or added."""
    if isinstance(value, dict) and value and data.draw(st.integers(0, 4)):
        name = data.draw(st.sampled_from(sorted(value)))
        act = data.draw(st.sampled_from(["in", "in", "in", "drop", "add"]))
        if act == "in":
            return {**value, name: spoil(value[name], data)}
        if act == "add":
            return {**value, data.draw(PLAIN): data.draw(JSON)}
        return {k: v for k, v in value.items() if k != name}
    if isinstance(value, list) and value and data.draw(st.integers(0, 4)):
        at = data.draw(st.integers(0, len(value) - 1))
        return [*value[:at], spoil(value[at], data), *value[at + 1 :]]
    return data.draw(JSON)


@settings(deadline=None, max_examples=400)
@given(st.data())
def test_a_record_spoilt_anywhere_is_read_as_it_stands_or_refused_with_an_error_of_ours(
    data: st.DataObject,
) -> None:
    entry, text = LEAF, TEXT
    if data.draw(st.booleans()):
        entry = spoil(LEAF, data)
    else:
        text = spoil(TEXT, data)
    with contextlib.suppress(CoreError):
        record = rfa.from_record(entry, text)
        assert record.commitment == LEAF["text"]
        assert record.redacted is (text is None)


@settings(deadline=None, max_examples=250)
@given(st.data())
def test_no_json_breaks_a_reader_of_the_law(data: st.DataObject) -> None:
    value = data.draw(JSON)
    readers: list[Any] = [
        place.parse_area,
        clip.parse_statement,
        consent.parse_statement,
        agency.from_leaf,
        agency.key_from_leaf,
        rfa.resolved_from_leaf,
        lambda v: rfa.from_record(v, v),
        lambda v: commitment.check_opening(v, "0" * 64),
        lambda v: regime.from_leaf(v, b""),
        lambda v: leaf.parse(canonical.dumps(v)),
    ]
    for read in readers:
        with contextlib.suppress(CoreError):
            read(value)


STATED = clip.ClipStatement(
    an_id("c"),
    an_id("k"),
    SOUND.window or Span(AT, AT + SECOND),
    3,
    "ab" * 32,
    5,
    "cd" * 32,
    "h264",
    4,
    3,
    ((0, 5),),
    "A" * 43 + "=",
)


@settings(deadline=None, max_examples=250)
@given(st.data())
def test_a_statement_spoilt_anywhere_is_refused_or_says_in_its_own_bytes_what_it_says(
    data: st.DataObject,
) -> None:
    value = spoil(STATED.members(), data)
    with contextlib.suppress(CoreError):
        read = clip.parse_statement(value)
        assert canonical.dumps(read.members()) == canonical.dumps(value)
