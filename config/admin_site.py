"""The admin behind the site's own log-in, closed to staff without a second factor."""

from collections.abc import Callable, Iterator
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar, cast

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

# Recovery codes alone are no second factor: they come with one.
SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


class OffprintAdminSite(AdminSite):
    site_title = format_lazy(gettext_lazy("{site} admin"), site=settings.SITE_NAME)
    site_header = site_title
    index_title = gettext_lazy("Moderation and administration")
    # Lists of papers need the width, and every page leads to the index anyway.
    enable_nav_sidebar = False

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """As Django has it, for addresses that PostgreSQL can be asked about.

        It takes no NUL in a text: an id with one is 404, as of a row that is not there, and a
        filter, a search or a choice with one is 400. Fields of forms say so themselves.
        """

        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if any(has_nul(part) for part in kwargs.values() if isinstance(part, str)):
                raise Http404(_("There is no such row."))
            if any(has_nul(text) for text in _parameters(request)):
                raise BadRequest(_("The address has a character in it that no text can have."))
            return view(request, *args, **kwargs)

        return super().admin_view(cast(View, checked), cacheable)

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


def has_nul(text: str) -> bool:
    """Whether `text` has the one character that PostgreSQL does not take."""
    return "\x00" in text


def _parameters(request: HttpRequest) -> Iterator[str]:
    """The names and values of the address, and the rows that are chosen for an action."""
    for name, values in request.GET.lists():
        yield from (name, *values)
    yield from request.POST.getlist(ACTION_CHECKBOX_NAME)


def is_own_path(target: str) -> bool:
    """Whether `target` is an absolute path, which no browser reads as another site's address."""
    return target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None)


def lacks_second_factor(request: HttpRequest) -> bool:
    """Whether the admin stays closed to the visitor until they have set up a second factor."""
    if not settings.ADMIN_REQUIRES_MFA:
        return False
    return not is_mfa_enabled(request.user, types=SECOND_FACTORS)
