# ruff: noqa: RUF001, RUF003 -- the mathematical look-alikes of ASCII signs are what this is about
"""MathML as one line of text, for feeds, mail and window titles: O(n^2), x_i ≤ √(a+b)."""

import html
import re
import unicodedata
from collections.abc import Callable

_MARKUP = re.compile(r'<(/?)([a-z]+)((?:[^">]|"[^"]*")*)>|([^<]+)')
# Put around the names of functions until it is known whether a letter follows.
_WORD = "\x1f"
_WORD_EDGE = re.compile(rf"(?<=[^\W_]){_WORD}+(?=[^\W_])")

_RELATIONS = frozenset("=<>≤≥⩽⩾≠≈∼≃≅≡≜≔∝∈∉∋⊂⊃⊆⊇→←↔⇒⇐⇔↦≪≫≺≻⊢⊨")
_BRACKETS = frozenset({"()", "[]", "{}", "⌊⌋", "⌈⌉", "⟨⟩"})
_LINES = frozenset("⏞⏟⏜⏝⎴⎵_‾")
_PRIMES = frozenset("′″‴⁗")

# Styled letters are for the eye alone: 𝐱 is x to a search and to many fonts of mail readers. The
# number sets (ℝ, ℤ ...) are known in this form and stay.
_PLAIN = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x1D400, 0x1D800)}
_PLAIN |= {ord(char): unicodedata.normalize("NFKC", char) for char in "ℊℋℌℐℑℒℛℜℬℭℯℰℱℳℴℨ𝚤𝚥"}
_PLAIN |= dict.fromkeys((0xFE00, 0xFE01, 0x2061, 0x2062, 0x2063, 0x2064), "")
_PLAIN |= {0x2212: "-", 0xA0: " "}

_OVER = {
    "ˆ": "\u0302",
    "^": "\u0302",
    "˜": "\u0303",
    "~": "\u0303",
    "¯": "\u0304",
    "ˉ": "\u0304",
    "‾": "\u0304",
    "˙": "\u0307",
    "¨": "\u0308",
    "ˇ": "\u030c",
    "˘": "\u0306",
    "´": "\u0301",
    "`": "\u0300",
    "→": "\u20d7",
}

