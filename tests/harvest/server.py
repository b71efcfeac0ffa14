"""A server on this machine that answers as arXiv, bioRxiv and Crossref do, and fails on demand.

It notes when each request began and ended, and so can say whether it was asked politely.
"""

import json
import select
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from tests.harvest import replies
from tests.harvest.replies import Reply, Work

# What a clock may be off by between two processes, seconds.
TOLERANCE = 0.005
# How long a stalled answer is held when nobody hangs up.
LONGEST_STALL = 20.0


@dataclass
class Asked:
    """A request: what was asked for, by which header, from when to when, by time.monotonic()."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    began: float
    ended: float = 0.0
    status: int = 0

    @property
    def provider(self) -> str:
        return self.path.split("/")[1].split("_")[0]


@dataclass(frozen=True)
class Fault:
    """What goes wrong with the next request whose path begins so.

    after  how many such requests are answered as usual before
    """

    path: str
    play: Callable[[BaseHTTPRequestHandler, Reply], int]
    after: int = 0


def refuse(status: int, **headers: str) -> Callable[[BaseHTTPRequestHandler, Reply], int]:
    """Answer with this status instead, `Retry_After="0"` as a header."""

    def play(handler: BaseHTTPRequestHandler, reply: Reply) -> int:
        text = b"Rate exceeded." if status == 429 else b"Something went wrong."
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return send(handler, Reply(text, "text/plain", status, named))

    return play


def truncate(handler: BaseHTTPRequestHandler, reply: Reply) -> int:
    """Send the first half of the content as if it were all of it."""
    return send(handler, Reply(reply.content[: len(reply.content) // 2], reply.kind))


def break_off(handler: BaseHTTPRequestHandler, reply: Reply) -> int:
    """Hang up in the middle of the content."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(reply.content)))
    handler.end_headers()
    handler.wfile.write(reply.content[: len(reply.content) // 2])
    handler.close_connection = True
    return 200


def stall(handler: BaseHTTPRequestHandler, reply: Reply) -> int:
    """Say nothing until the other side hangs up."""
    select.select([handler.connection], [], [], LONGEST_STALL)
    handler.close_connection = True
    return 0


def instead(reply: Reply) -> Callable[[BaseHTTPRequestHandler, Reply], int]:
    """Give this answer."""
    return lambda handler, usual: send(handler, reply)


def send(handler: BaseHTTPRequestHandler, reply: Reply) -> int:
    handler.send_response(reply.status)
    handler.send_header("Content-Type", reply.kind)
    handler.send_header("Content-Length", str(len(reply.content)))
    for name, value in reply.headers.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(reply.content)
    handler.wfile.flush()
    return reply.status


@dataclass
class SourceServer:
    """The server. A context manager; `works` is what all the sources know.

    bad_ids    arXiv ids for which the API answers 500, whatever stands beside them
    faults     what goes wrong next; each happens once
    page_size  records in a page of OAI and of bioRxiv
    """

    works: list[Work] = field(default_factory=list)
    bad_ids: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    page_size: int = 3
    seconds_to_think: float = 0.0

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        source = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                source.handle(self)

            def log_message(self, *args: Any) -> None:
                """Keep quiet."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def settings(self) -> dict[str, str]:
        """The settings, and variables of the environment, that lead to this server."""
        return {
            "ARXIV_API_URL": f"{self.url}/arxiv_api",
            "ARXIV_OAI_URL": f"{self.url}/arxiv_oai",
            "ARXIV_RSS_URL": f"{self.url}/arxiv_rss",
            "BIORXIV_API_URL": f"{self.url}/biorxiv",
            "CROSSREF_API_URL": f"{self.url}/crossref",
        }

    def paths(self) -> list[str]:
        return [each.path for each in self.asked]

    def assert_polite(self, gap: float) -> None:
        """Fail when two requests to a provider overlapped, or were nearer than `gap` seconds."""
        by_provider: dict[str, list[Asked]] = {}
        for each in sorted(self.asked, key=lambda each: each.began):
            by_provider.setdefault(each.provider, []).append(each)
        for provider, requests in by_provider.items():
            for before, after in pairwise(requests):
                pause = after.began - before.ended
                assert before.ended, f"{provider}: {after.path} while {before.path} went on"
                assert pause >= gap - TOLERANCE, (
                    f"{provider}: {after.path} came {pause:.3f} s after {before.path} had ended"
                )

    def handle(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request, as usual or with the fault that waits for it."""
        parts = urlsplit(handler.path)
        asked = Asked(
            path=unquote(parts.path),
            query={name: values[0] for name, values in parse_qs(parts.query).items()},
            headers={name.lower(): value for name, value in handler.headers.items()},
            began=time.monotonic(),
        )
        with self._lock:
            self.asked.append(asked)
            fault = self._fault_for(asked.path)
        if self.seconds_to_think:
            time.sleep(self.seconds_to_think)
        reply = self.reply(asked)
        try:
            asked.status = fault.play(handler, reply) if fault else send(handler, reply)
        finally:
            asked.ended = time.monotonic()

    def _fault_for(self, path: str) -> Fault | None:
        for number, fault in enumerate(self.faults):
            if path.startswith(fault.path):
                if fault.after:
                    self.faults[number] = Fault(fault.path, fault.play, fault.after - 1)
                    return None
                return self.faults.pop(number)
        return None

    def reply(self, asked: Asked) -> Reply:
        """The right answer to a request."""
        service, _slash, rest = asked.path.removeprefix("/").partition("/")
        if service == "arxiv_oai":
            return replies.oai(self.works, asked.query, self.page_size)
        if service == "arxiv_api":
            return replies.atom(self.works, asked.query, self.bad_ids)
        if service == "arxiv_rss":
            return replies.rss(self.works, rest, asked.headers.get("if-none-match", ""))
        if service == "biorxiv":
            return replies.biorxiv(self.works, rest, self.page_size)
        if service == "crossref":
            return replies.crossref(self.works, rest, asked.query)
        return Reply(json.dumps({"error": "no such service"}).encode(), "application/json", 404)
