"""Which spellings on a page are those that a query found: PostgreSQL knows the stems."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from papers.search.language import Field, Query, Text
from papers.search.marks import Marked, Sequences, excerpt, mark_html, words_of
from papers.search.vector import ENGLISH, broken

_SPELLINGS = """
with asked as (
    select place, position, lexeme
    from unnest(%(texts)s::text[]) with ordinality as t (text, place)
    cross join lateral unnest(to_tsvector(%(english)s::regconfig, text)) as l (lexeme, positions, w)
    cross join lateral unnest(positions) as p (position)
)
select asked.place - 1, coalesce(spellings, '{}')
from asked left join (
    select lexeme, array_agg(word) as spellings
    from unnest(%(words)s::text[]) as s (word)
    cross join lateral unnest(to_tsvector(%(english)s::regconfig, word)) as l (lexeme, p, w)
    group by lexeme
) as spelt on spelt.lexeme = asked.lexeme
order by place, position
"""


@dataclass(frozen=True)
class FoundWords:
    """What to mark in titles and in abstracts."""

    in_title: Sequences
    in_abstract: Sequences

    def mark(self, title_html: str, abstract_text: str, abstract_html: str) -> Marked:
        shown, is_whole = excerpt(abstract_text, self.in_abstract)
        abstract = "" if is_whole else mark_html(abstract_html, self.in_abstract)
        return Marked(mark_html(title_html, self.in_title), shown, abstract)


def found_words(query: Query, texts: Iterable[str]) -> FoundWords:
    """The words that the query asks for, in the spellings that occur in `texts`. One query."""
    asked = [text for text in query.sought if text.field is not Field.AUTHOR]
    if not asked:
        return FoundWords((), ())
    words = set().union(*(words_of(text) for text in texts))
    sequences: dict[Text, list[frozenset[str]]] = {text: [] for text in asked}
    with connection.cursor() as cursor:
        cursor.execute(
            _SPELLINGS,
            {
                "texts": [broken(text.text) for text in asked],
                "words": sorted(words),
                "english": ENGLISH,
            },
        )
        for place, spellings in cursor.fetchall():
            sequences[asked[place]].append(frozenset(spellings))
    return FoundWords(
        in_title=[found for found in sequences.values() if found],
        in_abstract=[
            found for text, found in sequences.items() if found and text.field is Field.ANYWHERE
        ],
    )
