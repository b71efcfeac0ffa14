"""The forms of the settings: what a member may choose and say of themselves."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.validators import URLValidator
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.forms import NAME_ATTRIBUTES
from accounts.models import Density, Profile, Theme, User
from accounts.preferences import time_zone_choices
from config.form_fields import BlockField, LineField

if TYPE_CHECKING:
    _ProfileModelForm = forms.ModelForm[Profile]
else:  # generic for the type checker only
    _ProfileModelForm = forms.ModelForm

# What a language's formats are shown with.
EXAMPLE = datetime(2026, 11, 22, 14, 5)  # noqa: DTZ001  # a time of day without a place
EXAMPLE_NUMBER = 1_234_567


class ProfileForm(_ProfileModelForm):
    """What everybody can read on the member's page."""

    homepage = forms.URLField(
        label=_("Home page"),
        max_length=300,
        required=False,
        assume_scheme="https",
        validators=[URLValidator(schemes=["http", "https"])],
    )
    votes_public = forms.BooleanField(label=_("My upvotes"), required=False)

    class Meta:
        model = Profile
        fields = ["display_name", "affiliation", "homepage", "about", "shows_lists"]
        fields += ["shows_reading"]
        field_classes = {
            "display_name": LineField,
            "affiliation": LineField,
            "about": BlockField,
        }
        labels = {
            "display_name": _("Name"),
            "affiliation": _("Affiliation"),
            "about": _("About"),
            "shows_lists": _("My public lists"),
            "shows_reading": _("What I am reading: papers with the status “Reading”"),
        }
        help_texts = {"display_name": _("Shown above your user name.")}
        widgets = {
            "display_name": forms.TextInput(attrs={"autocomplete": "name"}),
            "affiliation": forms.TextInput(attrs={"autocomplete": "organization"}),
            "about": forms.Textarea(attrs={"rows": 6}),
        }

    def clean_homepage(self) -> str:
        """Refuse an address with a user name: in https://known.org@other.org/ it looks a host."""
        url = str(self.cleaned_data["homepage"])
        if "@" in url.partition("://")[2].partition("/")[0]:
            raise forms.ValidationError(_("Leave out the part before the @."), code="user")
        return url


class PreferencesForm(forms.Form):
    """How pages look to the member. Nobody else sees it."""

    theme = forms.ChoiceField(label=_("Theme"), choices=Theme.choices, required=False)
    density = forms.ChoiceField(label=_("Density"), choices=Density.choices, required=False)
    language = forms.ChoiceField(
        label=_("Language and formats"),
        required=False,
        help_text=_("How dates, times and numbers are written."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        help_text=_(
            "Of times of day. The days on which papers are listed are the same for everybody: they "
            "begin and end at midnight UTC."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = language_choices()  # type: ignore[attr-defined]
        zones = [("", _("UTC")), *time_zone_choices()]
        self.fields["time_zone"].choices = zones  # type: ignore[attr-defined]


class UsernameForm(forms.Form):
    """Another user name; the service checks it."""

    username = forms.CharField(
        label=_("New user name"),
        max_length=30,
        widget=forms.TextInput(attrs={**NAME_ATTRIBUTES, "autocomplete": "username"}),
        help_text=_("2 to 30 lower-case letters, digits, hyphens or underscores."),
    )


def language_choices() -> list[tuple[str, str]]:
    """Languages with an example of their formats; "" is the site's own."""
    choices = []
    for code, name in settings.LANGUAGES:
        with override(code):
            moment = date_format(EXAMPLE, "DATETIME_FORMAT")
            number = number_format(EXAMPLE_NUMBER, force_grouping=True)
        value = "" if code == settings.LANGUAGE_CODE else code
        choices.append((value, f"{name}: {moment}; {number}"))
    return choices


def profile_form(member: User, data: Any = None) -> ProfileForm:
    """The form with what `member` has said so far."""
    profile = Profile.objects.filter(user=member).first() or Profile(user=member)
    return ProfileForm(data, instance=profile, initial={"votes_public": bool(member.votes_public)})
