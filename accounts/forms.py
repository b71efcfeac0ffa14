"""allauth's forms, with labels and help that say what this site wants."""

from typing import Any, cast

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.account.fields import PasswordField
from django import forms
from django.contrib import messages
from django.core.validators import MaxLengthValidator
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import FormerUsername, User

PASSWORD_HELP = _("At least 10 characters. Not a common password, and not only digits.")
# A user name is no word of any language: no phone should capitalise or correct it.
NAME_ATTRIBUTES = {"autocapitalize": "none", "spellcheck": "false"}
# What mail servers accept, and the columns hold. allauth cuts an address that is longer.
EMAIL_LENGTH = 254
# More than any password manager makes; every check of a password works through all of it.
PASSWORD_LENGTH = 1024


class LimitedForm(forms.Form):
    """A form that refuses addresses and passwords beyond the lengths above."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.EmailField):
                _limit_length(field, EMAIL_LENGTH)
            elif isinstance(field, PasswordField):
                _limit_length(field, PASSWORD_LENGTH)


class LoginForm(LimitedForm, allauth_forms.LoginForm):  # type: ignore[misc]  # allauth ships no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login = cast("forms.CharField", self.fields["login"])
        login.label = _("User name or email address")
        _limit_length(login, EMAIL_LENGTH)
        login.widget.attrs.update(NAME_ATTRIBUTES, autocomplete="username")

    def clean_login(self) -> str:
        """The name or address; for a name that a member gave up, the one they have now.

        From here on it is as if that one had been typed: attempts are counted together, and a
        wrong password gets the same answer.
        """
        login = str(super().clean_login())
        former = FormerUsername.objects.filter(username=login.lower())
        return former.values_list("user__username", flat=True).first() or login


class SignupForm(LimitedForm, allauth_forms.SignupForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        username: forms.Field = self.fields["username"]
        username.label = _("User name")
        username.help_text = _(
            "Everybody can see it. 2 to 30 lower-case letters, digits, hyphens or underscores."
        )
        username.widget.attrs.update(NAME_ATTRIBUTES)
        self.fields["email"].label = _("Email address")
        self.fields["email"].help_text = _(
            "Nobody else sees it. We send a link to it; once you have opened it, your upvotes count."
        )
        self.fields["password1"].help_text = PASSWORD_HELP

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Create the member. Whoever loses a race for a name is asked to choose another."""
        try:
            with transaction.atomic():
                saved: tuple[User | None, HttpResponse | None] = super().try_save(request)
        except IntegrityError:
            get_adapter().add_message(
                request,
                messages.ERROR,
                message=gettext("Somebody took this name a moment ago. Please choose another."),
            )
            return None, HttpResponseRedirect(request.get_full_path())
        return saved


class AddEmailForm(LimitedForm, allauth_forms.AddEmailForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("New email address")
        self.fields["email"].help_text = _(
            "We send a link to it. Until you have opened the link, your present address stays."
        )


class ResetPasswordForm(LimitedForm, allauth_forms.ResetPasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("Email address")


class ResetPasswordKeyForm(LimitedForm, allauth_forms.ResetPasswordKeyForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label_new_password(self)


class SetPasswordForm(LimitedForm, allauth_forms.SetPasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label_new_password(self)


class ChangePasswordForm(LimitedForm, allauth_forms.ChangePasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("Present password")
        _label_new_password(self)


class ReauthenticateForm(LimitedForm, allauth_forms.ReauthenticateForm):  # type: ignore[misc]
    """The password once more, before a change to the account."""


def _limit_length(field: forms.CharField, length: int) -> None:
    """Refuse more than `length` characters, in place of any limit that `field` has.

    Not in the browser: it would cut a pasted value without a word, a password even unseen.
    """
    field.max_length = length
    field.validators = [
        *(check for check in field.validators if not isinstance(check, MaxLengthValidator)),
        MaxLengthValidator(length),
    ]
    field.widget.attrs.pop("maxlength", None)


def _label_new_password(form: forms.Form) -> None:
    form.fields["password1"].label = _("New password")
    form.fields["password1"].help_text = PASSWORD_HELP
    form.fields["password2"].label = _("New password, once more")
