"""A member's own library: what they keep, and changes of many papers at once."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.models import User
from papers import access
from papers.library import overview
from papers.library.filters import LibraryForm
from papers.library.orders import entries_page
from papers.library.rows import kept_rows
from papers.library.selection import BulkForm, chunks
from papers.models import ReadingList
from papers.search.notes import notes_for
from papers.services import library_bulk

PAGE_SIZE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """The library as its address asks for; posted to, it changes the papers that were chosen."""
    member = access.member(request.user, next_url=request.get_full_path())
    lists = list(ReadingList.objects.of_owner(member).select_related("owner"))
    form = LibraryForm(request.GET, owner=member, lists=lists)
    if request.method == "POST" and form.is_valid():
        return _change(request, member, form)
    return _render_page(request, member, form)


def _render_page(
    request: HttpRequest, member: User, form: LibraryForm, bulk: BulkForm | None = None
) -> HttpResponse:
    """The page; `bulk` is the form of a change that could not be made."""
    counts = overview.status_counts(member)
    context = {
        "form": form,
        "bulk": bulk or BulkForm(lists=form.lists),
        "counts": counts,
        "everything": overview.all_of(counts),
        "sizes": overview.sizes_of(form.lists),
        "further_lists": form.lists[overview.LISTS_WITH_SIZES :],
        "subjects": overview.recent_subjects(member),
    }
    if form.is_valid():
        entries, matching = overview.few_or_all(form, access.library_of(member))
        page = entries_page(entries, form.order, request.GET.get("after", ""), PAGE_SIZE)
        context |= {
            "page": page,
            "rows": kept_rows(member, page.entries, form.lists),
            "matching": matching,
            "chips": form.chips(),
            "notes": notes_for(form.query),
        }
    bad = not form.is_valid() or bulk is not None
    status = HTTPStatus.BAD_REQUEST if bad else HTTPStatus.OK
    return render(request, "papers/library.html", context, status=status)


def _change(request: HttpRequest, member: User, form: LibraryForm) -> HttpResponse:
    bulk = BulkForm(request.POST, lists=form.lists)
    if not bulk.is_valid():
        return _render_page(request, member, form, bulk)
    chosen = access.library_of(member)
    if bulk.cleaned_data["everything"]:
        chosen, _number = overview.few_or_all(form, chosen)
    else:
        chosen = chosen.filter(paper__in=bulk.cleaned_data["paper"])
    change = bulk.change
    if change.is_final and not bulk.cleaned_data["confirmed"]:
        context = {
            "bulk": bulk,
            "chosen": overview.count_up_to_limit(chosen),
            "noted": overview.count_up_to_limit(chosen.with_note()),
        }
        return render(request, "papers/library_remove.html", context)
    done = library_bulk.apply_in_chunks(
        owner=member, change=change, chunks=chunks(chosen), now=timezone.now()
    )
    _tell(request, done)
    return HttpResponseRedirect(request.get_full_path())


def _tell(request: HttpRequest, done: library_bulk.Done) -> None:
    changed = ngettext("%(number)d paper changed.", "%(number)d papers changed.", done.changed)
    sentences = [changed % {"number": done.changed}]
    if done.unchanged:
        same = ngettext(
            "%(number)d was so already, or cannot be.",
            "%(number)d were so already, or cannot be.",
            done.unchanged,
        )
        sentences.append(same % {"number": done.unchanged})
    if done.is_complete:
        messages.success(request, " ".join(sentences))
    else:
        sentences.append(_("There are more, which would have taken too long. Send it once more."))
        messages.warning(request, " ".join(sentences))
