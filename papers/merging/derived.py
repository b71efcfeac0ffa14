"""Rows that are composed of a paper's records: put back as they were before a merge.

Composing the kept paper anew adds and takes away tags, versions and authors, beside what moves.
"""

from datetime import datetime

from papers.identifiers import author_name_key
from papers.merging.rows import Item, Pair, plain
from papers.models import Authorship, Paper, PaperTag, PaperVersion


def snapshot(pair: Pair) -> Item:
    """What composing anew may change, before the merge."""
    return {
        "kept": _tags(pair.kept),
        "merged": _tags(pair.merged),
        "versions": _versions(pair.kept),
    }


def result(paper_id: int) -> Item:
    """The same of the kept paper after it was composed anew."""
    return {"tags": _tags(paper_id), "versions": _versions(paper_id)}


def put_back(pair: Pair, done: Item) -> None:
    """Undo what composing did, where nobody has changed it since; the moved tags are back."""
    after = done.get("after")
    if after is None:
        return
    kept, merged, composed = set(done["kept"]), set(done["merged"]), set(after["tags"])
    _add_tags(pair.kept, kept - composed)
    _add_tags(pair.merged, merged - composed)
    PaperTag.objects.filter(paper=pair.kept, tag__in=composed - kept - merged).delete()
    if done["versions"] != after["versions"] == _versions(pair.kept):
        PaperVersion.objects.filter(paper=pair.kept).delete()
        PaperVersion.objects.bulk_create(
            PaperVersion(
                paper_id=pair.kept,
                number=number,
                submitted_at=datetime.fromisoformat(instant) if instant else None,
            )
            for number, instant in done["versions"]
        )


def write_authorships(paper_id: int) -> None:
    """Bring the authorships in line with the paper's authors."""
    names = Paper.objects.values_list("authors", flat=True).get(pk=paper_id)
    Authorship.objects.filter(paper=paper_id).delete()
    Authorship.objects.bulk_create(
        Authorship(paper_id=paper_id, position=place, name=name, name_key=author_name_key(name))
        for place, name in enumerate(names, start=1)
    )


def _tags(paper_id: int) -> list[int]:
    tags = PaperTag.objects.filter(paper=paper_id).order_by("tag")
    return list(tags.values_list("tag", flat=True))


def _versions(paper_id: int) -> list[list[int | str | None]]:
    versions = PaperVersion.objects.filter(paper=paper_id).order_by("number")
    return [
        [number, plain(instant)]
        for number, instant in versions.values_list("number", "submitted_at")
    ]


def _add_tags(paper_id: int, tags: set[int]) -> None:
    PaperTag.objects.bulk_create(
        (PaperTag(paper_id=paper_id, tag_id=tag) for tag in sorted(tags)), ignore_conflicts=True
    )
