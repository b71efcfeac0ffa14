"""GET /papers/<key>/"""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from papers.models import ExternalCount, Paper, PaperIdentifier, PaperVersion, Source
from papers.services.moderation import hide_paper
from papers.sources.record import Deletion
from papers.sources.upsert import upsert, upsert_batch
from tests.factories import at, make_list, make_moderator, make_paper, make_tag, make_user
from tests.sources.records import make_record

pytestmark = pytest.mark.django_db


def test_the_page_shows_the_papers_facts(client: Client) -> None:
    paper = make_paper(
        "Attention without queries",
        key="2503.01234",
        authors=["Ada Lovelace", "Émilie du Châtelet"],
        tags=[make_tag("cs.LG"), make_tag("stat.ML")],
        abstract_html="We <em>show</em> it.",
        comments="12 pages",
        code_url="https://github.com/example/attention",
    )
    PaperIdentifier.objects.create(paper=paper, kind="doi", value="10.1000/xyz")
    ExternalCount.objects.create(paper=paper, source="huggingface", count=82, taken_on="2025-03-11")
    html = client.get("/papers/2503.01234/").content.decode()
    for expected in (
        "Attention without queries",
        '<a href="/authors/ada-lovelace/">Ada Lovelace</a>, ',
        '<a href="/authors/emilie-du-chatelet/">Émilie du Châtelet</a>',
        'href="/tags/cs-lg/"',
        'href="/tags/stat-ml/"',
        "We <em>show</em> it.",
        "12 pages",
        "https://github.com/example/attention",
        "https://arxiv.org/abs/2503.01234",
        "https://doi.org/10.1000/xyz",
        "82 on Hugging Face",
        'data-upvotes="0"',
        '<meta name="citation_title" content="Attention without queries">',
        '<meta name="citation_author" content="Ada Lovelace">',
        '<meta name="citation_doi" content="10.1000/xyz">',
    ):
        assert expected in html


def test_a_note_of_the_site_stands_under_its_label(client: Client) -> None:
    paper = make_paper(note="A good first read.", note_label="Demo note, not the abstract")
    html = client.get(paper.get_absolute_url()).content.decode()
    assert "<h2>Demo note, not the abstract</h2>" in html
    assert "A good first read." in html


@pytest.mark.parametrize(
    "other", ["2503.01234v2", "arXiv:2503.01234", "ARXIV:2503.01234v1", "doi:10.1000/XYZ"]
)
def test_other_spellings_lead_to_the_key_and_keep_the_query(client: Client, other: str) -> None:
    paper = make_paper(key="2503.01234")
    PaperIdentifier.objects.create(paper=paper, kind="doi", value="10.1000/xyz")
    response = client.get(f"/papers/{other}/?from=mail")
    assert (response.status_code, response["Location"]) == (301, "/papers/2503.01234/?from=mail")


def test_a_subject_class_is_dropped(client: Client) -> None:
    make_paper(key="math/0611800")
    assert client.get("/papers/math.CA/0611800v2/")["Location"] == "/papers/math/0611800/"


def test_a_doi_with_slashes_has_a_page(client: Client) -> None:
    make_paper("On slashes", key="doi:10.1000/a/b.c-d_e(f)")
    assert client.get("/papers/doi:10.1000/a/b.c-d_e(f)/").status_code == 200


@pytest.mark.parametrize("key", ["2513.00001", "2503.00000", "2503.0123", "xyz/0101001", "op:1"])
def test_ids_that_cannot_exist_are_not_found(client: Client, key: str) -> None:
    assert client.get(f"/papers/{key}/").status_code == 404


def test_a_merged_paper_leads_to_the_one_it_became(client: Client) -> None:
    target = make_paper(key="2503.01234")
    make_paper(key="2503.01235", merged_into=target)
    assert client.get("/papers/2503.01235/")["Location"] == "/papers/2503.01234/"


def test_a_paper_merged_into_a_pending_one_does_not_tell_strangers(client: Client) -> None:
    target = make_paper(key="2503.01234", listed=False, pending_since=timezone.now())
    make_paper(key="2503.01235", merged_into=target)
    assert client.get("/papers/2503.01235/").status_code == 404


