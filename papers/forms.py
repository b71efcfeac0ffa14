"""What people may send us, checked."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from papers.models import ReadingList, ReadingStatus, Visibility
from papers.sources.cleaning import clean_block, clean_line, has_visible_character

if TYPE_CHECKING:
    _ReadingListModelForm = forms.ModelForm[ReadingList]
else:  # generic for the type checker only
    _ReadingListModelForm = forms.ModelForm

MAX_QUERY_LENGTH = 250


class VisibleLineField(forms.CharField):
    """One line that can be seen, without characters that turn the text around it."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        if "\x00" in text:  # the field's own validator says what is wrong
            return text
        line = clean_line(text)
        return line if has_visible_character(line) else ""


class SearchForm(forms.Form):
    """The search box of every page."""

    q = forms.CharField(
        label=_("Search papers"),
        max_length=MAX_QUERY_LENGTH,
        required=False,
        error_messages={
            "max_length": _("A search has at most %(limit_value)d characters; this one is longer.")
        },
    )


class ReadingListForm(_ReadingListModelForm):
    """A list's title, description and visibility."""

    class Meta:
        model = ReadingList
        fields = ["title", "description", "visibility"]
        widgets = {
            "title": forms.TextInput(attrs={"autocomplete": "off"}),
            "description": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "visibility": _("A private list is seen by you alone."),
        }
        field_classes = {"title": VisibleLineField}

    def clean_description(self) -> str:
        return clean_block(self.cleaned_data["description"])


class NewListForm(forms.Form):
    """A list made in place, while saving a paper."""

    title = VisibleLineField(label=_("Title of the new list"), max_length=120)
    visibility = forms.ChoiceField(
        label=_("Who can see it"), choices=Visibility.choices, initial=Visibility.PRIVATE
    )


class StatusForm(forms.Form):
    """How far one has read a paper; nothing clears it."""

    status = forms.ChoiceField(
        choices=[("", _("No status")), *ReadingStatus.choices],
        required=False,
        error_messages={"invalid_choice": _("This is no reading status.")},
    )


class NoteForm(forms.Form):
    """A private note on a paper; nothing deletes it."""

    note = forms.CharField(
        label=_("Your note"),
        max_length=5000,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Only you see this. Markdown: *emphasis*, [a link](https://…), lists."),
    )

    def clean_note(self) -> str:
        return clean_block(self.cleaned_data["note"])
