"""Signs without a place of their own, such as accents: at most a few on one character.

Thousands of them, as in "Zalgo" text, are drawn over the lines above and below.
"""

import re
import unicodedata

# Pointed Hebrew with its cantillation and stacked Tibetan get by with this many.
MAX_PILED = 4

_PLACELESS = frozenset({"Mn", "Me", "Cf"})
# Flags of regions are written with six of these.
_FLAG_TAGS = range(0xE0020, 0xE0080)
_TAG = re.compile(r"(<[^>]*>)")


def unpile_text(text: str) -> str:
    """Drop the fifth and every further combining or invisible character after another."""
    return text if text.isascii() else _unpiled([text])


def unpile_html(html: str) -> str:
    """As `unpile_text`, in HTML from the sanitiser: tags do not part a character from its signs."""
    return html if html.isascii() else _unpiled(_TAG.split(html))


def _unpiled(pieces: list[str]) -> str:
    kept: list[str] = []
    piled = 0
    for place, piece in enumerate(pieces):
        if place % 2:  # a tag
            kept.append(piece)
            continue
        for char in piece:
            piled = piled + 1 if _is_placeless(char) else 0
            if piled <= MAX_PILED:
                kept.append(char)
    return "".join(kept)


def _is_placeless(char: str) -> bool:
    return (
        char > "\x7f" and unicodedata.category(char) in _PLACELESS and ord(char) not in _FLAG_TAGS
    )
