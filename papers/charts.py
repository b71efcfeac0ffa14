"""Small charts as SVG, made on the server: lines over time, and values with their intervals.

They read without colour. Lines differ by dash and marker and carry their names at their ends, and
everything is drawn in `currentColor`, so that a chart inside a page follows its light or dark
theme. There is no style in them, neither an element nor an attribute, as the content security
policy of the site forbids it. A chart that is `standalone` is a file of its own, shown by a page
that knows nothing of it: it brings its own sheet of paper, and a dark one for those who like that.

The same input gives the same text, byte for byte: numbers have at most two digits after the point.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from django.utils.safestring import SafeString

FONT: Final = 12
# What a letter takes of the font's height, on the generous side: nobody measures text here.
LETTER: Final = 0.56
LINE: Final = 15
GAP: Final = 8
LONGEST_LABEL: Final = 40
# A marker for each point of a line as long as it is this many; then for as many of them.
MOST_MARKERS: Final = 12

DASHES: Final = ("", "7 3", "2 3", "9 3 2 3", "4 4", "12 3", "1 4", "9 3 2 3 2 3")
MARKERS: Final = (
    "M-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0z",  # a disc
    "M-3 -3h6v6h-6z",  # a square
    "M0 -4l4 7h-8z",  # a triangle
    "M0 -4l4 4l-4 4l-4 -4z",  # a diamond
    "M0 4l4 -7h-8z",  # a triangle that stands on its tip
    "M-4 0h8M0 -4v8",  # a plus
    "M-3 -3l6 6M-3 3l6 -6",  # a cross
    "M-4 0h8",  # a bar
)

INK, SHEET = "#211e1a", "#fffefb"
STANDALONE_STYLE: Final = (
    "@media (prefers-color-scheme: dark) {"
    " .chart { color: #ece8e1 } .chart__sheet { fill: #1f1f23 } }"
)
# What XML cannot hold, not even as a reference.
NOT_IN_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Series:
    """A line: its name, and its points (x, y) in the order of x. A y of None leaves a gap."""

    label: str
    points: Sequence[tuple[float, float | None]]
    is_marked: bool = False
    """Drawn stronger than the others."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A value, and the ends of the interval in which it is thought to be: low <= value <= high."""

    label: str
    value: float
    low: float
    high: float
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """The rectangle of a chart into which values are drawn, and the values at its edges."""

    left: float
    top: float
    right: float
    bottom: float
    x_from: float
    x_to: float
    y_from: float
    """The value at the bottom; more than that at the top where the chart is inverted."""
    y_to: float

    def x(self, value: float) -> float:
        """Where a value is from left to right."""
        share = (value - self.x_from) / (self.x_to - self.x_from)
        return self.left + share * (self.right - self.left)

    def y(self, value: float) -> float:
        """Where a value is from top to bottom."""
        share = (value - self.y_from) / (self.y_to - self.y_from)
        return self.bottom - share * (self.bottom - self.top)


