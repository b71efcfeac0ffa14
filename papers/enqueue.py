"""The one way in which a request hands work to the workers."""

import logging

from django.db import transaction
from kombu import pools
from kombu.exceptions import LimitExceeded, OperationalError

from config.celery import app

logger = logging.getLogger(__name__)

# A worker waits for its broker, a request must not: it tries once, and at most this many seconds.
# Workers and beat keep the patient options of the settings, so that they connect again by
# themselves when the broker is back.
IMPATIENT = {"max_retries": 0, "socket_connect_timeout": 0.3, "socket_timeout": 0.3}
# Seconds to wait for one of the process's connections to the broker.
FREE_CONNECTION_TIMEOUT = 0.3


def enqueue(task_name: str, *args: int | str) -> None:
    """Send the task once the transaction has committed, at once when there is none.

    Pass ids, never objects. Never raises and never waits longer than a second: when the broker is
    away this is logged and the work is left to the sweep that exists for every kind of task.
    """

    def send() -> None:
        try:
            _send(task_name, args)
        except (OperationalError, LimitExceeded) as error:
            logger.warning("%s%r is left to its sweep, no broker: %s", task_name, args, error)

    # Not functools.partial: Django logs a failed callback by its __qualname__.
    transaction.on_commit(send, robust=True)


def _send(task_name: str, args: tuple[int | str, ...]) -> None:
    connection = app.connection_for_write(transport_options=IMPATIENT)
    with pools.producers[connection].acquire(
        block=True, timeout=FREE_CONNECTION_TIMEOUT
    ) as producer:
        app.send_task(task_name, args, producer=producer, retry=False)
