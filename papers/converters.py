"""How parts of an address become values; what cannot be one is a 404 by itself."""

from datetime import date

from papers.identifiers import URL_KEY_PATTERN
from papers.periods import SLUG_PATTERNS, CalendarPeriod, Kind
from papers.secret_links import TOKEN_PATTERN


class PaperKeyConverter:
    """A paper's id in any spelling; `access.paper_for_page` redirects to the right one."""

    regex = URL_KEY_PATTERN

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class PeriodConverter:
    """A period of one kind. Addresses can also be made of a day that lies in it."""

    kind: Kind
    regex: str

    def to_python(self, value: str) -> CalendarPeriod:
        return CalendarPeriod.parse(self.kind, value)

    def to_url(self, value: CalendarPeriod | date) -> str:
        if isinstance(value, CalendarPeriod):
            return value.slug
        return CalendarPeriod.containing(self.kind, value).slug


class DayConverter(PeriodConverter):
    """A day of the calendar, 2025-03-11."""

    kind = "day"
    regex = SLUG_PATTERNS["day"]


class WeekConverter(PeriodConverter):
    """An ISO week, 2025-W11; a year has 52 or 53 of them."""

    kind = "week"
    regex = SLUG_PATTERNS["week"]


class MonthConverter(PeriodConverter):
    """A month, 2025-03."""

    kind = "month"
    regex = SLUG_PATTERNS["month"]


class UsernameConverter:
    """A user name, as in /@alice/. Upper case is let in to be redirected."""

    regex = r"[A-Za-z0-9][A-Za-z0-9_-]{1,29}"

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


class LinkTokenConverter:
    """The token of a list's secret link."""

    regex = TOKEN_PATTERN

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class AuthorNameConverter:
    """The key of an author's name, in letters of any script; other spellings are redirected."""

    regex = r"[^/\s\x00][^/\x00]{0,199}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
