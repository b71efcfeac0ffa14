"""Papers as files: /papers/<key>.bib and its like, beside the page and with its permissions."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header, http_date
from django.views.decorators.http import require_safe

from papers import access
from papers.access import MovedError
from papers.exporting import exported
from papers.exports import FORMATS, Format, citation_key
from papers.models import Paper

_BY_SUFFIX = {each.suffix: each for each in FORMATS}


def route_name(form: Format) -> str:
    """The name of the format's route: paper_bib, paper_csl_json."""
    return f"paper_{form.suffix.replace('.', '_')}"


@dataclass(frozen=True, slots=True)
class Link:
    """The address of a paper as a file."""

    form: Format
    url: str


def links(paper: Paper) -> list[Link]:
    """The files of a paper, in the order of their formats."""
    return [Link(form, _url(form, paper.key)) for form in FORMATS]


@require_safe
def paper(request: HttpRequest, key: str, suffix: str) -> HttpResponse:
    form = _BY_SUFFIX[suffix]
    try:
        found = access.paper_for_page(request.user, key)
    except MovedError as moved:
        raise MovedError(_url(form, moved.key), moved.key) from None
    [ready] = exported([found], f"{request.scheme}://{request.get_host()}")
    response = HttpResponse(form.write([ready]), content_type=f"{form.content_type}; charset=utf-8")
    name = f"{citation_key(ready)}.{form.suffix}"
    if disposition := content_disposition_header(not form.is_read, name):
        response["Content-Disposition"] = disposition
    # An id that was added alone does not touch this date: the ETag, which counts first, tells of it.
    response["Last-Modified"] = http_date(found.updated_at.timestamp())
    return response


def _url(form: Format, key: str) -> str:
    return reverse(f"papers:{route_name(form)}", kwargs={"key": key})
