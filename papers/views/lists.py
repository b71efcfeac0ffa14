"""Reading lists as wholes: the directory, a list, making, editing, copying and deleting one."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from papers import access, paging
from papers.forms import ListSearchForm, ReadingListForm
from papers.models import ReadingList
from papers.models.reading_list import KEPT_REMOVED
from papers.services import lists
from papers.views.list_page import show_list

DIRECTORY_PAGE_SIZE = 30
# What was removed lately that a list's editing page offers to put back.
REMOVED_SHOWN = 50

form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """Public lists, last changed first; `?q=` finds some by their title."""
    form = ListSearchForm(request.GET)
    context: dict[str, object] = {"form": form}
    if not form.is_valid():
        return render(request, "papers/lists.html", context, status=HTTPStatus.BAD_REQUEST)
    wanted = form.cleaned_data["q"]
    found = ReadingList.objects.in_directory(timezone.now()).with_sizes(for_owner=False)
    if wanted:
        found = found.titled(wanted)
    page = paging.lists_page(found, request.GET.get("after", ""), DIRECTORY_PAGE_SIZE)
    return render(request, "papers/lists.html", context | {"wanted": wanted, "page": page})


@require_safe
def show(request: HttpRequest, username: str, slug: str) -> HttpResponse:
    """A list in its order. Its owner also sees, marked, the papers that others cannot."""
    reading_list = access.reading_list_for_page(request.user, username, slug)
    return show_list(request, reading_list)


@require_safe
def show_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """An unlisted list, to whoever has its link. The address tells no other site of itself."""
    reading_list = access.reading_list_by_link(token)
    response = show_list(
        request, reading_list, copy_url=reverse("papers:copy_list_by_link", args=[token])
    )
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


@form_page
def new(request: HttpRequest) -> HttpResponse:
    member = access.member(request.user, next_url=request.path)
    form = ReadingListForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect(lists.create_list(owner=member, **form.cleaned_data))
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "papers/list_new.html", {"form": form}, status=status)


@form_page
def edit(request: HttpRequest, username: str, slug: str) -> HttpResponse:
    """What a list says of itself and who may read it; also what was lately taken out of it."""
    member, reading_list = own_list(request, username, slug)
    # The form changes the list that it is given, for its own checks; the title stays as it is.
    title = reading_list.title
    form = ReadingListForm(
        request.POST if request.method == "POST" else None, instance=reading_list
    )
    if request.method == "POST" and form.is_valid():
        return redirect(lists.edit_list(reading_list=reading_list, **form.cleaned_data))
    context = {
        "form": form,
        "list": reading_list,
        "title": title,
        "removed": access.removed_entries(member, reading_list)[:REMOVED_SHOWN],
        "days_kept": KEPT_REMOVED.days,
    }
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "papers/list_edit.html", context, status=status)


@require_POST
def replace_link(request: HttpRequest, username: str, slug: str) -> HttpResponse:
    _member, reading_list = own_list(request, username, slug)
    lists.replace_link(reading_list=reading_list)
    messages.success(request, _("The list has a new link. The old one works no longer."))
    return redirect(reading_list)


@form_page
def delete(request: HttpRequest, username: str, slug: str) -> HttpResponse:
    """Ask first, then delete."""
    _member, reading_list = own_list(request, username, slug)
    if request.method == "POST":
        lists.delete_list(reading_list=reading_list)
        messages.success(
            request, _("The list “%(title)s” is deleted.") % {"title": reading_list.title}
        )
        return redirect("papers:library")
    return render(request, "papers/list_delete.html", {"list": reading_list})


@require_POST
def copy(request: HttpRequest, username: str, slug: str) -> HttpResponse:
    page = reverse("papers:list", args=[username, slug])
    member = access.member(request.user, next_url=page)
    return _copy(request, member, access.reading_list_for_page(member, username, slug))


@require_POST
def copy_by_link(request: HttpRequest, token: str) -> HttpResponse:
    member = access.member(request.user, next_url=reverse("papers:list_by_link", args=[token]))
    return _copy(request, member, access.reading_list_by_link(token))


def _copy(request: HttpRequest, member: User, source: ReadingList) -> HttpResponse:
    copied = lists.copy_list(source=source, owner=member, now=timezone.now())
    told = ngettext(
        "Copied %(number)d paper into a private list of your own.",
        "Copied %(number)d papers into a private list of your own.",
        copied.papers,
    ) % {"number": copied.papers}
    if copied.left_out:
        told += " " + ngettext(
            "%(number)d paper is left out: it can no longer be saved.",
            "%(number)d papers are left out: they can no longer be saved.",
            copied.left_out,
        ) % {"number": copied.left_out}
    messages.success(request, told)
    return redirect(copied.reading_list)


def own_list(request: HttpRequest, username: str, slug: str) -> tuple[User, ReadingList]:
    """The member and the list of theirs that they change."""
    page = reverse("papers:list", args=[username, slug])
    # A form that comes after the log-in has ended leads to the list, a page to itself.
    member = access.member(
        request.user, next_url=request.path if request.method in ("GET", "HEAD") else page
    )
    return member, access.reading_list_to_change(member, username, slug)
