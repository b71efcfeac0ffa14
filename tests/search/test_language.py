"""papers/search/language.py"""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.search.language import (
    MAX_LENGTH,
    MAX_TERMS,
    Bound,
    Clause,
    Field,
    HasCode,
    Literal,
    Note,
    Published,
    Tagged,
    Term,
    Text,
    Trouble,
    parse_query,
)


def terms(text: str) -> list[Term]:
    """The terms of a query without alternatives."""
    clauses = parse_query(text).clauses
    assert all(len(clause.literals) == 1 for clause in clauses)
    return [clause.literals[0].term for clause in clauses]


def troubles(text: str) -> list[Trouble]:
    return [note.trouble for note in parse_query(text).notes]


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("graph", Text("graph")),
        ("self-attention", Text("self-attention")),
        ("C++", Text("C++")),
        ('"graph networks"', Text("graph networks", phrase=True)),
        ("“graph  networks”", Text("graph networks", phrase=True)),
        ('"never closed', Text("never closed", phrase=True)),
        ("author:doe", Text("doe", Field.AUTHOR)),
        ("Author:doe", Text("doe", Field.AUTHOR)),
        ('author:"Jane Doe"', Text("Jane Doe", Field.AUTHOR, phrase=True)),
        ("title:attention", Text("attention", Field.TITLE)),
        ("tag:cs.LG", Tagged("cs.LG")),
        ('tag:"graph theory"', Tagged("graph theory")),
        ("before:2020", Published(Bound.BEFORE, date(2020, 1, 1), "2020")),
        ("after:2020-03", Published(Bound.AFTER, date(2020, 3, 1), "2020-03")),
        ("after:2020-3-9", Published(Bound.AFTER, date(2020, 3, 9), "2020-3-9")),
        ("has:code", HasCode()),
        ("HAS:Code", HasCode()),
        ("arxiv:hello", Text("arxiv:hello")),
        ("http://example.org", Text("http://example.org")),
        ('title:"OR"', Text("OR", Field.TITLE, phrase=True)),
    ],
)
def test_a_term_is_read(text: str, term: Term) -> None:
    assert terms(text) == [term]
    assert not parse_query(text).notes


def test_all_terms_must_be_fulfilled() -> None:
    assert terms('graph author:doe "neural net"') == [
        Text("graph"),
        Text("doe", Field.AUTHOR),
        Text("neural net", phrase=True),
    ]
    assert terms("graph AND networks") == [Text("graph"), Text("networks")]


@pytest.mark.parametrize(
    "text", ["-graph", '-"neural net"', "-author:doe", "-tag:cs.LG", "-has:code"]
)
def test_a_minus_negates_words_phrases_and_fields(text: str) -> None:
    (clause,) = parse_query(text).clauses
    assert clause.literals[0].negated
    assert clause.literals[0].term == terms(text[1:])[0]


def test_a_hyphen_inside_a_word_negates_nothing() -> None:
    assert parse_query("self-attention").clauses == (Clause((Literal(Text("self-attention")),)),)


def test_or_stands_between_its_neighbours() -> None:
    a, b, c, d = (Literal(Text(name)) for name in "abcd")
    assert parse_query("a b OR c d").clauses == (Clause((a,)), Clause((b, c)), Clause((d,)))
    assert parse_query("a OR b OR c").clauses == (Clause((a, b, c)),)
    assert parse_query("a or b").clauses == (
        Clause((a,)),
        Clause((Literal(Text("or")),)),
        Clause((b,)),
    )


@pytest.mark.parametrize("text", ["OR", "OR graph", "graph OR", "graph OR OR networks"])
def test_an_or_without_neighbours_is_a_word(text: str) -> None:
    assert troubles(text) == [Trouble.LONE_OR]
    assert Text("OR", phrase=True) in parse_query(text).sought


@pytest.mark.parametrize(
    ("text", "word", "trouble"),
    [
        ("before:yesterday", "yesterday", Trouble.NOT_A_DATE),
        ("after:2020-13", "2020-13", Trouble.NOT_A_DATE),
        ("after:2021-02-29", "2021-02-29", Trouble.NOT_A_DATE),
        ("after:0000", "0000", Trouble.NOT_A_DATE),
        ("after:٢٠٢٠", "٢٠٢٠", Trouble.NOT_A_DATE),
        ("has:video", "video", Trouble.UNKNOWN_HAS),
    ],
)
def test_what_is_not_understood_is_a_word_with_a_note(
    text: str, word: str, trouble: Trouble
) -> None:
    query = parse_query(text)
    assert query.sought == (Text(word),)
    assert query.notes == (Note(trouble, text),)


@pytest.mark.parametrize("text", ["author:", 'title:""', "tag:--", "before:"])
def test_a_field_without_a_value_says_so(text: str) -> None:
    assert not parse_query(text)
    assert troubles(text) == [Trouble.NOTHING_AFTER_FIELD]


@pytest.mark.parametrize("text", ["", "  ", "-", "!?", '""', "& | ! ( )", ":*"])
def test_signs_ask_nothing(text: str) -> None:
    assert not parse_query(text)
    assert troubles(text) == []


def test_control_and_direction_characters_are_taken_out() -> None:
    assert terms("a\x00b \u202egraph\u202c \ud800") == [Text("a"), Text("b"), Text("graph")]


def test_a_pasted_page_is_cut_with_a_note() -> None:
    long = parse_query("x" * 10_000)
    assert long.sought == (Text("x" * MAX_LENGTH),)
    assert long.notes == (Note(Trouble.TOO_LONG),)
    many = parse_query(" ".join(f"w{number}" for number in range(MAX_TERMS + 5)))
    assert len(many.sought) == MAX_TERMS
    assert many.notes == (Note(Trouble.TOO_MANY_TERMS),)


def test_a_repeated_word_is_asked_once() -> None:
    assert terms("graph graph") == [Text("graph")]
    assert str(parse_query("a OR b OR a")) == "a OR b"


@pytest.mark.parametrize(
    ("text", "can_be"),
    [
        ("-graph", False),
        ("graph -networks", True),
        ("a OR -b", False),
        ("a OR -b c", True),
        ("-before:2018", False),
        ("has:code", False),
        ("", False),
    ],
)
def test_it_knows_whether_words_can_be_compared(text: str, can_be: bool) -> None:
    assert parse_query(text).can_be_ranked is can_be


@pytest.mark.parametrize(
    ("text", "noted"), [("2017", True), ("2017 graph", False), ("-2017", False), ('"2017"', False)]
)
def test_a_year_alone_is_noted(text: str, noted: bool) -> None:
    assert (Trouble.LONE_YEAR in troubles(text)) is noted


def test_a_bare_word_may_be_a_year() -> None:
    assert Text("2017").year == 2017
    for other in ("1492", "20170", "2017a", "٢٠٢٠"):
        assert Text(other).year is None
    assert Text("2017", phrase=True).year is None
    assert Text("2017", Field.TITLE).year is None


PIECES = st.sampled_from(
    ['"', "-", ":", " ", "OR", "AND", "author:", "title:", "tag:", "before:", "has:", "code", "a"]
)


@given(st.one_of(st.text(max_size=600), st.lists(PIECES | st.text(max_size=3)).map("".join)))
def test_nothing_raises_and_what_is_read_is_written_so_that_it_reads_the_same(text: str) -> None:
    query = parse_query(text)
    again = parse_query(str(query))
    if not {Trouble.TOO_LONG, Trouble.TOO_MANY_TERMS} & {note.trouble for note in query.notes}:
        assert again == query
