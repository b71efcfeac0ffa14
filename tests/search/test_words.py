"""The table of words, and the other spellings that come from it."""

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from papers.models import Paper, SearchWord
from papers.search import words
from papers.search.did_you_mean import did_you_mean, one_slip_away, slips
from papers.search.language import parse_query
from papers.search.words import CountedWords, refresh_words
from tests.at_once import at_once
from tests.factories import make_paper

pytestmark = pytest.mark.django_db


def meant(text: str) -> str | None:
    query = did_you_mean(parse_query(text), Paper.objects.searchable())
    return None if query is None else str(query)


def count_of(word: str) -> int:
    return sum(SearchWord.objects.filter(word=word).values_list("papers", flat=True))


def test_each_paper_counts_a_word_once_wherever_it_stands() -> None:
    make_paper("Graphs, graphs", abstract_text="Graphs.", authors=["Paul Erdős"])
    make_paper("Trees", abstract_text="And self-graphs.", authors=[])
    refresh_words()
    assert count_of("graphs") == 2
    assert count_of("erdos") == 1
    assert SearchWord.objects.get(word="graphs").stem == "graph"


def test_a_second_count_changes_nothing_and_a_later_one_what_changed() -> None:
    paper = make_paper("Graphs", authors=[], abstract_text="")
    assert refresh_words() == CountedWords(words=1, changed=1, removed=0)
    assert refresh_words() == CountedWords(words=1, changed=0, removed=0)
    make_paper("Graphs and trees", authors=[], abstract_text="")
    assert refresh_words() == CountedWords(words=3, changed=3, removed=0)
    paper.delete()
    Paper.objects.update(title_text="Trees")
    assert refresh_words() == CountedWords(words=1, changed=0, removed=2)


def test_batches_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    for _number in range(5):
        make_paper("Graphs")
    monkeypatch.setattr(words, "BATCH", 2)
    seen: list[tuple[int, int]] = []
    refresh_words(lambda done, total: seen.append((done, total)))
    assert count_of("graphs") == 5
    assert seen[-1][0] == seen[-1][1]
    assert [done for done, _total in seen] == sorted(done for done, _total in seen)


def test_very_long_words_and_no_papers_are_no_trouble() -> None:
    assert refresh_words() == CountedWords(0, 0, 0)
    make_paper("x" * 41, authors=["y" * 40], abstract_text="z" * 3000)
    refresh_words()
    assert set(SearchWord.objects.values_list("word", flat=True)) == {"y" * 40}


@pytest.mark.parametrize("state", ["hidden_at", "pending_since", "merged"])
def test_words_of_papers_that_nobody_may_find_are_not_counted(state: str) -> None:
    other = make_paper("Brewing")
    fields = {"merged_into": other} if state == "merged" else {state: timezone.now()}
    make_paper("Zymurgy", **fields)
    refresh_words()
    assert count_of("zymurgy") == 0
    assert count_of("brewing") == 1


@pytest.mark.django_db(transaction=True)
def test_two_counts_at_once_do_not_meet() -> None:
    make_paper("Graphs")
    counted = at_once(refresh_words, refresh_words)
    assert [count for count in counted if count is not None]
    assert count_of("graphs") == 1


# --- Did you mean -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("grpah", "graph"),
        ("grap", "graph"),
        ("graaph", "graph"),
        ("grqph", "graph"),
        ("nueral", "neural"),
        ("convultional", "convolutional"),
        ("Lovelcae", "lovelace"),
        ("erdös graphh", "erdös graph"),
        ("author:lovelacee", "author:lovelace"),
        ('"neural grpah"', '"neural graph"'),
        ("grpah -trees has:code", "graph -trees has:code"),
        ("nueral grpah", "neural graph"),
        ("convolutional-grpah", "convolutional-graph"),
    ],
)
def test_another_spelling_is_offered(typed: str, right: str) -> None:
    make_paper(
        "A convolutional graph, a neural graph",
        authors=["Ada Lovelace", "Paul Erdős"],
        code_url="https://example.org/code",
    )
    refresh_words()
    assert meant(typed) == right


@pytest.mark.parametrize(
    "typed", ["graph", "graphs", "zymurgy", "gra", "grxyh", "-grpah", "tag:grpah", "2017", "", "①"]
)
def test_nothing_is_offered_for_words_that_are_known_short_or_too_far(typed: str) -> None:
    make_paper("A graph")
    refresh_words()
    assert meant(typed) is None


def test_what_would_find_nothing_is_not_offered() -> None:
    make_paper("A graph")
    make_paper("A tree")
    refresh_words()
    assert meant("grpah tree") is None


def test_the_commoner_of_two_spellings_is_offered_first() -> None:
    make_paper("grape")
    for _number in range(2):
        make_paper("graph")
    refresh_words()
    assert meant("grapq") == "graph"


def test_a_word_of_few_papers_is_doubted_where_another_is_far_more_common() -> None:
    make_paper("A nueral network")
    make_paper("A neural network")
    refresh_words()
    assert meant("nueral") is None
    SearchWord.objects.filter(word="neural").update(papers=1000)
    assert meant("nueral") == "neural"


@pytest.mark.parametrize("state", ["hidden_at", "pending_since", "merged"])
def test_a_word_of_a_paper_that_was_hidden_since_is_not_offered(state: str) -> None:
    other = make_paper("Brewing")
    paper = make_paper("Zymurgy")
    refresh_words()
    assert meant("zymurgi") is None, "the stem is known"
    assert meant("zymurgyy") == "zymurgy"
    fields = {"merged_into": other} if state == "merged" else {state: timezone.now()}
    Paper.objects.filter(pk=paper.pk).update(**fields)
    assert meant("zymurgyy") is None


def test_the_next_spelling_is_tried_when_the_first_finds_nothing_any_more() -> None:
    hidden = [make_paper("graph") for _number in range(2)]
    make_paper("grape")
    refresh_words()
    Paper.objects.filter(pk__in=[paper.pk for paper in hidden]).update(hidden_at=timezone.now())
    assert meant("grapq") == "grape"


@pytest.mark.parametrize(
    ("typed", "other", "number"),
    [
        ("graph", "graph", 0),
        ("grpah", "graph", 1),
        ("gaph", "graph", 1),
        ("graphs", "graph", 1),
        ("grxph", "graph", 1),
        ("nueraal", "neural", 2),
        ("", "ab", 2),
    ],
)
def test_slips_are_counted(typed: str, other: str, number: int) -> None:
    assert slips(typed, other) == slips(other, typed) == number


@given(st.text(alphabet="abc", min_size=1, max_size=6))
def test_what_is_one_slip_away_is(word: str) -> None:
    assert all(slips(word, other) <= 1 for other in one_slip_away(word))
