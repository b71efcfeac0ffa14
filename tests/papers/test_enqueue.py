"""Handing work to the workers."""

import time
from collections.abc import Callable, Iterator

import pytest
import redis
from django.db import transaction
from django.db.transaction import set_rollback
from kombu import pools
from pytest_django import DjangoCaptureOnCommitCallbacks

from config.celery import app
from papers.enqueue import enqueue
from tests.at_once import at_once
from tests.valkey import Valkey, own_valkey

TASK = "papers.tasks.end_suspensions"


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Valkey]:
    with own_valkey() as server:
        monkeypatch.setattr(app.conf, "broker_url", f"{server.url}/0")
        limit = pools.get_limit()  # type: ignore[no-untyped-call]
        yield server
        pools.set_limit(limit)  # type: ignore[no-untyped-call]
        pools.reset()  # type: ignore[no-untyped-call]


def waiting(broker: Valkey, queue: str = "celery") -> int:
    """How many messages lie in a queue."""
    prefix = app.conf.broker_transport_options["global_keyprefix"]
    with redis.Redis(port=broker.port) as client:
        return int(client.llen(f"{prefix}{queue}"))


def seconds(call: Callable[[], object]) -> float:
    began = time.monotonic()
    call()
    return time.monotonic() - began


@pytest.mark.django_db(transaction=True)
def test_a_task_is_sent_when_the_transaction_commits_and_not_before(broker: Valkey) -> None:
    with transaction.atomic():
        enqueue(TASK)
        assert waiting(broker) == 0
    assert waiting(broker) == 1


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_is_rolled_back_sends_nothing(broker: Valkey) -> None:
    with transaction.atomic():
        enqueue(TASK)
        set_rollback(True)
    assert waiting(broker) == 0


@pytest.mark.django_db(transaction=True)
def test_without_a_transaction_a_task_is_sent_at_once(broker: Valkey) -> None:
    enqueue(TASK, 7, "cs.LG")
    assert waiting(broker) == 1


@pytest.mark.django_db(transaction=True)
def test_a_task_of_the_rankings_goes_to_their_queue(broker: Valkey) -> None:
    enqueue("papers.tasks.refresh_heat")
    assert (waiting(broker, "rankings"), waiting(broker)) == (1, 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("trouble", "over"), [("stop", "start"), ("freeze", "thaw")])
def test_a_broker_that_is_away_is_logged_and_holds_nobody_up(
    broker: Valkey, caplog: pytest.LogCaptureFixture, trouble: str, over: str
) -> None:
    enqueue(TASK)  # so that a connection stands when the broker goes
    getattr(broker, trouble)()
    for attempt in range(1, 4):
        assert seconds(lambda: enqueue(TASK, 7)) < 1
        assert len(caplog.records) == attempt
    assert f"{TASK}(7,)" in caplog.text
    assert "sweep" in caplog.text

    getattr(broker, over)()
    before = waiting(broker)
    enqueue(TASK)
    assert waiting(broker) == before + 1
    assert len(caplog.records) == 3


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_was_never_there_holds_nobody_up(
    broker: Valkey, caplog: pytest.LogCaptureFixture
) -> None:
    broker.stop()
    assert seconds(lambda: enqueue(TASK)) < 1
    assert len(caplog.records) == 1


@pytest.mark.django_db(transaction=True)
def test_many_requests_at_once_share_a_few_connections(broker: Valkey) -> None:
    at_once(*[lambda: enqueue(TASK)] * 30)
    assert waiting(broker) == 30
    with redis.Redis(port=broker.port) as client:
        assert len(client.client_list()) <= 2 * 10 + 1


@pytest.mark.django_db(transaction=True)
def test_requests_at_once_are_not_held_up_by_a_broker_that_hangs(
    broker: Valkey, caplog: pytest.LogCaptureFixture
) -> None:
    # So that some of them wait for a connection.
    pools.set_limit(2)  # type: ignore[no-untyped-call]
    at_once(*[lambda: enqueue(TASK)] * 6)
    broker.freeze()
    took = at_once(*[lambda: seconds(lambda: enqueue(TASK))] * 6)
    broker.thaw()
    assert max(took) < 1
    assert len(caplog.records) == 6


@pytest.mark.django_db(transaction=True)
def test_a_defect_after_the_commit_does_not_undo_the_answer(
    broker: Valkey, caplog: pytest.LogCaptureFixture
) -> None:
    with transaction.atomic():
        enqueue(TASK, object())  # type: ignore[arg-type]  # not an id, and no JSON either
    assert "on_commit" in caplog.text
    assert waiting(broker) == 0


def test_callbacks_have_a_name_that_django_can_log(
    db: None, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        enqueue(TASK)
    assert "enqueue" in callbacks[0].__qualname__
