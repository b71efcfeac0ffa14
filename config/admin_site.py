"""The admin behind the site's own log-in, closed to staff without a second factor."""

from http import HTTPStatus
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

# Recovery codes alone are no second factor: they come with one.
SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


class OffprintAdminSite(AdminSite):
    site_title = format_lazy(gettext_lazy("{site} admin"), site=settings.SITE_NAME)
    site_header = site_title
    index_title = gettext_lazy("Moderation and administration")
    # Lists of papers need the width, and every page leads to the index anyway.
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and not lacks_second_factor(request)

    @method_decorator([never_cache, login_not_required])
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Send visitors to the site's log-in, and tell everybody else why they are not let in.

        There is no log-in form here: the site's own has the rate limits and asks for the second
        factor.
        """
        target = self._target(request)
        if not request.user.is_authenticated:
            return redirect_to_login(target)
        if not super().has_permission(request):
            raise PermissionDenied
        if lacks_second_factor(request):
            context = {
                **self.each_context(request),
                "title": _("Set up a second factor first"),
                **(extra_context or {}),
            }
            return TemplateResponse(
                request, "admin/second_factor.html", context, status=HTTPStatus.FORBIDDEN
            )
        # Not `redirect`, which takes a text without a slash for the name of a view.
        return HttpResponseRedirect(target)

    def _target(self, request: HttpRequest) -> str:
        """Where to go after the log-in: `?next=` when it is a path of this site."""
        target = request.GET.get(REDIRECT_FIELD_NAME, "")
        if is_own_path(target):
            return target
        return reverse("admin:index", current_app=self.name)

    def logout(  # type: ignore[override]  # any response will do, not only a rendered template
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        # The admin's own button posts there directly; this address is for old bookmarks.
        return redirect("account_logout")

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("account_change_password")


def is_own_path(target: str) -> bool:
    """Whether `target` is an absolute path, which no browser reads as another site's address."""
    return target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None)


def lacks_second_factor(request: HttpRequest) -> bool:
    """Whether the admin stays closed to the visitor until they have set up a second factor."""
    if not settings.ADMIN_REQUIRES_MFA:
        return False
    return not is_mfa_enabled(request.user, types=SECOND_FACTORS)
