"""Text, dates and links from other people's files, made fit to store. No database, no network."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from config.text import clean_block, clean_line, has_visible_character

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "MAX_URL_LENGTH",
    "clean_block",
    "clean_line",
    "has_visible_character",
    "is_plausible_year",
    "read_instant",
    "shown",
    "undo_double_encoding",
    "usable_url",
]

MAX_URL_LENGTH = 500

# A publication before the printing press, or centuries ahead, is a slip of the keyboard.
FIRST_YEAR, LAST_YEAR = 1400, 2200

_web_address = URLValidator(schemes=["http", "https"])


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


def undo_double_encoding(text: str) -> str:
    """Return ``José`` for ``JosÃ©``, and any text that was not encoded twice as it is.

    Recorded answers of servers are often UTF-8 that was taken for Latin-1. Nobody means the signs
    that this makes, and whatever is no UTF-8 throughout is left alone.
    """
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text


def is_plausible_year(year: int) -> bool:
    return FIRST_YEAR <= year <= LAST_YEAR


def shown(value: object, length: int = 80) -> str:
    """Return `value` for a message: one printable line of at most `length` characters."""
    text = "".join(
        char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in str(value)
    )
    return text if len(text) <= length else f"{text[: length - 1]}…"
