"""How a paper's text becomes words: the configurations, and what stands in the indexes.

Imports no model: the model is made of this.
"""

from django.contrib.postgres.search import CombinedSearchVector, SearchVector, SearchVectorField
from django.db.models import Func, TextField, Value

# English stems of all words, stop words too, and words as they are; both without accents.
ENGLISH = "offprint_english"
SIMPLE = "offprint_simple"

# PostgreSQL takes "TCP/IP" for a file, "-19" in "COVID-19" for a number, "recall@k" for an address
# and what stands between < and > for markup. With spaces instead, their parts are words.
BREAKS = "-/@<>&+"
SPACES = " " * len(BREAKS)
_TO_SPACES = str.maketrans(BREAKS, SPACES)

# No name has it. In place of the comma it parts two names, so that no phrase reaches from one to
# the next; then it is taken out.
_BETWEEN_NAMES = "0"


def broken(text: str) -> str:
    """`text` as it goes to PostgreSQL's parser; the columns are broken likewise."""
    return text.translate(_TO_SPACES)


def paper_vector() -> CombinedSearchVector:
    """The words of a paper with their weights: title A, authors B, abstract C."""
    names = Func(
        _column("authors_text"),
        Value(","),
        Value(f" {_BETWEEN_NAMES} "),
        function="replace",
        output_field=TextField(),
    )
    authors = Func(
        SearchVector(names, weight="B", config=SIMPLE),
        Value(_BETWEEN_NAMES),
        function="ts_delete",
        output_field=SearchVectorField(),
    )
    text = SearchVector(_column("title_text"), weight="A", config=ENGLISH) + SearchVector(
        _column("abstract_text"), weight="C", config=ENGLISH
    )
    # Positions end at 16,383: the authors, of whom there may be thousands, come last.
    return CombinedSearchVector(text, "||", authors, None)


def _column(name: str) -> Func:
    return Func(name, Value(BREAKS), Value(SPACES), function="translate", output_field=TextField())


def text_vector(name: str) -> SearchVector:
    """The words of a column that is no paper's: of a note, or of a list's title."""
    return SearchVector(_column(name), config=ENGLISH)


def title_words() -> Func:
    """The part of a paper's vector that the title gave."""
    return _part("a")


def author_words() -> Func:
    """The part of a paper's vector that the authors' names gave."""
    return _part("b")


def _part(weight: str) -> Func:
    # Weights are not in an index of the whole vector: asked by weight, it would read every paper
    # that has the word anywhere. The parts have indexes of their own.
    return Func(
        "search",
        template=f"ts_filter(%(expressions)s, '{{{weight}}}')",
        output_field=SearchVectorField(),
    )
