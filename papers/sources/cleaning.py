"""Text, dates and links from other people's files, made fit to store. No database, no network."""

import re
import unicodedata
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

MAX_URL_LENGTH = 500

# A publication before the printing press, or centuries ahead, is a slip of the keyboard.
FIRST_YEAR, LAST_YEAR = 1400, 2200

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

_web_address = URLValidator(schemes=["http", "https"])


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


def usable_url(text: str) -> str:
    """Return `text` as a web address that we may link to, "" when it is none.

    A bad link is no reason to lose a paper, so it is dropped rather than rejected.
    """
    text = text.strip()
    try:
        _web_address(text)
        # In https://arxiv.org@elsewhere.example/ a reader takes the user for the host.
        names_user = "@" in urlsplit(text).netloc
    except (ValidationError, ValueError):
        return ""
    return "" if names_user or len(text) > MAX_URL_LENGTH else text


def read_instant(text: str) -> datetime | None:
    """Read an ISO 8601 date or time, as UTC when it names no zone; None if it is none.

    Years outside FIRST_YEAR to LAST_YEAR give None as well.
    """
    try:
        instant = datetime.fromisoformat(text.strip())
        instant = instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return instant if is_plausible_year(instant.year) else None


def is_plausible_year(year: int) -> bool:
    return FIRST_YEAR <= year <= LAST_YEAR


def shown(value: object, length: int = 80) -> str:
    """Return `value` for a message: one printable line of at most `length` characters."""
    text = "".join(
        char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in str(value)
    )
    return text if len(text) <= length else f"{text[: length - 1]}…"
