"""How allauth fits this site."""

import logging
from smtplib import SMTPException
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured, SuspiciousOperation, ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import FormerUsername, User
from accounts.rate_limits import seconds_to_wait, too_many_requests

logger = logging.getLogger(__name__)


def with_next(url: str, next_url: str | None) -> str:
    """`url` with the address to go to afterwards; unchanged when there is none or it is home."""
    if not next_url or next_url == "/":
        return url
    return f"{url}?{urlencode({'next': next_url}, safe='/')}"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """The site's account rules."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_taken": _("This name is taken."),
        "email_taken": _("There is an account with this address already. Log in instead."),
        "email_password_mismatch": _("This email address and password do not belong together."),
        "username_password_mismatch": _("This user name and password do not belong together."),
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("This is not your present password."),
        "duplicate_email": _("This is your address already."),
        "account_inactive": _("This account is closed."),
    }

    # --- Names ------------------------------------------------------------------------------

    def populate_username(self, request: HttpRequest, user: User) -> None:
        """Keep the name that was asked for: none is ever made up, least of all from an address.

        Raises ImproperlyConfigured for a sign-up path that does not ask.
        """
        if not user.username:
            raise ImproperlyConfigured("Every sign-up form must ask for a user name.")

    def clean_username(self, username: str, shallow: bool = False) -> str:
        """Refuse names that are taken, those that a member gave up included.

        Raises ValidationError with the sentence for the form.
        """
        cleaned = str(super().clean_username(username, shallow=shallow))
        if not shallow and FormerUsername.objects.filter(username=cleaned.lower()).exists():
            raise self.validation_error("username_taken")
        return cleaned

    # --- Visitors ---------------------------------------------------------------------------

    def is_safe_url(self, url: str) -> bool:
        """Whether `url` is of this site. What cannot even be read as an address is not."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:  # brackets that hold no IPv6 address, say
            return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The visitor's address, as the outermost trusted proxy gives it.

        Raises SuspiciousOperation, which is answered with 400, for a request that passed fewer
        proxies than TRUSTED_PROXY_COUNT: what its X-Forwarded-For says may be made up.
        """
        try:
            return str(super().get_client_ip(request))
        except ImproperlyConfigured as error:
            logger.error(
                "X-Forwarded-For has fewer entries than TRUSTED_PROXY_COUNT, %d: lower the number, "
                "or let nobody reach the site past its proxies",
                settings.ALLAUTH_TRUSTED_PROXY_COUNT,
            )
            text = gettext("We cannot tell where this request comes from. Please try again later.")
            raise SuspiciousOperation(text) from error

    # --- Log-in and sign-up -----------------------------------------------------------------

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count this attempt; too many get the page that says when to try again."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            key = self._get_login_attempts_cache_key(request, **credentials)
            seconds = seconds_to_wait(request, "login_failed", key)
            raise ImmediateHttpResponse(too_many_requests(request, seconds)) from error

    def post_login(
        self, request: HttpRequest, user: User, *, signup: bool, **kwargs: Any
    ) -> HttpResponse:
        """A new member goes to "check your mail" first, and on to `next` from there."""
        if signup and not EmailAddress.objects.filter(user=user, verified=True).exists():
            check_mail = reverse("account_email_verification_sent")
            kwargs["redirect_url"] = with_next(check_mail, kwargs.get("redirect_url"))
        response: HttpResponse = super().post_login(request, user, signup=signup, **kwargs)
        return response

    # --- Addresses --------------------------------------------------------------------------

    @transaction.atomic
    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Verify the address, and in the same transaction all that others make of it.

        Upvotes count from this moment on: an address that is verified while they are not would
        stay so, as nothing happens to it again.
        """
        return bool(super().confirm_email(request, email_address))

    def can_delete_email(self, email_address: EmailAddress) -> bool:
        """The last address stays: without one a forgotten password is the end of an account."""
        others = EmailAddress.objects.filter(user_id=email_address.user_id).exclude(
            pk=email_address.pk
        )
        return others.exists() and bool(super().can_delete_email(email_address))

    def get_email_confirmation_url(
        self, request: HttpRequest, emailconfirmation: EmailAddress
    ) -> str:
        """The link of the mail. It carries `next`: it may be opened in another browser."""
        url = super().get_email_confirmation_url(request, emailconfirmation)
        return with_next(url, get_next_redirect_url(request))

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        """Home, for the visitor of another browser too: there is nothing left to do."""
        return resolve_url(settings.LOGIN_REDIRECT_URL)

    # --- Mail -------------------------------------------------------------------------------

    def send_confirmation_mail(
        self, request: HttpRequest, emailconfirmation: EmailAddress, signup: bool
    ) -> None:
        """Send the link, and tell the visitor unless the next page does so anyway."""
        super().send_confirmation_mail(request, emailconfirmation, signup)
        email = emailconfirmation.email_address.email
        if not self.mail_went_out:
            text = gettext("The mail to %(email)s could not be sent. Please try again later.")
            self.add_message(request, messages.ERROR, message=text % {"email": email})
        elif not signup:
            text = gettext("We have sent a link to %(email)s.")
            self.add_message(request, messages.SUCCESS, message=text % {"email": email})

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail. A mail server that is away is logged and stops nobody.

        The account or the new password exists by now: an error page would say the opposite, and
        on a reset it would tell which addresses have an account.
        """
        self.mail_went_out = False
        try:
            super().send_mail(template_prefix, email, {"site_name": settings.SITE_NAME, **context})
        except (OSError, SMTPException):
            logger.exception("A mail (%s) could not be sent; check EMAIL_URL", template_prefix)
        else:
            self.mail_went_out = True

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        """The mail, marked so that holiday notices do not answer it."""
        headers = {"Auto-Submitted": "auto-generated", **(headers or {})}
        message: EmailMessage = super().render_mail(template_prefix, email, context, headers)
        return message
