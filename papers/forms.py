"""What people may send us, checked."""

from typing import TYPE_CHECKING

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from config.form_fields import BlockField, LineField
from papers.models import ReadingList, ReadingStatus, Visibility
from papers.services.entries import After, Before, Place, Target
from papers.sources.cleaning import clean_block

if TYPE_CHECKING:
    _ReadingListModelForm = forms.ModelForm[ReadingList]
else:  # generic for the type checker only
    _ReadingListModelForm = forms.ModelForm

MAX_QUERY_LENGTH = 250


class SearchOrder(models.TextChoices):
    RELEVANCE = "relevance", _("best match first")
    NEWEST = "newest", _("newest first")


class SearchForm(forms.Form):
    """The search box of every page, and the order of what it finds."""

    q = forms.CharField(
        label=_("Search papers"),
        max_length=MAX_QUERY_LENGTH,
        required=False,
        error_messages={
            "max_length": _("A search has at most %(limit_value)d characters; this one is longer.")
        },
    )
    sort = forms.ChoiceField(choices=SearchOrder.choices, required=False)


class TagSearchForm(forms.Form):
    """The search within the index of tags."""

    q = forms.CharField(label=_("Find a tag"), max_length=100, required=False)


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
            "description": _("Markdown: *emphasis*, [a link](https://…), lists."),
            "visibility": _(
                "A private list is seen by you alone, an unlisted one by whoever has its secret "
                "link, a public one by everybody."
            ),
        }
        field_classes = {"title": LineField, "description": BlockField}


class NewListForm(forms.Form):
    """A list made in place, while saving a paper."""

    title = LineField(label=_("Title of the new list"), max_length=120)
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


class SeenVersionForm(forms.Form):
    """The version of a paper that one has seen; nothing means whichever is new."""

    version = forms.IntegerField(
        min_value=1,
        max_value=32_767,
        required=False,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), _("This is no version of a paper.")
        ),
    )


class NoteForm(forms.Form):
    """A private note on a paper; nothing deletes it."""

    note = forms.CharField(
        label=_("Your note"),
        max_length=5000,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Markdown: *emphasis*, [a link](https://…), lists."),
    )

    def clean_note(self) -> str:
        return clean_block(self.cleaned_data["note"])


class ListSearchForm(forms.Form):
    """The search among public lists."""

    q = LineField(label=_("Search titles of lists"), max_length=MAX_QUERY_LENGTH, required=False)


# Where the numbers of rows end.
MAX_ID = 2**63 - 1
MAX_PLACE = 10**9


class EntryForm(forms.Form):
    """Names an entry of a list by its id."""

    entry = forms.IntegerField(min_value=1, max_value=MAX_ID)


class MoveForm(EntryForm):
    """Where an entry is to stand: before or after another, or at a number from 1."""

    before = forms.IntegerField(min_value=1, max_value=MAX_ID, required=False)
    after = forms.IntegerField(min_value=1, max_value=MAX_ID, required=False)
    place = forms.IntegerField(min_value=1, max_value=MAX_PLACE, required=False)

    def target(self) -> Target | None:
        """The place that was asked for; None where none or more than one was."""
        given = {name: self.cleaned_data.get(name) for name in ("before", "after", "place")}
        match given:
            case {"before": int(entry), "after": None, "place": None}:
                return Before(entry)
            case {"before": None, "after": int(entry), "place": None}:
                return After(entry)
            case {"before": None, "after": None, "place": int(number)}:
                return Place(number)
        return None


class EntryNoteForm(EntryForm):
    """The note on an entry; nothing deletes it."""

    note = BlockField(label=_("Note"), max_length=2000, required=False)


class AddPaperForm(forms.Form):
    """A paper for a list, by any id."""

    paper = LineField(
        label=_("Add a paper"), max_length=500, help_text=_("Its arXiv id, DOI or address.")
    )
