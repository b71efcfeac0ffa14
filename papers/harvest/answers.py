"""One request over HTTP, and what can become of it."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import httpx
from django.utils import timezone
from django.utils.translation import gettext as _

from papers.sources.cleaning import shown
from papers.sources.files import SourceContent

# A page of 2,000 records of arXiv has some 6 MB, a day of all its feeds as much.
MAX_ANSWER_BYTES = 64 * 2**20
# What a client is told that asks too much: usually 429 or 503, by arXiv also 403 and 406.
REFUSALS = frozenset({403, 406, 429, 502, 503, 504})
REDIRECTS = frozenset({301, 302, 303, 307, 308})


class BadAnswer(Exception):  # noqa: N818 - the word that people read in the report
    """An answer that asking again would not mend; `reason` is a translated sentence.

    `answer` is the answer itself, where its text matters, such as a feed that says which id is bad.
    """

    def __init__(self, reason: str, answer: "Answer | None" = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.answer = answer


class BrokenAnswer(Exception):  # noqa: N818
    """An answer that ends in the middle or cannot be read; it may be whole the next time."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ServerFailed(Exception):  # noqa: N818
    """The server answered 500: it is unwell, or does not bear this very question."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status
        self.reason = _("The server failed: it answered %(status)d.") % {"status": status}


class NoAnswer(Exception):  # noqa: N818
    """The server cannot be reached, or took too long."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered.

    validators   "etag" and "last_modified", as far as it gave them, for the next time
    redirect     the address that it names instead of an answer
    retry_after  seconds for which it asks to be left alone, None when it does not say or says 0
    """

    url: str
    status: int
    content: bytes
    validators: dict[str, str]
    redirect: str | None = None
    retry_after: float | None = None

    @property
    def file(self) -> SourceContent:
        """Its content, for a reader."""
        return SourceContent(self.url, self.content)

    @property
    def excerpt(self) -> str:
        """The beginning of its text, to show to people."""
        return shown(self.content[:600].decode("utf-8", "replace"), 200)


def read(
    client: httpx.Client, url: httpx.URL, validators: Mapping[str, str], seconds: float
) -> Answer:
    """Send one request and read its answer; redirects are not followed.

    Of a refusal the head says everything: its content is not read, so it cannot break off.

    Raises NoAnswer when there is none within `seconds`, BrokenAnswer when it breaks off, BadAnswer
    when it is too large or redirects to what is no address.
    """
    headers = {
        name: validators[key]
        for key, name in (("etag", "If-None-Match"), ("last_modified", "If-Modified-Since"))
        if _can_be_sent(validators.get(key, ""))
    }
    end = time.monotonic() + seconds
    try:
        with client.stream("GET", url, headers=headers, timeout=seconds) as response:
            return Answer(
                url=str(url),
                status=response.status_code,
                content=b"" if response.status_code in REFUSALS else _content(response, end),
                validators=_validators(response),
                redirect=response.headers.get("Location")
                if response.status_code in REDIRECTS
                else None,
                retry_after=_retry_after(response.headers.get("Retry-After", "")),
            )
    except httpx.TimeoutException as error:
        raise NoAnswer(_("The server took longer than %d seconds.") % seconds) from error
    except (httpx.RemoteProtocolError, httpx.DecodingError, httpx.ReadError) as error:
        raise BrokenAnswer(
            _("The answer broke off: %(error)s.") % {"error": shown(error, 200)}
        ) from error
    except UnicodeError as error:  # httpx looks at Location though it does not follow
        raise BadAnswer(_("The server sends us to no address, and we do not follow.")) from error
    except httpx.HTTPError as error:
        raise NoAnswer(
            _("The server cannot be reached: %(error)s.") % {"error": shown(error, 200)}
        ) from error


def _content(response: httpx.Response, end: float) -> bytes:
    """Return the body, unpacked. httpx's limits are for each piece; ours is for the whole."""
    content = bytearray()
    for piece in response.iter_bytes():
        content += piece
        if len(content) > MAX_ANSWER_BYTES:
            raise BadAnswer(
                _("The answer has more than %(limit)d MB.") % {"limit": MAX_ANSWER_BYTES // 2**20}
            )
        if time.monotonic() > end:
            raise httpx.ReadTimeout("The whole answer took too long")
    return bytes(content)


def _validators(response: httpx.Response) -> dict[str, str]:
    found = {
        "etag": response.headers.get("ETag", ""),
        "last_modified": response.headers.get("Last-Modified", ""),
    }
    return {name: value for name, value in found.items() if _can_be_sent(value)}


def _can_be_sent(value: str) -> bool:
    """Whether a header may have this value: servers send others, and would not get them back."""
    return value.isascii() and value.isprintable() and value != ""


def _retry_after(text: str) -> float | None:
    """Read the header, seconds or a date. arXiv's 0 means nothing: it refuses the next one too."""
    text = text.strip()
    if text.isascii() and text.isdecimal():
        return float(text) or None
    try:
        seconds = (parsedate_to_datetime(text) - timezone.now()).total_seconds()
    except (ValueError, TypeError, OverflowError):  # no date, one without a time zone, or too far
        return None
    return seconds if seconds > 0 else None
