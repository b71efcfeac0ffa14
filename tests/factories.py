"""Plain functions that make what a test needs. Alice owns, Bob is a stranger, Carol moderates."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from allauth.account.models import EmailAddress
from django.utils import timezone

from accounts.models import User
from papers.identifiers import author_name_key
from papers.models import (
    Authorship,
    Paper,
    PaperIdentifier,
    PaperTag,
    RankingSettings,
    ReadingList,
    ReadingListEntry,
    Tag,
    Upvote,
    Visibility,
    WeightReason,
)
from papers.secret_links import new_link

PASSWORD = "correct horse battery"

_numbers = count(1)


def make_user(username: str = "", *, verified: bool = True, **fields: Any) -> User:
    """A member of a month with the password `PASSWORD`, verified unless told otherwise."""
    fields.setdefault("date_joined", timezone.now() - timedelta(days=30))
    username = username or f"member-{next(_numbers)}"
    email = fields.pop("email", f"{username}@example.org")
    user = User.objects.create_user(username, email=email, password=PASSWORD, **fields)
    EmailAddress.objects.create(user=user, email=email, verified=verified, primary=True)
    return user


def make_moderator(username: str = "carol", **fields: Any) -> User:
    return make_user(username, is_staff=True, **fields)


def make_key() -> str:
    """An arXiv id that no other paper of this test run has."""
    number = next(_numbers)
    return f"25{number // 90000 % 12 + 1:02d}.{number % 90000 + 1:05d}"


def make_paper(
    title: str = "",
    *,
    listed: bool = True,
    tags: list[Tag] | None = None,
    authors: list[str] | None = None,
    **fields: Any,
) -> Paper:
    """A paper, listed an hour ago unless told otherwise, with its identifier and authorships."""
    key = fields.pop("key", None) or make_key()
    title = title or f"A study of paper {key}"
    authors = authors if authors is not None else ["Ada Lovelace", "Alan Turing"]
    now = timezone.now()
    fields.setdefault("published_at", now - timedelta(days=2))
    if listed:
        fields.setdefault("listed_at", now - timedelta(hours=1))
    if tags:
        fields.setdefault("primary_tag", tags[0])
    paper = Paper.objects.create(
        key=key,
        title=title,
        title_text=fields.pop("title_text", title),
        title_html=fields.pop("title_html", title),
        authors=authors,
        authors_text=", ".join(authors),
        **fields,
    )
    kind, _, value = key.rpartition(":")
    PaperIdentifier.objects.create(paper=paper, kind=kind or "arxiv", value=value)
    Authorship.objects.bulk_create(
        Authorship(paper=paper, position=place, name=name, name_key=author_name_key(name))
        for place, name in enumerate(authors, start=1)
    )
    PaperTag.objects.bulk_create(PaperTag(paper=paper, tag=tag) for tag in tags or [])
    paper.refresh_from_db()
    return paper


def make_upvote(user: User, paper: Paper, **fields: Any) -> Upvote:
    """A vote as stored, without the outbox row that casting it through the service writes."""
    fields.setdefault("first_cast_at", timezone.now() - timedelta(minutes=5))
    fields.setdefault("weight", 1.0)
    fields.setdefault("earned_weight", fields["weight"] or 1.0)
    fields.setdefault(
        "weight_reason",
        WeightReason.COUNTED if fields["weight"] > 0 else WeightReason.UNVERIFIED,
    )
    return Upvote.objects.create(user=user, paper=paper, **fields)


def make_ranking_settings(**fields: Any) -> RankingSettings:
    """Numbers of the ranking that are in force from now on; the papers are not computed by them."""
    fields.setdefault("applied_at", timezone.now())
    return RankingSettings.objects.create(reason="Tried out in a test.", **fields)


def make_tag(code: str = "cs.LG") -> Tag:
    """A tag of arXiv's tree, which the migrations have loaded."""
    return Tag.objects.get(scheme="arxiv", code=code)


def make_list(
    owner: User,
    title: str = "Weekend reading",
    *,
    papers: list[Paper] | None = None,
    **fields: Any,
) -> ReadingList:
    """A list, with a secret link of its own if it is unlisted, and its papers in this order."""
    fields.setdefault("slug", f"list-{next(_numbers)}")
    unlisted = fields.get("visibility") == Visibility.UNLISTED
    if unlisted:  # the link is made of the list's id
        del fields["visibility"]
    reading_list = ReadingList.objects.create(owner=owner, title=title, **fields)
    if unlisted:
        link = new_link(reading_list.pk)
        reading_list.visibility = Visibility.UNLISTED
        reading_list.link_nonce, reading_list.link_digest = link.nonce, link.digest
        reading_list.save()
    ReadingListEntry.objects.bulk_create(
        ReadingListEntry(reading_list=reading_list, paper=paper, position=place)
        for place, paper in enumerate(papers or [], start=1)
    )
    return reading_list


def at(text: str) -> datetime:
    """An instant from "2026-03-01 12:00", UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
