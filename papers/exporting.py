"""Papers of the database, as exports need them."""

from collections.abc import Iterable

from django.db.models import prefetch_related_objects

from papers.exports import ExportedPaper
from papers.models import Paper, PaperIdentifier, TagScheme


def exported(papers: Iterable[Paper], site: str) -> list[ExportedPaper]:
    """Return the papers in their order; `site` is our address without path, https://….

    Asks for identifiers and tags of all of them at once. The papers need their fields loaded,
    abstracts included.
    """
    papers = list(papers)
    prefetch_related_objects(papers, "identifiers", "tags", "primary_tag")
    return [_exported(paper, site) for paper in papers]


def _exported(paper: Paper, site: str) -> ExportedPaper:
    primary = paper.primary_tag
    # The primary one first, as every source has it.
    tags = sorted(paper.tags.all(), key=lambda tag: (tag != primary, tag.code))
    on_arxiv = primary is not None and primary.scheme == TagScheme.ARXIV
    withdrawn = paper.state == "withdrawn"
    return ExportedPaper(
        key=paper.key,
        url=f"{site}{paper.get_absolute_url()}",
        title=paper.title,
        abstract=paper.abstract,
        authors=tuple(paper.authors),
        arxiv_id=paper.arxiv_id or "",
        dois=_dois(paper),
        primary_class=primary.code if primary is not None and on_arxiv else "",
        tags=tuple(str(tag) for tag in tags),
        published=paper.published_at,
        precision=paper.published_precision,
        journal_ref=paper.journal_ref,
        comments="" if withdrawn and paper.comments == paper.withdrawal_reason else paper.comments,
        note=paper.note,
        note_label=paper.note_label,
        withdrawal=f"Withdrawn. {paper.withdrawal_reason}".strip() if withdrawn else "",
    )


def _dois(paper: Paper) -> tuple[str, ...]:
    """The DOI that is the paper's key first: it names the work, others may name a version of it."""
    values = [
        each.value for each in paper.identifiers.all() if each.kind == PaperIdentifier.Kind.DOI
    ]
    return tuple(sorted(values, key=lambda value: (paper.key != f"doi:{value}", value)))
