"""Many clients at once: each has a connection of its own, and sends one request after another."""

import socket
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from urllib.parse import urlencode

# A client waits no longer for an answer, in seconds.
PATIENCE = 30.0
CSRF = "benchbenchbenchbenchbenchbenchbe"


class LoadError(Exception):
    """A request was not answered as it should be; the message says how."""


def form_post(path: str, session: str, *, htmx: bool = False) -> bytes:
    """Return a form's POST by the member of a session, as it goes over the wire."""
    body = urlencode({"csrfmiddlewaretoken": CSRF, "next": "/"})
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: localhost",
        f"Cookie: sessionid={session}; csrftoken={CSRF}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        *(["HX-Request: true"] if htmx else []),
    ]
    return "\r\n".join([*lines, "", body]).encode()


def send_all(port: int, shares: Sequence[Sequence[bytes]], status: int) -> float:
    """Have one client a share send its requests; return the seconds until all are answered.

    Raises LoadError for an answer with another status.
    """
    start = Barrier(len(shares) + 1)
    with ThreadPoolExecutor(len(shares)) as clients:
        done = [clients.submit(_client, port, share, status, start) for share in shares]
        start.wait(timeout=PATIENCE)
        started = time.perf_counter()
        for each in done:
            each.result()
        return time.perf_counter() - started


def _client(port: int, requests: Sequence[bytes], status: int, start: Barrier) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        start.wait(timeout=PATIENCE)
        for request in requests:
            connection.sendall(request)
            answer = _read(connection)
            # A redirect to the log-in, or to the second factor, has no part in it.
            is_back = status != 302 or b"#paper-" in answer
            if not answer.startswith(b"HTTP/1.1 %d " % status) or not is_back:
                raise LoadError(f"The site answered {answer[:300]!r}.")


def _read(connection: socket.socket) -> bytes:
    """Return one answer: it has a length, or is none of ours."""
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += _some(connection)
    head, _, body = answer.partition(b"\r\n\r\n")
    lengths = [
        int(line.split(b":")[1])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    ]
    if len(lengths) != 1:
        raise LoadError(f"An answer without a length: {head[:300]!r}")
    missing = lengths[0] - len(body)
    while missing > 0:
        missing -= len(_some(connection))
    return head


def _some(connection: socket.socket) -> bytes:
    received = connection.recv(65_536)
    if not received:
        raise LoadError("The site closed the connection.")
    return received
