"""A paper's badge: a small SVG for the README of its code, with its upvotes and its best place.

It is a file of its own, shown by pages that know nothing of it, so it says everything by attributes:
no style, script, font or colour of the page. Its widths are guesses, and each text is told to fill
its own, so that it fits whatever font there is. Pure: no Django, no database.
"""

from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

HEIGHT: Final = 20
FONT: Final = 11
LETTER: Final = 6.2
PADDING: Final = 7
# White on both is easier to read than 4.5:1 asks for.
NAME_COLOUR, VALUE_COLOUR, INK = "#3b3733", "#9c2f1d", "#ffffff"


def badge_svg(name: str, value: str) -> str:
    """Return the badge with `name` on its left and `value` on its right; both are read out."""
    widths = [_width(text) for text in (name, value)]
    total = sum(widths)
    svg = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "width": str(total),
            "height": str(HEIGHT),
            "viewBox": f"0 0 {total} {HEIGHT}",
            "role": "img",
            "aria-label": f"{name}: {value}",
        },
    )
    SubElement(svg, "title").text = f"{name}: {value}"
    clip = SubElement(svg, "clipPath", {"id": "round"})
    SubElement(clip, "rect", {"width": str(total), "height": str(HEIGHT), "rx": "3"})
    sheet = SubElement(svg, "g", {"clip-path": "url(#round)"})
    texts = SubElement(
        svg,
        "g",
        {
            "fill": INK,
            "font-family": "Verdana,DejaVu Sans,Geneva,sans-serif",
            "font-size": str(FONT),
            "aria-hidden": "true",
        },
    )
    left = 0
    for text, width, colour in zip((name, value), widths, (NAME_COLOUR, VALUE_COLOUR), strict=True):
        box = {"x": str(left), "width": str(width), "height": str(HEIGHT), "fill": colour}
        SubElement(sheet, "rect", box)
        place = {"x": str(left + PADDING), "y": "14", "textLength": str(width - 2 * PADDING)}
        SubElement(texts, "text", place).text = text
        left += width
    return tostring(svg, encoding="unicode")


def _width(text: str) -> int:
    """How wide a part is with this text, in pixels."""
    return round(len(text) * LETTER) + 2 * PADDING
