"""Text that people send, made fit to store and to show. Pure: no Django, no database."""

import re
import unicodedata

# PostgreSQL stores no NUL and UTF-8 no lone surrogate (half of a character, from a text that was
# cut or a JSON escape); other control characters show as nothing, and those that turn the
# direction of writing can make one title look like another.
_UNWANTED = dict.fromkeys(
    [
        *(code for code in range(0x20) if chr(code) not in "\t\n\v\f\r"),
        *(code for code in range(0x7F, 0xA0) if code != 0x85),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        0xFEFF,
    ]
) | dict.fromkeys(range(0xD800, 0xE000), "\N{REPLACEMENT CHARACTER}")


def clean_block(text: str) -> str:
    """Return `text` with its lines kept, in composed Unicode, without what cannot be stored."""
    text = re.sub(r"\r\n?|[\v\f\x85\u2028\u2029]", "\n", text).translate(_UNWANTED)
    lines = (line.rstrip() for line in unicodedata.normalize("NFC", text).split("\n"))
    return "\n".join(lines).strip()


def clean_line(text: str) -> str:
    """Return `text` as one line: like `clean_block`, with every run of blanks as one space."""
    return " ".join(clean_block(text).split())


def has_visible_character(text: str) -> bool:
    """Say whether anything of `text` can be seen: zero-width characters alone make no title."""
    return any(char.isprintable() and not char.isspace() for char in text)
