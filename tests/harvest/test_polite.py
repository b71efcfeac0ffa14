"""Asking: in turn, with a pause, never when told off, and no one but the provider."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler

import pytest
from django.db import OperationalError, connection
from django.utils import timezone
from pytest_django import Settings

from papers.harvest.answers import Answer, BadAnswer, BrokenAnswer, ServerFailed
from papers.harvest.polite import (
    ARXIV_API,
    ARXIV_RSS,
    BIORXIV_API,
    Asker,
    ChunkOver,
    LeftAlone,
    user_agent,
)
from papers.harvest.source_state import PROVIDER_LOCK
from papers.models import Provider, SourceState
from tests.at_once import at_once, in_thread
from tests.eventually import eventually
from tests.harvest.replies import Reply, make_work
from tests.harvest.running import let_back_offs_pass, set_state
from tests.harvest.server import (
    Fault,
    SourceServer,
    break_off,
    instead,
    refuse,
    stall,
)

pytestmark = pytest.mark.django_db

FEED = "/cs.LG"


def asker(seconds: float = 20) -> Asker:
    return Asker(time.monotonic() + seconds)


def state() -> SourceState:
    return SourceState.objects.get(provider=Provider.ARXIV)


def test_requests_never_overlap_and_keep_the_gap_however_many_ask(
    server: SourceServer, settings: Settings
) -> None:
    settings.HARVESTING["gap_seconds"]["arxiv"] = 0.15
    server.seconds_to_think = 0.1

    def three() -> int:
        with asker() as ask:
            for service, path in ((ARXIV_RSS, FEED), (ARXIV_RSS, FEED), (ARXIV_RSS, "/cs")):
                ask.get(service, path)
            return ask.requests

    assert at_once(three, three, three) == [3, 3, 3]
    assert len(server.asked) == 9
    server.assert_polite(0.15)


def test_the_gap_begins_when_the_last_answer_has_ended(
    server: SourceServer, settings: Settings
) -> None:
    settings.HARVESTING["gap_seconds"]["arxiv"] = 0.3
    server.seconds_to_think = 0.5
    with asker() as ask:
        ask.get(ARXIV_RSS, FEED)
        ask.get(ARXIV_RSS, FEED)
    first, second = server.asked
    assert second.began - first.ended >= 0.29


def test_another_provider_need_not_wait(server: SourceServer, settings: Settings) -> None:
    settings.HARVESTING["gap_seconds"]["arxiv"] = 30.0
    with asker() as ask:
        ask.get(ARXIV_RSS, FEED)
        ask.get(BIORXIV_API, "/details/biorxiv/2026-03-02/2026-03-02/0")
    assert server.asked[1].began - server.asked[0].ended < 5


@pytest.mark.parametrize(
    ("fault", "least", "most"),
    [
        (refuse(429), 60, 60),
        (refuse(503, Retry_After="0"), 60, 60),
        (refuse(503, Retry_After="20"), 60, 60),
        (refuse(503, Retry_After="300"), 300, 300),
        (refuse(429, Retry_After="soon"), 60, 60),
        (refuse(429, Retry_After="99999999"), 86400, 86400),
        (refuse(429, Retry_After="9" * 400), 86400, 86400),
        (refuse(429, Retry_After="Mon, 01 Jan 99999999999999999999 00:00:00 GMT"), 60, 60),
        (refuse(429, Retry_After="Fri, 31 Dec 9999 23:59:59 -2359"), 86400, 86400),
        (stall, 60, 60),
    ],
    ids=[
        "429",
        "zero",
        "short",
        "long",
        "nonsense",
        "for-ever",
        "infinite",
        "no-year",
        "the-last-day",
        "stall",
    ],
)
def test_a_refusal_leaves_the_provider_alone(
    server: SourceServer, fault: object, least: int, most: int
) -> None:
    server.faults.append(Fault("/", fault))  # type: ignore[arg-type]
    with asker() as ask:
        with pytest.raises(LeftAlone) as refused:
            ask.get(ARXIV_RSS, FEED)
        with pytest.raises(LeftAlone):
            ask.get(ARXIV_API)
    assert len(server.asked) == 1
    left = (refused.value.until - timezone.now()).total_seconds()
    assert least - 10 < left <= most
    assert refused.value.until == state().back_off_until


def break_off_refusal(handler: BaseHTTPRequestHandler, reply: Reply) -> int:
    handler.send_response(429)
    handler.send_header("Retry-After", "3600")
    handler.send_header("Content-Length", "100")
    handler.end_headers()
    handler.wfile.write(b"Rate")
    handler.close_connection = True
    return 429


def test_a_refusal_that_breaks_off_is_one(server: SourceServer) -> None:
    server.faults.append(Fault("/", break_off_refusal))
    with asker() as ask, pytest.raises(LeftAlone, match="answered 429") as refused:
        ask.get(ARXIV_RSS, FEED)
    assert (refused.value.until - timezone.now()).total_seconds() > 3500


def test_a_date_to_come_back_is_kept(server: SourceServer) -> None:
    later = datetime.now(UTC) + timedelta(minutes=30)
    server.faults.append(Fault("/", refuse(503, Retry_After=format_datetime(later, usegmt=True))))
    with asker() as ask, pytest.raises(LeftAlone) as refused:
        ask.get(ARXIV_RSS, FEED)
    assert abs((refused.value.until - later).total_seconds()) < 5


def test_each_refusal_in_a_row_doubles_the_time_up_to_ten_minutes(server: SourceServer) -> None:
    times = []
    for _number in range(6):
        server.faults.append(Fault("/", refuse(429)))
        with asker() as ask, pytest.raises(LeftAlone) as refused:
            ask.get(ARXIV_RSS, FEED)
        times.append(round((refused.value.until - timezone.now()).total_seconds(), -1))
        let_back_offs_pass()
    assert times == [60, 120, 240, 480, 600, 600]
    assert state().refusals == 6


def test_nothing_is_asked_while_the_provider_is_left_alone(server: SourceServer) -> None:
    set_state(Provider.ARXIV, back_off_until=timezone.now() + timedelta(minutes=5), refusals=1)
    with asker() as ask, pytest.raises(LeftAlone):
        ask.get(ARXIV_RSS, FEED)
    assert server.asked == []


def test_no_request_begins_that_might_end_after_the_deadline(server: SourceServer) -> None:
    with asker(seconds=0.9) as ask, pytest.raises(ChunkOver):
        ask.get(ARXIV_RSS, FEED)
    assert server.asked == []


def test_who_waits_too_long_for_others_gives_up(server: SourceServer) -> None:
    server.faults.append(Fault("/", stall))

    def first() -> str:
        with asker() as ask, pytest.raises(LeftAlone):
            ask.get(ARXIV_RSS, FEED)
        return "stalled"

    def second() -> str:
        eventually(lambda: server.asked)
        with asker(seconds=1.2) as ask, pytest.raises(ChunkOver) as over:
            ask.get(ARXIV_API)
        assert not isinstance(over.value, LeftAlone)
        return "gave up"

    assert at_once(first, second) == ["stalled", "gave up"]
    assert len(server.asked) == 1


def cut_off() -> None:
    """End the connection of whoever holds a provider's lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_terminate_backend(pid) from pg_locks join pg_database on oid = database"
            " where locktype = 'advisory' and classid = %s and datname = current_database()",
            [PROVIDER_LOCK],
        )


