"""What the owner of a list does with its entries: add, move, note, remove, put back.

For htmx the answer is the entries as they now are; for everybody else the page they came from. An
entry that vanished meanwhile gets 409 and the fresh order.
"""

from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from papers import access
from papers.forms import AddPaperForm, EntryForm, EntryNoteForm, MoveForm
from papers.models import ReadingList
from papers.services import entries
from papers.services.entries import EntryVanished
from papers.views.list_page import page_query, show_list
from papers.views.lists import own_list


@require_POST
def add(request: HttpRequest, username: str, slug: str) -> HttpResponse:
    """Put the paper that `paper` names by any id or address at the end of the list."""
    member, reading_list = own_list(request, username, slug)
    form = AddPaperForm(request.POST)
    if form.is_valid():
        paper = access.paper_by_identifier(member, form.cleaned_data["paper"])
        if paper is not None:
            entries.save_paper(reading_list=reading_list, paper=paper)
            messages.success(
                request, _("“%(title)s” is in the list.") % {"title": paper.title_text}
            )
            return HttpResponseRedirect(reading_list.get_absolute_url())
        form.add_error(
            "paper", _("No paper with this id is here. An arXiv id, a DOI or an address works.")
        )
    return show_list(request, reading_list, add_form=form, status=HTTPStatus.BAD_REQUEST)


@require_POST
def move(request: HttpRequest, username: str, slug: str) -> HttpResponse:
    """Move `entry` to before or after another entry, or to the number `place`."""
    _member, reading_list = own_list(request, username, slug)
    form = MoveForm(request.POST)
    target = form.target() if form.is_valid() else None
    if target is None:
        return _not_understood(
            request, _("Say one place: before or after an entry, or a number from 1.")
        )
    entry = form.cleaned_data["entry"]
    try:
        entries.move_entry(reading_list=reading_list, entry_id=entry, target=target)
    except EntryVanished as vanished:
        return _as_it_is_now(request, reading_list, vanished)
    return _changed(request, reading_list, entry)


@require_POST
def note(request: HttpRequest, username: str, slug: str) -> HttpResponse:
    """Write the note of `entry`; everybody who may read the list reads it."""
    _member, reading_list = own_list(request, username, slug)
    form = EntryNoteForm(request.POST)
    if not form.is_valid():
        if getattr(request, "htmx", False):  # site.js shows the sentence; the text stays
            return _not_understood(request, _first_error(form))
        return show_list(request, reading_list, note_form=form, status=HTTPStatus.BAD_REQUEST)
    entry = form.cleaned_data["entry"]
    try:
        entries.write_note(
            reading_list=reading_list, entry_id=entry, note=form.cleaned_data["note"]
        )
    except EntryVanished as vanished:
        return _as_it_is_now(request, reading_list, vanished)
    return _changed(request, reading_list, entry, is_moved=False)


@require_POST
def remove(request: HttpRequest, username: str, slug: str) -> HttpResponse:
    """Take `entry` out of the list, and offer to put it back."""
    _member, reading_list = own_list(request, username, slug)
    try:
        removed = entries.remove_entry(
            reading_list=reading_list, entry_id=_number(request), now=timezone.now()
        )
    except EntryVanished as vanished:
        return _as_it_is_now(request, reading_list, vanished)
    if getattr(request, "htmx", False):
        return show_list(request, reading_list, removed_id=removed.pk)
    query = page_query(request)
    query += f"{'&' if query else '?'}removed={removed.pk}"
    return HttpResponseRedirect(f"{reading_list.get_absolute_url()}{query}#entries")


@require_POST
def restore(request: HttpRequest, username: str, slug: str) -> HttpResponse:
    """Put the removed entry `entry` back to where it was."""
    _member, reading_list = own_list(request, username, slug)
    try:
        entry = entries.restore_entry(reading_list=reading_list, removed_id=_number(request))
    except EntryVanished as vanished:
        return _as_it_is_now(request, reading_list, vanished)
    return _changed(request, reading_list, entry.pk, is_restored=True)


def _number(request: HttpRequest) -> int:
    form = EntryForm(request.POST)
    if not form.is_valid():
        raise SuspiciousOperation(_("This names no entry of a list."))
    return int(form.cleaned_data["entry"])


def _changed(
    request: HttpRequest,
    reading_list: ReadingList,
    entry_id: int,
    *,
    is_moved: bool = True,
    is_restored: bool = False,
) -> HttpResponse:
    if getattr(request, "htmx", False):
        return show_list(
            request,
            reading_list,
            moved_id=entry_id if is_moved else None,
            restored_id=entry_id if is_restored else None,
        )
    return HttpResponseRedirect(
        f"{reading_list.get_absolute_url()}{page_query(request)}#entry-{entry_id}"
    )


def _as_it_is_now(
    request: HttpRequest, reading_list: ReadingList, vanished: EntryVanished
) -> HttpResponse:
    return show_list(
        request, reading_list, sentence=vanished.message, status=HTTPStatus(vanished.status)
    )


def _not_understood(request: HttpRequest, sentence: str) -> HttpResponse:
    if getattr(request, "htmx", False):
        return HttpResponse(sentence, status=HTTPStatus.BAD_REQUEST, content_type="text/plain")
    raise SuspiciousOperation(sentence)


def _first_error(form: forms.Form) -> str:
    return str(next(iter(form.errors.values()))[0])
