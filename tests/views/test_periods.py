"""GET /weekly/… and /monthly/…, and what the pages of days, weeks and months share."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone
from time_machine import travel

from papers.models import Paper, Standing, StandingPlace
from papers.periods import CalendarPeriod
from papers.ranking.refresh import refresh_all
from papers.ranking.standings import close_due
from papers.services.votes import cast_upvote
from tests.factories import at, make_paper, make_upvote, make_user

pytestmark = pytest.mark.django_db

NOON = at("2025-03-11 12:00")  # a Tuesday, in week 11
DAY, WEEK, MONTH = "/daily/2025-03-11/", "/weekly/2025-W11/", "/monthly/2025-03/"


def get(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status
    return response.content.decode()


def keys_of(html: str) -> list[str]:
    return re.findall(r'data-paper="([^"]+)"', html)


def ranks_of(html: str) -> list[int]:
    return [int(rank) for rank in re.findall(r"Rank </span>(\d+)", html)]


def more_of(html: str) -> str:
    more = re.search(r'rel="next"\s+href="(\?after=[^"]+)"', html)
    assert more is not None
    return unescape(more[1])


def text_of(html: str) -> str:
    """What the page says, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def upvoted(paper: Paper, times: int, cast_at: datetime = NOON) -> Paper:
    for _ in range(times):
        make_upvote(make_user(), paper, first_cast_at=cast_at)
    return paper


# --- Which papers, in which order -------------------------------------------------------------


def test_weeks_and_months_show_their_papers_and_no_others_most_upvoted_first(
    client: Client,
) -> None:
    monday = make_paper(listed_at=at("2025-03-10 00:00"))
    sunday = upvoted(make_paper(listed_at=at("2025-03-16 23:59")), 1)
    month_end = upvoted(make_paper(listed_at=at("2025-03-31 23:59")), 2)
    before = make_paper(listed_at=at("2025-03-09 23:59"))
    make_paper(listed_at=at("2025-04-01 00:00"))
    refresh_all(timezone.now())
    assert keys_of(get(client, WEEK)) == [sunday.key, monday.key]
    assert keys_of(get(client, MONTH)) == [month_end.key, sunday.key, before.key, monday.key]


def test_votes_that_the_ranking_has_not_seen_are_in_the_order_too(client: Client) -> None:
    first = upvoted(make_paper(listed_at=NOON), 1)
    second = make_paper(listed_at=NOON + timedelta(hours=1))
    refresh_all(timezone.now())
    assert keys_of(get(client, WEEK)) == [first.key, second.key]
    for _ in range(2):
        cast_upvote(user=make_user(), paper=second, now=timezone.now())
    assert keys_of(get(client, WEEK)) == [second.key, first.key]


@pytest.mark.parametrize("url", [DAY, WEEK, MONTH])
def test_a_closed_period_stands_by_its_final_ranks_with_live_counts_beside(
    client: Client, url: str
) -> None:
    winner = upvoted(make_paper(listed_at=NOON), 2)
    runner_up = upvoted(make_paper(listed_at=NOON + timedelta(hours=1)), 1)
    close_due(timezone.now())
    upvoted(runner_up, 4, timezone.now())
    refresh_all(timezone.now())
    html = get(client, url)
    assert keys_of(html) == [winner.key, runner_up.key]
    assert ranks_of(html) == [1, 2]
    assert re.findall(r'data-upvotes="(\d+)"', html) == ["2", "5"]
    assert "Final ranking" in html


def test_what_came_into_a_closed_period_stands_after_its_ranks(client: Client) -> None:
    ranked = make_paper(listed_at=NOON)
    close_due(timezone.now())
    quiet = make_paper(listed_at=NOON - timedelta(hours=2))
    loved = upvoted(make_paper(listed_at=NOON), 3)
    refresh_all(timezone.now())
    html = get(client, WEEK)
    assert keys_of(html) == [ranked.key, loved.key, quiet.key]
    assert ranks_of(html) == [1]
    assert "Not in the final ranking" in html


def test_a_ranked_paper_that_was_hidden_leaves_its_rank_empty(client: Client) -> None:
    papers = [make_paper(listed_at=NOON + timedelta(seconds=number)) for number in range(3)]
    close_due(timezone.now())
    Paper.objects.filter(pk=papers[0].pk).update(hidden_at=timezone.now())
    html = get(client, DAY)
    assert keys_of(html) == [papers[1].key, papers[2].key]
    assert ranks_of(html) == [2, 3]


