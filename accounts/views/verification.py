"""The pages that verify an address: "check your mail", and the link of the mail."""

from http import HTTPStatus
from typing import Any

from allauth.account import views as allauth_views
from allauth.account.internal.flows.email_verification import send_verification_email_to_address
from allauth.account.models import EmailAddress
from allauth.account.utils import get_next_redirect_url
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from accounts.adapters import with_next
from accounts.rate_limits import seconds_to_wait, too_many_requests
from accounts.verification import already_verified, waiting_address, waiting_email


@never_cache
def check_mail(request: HttpRequest) -> HttpResponse:
    """ "Check your mail": where sign-up ends. POST sends the link once more."""
    user = request.user
    next_url = get_next_redirect_url(request)
    here = with_next(reverse("account_email_verification_sent"), next_url)
    if request.method != "POST":
        email = waiting_email(user) if user.is_authenticated else ""
        return render(
            request, "account/verification_sent.html", {"email": email, "next": next_url or "/"}
        )
    if not user.is_authenticated:
        return redirect(with_next(reverse("account_login"), here))
    address = waiting_address(user)
    if address and not send_verification_email_to_address(request, address):
        seconds = seconds_to_wait(request, "confirm_email", address.email)
        return too_many_requests(request, seconds)
    return redirect(here)


class ConfirmEmailView(allauth_views.ConfirmEmailView):  # type: ignore[misc]  # no types
    """The page of the link that verifies an address: GET shows a button, POST verifies."""

    verified_before: EmailAddress | None = None

    def get_object(self, queryset: object = None) -> Any:
        try:
            return super().get_object(queryset)
        except Http404:
            self.verified_before = already_verified(self.kwargs["key"])
            raise

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response: HttpResponse = super().post(*args, **kwargs)
        except Http404:
            self.object = None
            response = self.render_to_response(self.get_context_data())
        return response

    def logout_other_user(self, confirmation: object) -> None:
        """allauth logs out whoever opens somebody else's link; opening alone changes nothing."""
        if self.request.method == "POST":
            super().logout_other_user(confirmation)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["verified_before"] = self.verified_before
        context["next"] = self.get_next_url() or "/"
        return context

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        if not context["confirmation"] and not context["verified_before"]:
            kwargs["status"] = HTTPStatus.NOT_FOUND
        response: HttpResponse = super().render_to_response(context, **kwargs)
        return response