def line_chart(
    series: Sequence[Series],
    *,
    ident: str,
    title: str,
    description: str,
    x_ticks: Sequence[tuple[float, str]],
    y_label: str,
    width: int = 640,
    height: int = 240,
    inverted: bool = False,
    standalone: bool = False,
) -> SafeString:
    """Return the lines as SVG. `ident` begins its ids, which must be unique in the page.

    `x_ticks` are (x, text), in the order of x; the axis goes from the smallest x to the largest of
    ticks and points. The y axis begins with 0, or with 1 at the top where it is `inverted`, for
    ranks. Raises ValueError where there is no point, or a number that is not finite.
    """
    values = [y for line in series for _, y in line.points if y is not None]
    places = [x for line in series for x, _ in line.points] + [x for x, _ in x_ticks]
    if not values:
        raise ValueError("a line chart needs at least one point")
    _finite([*values, *places])
    ticks = _rank_ticks(max(values)) if inverted else nice_ticks(min(0, *values), max(values))
    low, high = min(*ticks, *values), max(*ticks, *values)
    high = max(high, low + 1)
    # Half of the last tick's text hangs over the end of the axis.
    beyond = [_text_width(text) / 2 for _, text in x_ticks[-1:]]
    named = max(*beyond, 0.0, *(_text_width(line.label) for line in series))
    frame = Frame(
        left=2 * GAP + max(_text_width(_tick_text(tick)) for tick in ticks),
        top=FONT + 2.0 * GAP,
        right=width - named - 2 * GAP,
        bottom=height - FONT - 2.0 * GAP,
        x_from=min(places),
        x_to=max(places) if max(places) > min(places) else min(places) + 1,
        y_from=high if inverted else low,
        y_to=low if inverted else high,
    )
    svg = _svg(ident, title, description, width, height, standalone)
    _text(svg, y_label, GAP, FONT, "start")
    _y_axis(svg, frame, ticks)
    _x_axis(svg, frame, [(x, text) for x, text in x_ticks])
    ends: list[tuple[float, str, bool]] = []
    for number, line in enumerate(series):
        points = [(frame.x(x), None if y is None else frame.y(y)) for x, y in line.points]
        _line(svg, points, number, is_marked=line.is_marked)
        drawn = [y for _, y in points if y is not None]
        if drawn:
            ends.append((drawn[-1], line.label, line.is_marked))
    _end_labels(svg, frame, ends)
    return _written(svg)


def interval_chart(
    intervals: Sequence[Interval],
    *,
    ident: str,
    title: str,
    description: str,
    x_label: str,
    width: int = 640,
    standalone: bool = False,
    band: tuple[float, float] | None = None,
) -> SafeString:
    """Return one row for each value: its name, its interval as a line, the value as a dot, and it.

    The axis begins with 0. `band` are two values between which it is good to be; the space between
    them is shaded. Raises ValueError where there is no interval, or a number that is not finite.
    """
    if not intervals:
        raise ValueError("an interval chart needs at least one interval")
    _finite([number for each in intervals for number in (each.value, each.low, each.high)])
    highest = max(*(each.high for each in intervals), *(band or (0.0,)), 0.0)
    ticks = nice_ticks(min(0.0, *(each.low for each in intervals)), highest)
    row = 1.6 * LINE
    top = FONT + 2.0 * GAP
    digits = 2 if highest < 10 else 1 if highest < 1000 else 0
    values = [f"{each.value:,.{digits}f}" for each in intervals]
    numbers = max(map(_text_width, values))
    frame = Frame(
        left=2 * GAP + max(_text_width(each.label) for each in intervals),
        top=top,
        right=width - numbers - 2 * GAP,
        bottom=top + row * len(intervals),
        x_from=ticks[0],
        x_to=max(ticks[-1], highest),
        y_from=len(intervals),
        y_to=0,
    )
    svg = _svg(ident, title, description, width, frame.bottom + FONT + 2 * GAP, standalone)
    _text(svg, x_label, GAP, FONT, "start")
    if band:
        _band(svg, frame, band)
    _x_axis(svg, frame, [(tick, _tick_text(tick)) for tick in ticks], with_grid=True)
    for number, (each, value) in enumerate(zip(intervals, values, strict=True)):
        y = frame.y(number + 0.5)
        _interval(svg, frame, each, y)
        _text(svg, each.label, frame.left - GAP, y + 4, "end", is_strong=each.is_marked)
        _text(svg, value, width - GAP, y + 4, "end", is_strong=each.is_marked)
    return _written(svg)


def nice_ticks(low: float, high: float, about: int = 4) -> list[float]:
    """Return round values, evenly spaced, that reach from at most `low` to at least `high`.

    There are about as many as asked for, at least two. They step by 1, 2 or 5 times a power of 10.
    """
    if high <= low:
        high = low + 1
    rough = (high - low) / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * nice for nice in (1, 2, 5, 10) if power * nice >= rough * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(step * number, 10) for number in range(first, last + 1)]


