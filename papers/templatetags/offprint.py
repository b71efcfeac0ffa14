"""What templates say often."""

from collections.abc import Sequence
from datetime import UTC
from functools import lru_cache

from django import template
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from papers.icons import PATHS
from papers.identifiers import author_name_key
from papers.markdown import plain_text, render_markdown
from papers.models import Paper, Precision

register = template.Library()

# Names that a row prints before it says how many more there are.
AUTHORS_IN_ROW = 6


@register.filter
def short_authors(paper: Paper) -> SafeString:
    """The first authors, and how many more: large collaborations have thousands."""
    names = paper.authors
    if len(names) <= AUTHORS_IN_ROW + 1:
        return author_links(names)
    more = len(names) - AUTHORS_IN_ROW
    shown = author_links(names[:AUTHORS_IN_ROW])
    return format_html(_("{names} and {more} more"), names=shown, more=more)


@register.filter
def author_links(names: Sequence[str]) -> SafeString:
    """Names of authors, each a link to its page."""
    return mark_safe(", ".join(map(author_link, names)))  # noqa: S308 - each by format_html


# A page has hundreds of names, many of them on the next page again.
@register.filter
@lru_cache(maxsize=20_000)
def author_link(name: str) -> SafeString:
    """The name of an author as a link to its page."""
    key = author_name_key(name)
    if not key:
        return format_html("{}", name)
    return format_html('<a href="{}">{}</a>', reverse("papers:author", args=[key]), name)


@register.filter
def rendered(html: str) -> SafeString:
    """HTML that papers.mathtext made and sanitised when the paper was stored."""
    return mark_safe(html)  # noqa: S308 - sanitised by nh3 before it was stored


@register.filter
def markdown(source: str) -> SafeString:
    """Markdown that a member wrote, as safe HTML."""
    return mark_safe(render_markdown(source))  # noqa: S308 - sanitised by nh3


@register.filter
def plain(source: str) -> str:
    """The words of Markdown that a member wrote, on one line."""
    return plain_text(source)


@register.filter
def excerpt(text: str) -> str:
    """The beginning of a text, cut at the end of a word."""
    limit = 280
    if len(text) <= limit:
        return text
    return text[:limit].rsplit(" ", 1)[0].rstrip(",;:. ") + "…"


# As people read a date, and as machines do, by how much of it is known.
_PUBLISHED = {
    Precision.YEAR: ("Y", "Y"),
    Precision.MONTH: ("YEAR_MONTH_FORMAT", "Y-m"),
    Precision.DAY: ("DATE_FORMAT", "Y-m-d"),
}


@register.filter
def published(paper: Paper) -> SafeString:
    """The day on which a paper was published, UTC; its month or year where no more is known."""
    if paper.published_at is None:
        return mark_safe("")
    day = paper.published_at.astimezone(UTC)
    people, machines = _PUBLISHED[Precision(paper.published_precision)]
    return format_html(
        '<time datetime="{}">{}</time>', date_format(day, machines), date_format(day, people)
    )


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon; decoration only, the text beside it says what it means."""
    return format_html(
        '<svg class="icon icon--{}" viewBox="0 0 24 24" aria-hidden="true">{}</svg>',
        name,
        mark_safe(PATHS[name]),  # noqa: S308 - a constant of ours
    )
