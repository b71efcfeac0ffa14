"""What the admin's pages about papers share: who may look, and how papers and members are found."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import User
from papers.identifiers import parse_identifier
from papers.models import Paper, PaperIdentifier

# What a list needs of a paper to name it; abstracts and search vectors are thousands of bytes.
PAPER_COLUMNS = ("key", "title_text")


class SeenByModerators:
    """Staff may look without further permissions, as they may on the site; changing needs them."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_moderator(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_moderator(request)


def is_moderator(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and request.user.is_moderator


def paper_ids(term: str) -> list[int]:
    """The paper with this id, DOI or URL, as a list of none or one."""
    identifier = parse_identifier(term)
    if identifier is None:
        return []
    known = PaperIdentifier.objects.filter(kind=identifier.kind, value=identifier.value)
    return list(known.values_list("paper_id", flat=True))


def member_ids(term: str) -> list[int]:
    """The member with this user name, as a list of none or one."""
    name = term.strip().lower().removeprefix("@").replace("\x00", "")
    return list(User.objects.filter(username=name).values_list("pk", flat=True))


def paper_link(paper: Paper) -> SafeString:
    """A link to the paper's page in the admin."""
    url = reverse("admin:papers_paper_change", args=[paper.pk])
    return format_html('<a href="{}">{}</a> {}', url, paper.key, paper.title_text)