def _rank_ticks(worst: float) -> list[float]:
    """The ranks to be named: the first, and round ones down to the worst."""
    round_ones = [float(tick) for tick in nice_ticks(0, worst) if tick > 1 and tick == int(tick)]
    return [1.0, *(tick for tick in round_ones if tick - 1 > worst / 12)]


def _finite(numbers: Sequence[float]) -> None:
    if not all(math.isfinite(number) for number in numbers):
        raise ValueError("a chart cannot show a number that is not finite")


def _svg(
    ident: str, title: str, description: str, width: float, height: float, standalone: bool
) -> Element:
    svg = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "class": "chart",
            "viewBox": f"0 0 {_number(width)} {_number(height)}",
            "width": _number(width),
            "role": "img",
            "aria-labelledby": f"{ident}-title {ident}-description",
            "font-size": str(FONT),
            "fill": "none",
            "stroke": "none",
        },
    )
    SubElement(svg, "title", {"id": f"{ident}-title"}).text = _clean(title)
    SubElement(svg, "desc", {"id": f"{ident}-description"}).text = _clean(description)
    if standalone:
        # A page has its own height for a chart that is as wide as its column; a file has not.
        svg.set("height", _number(height))
        svg.set("color", INK)
        svg.set("font-family", "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif")
        SubElement(svg, "style").text = STANDALONE_STYLE
        sheet = {"class": "chart__sheet", "width": "100%", "height": "100%", "fill": SHEET}
        SubElement(svg, "rect", {**sheet, "rx": "6"})
    return svg


def _y_axis(svg: Element, frame: Frame, ticks: Sequence[float]) -> None:
    for tick in ticks:
        y = frame.y(tick)
        _rule(svg, frame.left, y, frame.right, y, opacity="0.2")
        _text(svg, _tick_text(tick), frame.left - GAP, y + 4, "end")


def _x_axis(
    svg: Element, frame: Frame, ticks: Sequence[tuple[float, str]], *, with_grid: bool = False
) -> None:
    _rule(svg, frame.left, frame.bottom, frame.right, frame.bottom, opacity="0.6")
    taken = -math.inf
    for value, text in ticks:
        x = frame.x(value)
        _rule(svg, x, frame.bottom, x, frame.bottom + 4, opacity="0.6")
        if with_grid:
            _rule(svg, x, frame.top, x, frame.bottom, opacity="0.2")
        half = _text_width(text) / 2
        # A label that would run into the one before it is left out; its tick stays.
        if x - half >= taken:
            _text(svg, text, max(x, half), frame.bottom + FONT + 6, "middle")
            taken = x + half + GAP


def _line(
    svg: Element, points: Sequence[tuple[float, float | None]], number: int, *, is_marked: bool
) -> None:
    pen_down, steps = False, []
    drawn: list[tuple[float, float]] = []
    for x, y in points:
        if y is None:
            pen_down = False
            continue
        steps.append(f"{'L' if pen_down else 'M'}{_number(x)} {_number(y)}")
        drawn.append((x, y))
        pen_down = True
    group = SubElement(svg, "g", {"class": f"chart__line chart__line--{number + 1}"})
    stroke = {"stroke": "currentColor", "stroke-width": "2.5" if is_marked else "1.5"}
    shape = {"d": " ".join(steps), "stroke-linejoin": "round", **stroke}
    if DASHES[number % len(DASHES)]:
        shape["stroke-dasharray"] = DASHES[number % len(DASHES)]
    SubElement(group, "path", shape)
    every = math.ceil(len(drawn) / MOST_MARKERS)
    # A point without neighbours is on no line: its marker is all that there is of it.
    ends = [*(step[0] == "M" for step in steps), True]
    marked = (at for n, at in enumerate(drawn) if n % every == 0 or (ends[n] and ends[n + 1]))
    for x, y in marked:
        marker = {"d": MARKERS[number % len(MARKERS)], "fill": "currentColor", **stroke}
        marker["stroke-width"] = "1.5"
        SubElement(group, "path", {**marker, "transform": f"translate({_number(x)} {_number(y)})"})


