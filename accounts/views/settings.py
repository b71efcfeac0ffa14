"""The settings: profile, preferences and user name, and the question about one's upvotes."""

from http import HTTPStatus

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, SuspiciousOperation, ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import services
from accounts.models import User
from accounts.settings_forms import PreferencesForm, UsernameForm, profile_form
from accounts.vote_question import ANSWERS, stop_asking

PREFERENCES = ("theme", "density", "language", "time_zone")


@require_safe
@login_required
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """What can be set where."""
    return render(request, "settings/index.html")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def profile(request: HttpRequest) -> HttpResponse:
    """What others see of the member."""
    member = _member(request)
    form = profile_form(member, request.POST if request.method == "POST" else None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.BAD_REQUEST
        if form.is_valid():
            values = dict(form.cleaned_data)
            try:
                services.save_profile(
                    member=member,
                    votes_public=values.pop("votes_public"),
                    values=values,
                    now=timezone.now(),
                )
            except PermissionDenied as refusal:
                form.add_error(None, str(refusal))
                status = HTTPStatus.FORBIDDEN
            else:
                messages.success(request, _("Your profile is saved."))
                return redirect("settings_profile")
    return _page(request, "settings/profile.html", form, status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def preferences(request: HttpRequest) -> HttpResponse:
    """How pages look to the member."""
    member = _member(request)
    chosen = {name: getattr(member, name) for name in PREFERENCES}
    form = PreferencesForm(request.POST if request.method == "POST" else None, initial=chosen)
    if request.method == "POST" and form.is_valid():
        services.save_preferences(member=member, values=form.cleaned_data)
        messages.success(request, _("Your preferences are saved."))
        return redirect("settings_preferences")
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return _page(request, "settings/preferences.html", form, status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]  # no types
def username(request: HttpRequest) -> HttpResponse:
    """Another user name. Asks for the password first, when that was not just given."""
    member = _member(request)
    form = UsernameForm(request.POST if request.method == "POST" else None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.BAD_REQUEST
        if form.is_valid():
            wanted = form.cleaned_data["username"]
            try:
                services.change_username(member=member, username=wanted, now=timezone.now())
            except ValidationError as error:
                form.add_error("username", error)
            except PermissionDenied as refusal:
                form.add_error(None, str(refusal))
                status = HTTPStatus.FORBIDDEN
            else:
                messages.success(request, _("You are @%(name)s now.") % {"name": wanted})
                return redirect("settings_username")
    former = member.former_usernames.order_by("-given_up_at")
    return _page(request, "settings/username.html", form, status, former=former)


@require_POST
@login_required
def votes_public(request: HttpRequest) -> HttpResponse:
    """Keep the answer to "Show your upvotes on your profile?"."""
    member = _member(request)
    answer = request.POST.get("answer", "")
    if answer not in ANSWERS:
        raise SuspiciousOperation(_("Answer with one of the two buttons."))
    services.answer_votes_public(member=member, public=ANSWERS[answer], now=timezone.now())
    stop_asking(request)
    if getattr(request, "htmx", False):
        return render(request, "partials/_vote_question.html", {"answered": True})
    messages.success(
        request,
        _("Your upvotes show on your profile.")
        if ANSWERS[answer]
        else _("Your upvotes stay private."),
    )
    return redirect(_page_before(request))


def _page(
    request: HttpRequest, template: str, form: BaseForm, status: HTTPStatus, **context: object
) -> HttpResponse:
    return render(request, template, {"form": form, **context}, status=status)


def _page_before(request: HttpRequest) -> str:
    """The page that the form stood on, if it is one of ours, else the profile's settings."""
    wanted = request.POST.get("next", "")
    safe = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if safe else "settings_profile"


def _member(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - every view here asks for a log-in
    return request.user
