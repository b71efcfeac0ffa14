"""One site on one database, asked over its standard input: `python -m tests.bench.worker`.

A line in is {"path": "/…", "user": "name or empty"}, a line out is an `Answer`. It asks the site as
Django's test client does: through the whole middleware, without a web server. A line in that is
{"job": "name", "arguments": {…}} has a job of `jobs.py` done; the line out is what that returns.
"""

import json
import os
import sys
import time
from typing import IO, Any

import django
import time_machine
from django.db import connection
from django.test import Client

from tests.bench.datasets import NOW


class Counter:
    """Counts the statements that pass, as a wrapper of Django's connection."""

    def __init__(self) -> None:
        self.statements = 0

    def __call__(self, execute: Any, *arguments: Any) -> Any:
        self.statements += 1
        return execute(*arguments)


def answer(client: Client, path: str) -> dict[str, Any]:
    """Ask for a page and say how long it took, in seconds."""
    counter = Counter()
    with connection.execute_wrapper(counter):
        started = time.perf_counter()
        response = client.get(path)
        seconds = time.perf_counter() - started
    return {
        "seconds": seconds,
        "status": response.status_code,
        "queries": counter.statements,
        "bytes": len(response.content),
    }


def serve(questions: IO[str], answers: IO[str]) -> None:
    from accounts.models import User
    from tests.bench.jobs import JOBS

    clients: dict[str, Client] = {}
    for line in questions:
        question = json.loads(line)
        if "job" in question:
            done = JOBS[question["job"]](**question["arguments"])
            answers.write(json.dumps(done) + "\n")
            answers.flush()
            continue
        username = question["user"]
        if username not in clients:
            client = clients[username] = Client(SERVER_NAME="localhost")
            if username:
                client.force_login(
                    User.objects.get(username=username),
                    backend="django.contrib.auth.backends.ModelBackend",
                )
        answers.write(json.dumps(answer(clients[username], question["path"])) + "\n")
        answers.flush()


def main() -> None:
    # Whatever else is printed goes where people read, not among the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    django.setup()
    # The day on which the data end: "the last week" is full of papers in ten years too.
    with time_machine.travel(NOW, tick=True):
        serve(sys.stdin, answers)


if __name__ == "__main__":
    main()
