"""A paper's page, and what a member does there."""

from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.sessions import client_address
from accounts.vote_question import ask_after_vote
from papers import access, viewer
from papers.forms import NewListForm, NoteForm, SeenVersionForm, StatusForm
from papers.history import history_of
from papers.models import Paper, ReadingList
from papers.services import entries, library, lists, votes
from papers.views import badge, exports

# Public lists that hold the paper, by name; of others only the number is told.
PUBLIC_LISTS_SHOWN = 5


@require_safe
def show(request: HttpRequest, key: str) -> HttpResponse:
    return render_page(request, access.paper_for_page(request.user, key), NewListForm())


def render_page(
    request: HttpRequest,
    paper: Paper,
    form: NewListForm,
    status: HTTPStatus = HTTPStatus.OK,
    note_form: NoteForm | None = None,
) -> HttpResponse:
    """The paper's page; `form` makes a list in place, `note_form` is the note, both as sent."""
    context = {
        "paper": paper,
        "row": viewer.rows(request.user, [paper])[0],
        "tags": paper.tags.order_by("code"),
        "versions": paper.versions.order_by("-number"),
        "identifiers": paper.identifiers.order_by("kind", "value"),
        "exports": exports.links(paper),
        "badge": badge.of(request, paper),
        "history": history_of(paper, timezone.now()),
        "form": form,
        "public_lists": access.public_lists_with(paper, PUBLIC_LISTS_SHOWN, timezone.now()),
        "log_entry": access.last_log_entry(paper) if paper.state == "hidden" else None,
    }
    if request.user.is_authenticated:
        context |= _note_context(request, paper, note_form)
        context["lists"] = ReadingList.objects.of_owner(request.user).holding(paper)
    return render(request, "papers/paper.html", context, status=status)


@require_POST
def upvote(request: HttpRequest, key: str) -> HttpResponse:
    member = _member(request, key)
    paper = access.paper_for_vote(member, key)
    # Looked up before: afterwards the first vote and its repetition look the same.
    may_be_asked = member.votes_public is None and not votes.has_ever_upvoted(user=member)
    votes.cast_upvote(user=member, paper=paper, now=timezone.now(), address=client_address(request))
    is_new_question = may_be_asked and ask_after_vote(request)
    response = _control(request, member, paper, "papers/_vote.html")
    if is_new_question and response.status_code == HTTPStatus.OK:
        # htmx swaps it in at the top of the page; everybody else's next page has it.
        context = {"oob": True, "next": _next_url(request, paper)}
        response.write(render_to_string("partials/_vote_question.html", context, request))
    return response


@require_POST
def remove_upvote(request: HttpRequest, key: str) -> HttpResponse:
    member = _member(request, key)
    paper = access.paper_for_vote(member, key, even_hidden=True)
    votes.remove_upvote(user=member, paper=paper, now=timezone.now())
    return _control(request, member, paper, "papers/_vote.html")


@require_POST
def save(request: HttpRequest, key: str) -> HttpResponse:
    """Save into the list that `list` numbers, into a new one named `title`, or into "My list"."""
    member, paper = _member_and_paper(request, key)
    if "title" in request.POST:
        form = NewListForm(request.POST)
        if not form.is_valid():
            return render_page(request, paper, form, HTTPStatus.BAD_REQUEST)
        lists.save_to_new_list(owner=member, paper=paper, **form.cleaned_data)
    else:
        entries.save_paper(reading_list=_chosen_list(request, member), paper=paper)
    return _control(request, member, paper, "papers/_save.html")


@require_POST
def unsave(request: HttpRequest, key: str) -> HttpResponse:
    member, paper = _member_and_paper(request, key, even_hidden=True)
    chosen = _chosen_list(request, member)
    entries.unsave_paper(reading_list=chosen, paper=paper, now=timezone.now())
    return _control(request, member, paper, "papers/_save.html")