def test_a_request_whose_lock_was_lost_is_waited_out(
    server: SourceServer, settings: Settings
) -> None:
    settings.HARVESTING["timeout_seconds"] = {"usual": 2.0, "slow": 2.0}
    server.seconds_to_think = 1.0

    def first() -> Answer:
        with asker() as ask:
            return ask.get(ARXIV_RSS, FEED)

    losing = in_thread(first)
    eventually(lambda: server.asked)
    cut_off()
    with asker() as ask:
        with pytest.raises(LeftAlone, match="may still be answering") as alone:
            ask.get(ARXIV_API)
        assert len(server.asked) == 1
        assert not alone.value.refused
        assert 0 < (alone.value.until - timezone.now()).total_seconds() <= 2
        with pytest.raises(OperationalError):
            losing.result()
        eventually(lambda: alone.value.until < timezone.now())
        ask.get(ARXIV_RSS, FEED)
    assert len(server.asked) == 2
    server.assert_polite(0.03)
    assert state().busy_until is None


def test_a_time_that_no_request_takes_is_not_waited_out(server: SourceServer) -> None:
    set_state(Provider.ARXIV, busy_until=timezone.now() + timedelta(hours=2))
    with asker() as ask:
        ask.get(ARXIV_RSS, FEED)
    assert len(server.asked) == 1


