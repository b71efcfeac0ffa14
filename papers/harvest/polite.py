"""Asking other people's servers: one request at a time, with a pause, and never when told off.

A provider's lock is held for as long as a request lasts, by a connection of its own, and the next
request begins a gap after the end of the last one. So what arXiv asks for holds over all workers
and machines that share the database. A worker that is killed loses its connection, and with it the
lock; but the row of SourceState says until when its request may last, and the next one waits.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Self, TypeVar

import httpx
from django.conf import settings
from django.utils.translation import gettext as _
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

from papers.harvest import source_state
from papers.harvest.answers import (
    REFUSALS,
    Answer,
    BadAnswer,
    BrokenAnswer,
    NoAnswer,
    ServerFailed,
    read,
)
from papers.models import Provider
from papers.sources.files import FileRefused

Read = TypeVar("Read")

MAX_REDIRECTS = 2
# How often an answer is asked for that breaks off or is no sound XML or JSON.
ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Service:
    """One service of a provider.

    setting  the setting that has its address
    slow     True for one that may think for minutes
    """

    provider: Provider
    setting: str
    slow: bool = False

    @property
    def url(self) -> str:
        address: str = getattr(settings, self.setting)
        return address.rstrip("/")

    @property
    def seconds(self) -> float:
        """How long an answer may take."""
        limits = settings.HARVESTING["timeout_seconds"]
        return float(limits["slow" if self.slow else "usual"])


ARXIV_API = Service(Provider.ARXIV, "ARXIV_API_URL")
ARXIV_OAI = Service(Provider.ARXIV, "ARXIV_OAI_URL", slow=True)
ARXIV_RSS = Service(Provider.ARXIV, "ARXIV_RSS_URL")
BIORXIV_API = Service(Provider.BIORXIV, "BIORXIV_API_URL")
CROSSREF_API = Service(Provider.CROSSREF, "CROSSREF_API_URL")
SERVICES = (ARXIV_API, ARXIV_OAI, ARXIV_RSS, BIORXIV_API, CROSSREF_API)


class ChunkOver(Exception):  # noqa: N818 - an ordinary end, not a defect
    """No more requests for now, though there is more to ask."""


class LeftAlone(ChunkOver):
    """The provider is to be left alone until `until`; `refusals` counts those in a row.

    refused  whether it refused just now; otherwise it was not asked, for what happened before
    """

    def __init__(self, reason: str, until: datetime, refusals: int, *, refused: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.until = until
        self.refusals = refusals
        self.refused = refused


@dataclass
class Asker:
    """Asks for what one chunk of a harvest needs. A context manager: it closes its connections.

    deadline  by time.monotonic(): no request begins that might end after it
    before    called before each request; may raise ChunkOver
    requests  how many were sent
    """

    deadline: float
    before: Callable[[], None] = lambda: None
    requests: int = 0
    _client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self._client = httpx.Client(
            headers={"User-Agent": user_agent()},
            follow_redirects=False,
            # A password from ~/.netrc would be meant for somebody else.
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._client.close()

    def get(
        self,
        service: Service,
        path: str = "",
        params: dict[str, str] | None = None,
        validators: dict[str, str] | None = None,
    ) -> Answer:
        """Ask the service, in its turn, and return its answer, of status 2xx or 304.

        `validators` are those of an earlier Answer: when nothing is new since, the status is 304.
        Raises ChunkOver when the deadline is too near, LeftAlone when the provider refuses or has
        refused lately, ServerFailed for a 500, BrokenAnswer for an answer that breaks off, and
        BadAnswer for what asking again would not mend.
        """
        # Without an empty "?": httpx would append one for empty params.
        url = httpx.URL(f"{service.url}{path}")
        if params:
            url = url.copy_merge_params(params)
        for _attempt in range(MAX_REDIRECTS + 1):
            answer = self._ask(service, url, validators or {})
            if answer.redirect is None:
                return _judged(answer)
            url = _followed(service.provider, url, answer.redirect)
        raise BadAnswer(_("The server sends us from one address to the next."))

    def get_and_read(
        self,
        service: Service,
        parse: Callable[[Answer], Read],
        path: str = "",
        params: dict[str, str] | None = None,
        validators: dict[str, str] | None = None,
    ) -> Read:
        """Ask as `get` does and read the answer; ask again when it is not whole.

        `parse` raises FileRefused for an answer that is broken. Raises BrokenAnswer when it was
        broken each time.
        """

        def once() -> Read:
            answer = self.get(service, path, params, validators)
            try:
                return parse(answer)
            except FileRefused as refused:
                raise BrokenAnswer(refused.reason) from refused

        # No wait between the attempts but the provider's own gap, which every request observes.
        attempts = Retrying(
            stop=stop_after_attempt(ATTEMPTS),
            retry=retry_if_exception_type(BrokenAnswer),
            reraise=True,
        )
        return attempts(once)

    def _ask(self, service: Service, url: httpx.URL, validators: dict[str, str]) -> Answer:
        """Send one request in the provider's turn; raises LeftAlone when it is refused."""
        self.before()
        refusal = ""
        asked_for = None
        try:
            with source_state.turn(
                service.provider, self._patience(service), service.seconds
            ) as back_off:
                if back_off is not None:
                    raise _left_alone(service, back_off, _why_alone(back_off), refused=False)
                # Others may have taken so long that there is no time left, or a pause was asked for.
                self._patience(service)
                self.before()
                self.requests += 1
                try:
                    answer = read(self._client, url, validators, service.seconds)
                except NoAnswer as failure:
                    refusal = failure.reason
                else:
                    if answer.status not in REFUSALS:
                        return answer
                    refusal = _("It answered %(status)d.") % {"status": answer.status}
                    asked_for = answer.retry_after
                # Within the turn: who waits for the lock sees it.
                raise _left_alone(
                    service, source_state.leave_alone(service.provider, asked_for), refusal
                )
        except source_state.NotOurTurn as busy:
            raise ChunkOver(_("Others are asking.")) from busy

    def _patience(self, service: Service) -> float:
        """Return the seconds that are left to wait for others before a request must begin."""
        patience = self.deadline - time.monotonic() - service.seconds
        if patience <= 0:
            raise ChunkOver(_("There is no time left for another request."))
        return patience


