"""Why a paper stands where it stands on the front page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from papers import access
from papers.access import MovedError
from papers.front_orders import FrontOrder
from papers.ranking.explanation import explain


@require_safe
def show(request: HttpRequest, key: str) -> HttpResponse:
    """All figures of a paper's place, in the order that `window` and `balance` name.

    For htmx without the page around them, to be unfolded below a row.
    """
    order = FrontOrder.chosen(request.path, request.GET)
    try:
        paper = access.paper_for_page(request.user, key)
    except MovedError as moved:
        raise MovedError(reverse("papers:why", args=[moved.key]), moved.key) from None
    context = {
        "paper": paper,
        "order": order,
        "why": explain(paper, order.window, order.balance, timezone.now()),
    }
    is_htmx = getattr(request, "htmx", False)
    template = "papers/_why_loaded.html" if is_htmx else "papers/why.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response
