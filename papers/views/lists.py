"""Reading lists."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from papers import access, viewer
from papers.forms import ReadingListForm
from papers.services.lists import create_list

PAGE_SIZE = 100


@require_safe
def show(request: HttpRequest, username: str, slug: str) -> HttpResponse:
    """A list in its order. Its owner also sees, marked, the papers that others cannot."""
    reading_list = access.reading_list_for_page(request.user, username, slug)
    page = access.entries_page(request.user, reading_list, request.GET.get("after", ""), PAGE_SIZE)
    papers = [entry.paper for entry in page.entries]
    rows = viewer.rows(request.user, papers)
    context = {
        "list": reading_list,
        "is_owner": request.user == reading_list.owner,
        "entries": list(zip(page.entries, rows, strict=True)),
        "page": page,
    }
    return render(request, "papers/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    member = access.member(request.user, next_url=request.path)
    form = ReadingListForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect(create_list(owner=member, **form.cleaned_data))
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "papers/list_new.html", {"form": form}, status=status)