def test_a_pending_paper_is_seen_by_its_submitter_and_moderators_only(client: Client) -> None:
    alice = make_user("alice")
    paper = make_paper(listed=False, pending_since=timezone.now(), submitted_by=alice)
    url = paper.get_absolute_url()
    assert client.get(url).status_code == 404
    client.force_login(make_user("bob"))
    assert client.get(url).status_code == 404
    client.force_login(alice)
    assert client.get(url).status_code == 200
    client.force_login(make_moderator())
    assert client.get(url).status_code == 200


def test_the_withdrawn_banner_gives_day_and_reason_and_leads_to_the_earlier_versions(
    client: Client,
) -> None:
    paper = make_paper(
        key="2503.01234",
        comments="Withdrawn: lemma 3 is <wrong>.",
        withdrawn_at=datetime(2026, 3, 24, 20, 10, tzinfo=UTC),
        withdrawal_reason="Withdrawn: lemma 3 is <wrong>.",
    )
    html = client.get(paper.get_absolute_url()).content.decode()
    assert "<strong>Withdrawn by its authors</strong>" in html
    assert "on 24 Mar 2026." in html
    # Once: the authors' remark says nothing else.
    assert html.count("lemma 3 is &lt;wrong&gt;.") == 1
    assert html.count('href="https://arxiv.org/abs/2503.01234"') == 2
    # There is no PDF of a withdrawal, for people and for programs.
    assert "https://arxiv.org/pdf/" not in html


def test_the_banner_of_a_record_that_its_source_deleted_names_the_source(client: Client) -> None:
    paper = make_paper(key="2603.00011")
    stated = date(2026, 3, 2)
    upsert([make_record(source=Source.ARXIV_RAW, record_date=stated)], now=timezone.now())
    gone = Deletion(Source.ARXIV_RAW, "2603.00011", date(2026, 3, 24))
    upsert_batch([gone], timezone.now())
    html = client.get(paper.get_absolute_url()).content.decode()
    assert "<strong>Deleted by its source</strong>" in html
    assert "on 24 Mar 2026." in html
    assert "The source was arXiv (OAI, raw); it gave no reason." in html
    assert "by its authors" not in html
    assert "The reason given" not in html
    assert "Earlier versions" not in html


def test_the_versions_are_told_newest_first(client: Client) -> None:
    paper = make_paper(key="2503.01234")
    add_versions(paper, (1, at("2025-03-02 12:00")), (3, None), (2, at("2025-03-09 23:30")))
    html = client.get(paper.get_absolute_url()).content.decode()
    history = html.split('<details class="versions">')[1].split("</details>")[0]
    assert "3 versions" in history
    assert re.findall(r'href="([^"]+)"', history) == [
        f"https://arxiv.org/abs/2503.01234v{number}" for number in (3, 2, 1)
    ]
    assert re.findall(r">(\d+ Mar 2025|day unknown)<", history) == [
        "day unknown",
        "9 Mar 2025",
        "2 Mar 2025",
    ]


def test_versions_of_a_paper_that_arxiv_does_not_have_lead_nowhere(client: Client) -> None:
    paper = make_paper(key="doi:10.1101/2025.03.02.123456")
    add_versions(paper, (1, at("2025-03-02 00:00")), (2, at("2025-03-09 00:00")))
    html = client.get(paper.get_absolute_url()).content.decode()
    history = html.split('<details class="versions">')[1].split("</details>")[0]
    assert "v2" in history
    assert "href" not in history


@pytest.mark.parametrize("known", [[], [(2, None)]], ids=["none", "one"])
def test_one_version_is_no_history(client: Client, known: list[tuple[int, None]]) -> None:
    paper = make_paper()
    add_versions(paper, *known)
    assert 'class="versions"' not in client.get(paper.get_absolute_url()).content.decode()


@pytest.mark.parametrize("signed_in", [False, True], ids=["visitor", "member"])
def test_a_paper_costs_the_same_whatever_its_versions(client: Client, signed_in: bool) -> None:
    paper = make_paper()
    if signed_in:
        client.force_login(make_user("alice"))
    costs = set()
    for last in (2, 40):
        paper.versions.all().delete()
        add_versions(paper, *((number, timezone.now()) for number in range(1, last + 1)))
        client.get(paper.get_absolute_url())
        with CaptureQueriesContext(connection) as queries:
            client.get(paper.get_absolute_url())
        costs.add(len(queries))
    assert len(costs) == 1


