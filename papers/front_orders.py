"""The orders of the front page that a reader chooses between: a window, and a balance."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.exceptions import SuspiciousOperation
from django.http import QueryDict
from django.utils.translation import gettext as _

from papers.models import Balance, Window


@dataclass(frozen=True, slots=True)
class OrderLink:
    """An order that one can change to: its name, and the address on the page of it."""

    label: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class FrontOrder:
    """An order on a page at `path`, which is the front page or a day of the archive."""

    path: str
    window: Window = Window.WEEK
    balance: Balance = Balance.NONE

    @classmethod
    def chosen(cls, path: str, parameters: QueryDict) -> "FrontOrder":
        """The order that an address asks for; raises SuspiciousOperation for one there is not."""
        window = parameters.get("window") or Window.WEEK
        if window not in Window.values:
            raise SuspiciousOperation(_("There is no such window: choose now, week or month."))
        balance = parameters.get("balance") or Balance.NONE
        if balance not in Balance.values:
            raise SuspiciousOperation(
                _("There is no such balance: write “fields”, or leave it out.")
            )
        return cls(path, Window(window), Balance(balance))

    @property
    def query(self) -> str:
        """The part of an address that says so, with its question mark; nothing for the default."""
        asked = {}
        if self.window != Window.WEEK:
            asked["window"] = self.window.value
        if self.balance != Balance.NONE:
            asked["balance"] = self.balance.value
        return f"?{urlencode(asked)}" if asked else ""

    @property
    def url(self) -> str:
        return self.path + self.query

    @property
    def windows(self) -> list[OrderLink]:
        """Each window, with the same balance."""
        return [
            self._link(FrontOrder(self.path, window, self.balance), str(window.label))
            for window in Window
        ]

    @property
    def balances(self) -> list[OrderLink]:
        """Each balance, within the same window."""
        return [
            self._link(FrontOrder(self.path, self.window, balance), str(balance.label))
            for balance in Balance
        ]

    def _link(self, other: "FrontOrder", label: str) -> OrderLink:
        return OrderLink(label, other.url, other == self)

    def page_url(self, cursor: str) -> str:
        """The address of the page of this order that begins after `cursor`."""
        return f"{self.url}{'&' if self.query else '?'}{urlencode({'after': cursor})}"