def test_a_time_in_the_future_counts_as_just_now(server: SourceServer, settings: Settings) -> None:
    settings.HARVESTING["gap_seconds"]["arxiv"] = 0.3
    set_state(Provider.ARXIV, last_request_at=timezone.now() + timedelta(hours=2))
    began = time.monotonic()
    with asker() as ask:
        ask.get(ARXIV_RSS, FEED)
    assert 0.3 <= server.asked[0].began - began < 10


def test_what_is_no_answer_says_so(server: SourceServer) -> None:
    server.faults += [Fault("/", break_off), Fault("/", refuse(500)), Fault("/", refuse(400))]
    with asker() as ask:
        with pytest.raises(BrokenAnswer):
            ask.get(ARXIV_RSS, FEED)
        with pytest.raises(ServerFailed):
            ask.get(ARXIV_RSS, FEED)
        with pytest.raises(BadAnswer, match="answered 400: Something went wrong"):
            ask.get(ARXIV_RSS, FEED)
    assert state().refusals == 0


def test_a_server_that_is_not_there_is_left_alone(server: SourceServer, settings: Settings) -> None:
    settings.ARXIV_RSS_URL = "http://127.0.0.1:9/rss"
    with asker() as ask, pytest.raises(LeftAlone, match="cannot be reached"):
        ask.get(ARXIV_RSS, FEED)


def test_an_answer_without_end_is_refused(
    server: SourceServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("papers.harvest.answers.MAX_ANSWER_BYTES", 100_000)
    server.faults.append(Fault("/", instead(Reply(b"<a>" * 100_000))))
    with asker() as ask, pytest.raises(BadAnswer, match="more than 0 MB"):
        ask.get(ARXIV_RSS, FEED)


def test_a_validator_that_no_header_may_have_is_forgotten(server: SourceServer) -> None:
    odd = Reply(b"<rss/>", headers={"ETag": '"caf\xe9"', "Last-Modified": "yesterday"})
    server.faults.append(Fault("/", instead(odd)))
    with asker() as ask:
        answer = ask.get(ARXIV_RSS, FEED)
        assert answer.validators == {"last_modified": "yesterday"}
        # One that was stored by an earlier release is not sent.
        ask.get(ARXIV_RSS, FEED, validators={"etag": '"caf\xe9"', "last_modified": "yesterday"})
    assert "if-none-match" not in server.asked[1].headers
    assert server.asked[1].headers["if-modified-since"] == "yesterday"


def redirect(address: str) -> Fault:
    return Fault("/", instead(Reply(b"", status=301, headers={"Location": address})))


def test_redirects_are_followed_at_the_provider_and_in_turn(server: SourceServer) -> None:
    server.works.append(make_work("2603.00001"))
    server.faults.append(redirect("/arxiv_rss/cs.LG"))
    with asker() as ask:
        assert b"2603.00001" in ask.get(ARXIV_RSS, "/cs.lg").content
    assert server.paths() == ["/arxiv_rss/cs.lg", "/arxiv_rss/cs.LG"]
    server.assert_polite(0.03)


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/",
        "https://example.org/rss",
        "file:///etc/passwd",
        "http://[",
        "//other/",
        "http://xn--/",
        "//a b",
        "https://127.0.0.1:99999999/",
    ],
)
def test_redirects_to_others_are_not_followed(server: SourceServer, address: str) -> None:
    server.faults.append(redirect(address))
    with asker() as ask, pytest.raises(BadAnswer, match="do not follow"):
        ask.get(ARXIV_RSS, FEED)
    assert len(server.asked) == 1


def test_redirects_without_end_are_given_up(server: SourceServer) -> None:
    server.faults += [redirect("/arxiv_rss/cs.LG") for _number in range(5)]
    with asker() as ask, pytest.raises(BadAnswer, match="from one address to the next"):
        ask.get(ARXIV_RSS, FEED)
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("contact", "agent"),
    [
        ("papers@example.org", "Offprint (+mailto:papers@example.org)"),
        ("https://example.org/about", "Offprint (+https://example.org/about)"),
        ("", "Offprint"),
    ],
)
def test_we_say_who_we_are(
    server: SourceServer, settings: Settings, contact: str, agent: str
) -> None:
    settings.HARVEST_CONTACT = contact
    assert user_agent() == agent
    with asker() as ask:
        ask.get(ARXIV_RSS, FEED)
    assert server.asked[0].headers["user-agent"] == agent
