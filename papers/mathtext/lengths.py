"""Lengths in MathML: how long one may be, and how much room the whole of a formula takes.

A title stands among other people's titles. No formula may push them off the page or cover them.
"""

import html
import re

_LENGTH = re.compile(r"([-+]?(?:[0-9]{1,6}(?:\.[0-9]{0,12})?|\.[0-9]{1,12}))([a-z]{0,3})")
# In em, at 16 px to one.
_UNITS = {
    "em": 1.0,
    "rem": 1.0,
    "ex": 0.45,
    "px": 1 / 16,
    "pt": 1 / 12,
    "pc": 1.0,
    "in": 6.0,
    "cm": 2.36,
    "mm": 0.236,
}
_NAMED = frozenset(
    {
        *(
            f"{sign}{size}mathspace"
            for sign in ("", "negative")
            for size in ("veryverythin verythin thin medium thick verythick veryverythick").split()
        ),
        *("thin", "medium", "thick"),  # of lines
    }
)

# In em. The arrows with text above them are 3.5 em of space and what stands on it; \Bigg makes
# brackets of 2.47 em. What is raised further than half an em leaves its formula, which clips it.
_BOUNDS = {
    "width": (-1.0, 4.0),
    "height": (-1.0, 1.0),
    "depth": (-1.0, 1.0),
    "lspace": (-1.0, 3.0),
    "rspace": (-1.0, 3.0),
    "voffset": (-0.5, 0.5),
    "linethickness": (0.0, 0.3),
    "minsize": (0.0, 3.0),
    "maxsize": (0.0, 3.0),
}
_SMALL_NUMBERS = {
    "scriptlevel": re.compile(r"[+]?[0-3]"),
    "columnspan": re.compile(r"[1-9][0-9]?"),
    "rowspan": re.compile(r"[1-9][0-9]?"),
}

_MARKUP = re.compile(r'<(/?)([a-z]+)((?:[^">]|"[^"]*")*)>|([^<]+)')
_ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)"')
_STACKED = frozenset({"mfrac", "mover", "munder", "munderover", "mtable"})
# What stands above or below the tallest part, in em.
_ADDED = {
    "msub": 0.5,
    "msup": 0.5,
    "msubsup": 1.0,
    "mmultiscripts": 1.0,
    "msqrt": 0.3,
    "mroot": 0.5,
    "mtr": 0.45,
}


def bounded(_tag: str, attribute: str, value: str) -> str | None:
    """Give the value an attribute may have: shorter if it is a length beyond bounds, or None.

    For nh3's `attribute_filter`. Attributes that are no lengths stay as they are.
    """
    if attribute in _SMALL_NUMBERS:
        return value if _SMALL_NUMBERS[attribute].fullmatch(value) else None
    if attribute not in _BOUNDS or value in _NAMED:
        return value
    length = _in_em(value)
    if length is None:
        return None
    least, most = _BOUNDS[attribute]
    if length < least or length > most:
        return f"{min(max(length, least), most):g}em"
    return value


def room(mathml: str) -> tuple[float, float]:
    """Estimate (height, blank space from left to right) of sanitised MathML, in em.

    The height is rather too much than too little: scripts count as if they were not smaller,
    because an author can make them as large as the rest. Nothing recurses.
    """
    parents: list[tuple[str, dict[str, str]]] = []
    siblings: list[list[float]] = [[]]
    blank = 0.0
    for closing, tag, attributes, chars in _MARKUP.findall(mathml):
        if chars:
            siblings[-1].append(1.0 if html.unescape(chars).strip() else 0.0)
        elif not closing:
            given = dict(_ATTRIBUTE.findall(attributes))
            blank += sum(_size(given, name) for name in ("lspace", "rspace"))
            blank += _size(given, "width") if tag == "mspace" else 0.0
            parents.append((tag, given))
            siblings.append([])
        elif parents:
            height = _height(*parents.pop(), siblings.pop())
            siblings[-1].append(height)
    return max(siblings[0], default=0.0), blank


def _height(tag: str, given: dict[str, str], children: list[float]) -> float:
    tallest = max(children, default=0.0)
    if tag in _STACKED:
        is_accent = "accent" in given or "accentunder" in given
        return tallest + 0.5 if is_accent and len(children) == 2 else sum(children)
    if tag == "mo":
        return max(tallest, _size(given, "minsize"))
    if tag in {"mspace", "mpadded"}:
        tallest = max(tallest, _size(given, "height") + _size(given, "depth"))
        return tallest + _size(given, "voffset")
    return tallest + _ADDED.get(tag, 0.0)


def _size(given: dict[str, str], attribute: str) -> float:
    return abs(_in_em(given.get(attribute, "0")) or 0.0)


def _in_em(value: str) -> float | None:
    """Read a length. None is what is not one: percentages too, and numbers without a unit."""
    found = _LENGTH.fullmatch(value.strip())
    if found is None:
        return None
    number, unit = float(found[1]), found[2]
    if unit not in _UNITS:
        return 0.0 if not unit and number == 0 else None
    return number * _UNITS[unit]
