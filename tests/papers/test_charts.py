"""Charts: what they say without colour, and that they are safe and stable."""

import itertools
import math
import re
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring

from papers.charts import Frame, Interval, Series, interval_chart, line_chart, nice_ticks

SVG = "{http://www.w3.org/2000/svg}"
DAYS = [(0.0, "1 May"), (5.0, "6 May"), (10.0, "11 May")]
RISE = Series("votes", [(0, 0), (5, 4), (10, 12)])


def lines(*series: Series, inverted: bool = False, standalone: bool = False) -> str:
    return line_chart(
        series,
        ident="votes",
        title="Votes over time",
        description="They rose from 0 to 12.",
        x_ticks=DAYS,
        y_label="votes",
        inverted=inverted,
        standalone=standalone,
    )


def intervals(*values: Interval, band: tuple[float, float] | None = None) -> str:
    return interval_chart(
        values, ident="i", title="Shares", description="All of them.", x_label="share", band=band
    )


def texts(svg: str) -> list[str]:
    return [each.text or "" for each in fromstring(svg).iter(f"{SVG}text")]


def placed(svg: str, text: str) -> tuple[float, float]:
    """Where a text stands."""
    (found,) = (each for each in fromstring(svg).iter(f"{SVG}text") if each.text == text)
    return float(found.attrib["x"]), float(found.attrib["y"])


def drawn(svg: str) -> list[Element]:
    """The path of each line, without its markers."""
    groups = [
        each for each in fromstring(svg).iter(f"{SVG}g") if "chart__line" in each.attrib["class"]
    ]
    return [group[0] for group in groups]


def heights(path: Element) -> list[float]:
    return [float(y) for y in re.findall(r"[ML][-\d.]+ ([-\d.]+)", path.attrib["d"])]


def test_a_chart_has_its_title_and_description_for_those_who_do_not_see_it() -> None:
    svg = fromstring(lines(RISE))
    named = {each.attrib["id"]: each.text for each in svg if "id" in each.attrib}
    assert svg.attrib["role"] == "img"
    assert [named[name] for name in svg.attrib["aria-labelledby"].split()] == [
        "Votes over time",
        "They rose from 0 to 12.",
    ]


def test_a_chart_in_a_page_has_no_style_and_no_colour_of_its_own() -> None:
    for svg in (lines(RISE), intervals(Interval("a", 2, 1, 3), band=(1, 2))):
        assert "style" not in svg
        assert set(re.findall(r'(?:fill|stroke|color)="([^"]*)"', svg)) == {"none", "currentColor"}


def test_a_file_brings_its_own_sheet_for_light_and_dark() -> None:
    svg = fromstring(lines(RISE, standalone=True))
    assert svg.attrib["color"] != "currentColor"
    assert svg.find(f"{SVG}rect") is not None
    assert "prefers-color-scheme: dark" in (svg.findtext(f"{SVG}style") or "")
    assert float(svg.attrib["height"]) == 240


def test_hostile_names_are_text() -> None:
    name = "</text><script>alert(1)</script>&\x00\ud800"
    svg = line_chart(
        [Series(name, [(0, 1)])],
        ident='"><b',
        title=name,
        description=name,
        x_ticks=[(0, name)],
        y_label=name,
    )
    assert "<script" not in svg
    assert (
        fromstring(svg).findtext(f"{SVG}title") == "</text><script>alert(1)</script>&\ufffd\ufffd"
    )


def test_a_point_stands_where_its_value_is() -> None:
    svg = lines(RISE)
    first, middle, last = heights(drawn(svg)[0])
    assert first > middle > last
    assert math.isclose((first - middle) / (first - last), 4 / 12, rel_tol=0.01)
    # A label stands four below the height that it names, to look centred on it.
    assert math.isclose(placed(svg, "0")[1] - 4, first)
    assert placed(svg, "1 May")[0] < placed(svg, "6 May")[0] < placed(svg, "11 May")[0]


def test_a_point_without_neighbours_is_marked_however_long_the_line_is() -> None:
    points: list[tuple[float, float | None]] = [(x, 5 if x != 51 else None) for x in range(50)]
    svg = lines(Series("a", [*points, (50, None), (51, 9), (52, None), (53, 7), (54, 7)]))
    (group,) = (each for each in fromstring(svg).iter(f"{SVG}g"))
    alone = [step for step in group[0].attrib["d"].split("M") if step and "L" not in step]
    (place,) = (step.strip().replace(" ", ",") for step in alone)
    markers = [each.attrib["transform"].replace(" ", ",") for each in group[1:]]
    assert f"translate({place})" in markers
    assert len(markers) < 20


def test_who_stood_first_all_the_time_has_a_line_at_the_top() -> None:
    svg = lines(Series("rank", [(0, 1), (5, None), (10, 1)]), inverted=True)
    (path,) = drawn(svg)
    assert set(heights(path)) == {placed(svg, "1")[1] - 4}