def _end_labels(svg: Element, frame: Frame, ends: Sequence[tuple[float, str, bool]]) -> None:
    """Write each line's name beside its end, moved as little as keeps the names apart."""
    ordered = sorted(ends)
    places: list[float] = []
    for y, _, _ in ordered:
        places.append(max(y, places[-1] + LINE) if places else y)
    lowest = frame.bottom
    for index in reversed(range(len(places))):
        places[index] = min(places[index], lowest)
        lowest = places[index] - LINE
    for place, (end, label, is_marked) in zip(places, ordered, strict=True):
        if abs(place - end) > 1:
            _rule(svg, frame.right + 1, end, frame.right + GAP - 2, place, opacity="0.5")
        _text(svg, label, frame.right + GAP, place + 4, "start", is_strong=is_marked)


def _interval(svg: Element, frame: Frame, each: Interval, y: float) -> None:
    group = SubElement(svg, "g", {"class": "chart__interval"})
    low, high = frame.x(each.low), frame.x(each.high)
    for x1, y1, x2, y2 in (
        (low, y, high, y),
        (low, y - 4, low, y + 4),
        (high, y - 4, high, y + 4),
    ):
        _rule(group, x1, y1, x2, y2, wide="1.5")
    dot = {"cx": _number(frame.x(each.value)), "cy": _number(y), "fill": "currentColor"}
    SubElement(group, "circle", {**dot, "r": "5" if each.is_marked else "3"})


def _band(svg: Element, frame: Frame, band: tuple[float, float]) -> None:
    left, right = frame.x(band[0]), frame.x(band[1])
    box = {"x": _number(left), "y": _number(frame.top), "width": _number(right - left)}
    box["height"] = _number(frame.bottom - frame.top)
    band_of = {"class": "chart__band", "fill": "currentColor", "fill-opacity": "0.08"}
    SubElement(svg, "rect", {**box, **band_of})
    for x in (left, right):
        edge = _rule(svg, x, frame.top, x, frame.bottom, opacity="0.6")
        edge.set("stroke-dasharray", "3 3")


def _rule(
    parent: Element,
    x1: float,
    y1: float,
    x2: float,
    y2: float,
    *,
    opacity: str = "",
    wide: str = "1",
) -> Element:
    ends = {"x1": x1, "y1": y1, "x2": x2, "y2": y2}
    rule = SubElement(parent, "line", {name: _number(value) for name, value in ends.items()})
    rule.set("stroke", "currentColor")
    rule.set("stroke-width", wide)
    if opacity:
        rule.set("stroke-opacity", opacity)
    return rule


def _text(
    parent: Element, text: str, x: float, y: float, anchor: str, *, is_strong: bool = False
) -> None:
    place = {"x": _number(x), "y": _number(y), "text-anchor": anchor, "fill": "currentColor"}
    if is_strong:
        place["font-weight"] = "bold"
    SubElement(parent, "text", place).text = _shortened(text)


def _shortened(text: str) -> str:
    text = _clean(text)
    return text if len(text) <= LONGEST_LABEL else f"{text[: LONGEST_LABEL - 1].rstrip()}…"


def _text_width(text: str) -> float:
    return len(_shortened(text)) * LETTER * FONT


def _clean(text: str) -> str:
    return NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", str(text))


def _number(value: float) -> str:
    """The number with at most two digits after the point, and no more than it needs."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _tick_text(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else _number(value)


def _written(svg: Element) -> SafeString:
    # ElementTree has escaped every text and attribute, so a page may take this as it is.
    return SafeString(tostring(svg, encoding="unicode"))
