"""How a list is shown: the whole page, or its entries alone for htmx."""

from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from papers import access, secret_links, viewer
from papers.forms import AddPaperForm, EntryNoteForm
from papers.models import ReadingList, ReadingListEntry, RemovedEntry, Visibility
from papers.viewer import PaperRow
from papers.views.list_trending import order_of, trending_context

PAGE_SIZE = 100


@dataclass(frozen=True)
class EntryRow:
    """An entry with all that its row shows and sends."""

    entry: ReadingListEntry
    row: PaperRow
    # Its number in the order, from 1 over all pages.
    number: int
    # The entries above and below, by their ids; None at the ends of the list.
    above: int | None
    below: int | None
    # The form of its note as it was sent, where there is something wrong with it.
    note_form: EntryNoteForm | None = None


def show_list(
    request: HttpRequest,
    reading_list: ReadingList,
    *,
    copy_url: str = "",
    status: HTTPStatus = HTTPStatus.OK,
    sentence: str = "",
    moved_id: int | None = None,
    removed_id: int | None = None,
    restored_id: int | None = None,
    note_form: EntryNoteForm | None = None,
    add_form: AddPaperForm | None = None,
) -> HttpResponse:
    """The page of a list, or for htmx its entries; `?after=` says where the page begins.

    `sentence` is shown above the entries, with an offer to put back the removed entry
    `removed_id`. Where the entry `moved_id` is now is said to who cannot see it. The entry
    `restored_id` takes the focus, as the button that put it back is gone. `note_form` and
    `add_form` are forms as sent, with what is wrong with them. `copy_url` is where the list is
    copied, if it is not read at its own address.
    """
    is_owner = request.user == reading_list.owner and not copy_url
    order = order_of(request, reading_list, is_by_link=bool(copy_url))
    if order.trends:
        shown = trending_context(request, reading_list, order, PAGE_SIZE)
    else:
        shown = _entries_context(request, reading_list, note_form, moved_id)
    context = shown | {
        "order": order,
        "list": reading_list,
        "is_owner": is_owner,
        "is_by_link": bool(copy_url),
        "copy_url": copy_url or reverse("papers:copy_list", args=_address(reading_list)),
        "copied_from": access.copied_from(request.user, reading_list),
        "sentence": sentence,
        "restored_id": restored_id,
        "removed": _removed(request, reading_list, removed_id) if is_owner else None,
        "site_name": settings.SITE_NAME,
        "next": _where_forms_lead(request, reading_list),
    }
    if is_owner:
        context |= {
            "add_form": add_form or AddPaperForm(),
            "link": _link(request, reading_list),
            "query": page_query(request),
        }
    fragment = getattr(request, "htmx", False) and request.method == "POST"
    template = "papers/_entries.html" if fragment else "papers/list.html"
    return render(request, template, context, status=status)


def _entries_context(
    request: HttpRequest,
    reading_list: ReadingList,
    note_form: EntryNoteForm | None,
    moved_id: int | None,
) -> dict[str, object]:
    """The entries of a page of the list's own order, and where the one is that was moved."""
    page = access.entries_page(request.user, reading_list, request.GET.get("after", ""), PAGE_SIZE)
    by_entry = {note_form.data.get("entry"): note_form} if note_form else {}
    rows = _rows(request, page, by_entry)
    return {"page": page, "rows": rows, "said": _where(moved_id, rows) if moved_id else ""}


def _rows(
    request: HttpRequest, page: access.EntriesPage, forms: dict[str | None, EntryNoteForm]
) -> list[EntryRow]:
    entries = page.entries
    ids = [page.above, *(entry.pk for entry in entries), page.below]
    shown = viewer.rows(request.user, [entry.paper for entry in entries])
    return [
        EntryRow(
            entry=entry,
            row=row,
            number=page.passed + place,
            above=ids[place - 1],
            below=ids[place + 1],
            note_form=forms.get(str(entry.pk)),
        )
        for place, (entry, row) in enumerate(zip(entries, shown, strict=True), start=1)
    ]


def _where(moved_id: int, rows: list[EntryRow]) -> str:
    """In words, the place of an entry that was moved or put back."""
    for each in rows:
        if each.entry.pk == moved_id:
            title = each.row.paper.title_text
            return _("“%(title)s” is number %(number)d.") % {"title": title, "number": each.number}
    return _("It stands on another page of the list now.")


def _removed(
    request: HttpRequest, reading_list: ReadingList, removed_id: int | None
) -> RemovedEntry | None:
    """What was just taken out, and can be put back: named by `removed_id` or by the address."""
    named = request.GET.get("removed", "")
    if removed_id is None and named.isascii() and named.isdigit() and len(named) < 19:
        removed_id = int(named)
    if removed_id is None:
        return None
    return access.removed_entries(reading_list.owner, reading_list).filter(pk=removed_id).first()


def _link(request: HttpRequest, reading_list: ReadingList) -> str | None:
    """The secret link to show to the owner; None where there is none, or it cannot be shown."""
    if reading_list.visibility != Visibility.UNLISTED:
        return None
    token = secret_links.shown_token(
        reading_list.pk, reading_list.link_nonce, reading_list.link_digest
    )
    if token is None:
        return None
    return request.build_absolute_uri(reverse("papers:list_by_link", args=[token]))


def _where_forms_lead(request: HttpRequest, reading_list: ReadingList) -> str:
    """The page that a row's vote and save go back to, also when htmx shows the row elsewhere."""
    if request.method != "POST":
        return request.get_full_path()
    return reading_list.get_absolute_url() + page_query(request)


def page_query(request: HttpRequest) -> str:
    """The part of an address that says on which page of the list one is."""
    after = request.GET.get("after", "")
    return f"?{urlencode({'after': after})}" if after else ""


def _address(reading_list: ReadingList) -> list[str]:
    return [reading_list.owner.username, reading_list.slug]
