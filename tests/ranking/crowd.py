"""Members who vote over HTTP, each with a ledger of what the site has told them."""

import re
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from threading import Lock
from typing import Self

import httpx
from django.utils import timezone

from tests.factories import PASSWORD

# Seconds. Longer than any answer takes, so that no request is given up while the site is at it.
PATIENCE = 120.0
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
ROW = re.compile(r'<article[^>]*\bdata-paper="([^"]+)"')


@dataclass(slots=True)
class Entry:
    """What one member knows of their vote for one paper."""

    sent_at: datetime
    """When it was first sent, before the site can have seen it."""
    answered_at: datetime
    """When the site first said that it is cast."""
    stands: bool = True


@dataclass
class Progress:
    """What all members together have done; shared between threads."""

    changes: int = 0
    """Casts and removals that the site has answered."""
    attempts: Counter[str] = field(default_factory=Counter)
    """Requests by how they ended: a status, or the name of an error of the connection."""
    complaints: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def count(self, outcome: str) -> None:
        with self.lock:
            self.attempts[outcome] += 1


class Member:
    """A person with a browser of their own, at an address of their own; a context manager."""

    def __init__(self, url: str, username: str, number: int, progress: Progress) -> None:
        self.username = username
        self.ledger: dict[str, Entry] = {}
        self._progress = progress
        self._random = Random(username)
        # All of 127.0.0.0/8 is this machine. Log-ins are limited by address.
        address = f"127.1.{number // 250}.{number % 250 + 1}"
        self._http = httpx.Client(
            base_url=url,
            transport=httpx.HTTPTransport(local_address=address),
            timeout=PATIENCE,
            headers={"User-Agent": "Firefox/140.0 Linux"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._http.close()

    def log_in(self) -> None:
        """Log in by the form."""
        form = self._ask("GET", "/accounts/login/")
        token = TOKEN.search(form.text)
        assert token, form.text
        answer = self._ask(
            "POST",
            "/accounts/login/",
            {"csrfmiddlewaretoken": token[1], "login": self.username, "password": PASSWORD},
        )
        assert answer.status_code == 302, answer.text
        assert "sessionid" in self._http.cookies

    def vote(self, keys: list[str], changes: int) -> None:
        """Cast and take back `changes` times, mostly at the first of `keys`."""
        for number in range(changes):
            # The first paper is the hottest, and each has its turn.
            key = keys[min(int(self._random.expovariate(5 / len(keys))), len(keys) - 1)]
            entry = self.ledger.get(key)
            stands = entry is not None and entry.stands
            # One in ten repeats what is so already.
            take_back = stands if self._random.random() < 0.9 else not stands
            self._take_back(key) if take_back else self._cast(key)
            with self._progress.lock:
                self._progress.changes += 1
            if number % 40 == 0:
                self._read_front_page()

    def read(self, path: str) -> str:
        """Return the page at `path`."""
        answer = self._ask("GET", path)
        self._expect(answer, 200)
        return answer.text

    def _cast(self, key: str) -> None:
        sent_at = timezone.now()
        self._expect(self._post(f"/papers/{key}/upvote/"), 302)
        entry = self.ledger.setdefault(key, Entry(sent_at, timezone.now()))
        entry.stands = True

    def _take_back(self, key: str) -> None:
        self._expect(self._post(f"/papers/{key}/upvote/remove/"), 302)
        if key in self.ledger:
            self.ledger[key].stands = False

    def _read_front_page(self) -> None:
        keys = ROW.findall(self.read("/"))
        if len(keys) != len(set(keys)):
            self._complain(f"a paper stands twice on the front page: {keys}")

    def _post(self, path: str) -> httpx.Response:
        return self._ask("POST", path, {"csrfmiddlewaretoken": self._http.cookies["csrftoken"]})

    def _ask(self, method: str, path: str, data: dict[str, str] | None = None) -> httpx.Response:
        """Ask until there is an answer: what was asked for is the same however often it is done."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                answer = self._http.request(method, path, data=data)
            except httpx.TransportError as error:  # its process was killed, or had just ended
                self._progress.count(type(error).__name__)
                if time.monotonic() > deadline:
                    raise
            else:
                self._progress.count(str(answer.status_code))
                return answer

    def _expect(self, answer: httpx.Response, status: int) -> None:
        if answer.status_code != status:
            request = answer.request
            self._complain(f"{request.method} {request.url.path}: {answer.status_code}")

    def _complain(self, complaint: str) -> None:
        with self._progress.lock:
            self._progress.complaints.append(f"{self.username}: {complaint}")