def add_versions(paper: Paper, *versions: tuple[int, datetime | None]) -> None:
    PaperVersion.objects.bulk_create(
        PaperVersion(paper=paper, number=number, submitted_at=instant)
        for number, instant in versions
    )


def test_a_withdrawal_that_arxiv_decided_is_not_laid_at_the_authors_door(client: Client) -> None:
    reason = "This submission has been withdrawn by arXiv administrators due to a dispute"
    paper = make_paper(withdrawn_at=timezone.now(), withdrawal_reason=reason)
    html = client.get(paper.get_absolute_url()).content.decode()
    assert "<strong>Withdrawn by arXiv</strong>" in html
    assert "by its authors" not in html


def test_a_withdrawn_paper_that_arxiv_does_not_have_is_not_looked_for_there(client: Client) -> None:
    paper = make_paper(key="doi:10.1000/withdrawn", withdrawn_at=timezone.now())
    html = client.get(paper.get_absolute_url()).content.decode()
    assert "Withdrawn by its authors" in html
    assert "The reason given" not in html
    assert "arxiv.org" not in html


def test_a_hidden_paper_is_gone_and_the_page_quotes_the_log(client: Client) -> None:
    paper = make_paper("An advertisement")
    carol = make_moderator("carol")
    hide_paper(paper=paper, moderator=carol, reason="Advertises pills.")
    response = client.get(paper.get_absolute_url())
    html = response.content.decode()
    assert response.status_code == 410
    assert "Advertises pills." in html
    assert "An advertisement" not in html
    assert "carol" not in html


def test_a_paper_hidden_while_pending_is_told_to_its_submitter_alone(client: Client) -> None:
    alice = make_user("alice")
    paper = make_paper(listed=False, pending_since=timezone.now(), submitted_by=alice)
    url = paper.get_absolute_url()
    hide_paper(paper=paper, moderator=make_moderator(), reason="Advertises pills.")
    assert client.get(url).status_code == 404
    assert paper.key not in client.get("/moderation/log/").content.decode()
    client.force_login(make_user("bob"))
    assert client.get(url).status_code == 404
    client.force_login(alice)
    response = client.get(url)
    assert response.status_code == 410
    assert "Advertises pills." in response.content.decode()


def test_a_moderator_still_sees_a_hidden_paper_with_its_reason(client: Client) -> None:
    paper = make_paper()
    carol = make_moderator("carol")
    hide_paper(paper=paper, moderator=carol, reason="Advertises pills.")
    client.force_login(carol)
    response = client.get(paper.get_absolute_url())
    assert response.status_code == 200
    assert "Advertises pills." in response.content.decode()


def test_a_member_chooses_among_their_own_lists(client: Client) -> None:
    alice, bob = make_user("alice"), make_user("bob")
    paper = make_paper()
    make_list(alice, "To read on the train", papers=[paper])
    make_list(alice, "For the seminar")
    make_list(bob, "A list of Bob's")
    client.force_login(alice)
    html = client.get(paper.get_absolute_url()).content.decode()
    assert "To read on the train" in html
    assert "For the seminar" in html
    assert "A list of Bob" not in html
    assert f'action="/papers/{paper.key}/save/remove/"' in html


def test_large_collaborations_are_listed_whole(client: Client) -> None:
    names = [f"Author Number {number}" for number in range(1, 401)]
    paper = make_paper(authors=names, published_at=timezone.now() - timedelta(days=1))
    html = client.get(paper.get_absolute_url()).content.decode()
    assert "Author Number 400" in html
    assert html.index("and 370 more authors") < html.index("Author Number 31<")
    row = client.get("/papers/").content.decode()
    assert "Author Number 6</a> and 394 more" in row
    assert "Author Number 7<" not in row


def test_what_a_title_contains_is_escaped(client: Client) -> None:
    paper = make_paper(
        "On <script>alert(1)</script>",
        title_html="On &lt;script&gt;alert(1)&lt;/script&gt;",
        authors=["<b>Bob</b>"],
    )
    html = client.get(paper.get_absolute_url()).content.decode()
    assert "<script>alert" not in html
    assert "<b>Bob</b>" not in html
    assert Paper.objects.get().key == paper.key