_RAISED = str.maketrans("0123456789+-=()in", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁱⁿ")
_LOWERED = str.maketrans("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
_RAISABLE = frozenset(map(chr, _RAISED))
_LOWERABLE = frozenset(map(chr, _LOWERED))


def mathml_to_text(mathml: str) -> str:
    """Write sanitised MathML as text. Elements close innermost first, so nothing recurses."""
    parents: list[tuple[str, str]] = []
    siblings: list[list[str]] = [[]]
    for closing, tag, attributes, chars in _MARKUP.findall(mathml):
        if chars:
            siblings[-1].append(html.unescape(chars).translate(_PLAIN))
        elif not closing:
            parents.append((tag, attributes))
            siblings.append([])
        elif parents:
            name, given = parents.pop()
            children = siblings.pop()
            siblings[-1].append(_element(name, given, children))
    text = _WORD_EDGE.sub(" ", "".join(siblings[0])).replace(_WORD, "").replace(": =", " :=")
    return " ".join(text.split())


def raised(text: str) -> str:
    """Write a superscript that has no base of its own: 10 and -5 make 10⁻⁵."""
    return text.translate(_RAISED) if _RAISABLE.issuperset(text) else f"^{_group_power(text)}"


def lowered(text: str) -> str:
    """Write a subscript that has no base of its own: CO and 2 make CO₂."""
    return text.translate(_LOWERED) if _LOWERABLE.issuperset(text) else f"_{_group(text)}"


def _element(tag: str, attributes: str, children: list[str]) -> str:
    if tag == "mo":
        return _operator("".join(children))
    if tag in _WRITERS and len(children) == _ARITY[tag]:
        return _WRITERS[tag](attributes, *children)
    if tag == "mspace":
        return " " if "width" in attributes else ""
    if tag == "mtr":
        cells = [cell for cell in children if cell.strip()]
        # Aligned equations part before their relation, matrices between their entries.
        aligned = any(cell.strip()[:1] in _RELATIONS for cell in cells)
        return ("" if aligned else ", ").join(cells)
    return ("; " if tag == "mtable" else "").join(children)


def _operator(sign: str) -> str:
    if len(sign) > 1 and sign.isalpha():
        return f"{_WORD}{sign}{_WORD}"
    return f" {sign} " if sign in _RELATIONS else sign


def _power(_: str, base: str, exponent: str) -> str:
    exponent = _tight(exponent)
    if _PRIMES.issuperset(exponent):
        return f"{base}{exponent}"
    return f"{_grouped_base(base)}^{_group_power(exponent)}" if base else raised(exponent)


def _index(_: str, base: str, index: str) -> str:
    index = _tight(index)
    return f"{base}_{_group(index)}" if base else lowered(index)


def _index_and_power(_: str, base: str, index: str, exponent: str) -> str:
    return _power("", _index("", base, index) or " ", exponent)


def _over(attributes: str, base: str, over: str) -> str:
    over = _tight(over)
    if "accent" in attributes or over in _LINES:
        mark = _OVER.get(over, "") if len(base) == 1 else ""
        return unicodedata.normalize("NFC", f"{base}{mark}")
    return f"{_power('', base, over)} "


def _under(_: str, base: str, under: str) -> str:
    return base if _tight(under) in _LINES else f"{_index('', base, under)} "


def _under_and_over(_: str, base: str, under: str, over: str) -> str:
    return f"{_index_and_power('', base, under, over)} "


def _fraction(attributes: str, numerator: str, denominator: str) -> str:
    if 'linethickness="0"' in attributes:
        return f"{numerator} choose {denominator}"
    return f"{_group(_tight(numerator))}/{_group(_tight(denominator))}"


def _square_root(_: str, inside: str) -> str:
    return f"√{_group(inside)}"


def _root(_: str, inside: str, index: str) -> str:
    return f"{_group(inside)}^(1/{_tight(index)})"


_WRITERS: dict[str, Callable[..., str]] = {
    "msup": _power,
    "msub": _index,
    "msubsup": _index_and_power,
    "mover": _over,
    "munder": _under,
    "munderover": _under_and_over,
    "mfrac": _fraction,
    "msqrt": _square_root,
    "mroot": _root,
}
_ARITY = {
    "msup": 2,
    "msub": 2,
    "msubsup": 3,
    "mover": 2,
    "munder": 2,
    "munderover": 3,
    "mfrac": 2,
    "msqrt": 1,
    "mroot": 2,
}


def _tight(text: str) -> str:
    """Close up a script or a part of a fraction: k = 1 is k=1 there."""
    return text.strip() if _WORD in text else text.replace(" ", "")


def _group(text: str) -> str:
    """Put in brackets what would not be read as one thing after a sign."""
    bare = text.strip().replace(_WORD, "")
    if len(bare) == 1 or bare.isalnum() or re.fullmatch(r"[-+]?[0-9.]+", bare):
        return bare
    return bare if _is_bracketed(bare) else f"({bare})"


def _group_power(text: str) -> str:
    """As `_group`, but n^(2k) and R^(mn): after a power the eye takes one letter or number."""
    grouped = _group(text)
    return (
        f"({grouped})"
        if len(grouped) > 1 and grouped.isalnum() and not grouped.isdigit()
        else grouped
    )


def _grouped_base(base: str) -> str:
    return f"({base})" if "/" in base and not _is_bracketed(base) else base


def _is_bracketed(text: str) -> bool:
    """Tell (a+b) from (a)+(b): the first bracket closes with the last character."""
    opening, closing = text[:1], text[-1:]
    if opening + closing not in _BRACKETS:
        return False
    depth = 0
    for char in text[:-1]:
        depth += (char == opening) - (char == closing)
        if depth == 0:
            return False
    return True