@require_POST
def status(request: HttpRequest, key: str) -> HttpResponse:
    """Set the reading status to what `status` says; nothing clears it."""
    # Hidden papers too: what one keeps of them stays one's own.
    member, paper = _member_and_paper(request, key, even_hidden=True)
    form = StatusForm(request.POST)
    if not form.is_valid():
        raise SuspiciousOperation(form.errors["status"][0])
    library.set_status(
        owner=member, paper=paper, status=form.cleaned_data["status"], now=timezone.now()
    )
    return _control(request, member, paper, "papers/_status.html")


@require_POST
def note(request: HttpRequest, key: str) -> HttpResponse:
    """Write the private note."""
    member, paper = _member_and_paper(request, key, even_hidden=True)
    form = NoteForm(request.POST)
    is_htmx = getattr(request, "htmx", False)
    if not form.is_valid():
        if is_htmx:  # site.js shows the sentence; the text stays in its field
            sentence = form.errors["note"][0]
            return HttpResponse(sentence, status=HTTPStatus.BAD_REQUEST, content_type="text/plain")
        return render_page(request, paper, NewListForm(), HTTPStatus.BAD_REQUEST, form)
    library.write_note(
        owner=member, paper=paper, note=form.cleaned_data["note"], now=timezone.now()
    )
    if is_htmx:
        context = {"paper": paper, "swapped": True, **_note_context(request, paper)}
        return render(request, "papers/_note.html", context)
    return HttpResponseRedirect(f"{paper.get_absolute_url()}#note")


@require_POST
def version_seen(request: HttpRequest, key: str) -> HttpResponse:
    """Take away the mark that says a version is new, for the version that `version` numbers."""
    member, paper = _member_and_paper(request, key, even_hidden=True)
    form = SeenVersionForm(request.POST)
    if not form.is_valid():
        raise SuspiciousOperation(form.errors["version"][0])
    library.see_version(owner=member, paper=paper, number=form.cleaned_data["version"])
    return HttpResponseRedirect(f"{_next_url(request, paper)}#paper-{paper.pk}")


def _note_context(
    request: HttpRequest, paper: Paper, form: NoteForm | None = None
) -> dict[str, object]:
    entry = access.library_entry(request.user, paper)
    note = entry.note if entry else ""
    return {
        "note": note,
        "note_form": form or NoteForm(initial={"note": note}),
        "new_version": entry.new_version if entry else None,
    }


def _member_and_paper(
    request: HttpRequest, key: str, *, even_hidden: bool = False
) -> tuple[User, Paper]:
    return (
        _member(request, key),
        access.paper_for_action(request.user, key, even_hidden=even_hidden),
    )


def _member(request: HttpRequest, key: str) -> User:
    return access.member(request.user, next_url=reverse("papers:paper", args=[key]))


def _chosen_list(request: HttpRequest, member: User) -> ReadingList:
    number = request.POST.get("list", "")
    return access.own_list(member, number) if number else lists.default_list(owner=member)


def _control(request: HttpRequest, member: User, paper: Paper, fragment: str) -> HttpResponse:
    """The control as it now is, for htmx; for everybody else the page they came from."""
    # A control of the paper page asks for the whole page: its list panel changed as well.
    if getattr(request, "htmx", False) and "whole_page" not in request.POST:
        fresh = Paper.objects.for_rows().get(pk=paper.pk)
        row = viewer.rows(member, [fresh])[0]
        # "next" comes from the form, so that the swapped control still knows its page.
        context = {
            "row": row,
            "next": _next_url(request, paper),
            "site_name": settings.SITE_NAME,
            "compact": "compact" in request.POST,
            "swapped": True,
        }
        return render(request, fragment, context)
    return HttpResponseRedirect(f"{_next_url(request, paper)}#paper-{paper.pk}")


def _next_url(request: HttpRequest, paper: Paper) -> str:
    """The page that the form stands on, if it is one of ours, else the paper's."""
    wanted = request.POST.get("next", "").split("#")[0]
    # Only a path: what else the browser would take for one, such as //host, is refused too.
    safe = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if safe else paper.get_absolute_url()
