"""Mail that a development machine has kept instead of sending."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.dev_mail import find_mail, newest_mails, read_mail

MAILS_SHOWN = 200


@require_safe
@never_cache
def mail_list(request: HttpRequest) -> HttpResponse:
    """The mail that this development machine has kept instead of sending, newest first."""
    if not settings.DEVELOPMENT:
        raise Http404
    # One more than is shown tells whether there are older ones.
    mails = newest_mails(settings.DEV_MAIL_DIR, limit=MAILS_SHOWN + 1)
    context = {
        "mails": mails[:MAILS_SHOWN],
        "has_older": len(mails) > MAILS_SHOWN,
        "folder": settings.DEV_MAIL_DIR,
    }
    return render(request, "dev_mail/list.html", context)


@require_safe
@never_cache
def mail_detail(request: HttpRequest, name: str) -> HttpResponse:
    """One kept mail as text, its links live."""
    path = find_mail(settings.DEV_MAIL_DIR, name) if settings.DEVELOPMENT else None
    if path is None:
        raise Http404
    return render(request, "dev_mail/detail.html", {"mail": read_mail(path)})
