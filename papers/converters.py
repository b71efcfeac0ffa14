"""How parts of an address become values; what cannot be one is a 404 by itself."""

from datetime import date

from papers.identifiers import URL_KEY_PATTERN


class PaperKeyConverter:
    """A paper's id in any spelling; `access.paper_for_page` redirects to the right one."""

    regex = URL_KEY_PATTERN

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class DayConverter:
    """A day of the calendar, 2025-03-11."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()


class UsernameConverter:
    """A user name, as in /@alice/."""

    regex = r"[a-z0-9][a-z0-9_-]{1,29}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class TagSlugConverter:
    """A tag's slug, or its code (cs.LG), which redirects to the slug."""

    regex = r"[A-Za-z0-9.-]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
