"""The site's pages, and beside them the view that only inserts."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import include, path
from django.views.decorators.http import require_POST

from tests.bench.inserts.models import Insert


@require_POST
@login_required
def insert(request: HttpRequest, paper: int) -> HttpResponse:
    Insert(user_id=request.user.pk, paper_id=paper).save(force_insert=True)
    return HttpResponseRedirect(f"{request.POST['next']}#paper-{paper}")


urlpatterns = [
    path("bench/insert/<int:paper>/", insert),
    path("", include("config.urls")),
]
