"""Which ids are of one work: from who claims what, whatever the order in which they said so. Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from papers.sources.record import IdPair

# The ids that a record, or a paper that has had them, says are of one work.
Claim = frozenset[IdPair]


def group(claims: Iterable[Claim]) -> list[set[IdPair]]:
    """Part the claimed ids into works; the result depends on the claims alone.

    - Ids that are claimed together by somebody who names no arXiv id are of one work.
    - An arXiv id is a work. It has the other ids that are claimed with it, and those that are of
      one work with them. Where several arXiv ids claim an id, the smallest has it: two arXiv ids
      are two papers, even where both name one journal article.
    - Somebody who claims several arXiv ids says that these are one: a moderator who merged them.
    """
    claims = [claim for claim in claims if claim]
    same = _Same()
    claimants: dict[IdPair, set[IdPair]] = defaultdict(set)
    for claim in claims:
        arxiv, others = _parted(claim)
        same.unite(arxiv)
        if not arxiv:
            same.unite(others)
    for claim in claims:
        arxiv, others = _parted(claim)
        for other in others:
            claimants[same.root(other)].update(arxiv)
    for root, arxiv_ids in claimants.items():
        if arxiv_ids:
            same.give(root, min(arxiv_ids))
    works: dict[IdPair, set[IdPair]] = defaultdict(set)
    for claim in claims:
        for pair in claim:
            works[same.owner(pair)].add(pair)
    return list(works.values())


def _parted(claim: Claim) -> tuple[list[IdPair], list[IdPair]]:
    arxiv = [pair for pair in claim if pair[0] == "arxiv"]
    return arxiv, [pair for pair in claim if pair[0] != "arxiv"]


class _Same:
    """Sets of ids that are one (union-find), and which set got another as a whole."""

    def __init__(self) -> None:
        self._above: dict[IdPair, IdPair] = {}
        self._given: dict[IdPair, IdPair] = {}

    def root(self, pair: IdPair) -> IdPair:
        while (above := self._above.setdefault(pair, pair)) != pair:
            self._above[pair] = self._above[above]
            pair = above
        return pair

    def unite(self, pairs: Collection[IdPair]) -> None:
        roots = {self.root(pair) for pair in pairs}
        if roots:
            top = min(roots)
            self._above.update(dict.fromkeys(roots, top))

    def give(self, root: IdPair, taker: IdPair) -> None:
        self._given[root] = taker

    def owner(self, pair: IdPair) -> IdPair:
        root = self.root(pair)
        return self.root(self._given.get(root, root))