# --- Open or final ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "what", "closes"),
    [
        (DAY, "day", "13 March 2025"),
        (WEEK, "week", "18 March 2025"),
        (MONTH, "month", "2 April 2025"),
    ],
)
def test_an_open_page_says_when_it_closes(client: Client, url: str, what: str, closes: str) -> None:
    with travel(NOON, tick=False):
        make_paper(listed_at=NOON)
        text = text_of(get(client, url))
    sentence = f"It closes 24 h after the end of the {what}, on {closes}, 00:00 UTC."
    assert f"Ranking open by upvotes. {sentence}" in text


def test_between_the_closing_instant_and_the_closing_the_page_says_so(client: Client) -> None:
    make_paper(listed_at=NOON)
    assert "Being closed" in get(client, DAY)
    close_due(timezone.now())
    text = text_of(get(client, DAY))
    assert "Final ranking by the upvotes cast before 13 March 2025, 00:00 UTC." in text


# --- Paging -----------------------------------------------------------------------------------


@pytest.mark.parametrize("url", [WEEK, MONTH])
def test_an_open_period_goes_on_to_a_second_page(client: Client, url: str) -> None:
    papers = [make_paper(listed_at=NOON + timedelta(seconds=number)) for number in range(103)]
    expected = [paper.key for paper in papers]
    html = get(client, url)
    assert keys_of(html) == expected[:100]
    assert keys_of(get(client, url + more_of(html))) == expected[100:]


