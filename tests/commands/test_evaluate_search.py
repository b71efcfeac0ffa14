"""manage.py evaluate_search"""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from papers.management.commands import evaluate_search
from papers.models import Paper
from papers.search.evaluation import KINDS, Item, draw_items, mrr, our_search, plain_search
from papers.search.words import refresh_words
from tests.factories import make_paper

pytestmark = pytest.mark.django_db

LETTERS = "abcdefghijklmnop"


def make_papers(number: int = 12) -> list[Paper]:
    """Papers each of which has words of its own."""
    made = []
    for place in range(number):
        own = LETTERS[place] * 4
        made.append(
            make_paper(
                f"The {own}zum {own}rak and {own}lin",
                abstract_text=f"We give the {own}vop of {own}mir, {own}tas, {own}kel and {own}dun.",
                authors=[f"Ada {own}son"],
            )
        )
    return made


def evaluate(*options: str) -> str:
    out = StringIO()
    call_command("evaluate_search", *options, stdout=out)
    return out.getvalue()


def test_it_prints_the_measure_of_both_searches_for_each_kind_of_query() -> None:
    make_papers()
    refresh_words()
    lines = evaluate("--papers", "10").splitlines()
    assert lines[0].split() == ["MRR@10", "queries", "search", "ts_rank", "ratio"]
    assert [line[:40].strip() for line in lines[1:]] == list(KINDS)
    for line in lines[1:5]:
        number, ours, _plain, _ratio = line[40:].split()
        assert number == "10"
        assert float(ours) > 0.2
    assert lines[2].split()[-3:] == ["1.000", "1.000", "1.00"], "four words that no other has"


def test_the_same_seed_draws_the_same_and_another_others() -> None:
    make_papers()
    assert draw_items(5, 1) == draw_items(5, 1)
    assert draw_items(5, 1) != draw_items(5, 2)


def test_tuning_looks_at_other_papers(monkeypatch: pytest.MonkeyPatch) -> None:
    make_papers()
    measured = {item.paper for item in draw_items(5, 1)}
    tuned = {item.paper for item in draw_items(5, 1, for_tuning=True)}
    assert len(measured) == len(tuned) == 5
    assert not measured & tuned
    one_each = {name: numbers[:1] for name, numbers in evaluate_search.GRID.items()}
    monkeypatch.setattr(evaluate_search, "GRID", one_each | {"title": (0.5, 1.0)})
    lines = evaluate("--papers", "5", "--tune").splitlines()
    assert len(lines) == 1 + 2 + 1
    assert re.fullmatch(r"best on average: 2 0\.75 (0\.5|1) 3 0\.1 3", lines[-1])


def test_queries_are_words_as_they_stand_or_without_stop_words() -> None:
    make_papers(1)
    items = {item.kind: item.query.split() for item in draw_items(1, 1)}
    assert [len(items[kind]) for kind in KINDS] == [4, 4, 3, 3, 2]
    assert not {"the", "and", "of", "we"} & {*items[KINDS[1]], *items[KINDS[3]]}
    year = timezone.now().year
    assert items[KINDS[4]][0] == "aaaason"
    assert int(items[KINDS[4]][1]) in {year - 1, year}


def test_only_what_strangers_can_find_is_drawn() -> None:
    make_papers(3)
    Paper.objects.update(hidden_at=timezone.now())
    assert draw_items(3, 1) == []
    with pytest.raises(CommandError, match="too few papers"):
        evaluate()


def test_the_mean_is_over_one_divided_by_the_place() -> None:
    items = [Item("k", "first", 1), Item("k", "second", 1), Item("k", "none", 1)]
    found = {"first": [1, 2], "second": [2, 1], "none": [*range(2, 12), 1]}
    assert mrr(items, found.__getitem__) == {"k": 0.5}


def test_both_searches_answer_the_same_query() -> None:
    first, *_others = make_papers()
    assert our_search()("aaaavop")[0] == first.pk
    with plain_search() as search:
        assert search("aaaavop") == [first.pk]
        assert search("the aaaavop") == [first.pk]


def test_nonsense_is_refused() -> None:
    with pytest.raises(CommandError, match="at least one"):
        evaluate("--papers", "0")
