"""Small things that belong to the site as a whole."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.views.decorators.http import require_safe


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Lead to the icon: browsers ask for it here on pages that name none, such as the admin's."""
    return redirect(static("papers/icon.svg"))
