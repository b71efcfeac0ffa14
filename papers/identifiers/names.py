"""Names and titles made comparable: keys of authors, of titles, of papers without an id. Pure."""

import base64
import hashlib
import unicodedata

MAX_NAME_KEY_LENGTH = 120


def offprint_key(
    title: str, family_name: str, year: int | None, page: str = "", salt: int = 0
) -> str:
    """Make the ``op:`` key of a paper without arXiv id and usable DOI.

    Spelling that differs only in case, accents, punctuation or spacing gives the same key. `page`
    is the first page, where it is known: a column that comes in each issue under one title is a work
    each time. The key is a hash: whoever finds it taken compares the papers and, if they differ,
    asks again with the next `salt`. Raises ValueError for a blank title.
    """
    if not title.strip():
        raise ValueError("A paper without a title has no key.")
    parts = [_comparable(title), _comparable(family_name), "" if year is None else str(year)]
    if page:
        parts.append(f"page {page}")
    if salt:
        parts.append(str(salt))
    return f"op:{_short_hash(chr(10).join(parts))}"


def title_hash(title: str) -> str:
    """Return what titles that differ only in case, accents and punctuation share; "" for no words."""
    words = _words(title)
    return _short_hash(" ".join(words)) if words else ""


def author_name_key(name: str) -> str:
    """Make the part of a URL that stands for an author's name: ``José Ångström`` -> jose-angstrom.

    Letters of every script are kept, accents and case are not; anything else becomes one hyphen.
    A name without letters or digits gets a hash of itself, so only an empty name has an empty key.
    At most MAX_NAME_KEY_LENGTH characters: longer ones are cut and made unique again by a hash.
    """
    if not name:
        return ""
    key = "-".join(_words(name)) or f"name-{_short_hash(name)}"
    if len(key) > MAX_NAME_KEY_LENGTH:
        key = f"{key[: MAX_NAME_KEY_LENGTH - 11].rstrip('-')}-{_short_hash(key)}"
    return key


def _comparable(text: str) -> str:
    return " ".join(_words(text)) or " ".join(text.split()).casefold()


# Latin letters that Unicode does not take apart into a base and an accent.
_PLAIN_LETTERS = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ħ": "h",
        "\u0131": "i",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ð": "d",
    }
)


def _words(text: str) -> list[str]:
    """Split into words of letters and digits, without case and without accents.

    Marks go only where they are accents, on Latin and Greek letters: elsewhere they are part of
    the spelling (й, the vowels of Devanagari, the voicing marks of kana).
    """
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    kept: list[str] = []
    base = " "
    for char in folded:
        category = unicodedata.category(char)
        if category[0] == "M":
            if base.isalnum() and base >= "\u0400":
                kept.append(char)
        elif category != "Cf":  # zero-width joiners and the like separate nothing
            base = char
            kept.append(char if char.isalnum() else " ")
    return unicodedata.normalize("NFC", "".join(kept).translate(_PLAIN_LETTERS)).split()


def _short_hash(text: str) -> str:
    """Ten lower-case base32 characters (50 bits) of the SHA-256 of a text."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return base64.b32encode(digest)[:10].decode("ascii").lower()