def user_agent() -> str:
    """Return how we introduce ourselves, with an address for complaints if one is configured."""
    contact = settings.HARVEST_CONTACT
    if contact and "://" not in contact:
        contact = f"mailto:{contact}"
    return f"Offprint (+{contact})" if contact else "Offprint"


def leave_alone(service: Service, reason: str) -> LeftAlone:
    """Leave the provider alone for a while, for a reason that no status said; returns the end."""
    return _left_alone(service, source_state.leave_alone(service.provider), reason)


def _left_alone(
    service: Service, back_off: source_state.BackOff, reason: str, *, refused: bool = True
) -> LeftAlone:
    reason = f"{service.provider.label}: {reason}"
    return LeftAlone(reason, back_off.until, back_off.refusals, refused=refused)


def _why_alone(back_off: source_state.BackOff) -> str:
    if back_off.unfinished:
        return _("It may still be answering a request that was cut off.")
    return _("It asked to be left alone.")


def _judged(answer: Answer) -> Answer:
    if answer.status >= 500:
        raise ServerFailed(answer.status)
    if answer.status >= 400:
        raise BadAnswer(
            _("The server answered %(status)d: %(text)s")
            % {"status": answer.status, "text": answer.excerpt},
            answer,
        )
    return answer


def _followed(provider: Provider, url: httpx.URL, redirect: str) -> httpx.URL:
    """Return the address to go on at. Raises BadAnswer when it is not the provider's."""
    try:
        following = url.join(redirect)
    except (httpx.InvalidURL, UnicodeError):
        following = httpx.URL()
    hosts = {httpx.URL(each.url).netloc for each in SERVICES if each.provider == provider}
    # From http to https, and not back.
    if following.netloc not in hosts or following.scheme not in {url.scheme, "https"}:
        raise BadAnswer(
            _("The server sends us to another one, “%(host)s”, and we do not follow.")
            # As it was sent: “xn--” is the beginning of no name.
            % {"host": following.raw_host.decode("ascii", "replace")}
        )
    return following
