"""The orders of the papers of a tag, an author or a list that a reader chooses between."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.exceptions import SuspiciousOperation
from django.http import QueryDict
from django.utils.translation import gettext as _

from papers.front_orders import OrderLink
from papers.models import Window
from papers.sorting import Sort


@dataclass(frozen=True, slots=True)
class SetOrder:
    """An order of the page at `path`; by itself the page is in the first of `sorts`.

    A set that has an order of its own, as a list has, calls it by `own`; then that is the first,
    and `sort` is None for it.
    """

    path: str
    sorts: Sequence[Sort]
    sort: Sort | None
    window: Window = Window.WEEK
    own: str = ""

    @classmethod
    def chosen(
        cls, path: str, parameters: QueryDict, sorts: Sequence[Sort], own: str = ""
    ) -> "SetOrder":
        """The order that an address asks for; raises SuspiciousOperation for one there is not."""
        sort = parameters.get("sort") or ("" if own else sorts[0].value)
        if not sort:
            return cls(path, sorts, None, own=own)
        if sort not in sorts:
            names = ", ".join(f"“{each.value}”" for each in sorts)
            raise SuspiciousOperation(
                _("There is no such order here. These are known: %(names)s.") % {"names": names}
            )
        # Only what trends has a window; elsewhere it is as good as absent.
        window = Window.WEEK.value
        if sort == Sort.TRENDING:
            window = parameters.get("window") or window
        if window not in Window.values:
            raise SuspiciousOperation(_("There is no such window: choose now, week or month."))
        return cls(path, sorts, Sort(sort), Window(window), own)

    @property
    def trends(self) -> bool:
        """Whether this is the order of what trends."""
        return self.sort is Sort.TRENDING

    @property
    def by_publication(self) -> bool:
        """Whether rows tell when a paper was published: what trends is told by its listing."""
        return not self.trends

    @property
    def links(self) -> list[OrderLink]:
        """Each order, by its name."""
        return [
            OrderLink(str(sort.label) if sort else self.own, self._url(sort), sort is self.sort)
            for sort in self._all
        ]

    @property
    def windows(self) -> list[OrderLink]:
        """Each window of what trends; none for another order."""
        return [
            OrderLink(str(window.label), self._url(self.sort, window), window is self.window)
            for window in (Window if self.trends else ())
        ]

    @property
    def _all(self) -> list[Sort | None]:
        return [*([None] if self.own else []), *self.sorts]

    def _url(self, sort: Sort | None, window: Window = Window.WEEK) -> str:
        asked = {}
        if sort is not None and sort is not self._all[0]:
            asked["sort"] = sort.value
        if window is not Window.WEEK:
            asked["window"] = window.value
        return f"{self.path}?{urlencode(asked)}" if asked else self.path