@pytest.mark.parametrize(("ranked", "late"), [(103, 0), (103, 4), (100, 2), (98, 105), (1, 101)])
def test_a_closed_period_goes_on_from_its_ranks_to_what_came_late(
    client: Client, ranked: int, late: int
) -> None:
    instants = [NOON + timedelta(seconds=number) for number in range(ranked + late)]
    expected = [make_paper(listed_at=instant).key for instant in instants[:ranked]]
    close_due(timezone.now())
    expected += [make_paper(listed_at=instant).key for instant in instants[ranked:]]
    found: list[str] = []
    places: list[int] = []
    more = ""
    for _ in range(-(-len(expected) // 100)):
        html = get(client, WEEK + more)
        found += keys_of(html)
        places += ranks_of(html)
        more = more_of(html) if len(found) < len(expected) else ""
    assert found == expected
    assert places == list(range(1, ranked + 1))


def test_who_turns_pages_while_a_period_closes_goes_on_in_the_order_they_know(
    client: Client,
) -> None:
    papers = [make_paper(listed_at=NOON + timedelta(seconds=number)) for number in range(102)]
    more = more_of(get(client, WEEK))
    close_due(timezone.now())
    assert keys_of(get(client, WEEK + more)) == [paper.key for paper in papers[100:]]


@pytest.mark.parametrize(
    "after",
    ["nothing", "rank-", "rank-x", "rank-99999999999", "late-1-2", "1-2", "upvotes-1-1-a%00b"],
)
def test_a_cursor_that_means_nothing_is_refused(client: Client, after: str) -> None:
    make_paper(listed_at=NOON)
    get(client, f"{WEEK}?after={after}", status=400)
    close_due(timezone.now())
    get(client, f"{WEEK}?after={after}", status=400)


@pytest.mark.parametrize("after", ["rank-1", "late-1-1-a"])
def test_a_cursor_of_the_final_ranks_is_refused_while_there_are_none(
    client: Client, after: str
) -> None:
    make_paper(listed_at=NOON)
    get(client, f"{WEEK}?after={after}", status=400)
    close_due(timezone.now())
    get(client, f"{WEEK}?after={after}")


@pytest.mark.parametrize("after", ["9999-12-31", "1-1-a", "top-1-1-1", "new-1-1"])
def test_a_cursor_of_another_order_is_refused(client: Client, after: str) -> None:
    make_paper(listed_at=NOON)
    get(client, f"{WEEK}?after={after}", status=400)
    close_due(timezone.now())
    get(client, f"{WEEK}?after={after}", status=400)


# --- Which periods there are ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "latest"), [("/weekly/", "/weekly/2025-W11/"), ("/monthly/", "/monthly/2025-03/")]
)
def test_the_bare_address_leads_to_the_latest_period_with_papers(
    client: Client, url: str, latest: str
) -> None:
    make_paper(listed_at=NOON)
    make_paper(listed_at=NOON - timedelta(days=60))
    make_paper(listed_at=timezone.now() + timedelta(days=60))
    response = client.get(url)
    assert (response.status_code, response["Location"]) == (302, latest)


@pytest.mark.parametrize(
    "url",
    [
        "/weekly/2025-W00/",
        "/weekly/2025-W53/",
        "/weekly/2025-W1/",
        "/weekly/2025-11/",
        "/weekly/9999-W52/",
        "/monthly/2025-13/",
        "/monthly/2025-00/",
        "/monthly/0000-01/",
        "/monthly/9999-12/",
        "/monthly/2025-3/",
        "/daily/9999-12-31/",
    ],
)
def test_what_is_no_week_or_month_is_not_found(client: Client, url: str) -> None:
    get(client, url, status=404)


def test_a_year_with_53_weeks_has_the_page_of_its_last(client: Client) -> None:
    get(client, "/weekly/2020-W53/")


@pytest.mark.parametrize("kind", ["week", "month"])
def test_the_future_is_not_found_and_the_present_is(client: Client, kind: str) -> None:
    now = timezone.now().date()
    current = CalendarPeriod.containing("week" if kind == "week" else "month", now)
    get(client, f"/{kind}ly/{current.slug}/")
    get(client, f"/{kind}ly/{current.next.slug}/", status=404)


@pytest.mark.parametrize("url", ["/daily/0001-01-01/", "/weekly/0001-W01/", "/monthly/0001-01/"])
def test_the_beginning_of_the_calendar_is_an_empty_page(client: Client, url: str) -> None:
    assert "No papers were listed" in get(client, url)


@pytest.mark.parametrize("url", [WEEK, MONTH])
def test_a_period_without_papers_is_an_empty_page(client: Client, url: str) -> None:
    html = get(client, url)
    assert "No papers were listed in this" in html
    assert "Ranking" not in html


# --- The navigator ----------------------------------------------------------------------------


def bars_of(html: str) -> dict[str, tuple[str, int]]:
    """Of each bar of the strip: its address, what it is called, and its height."""
    found = re.findall(
        r'<a class="strip__bar"\s+href="([^"]+)".*?height="(\d+)".*?'
        r'<span class="visually-hidden">([^<]+)</span>',
        html,
        re.DOTALL,
    )
    return {url: (name, int(height)) for url, height, name in found}


def test_previous_and_next_skip_periods_without_papers(client: Client) -> None:
    for instant in ("2024-12-31 12:00", "2025-03-11 12:00", "2025-05-20 12:00"):
        make_paper(listed_at=at(instant))
    html = get(client, WEEK)
    assert 'rel="prev" href="/weekly/2025-W01/"' in html
    assert 'rel="next" href="/weekly/2025-W21/"' in html
    html = get(client, MONTH)
    assert 'rel="prev" href="/monthly/2024-12/"' in html
    assert 'rel="next" href="/monthly/2025-05/"' in html


def test_the_strip_of_days_shows_five_weeks_and_how_busy_each_day_was(client: Client) -> None:
    for day, number in ((10, 1), (11, 4)):
        for _ in range(number):
            make_paper(listed_at=datetime(2025, 3, day, 12, tzinfo=UTC))
    make_paper(listed_at=NOON, hidden_at=NOON)
    html = get(client, DAY)
    bars = bars_of(html)
    assert len(bars) == 35
    days = list(bars)
    assert (days[0], days[-1]) == ("/daily/2025-02-24/", "/daily/2025-03-30/")
    assert bars["/daily/2025-03-10/"] == ("10 March 2025: 1 paper listed", 25)
    assert bars[DAY] == ("11 March 2025: 4 papers listed", 100)
    assert bars["/daily/2025-03-12/"] == ("12 March 2025: 0 papers listed", 0)
    shown = re.search(r'href="([^"]+)"[^>]*aria-current="page"', html)
    assert shown is not None
    assert shown[1] == DAY


def test_the_strips_of_weeks_and_months_count_their_papers(client: Client) -> None:
    for instant in ("2025-03-10 00:00", "2025-03-16 23:59", "2025-03-31 12:00"):
        make_paper(listed_at=at(instant))
    weeks = bars_of(get(client, WEEK))
    assert len(weeks) == 24
    assert weeks[WEEK] == ("week 11 of 2025: 2 papers listed", 100)
    assert weeks["/weekly/2025-W14/"] == ("week 14 of 2025: 1 paper listed", 50)
    months = bars_of(get(client, MONTH))
    assert len(months) == 18
    assert months[MONTH] == ("March 2025: 3 papers listed", 100)
    assert months["/monthly/2025-04/"] == ("April 2025: 0 papers listed", 0)


def test_the_strip_says_that_it_counts_what_was_listed_and_not_the_places(client: Client) -> None:
    paper = make_paper(listed_at=NOON)
    close_due(timezone.now())
    Paper.objects.filter(pk=paper.pk).update(listed_at=NOON + timedelta(days=1))
    html = get(client, DAY)
    assert keys_of(html) == [paper.key]
    assert 'aria-label="How many papers were listed"' in html
    bars = bars_of(html)
    assert bars[DAY] == ("11 March 2025: 0 papers listed", 0)
    assert bars["/daily/2025-03-12/"] == ("12 March 2025: 1 paper listed", 100)


def test_a_single_paper_beside_thousands_still_has_a_bar(client: Client) -> None:
    paper = make_paper(listed_at=NOON)
    same = {
        f.attname: getattr(paper, f.attname) for f in Paper._meta.local_fields if not f.generated
    }
    same |= {"id": None, "listed_at": NOON + timedelta(days=1)}
    Paper.objects.bulk_create(
        Paper(**same | {"key": f"2503.{number:05d}"}) for number in range(1, 1001)
    )
    assert bars_of(get(client, DAY))[DAY] == ("11 March 2025: 1 paper listed", 1)


def test_days_to_come_are_shown_without_a_link(client: Client) -> None:
    with travel(NOON, tick=False):
        html = get(client, DAY)
    assert list(bars_of(html))[-1] == DAY
    assert html.count("strip__bar--ahead") == 5


def test_one_changes_between_the_day_the_week_and_the_month(client: Client) -> None:
    html = get(client, WEEK)
    assert 'href="/daily/2025-03-16/"' in html
    assert 'href="/monthly/2025-03/"' in html
    with travel(NOON, tick=False):
        assert 'href="/daily/2025-03-11/"' in get(client, MONTH)


@pytest.mark.parametrize(
    ("url", "period"),
    [("/daily/", DAY), ("/weekly/", WEEK), ("/monthly/", MONTH)],
)
def test_a_date_leads_to_the_period_that_it_lies_in(client: Client, url: str, period: str) -> None:
    assert f'action="{url}"' in get(client, period)
    response = client.get(url, {"on": "2025-03-11"})
    assert (response.status_code, response["Location"]) == (302, period)


@pytest.mark.parametrize(
    "on", ["2025-02-30", "11.3.2025", "x" * 10_000, "2025-03-11\0", "\u202e2025", "9999-12-31"]
)
def test_what_is_no_date_is_refused(client: Client, on: str) -> None:
    response = client.get("/daily/", {"on": on})
    assert response.status_code == 400
    assert "This is not a date" in response.content.decode()


def test_an_empty_date_leads_to_the_latest(client: Client) -> None:
    assert client.get("/daily/?on=")["Location"] == f"/daily/{timezone.now().date()}/"


# --- Badges -----------------------------------------------------------------------------------


def close(paper: Paper, kind: str, starts_on: date, rank: int, upvotes: int = 9) -> None:
    """A closed standing in which the paper has this rank."""
    standing, _created = Standing.objects.get_or_create(
        period=kind, starts_on=starts_on, defaults={"votes_until": timezone.now()}
    )
    StandingPlace.objects.create(
        standing=standing, paper=paper, rank=rank, weight=upvotes, upvotes=upvotes
    )


def badges_of(html: str) -> list[tuple[str, str]]:
    """Where each badge leads, and what it says."""
    found = re.findall(r'<a class="badge[^"]*"\s*href="([^"]+)">(.*?)</a>', html, re.DOTALL)
    return [(url, text_of(inner)) for url, inner in found]


def test_the_first_of_a_period_carries_the_badge_of_the_longest_on_its_row(
    client: Client,
) -> None:
    paper = make_paper(listed_at=NOON)
    close(paper, "day", date(2025, 3, 11), 1)
    assert badges_of(get(client, "/new/")) == [(DAY, "#1 paper of the day")]
    close(paper, "week", date(2025, 3, 10), 1)
    assert badges_of(get(client, DAY)) == [(WEEK, "#1 paper of the week")]
    close(paper, "month", date(2025, 3, 1), 1)
    assert badges_of(get(client, "/new/")) == [(MONTH, "#1 paper of the month")]


def test_a_row_shows_no_lower_places(client: Client) -> None:
    close(make_paper(listed_at=NOON), "day", date(2025, 3, 11), 2)
    assert badges_of(get(client, "/new/")) == []


def test_a_papers_page_shows_its_places_among_the_first_three(client: Client) -> None:
    paper = make_paper(listed_at=NOON)
    close(paper, "day", date(2025, 3, 11), 1)
    close(paper, "week", date(2025, 3, 10), 3)
    close(paper, "month", date(2025, 3, 1), 4)
    assert badges_of(get(client, paper.get_absolute_url())) == [
        (WEEK, "#3 paper of the week"),
        (DAY, "#1 paper of the day"),
    ]


def test_a_place_without_upvotes_is_no_honour(client: Client) -> None:
    paper = make_paper(listed_at=NOON)
    close_due(timezone.now())
    assert StandingPlace.objects.filter(paper=paper, rank=1).count() == 3
    for url in ("/new/", DAY, paper.get_absolute_url()):
        assert badges_of(get(client, url)) == []
