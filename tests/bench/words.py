"""Words, titles and names that nobody wrote, the same ones in every run. Pure.

How often a word occurs follows Zipf's law, as in real texts: a search for a common word meets a
large part of the papers, one for a rare word a handful.
"""

import random
from functools import cached_property
from itertools import accumulate, product

VOCABULARY = 20_000
FAMILY_NAMES = 5_000

_ONSETS = ("b", "br", "d", "f", "gl", "k", "l", "m", "n", "p", "pr", "r", "s", "st", "t", "v")
_NUCLEI = ("a", "e", "i", "o", "u", "ai", "ou")
_CODAS = ("", "n", "r", "s", "l", "m")
_SYLLABLES = tuple("".join(parts) for parts in product(_ONSETS, _NUCLEI, _CODAS))


class Writer:
    """Writes texts; the same seed writes the same texts."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    @cached_property
    def words(self) -> list[str]:
        """The vocabulary, the most common word first."""
        return made_up(VOCABULARY, "words")

    @cached_property
    def families(self) -> list[str]:
        return [word.capitalize() for word in made_up(FAMILY_NAMES, "families")]

    @cached_property
    def _word_weights(self) -> list[float]:
        return zipf(len(self.words))

    @cached_property
    def _family_weights(self) -> list[float]:
        return zipf(len(self.families), exponent=0.7)

    def text(self, count: int) -> list[str]:
        """So many words, common ones often."""
        return self.random.choices(self.words, cum_weights=self._word_weights, k=count)

    def title(self) -> str:
        return " ".join(self.text(self.random.randint(5, 12))).capitalize()

    def abstract(self) -> str:
        return f"{' '.join(self.text(self.random.randint(50, 90))).capitalize()}."

    def author(self) -> str:
        (family,) = self.random.choices(self.families, cum_weights=self._family_weights)
        return f"{self.random.choice('ABCDEFGHJKLMNPRSTW')}. {family}"


def made_up(count: int, seed: str) -> list[str]:
    """So many different words of two to four syllables."""
    # Which words there are is the same whoever asks for them, and whatever they wrote before.
    source = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        found["".join(source.choices(_SYLLABLES, k=source.choice((2, 2, 3, 4))))] = None
    return list(found)


def zipf(count: int, exponent: float = 1.0) -> list[float]:
    """Return cumulative weights: the word of rank r weighs 1 / r ** exponent."""
    return list(accumulate(1 / rank**exponent for rank in range(1, count + 1)))