def test_the_last_date_lies_within_the_picture_also_beside_a_line_without_a_name() -> None:
    svg = line_chart(
        [Series("", [(0.0, 1.0), (1.0, 2.0)])],
        ident="a",
        title="Upvotes",
        description="Two days.",
        x_ticks=[(0.0, "25 Nov"), (1.0, "26 Nov 2026")],
        y_label="Upvotes",
        width=400,
    )
    x, _ = placed(svg, "26 Nov 2026")
    # Half a character is some four units wide at least.
    assert x + len("26 Nov 2026") * 3 <= 400


def test_the_first_rank_is_on_top() -> None:
    svg = lines(Series("rank", [(0, 40), (5, 7), (10, 1)]), inverted=True)
    worst, better, first = heights(drawn(svg)[0])
    assert worst > better > first
    assert math.isclose(placed(svg, "1")[1] - 4, first)
    assert "0" not in texts(svg)


def test_a_gap_is_not_drawn_over() -> None:
    svg = lines(Series("rank", [(0, 3), (2, 2), (5, None), (8, 4), (10, 5)]))
    assert re.sub(r"[^ML]", "", drawn(svg)[0].attrib["d"]) == "MLML"


def test_lines_differ_without_colour_and_carry_their_names() -> None:
    svg = lines(*(Series(f"line {n}", [(0, n), (10, n * n)]) for n in range(6)))
    assert len({path.get("stroke-dasharray", "") for path in drawn(svg)}) == 6
    assert {f"line {n}" for n in range(6)} <= set(texts(svg))


def test_names_at_the_same_height_do_not_cover_each_other() -> None:
    svg = lines(*(Series(f"line {n}", [(0, n), (10, 0)]) for n in range(5)))
    places = sorted(placed(svg, f"line {n}")[1] for n in range(5))
    assert all(lower - upper >= 15 for upper, lower in itertools.pairwise(places))
    assert places[0] > 0
    assert places[-1] < 240


def test_dates_that_would_run_into_each_other_are_left_out() -> None:
    svg = line_chart(
        [RISE],
        ident="v",
        title="t",
        description="d",
        x_ticks=[(n / 10, f"{n} December 2026") for n in range(100)],
        y_label="votes",
    )
    shown = [text for text in texts(svg) if "December" in text]
    assert 2 <= len(shown) <= 8
    assert shown[0] == "0 December 2026"


def test_an_interval_has_its_name_and_its_value() -> None:
    svg = intervals(Interval("ours", 0.25, 0.2, 0.375), Interval("theirs", 1234.5, 1000, 2000))
    assert {"ours", "0", "theirs", "1,234"} <= set(texts(svg))
    assert {"0.25", "0.50"} <= set(
        texts(intervals(Interval("a", 0.25, 0, 1), Interval("b", 0.5, 0, 1)))
    )
    rows = list(fromstring(svg).iter(f"{SVG}g"))
    for row in rows:
        line, dot = row[0].attrib, row[-1].attrib
        assert float(line["x1"]) <= float(dot["cx"]) <= float(line["x2"])


def test_a_band_reaches_from_one_value_to_the_other() -> None:
    svg = intervals(Interval("a", 0.5, 0, 1), band=(0.2, 0.6))
    (box,) = fromstring(svg).iter(f"{SVG}rect")
    zero, one = (placed(svg, text)[0] for text in ("0", "1"))
    assert math.isclose(float(box.attrib["width"]) / (one - zero), 0.4, rel_tol=0.02)


@pytest.mark.parametrize("value", [0, 1, -3, 0.004, 1e9])
def test_one_point_is_enough(value: float) -> None:
    svg = line_chart(
        [Series("a", [(7, value)])], ident="a", title="t", description="d", x_ticks=[], y_label="y"
    )
    assert "nan" not in svg
    assert "inf" not in svg
    assert len(drawn(svg)) == 1


@pytest.mark.parametrize("points", [[], [(0, None)]])
def test_no_point_is_refused(points: list[tuple[float, float | None]]) -> None:
    with pytest.raises(ValueError, match="at least one point"):
        lines(Series("a", points))
    with pytest.raises(ValueError, match="at least one interval"):
        intervals()


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_what_is_no_number_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="not finite"):
        lines(Series("a", [(0, number)]))
    with pytest.raises(ValueError, match="not finite"):
        intervals(Interval("a", number, 0, 1))


def test_numbers_have_at_most_two_digits() -> None:
    svg = lines(Series("a", [(0, 1 / 3), (math.pi, math.e), (10, 2 / 7)]))
    assert re.findall(r"\d\.\d{3,}", svg) == []
    assert svg == lines(Series("a", [(0, 1 / 3), (math.pi, math.e), (10, 2 / 7)]))


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 12, [0, 5, 10, 15]),
        (0, 1, [0, 0.5, 1]),
        (0, 0, [0, 0.5, 1]),
        (-3, 7, [-5, 0, 5, 10]),
        (0, 4000, [0, 1000, 2000, 3000, 4000]),
    ],
)
def test_ticks_are_round_and_reach_all_around(low: float, high: float, ticks: list[float]) -> None:
    assert nice_ticks(low, high) == ticks


def test_a_frame_puts_the_edges_at_the_edges() -> None:
    frame = Frame(10, 20, 110, 220, x_from=0, x_to=4, y_from=0, y_to=2)
    assert (frame.x(0), frame.x(4), frame.y(0), frame.y(2)) == (10, 110, 220, 20)
