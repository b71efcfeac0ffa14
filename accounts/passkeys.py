"""Passkeys: how allauth's second factors fit this site.

What a browser sends of a passkey is JSON that anybody can make up. The library checks signatures
with care and shapes without: what it stumbles over is answered like a wrong code, never with a 500.
"""

from collections.abc import Callable
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms as allauth_forms
from django import forms
from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from config.text import clean_line, has_visible_character

NAME_LENGTH = 60
STUMBLES = (AttributeError, KeyError, IndexError, TypeError, ValueError, OverflowError)


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "unverified_email": _("Verify your email address first."),
    }

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002  # allauth's
        """A name to begin with: "Passkey", "Passkey 2" and so on."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        if number == 1:
            return gettext("Passkey")
        return gettext("Passkey %(number)d") % {"number": number}

    def get_totp_issuer(self) -> str:
        return str(settings.SITE_NAME)


class _NamedForm(forms.Form):
    """A form with the name of a key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = self.fields["name"]
        name.label = _("Name of the passkey")
        name.help_text = _("For you, to tell your passkeys apart.")
        name.validators.append(MaxLengthValidator(NAME_LENGTH))

    def clean_name(self) -> str:
        name = clean_line(self.cleaned_data["name"])
        if has_visible_character(name):
            return name
        inherited: Callable[[], str] | None = getattr(super(), "clean_name", None)
        if inherited is None:
            raise forms.ValidationError(_("Give it a name."), code="required")
        self.cleaned_data["name"] = ""
        return inherited()


class CredentialField(forms.JSONField):
    """What the browser says of a key. Nested for ever, it would exhaust the parser."""

    default_error_messages = {"invalid": _("This is not what a passkey sends.")}

    def __init__(self) -> None:
        super().__init__(widget=forms.HiddenInput)

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except RecursionError as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error

    def bound_data(self, data: Any, initial: Any) -> Any:
        try:
            return super().bound_data(data, initial)
        except RecursionError:
            return None


class AddPasskeyForm(_NamedForm, allauth_forms.AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey, or a security key that stays a second factor beside the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"] = CredentialField()
        passwordless = self.fields["passwordless"]
        passwordless.initial = True
        passwordless.label = _("Log in with it alone, without the password")
        passwordless.help_text = _(
            "It then asks for your finger, your face or a PIN. An old security key may not be able "
            "to; without this it is asked for after the password."
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = _or_incorrect(super().clean)
        return cleaned


class RenamePasskeyForm(_NamedForm, allauth_forms.EditWebAuthnForm):  # type: ignore[misc]
    pass


class AuthenticateForm(allauth_forms.AuthenticateWebAuthnForm):  # type: ignore[misc]
    credential = CredentialField()

    def clean_credential(self) -> Authenticator:
        return _or_incorrect(super().clean_credential)


class LoginForm(allauth_forms.LoginWebAuthnForm):  # type: ignore[misc]
    credential = CredentialField()

    def clean_credential(self) -> Authenticator:
        return _or_incorrect(super().clean_credential)


class ReauthenticateForm(allauth_forms.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    credential = CredentialField()

    def clean_credential(self) -> Authenticator:
        return _or_incorrect(super().clean_credential)


def _or_incorrect(check: Callable[[], Any]) -> Any:
    """What `check` returns; its ValidationErrors pass, what it stumbles over becomes one."""
    try:
        return check()
    except STUMBLES as error:
        if isinstance(error, forms.ValidationError):
            raise
        raise get_mfa_adapter().validation_error("incorrect_code") from error
