"""The form in which a paper is edited: its texts are cleaned and limited as an import's are."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.admin_generics import ModelForm
from config.admin_widgets import SearchedSelectMultiple
from papers import mathtext
from papers.models import Paper, PaperTag, Tag
from papers.sources.cleaning import clean_block, clean_line, has_visible_character, usable_url
from papers.sources.record import (
    MAX_ABSTRACT_LENGTH,
    MAX_LINE_LENGTH,
    MAX_NOTE_LABEL_LENGTH,
    MAX_TITLE_LENGTH,
)


class PaperForm(ModelForm[Paper]):
    # One box for all tags: a form a tag would ask the database for each tag's name.
    carried_tags = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Tags"),
        queryset=Tag.objects.in_use(),
        required=False,
        widget=SearchedSelectMultiple(PaperTag.tag.field, admin.site),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        carried = Tag.objects.filter(paper_tags__paper=self.instance)
        self.initial["carried_tags"] = list(carried.values_list("pk", flat=True))

    def clean_title(self) -> str:
        title = self._cleaned("title", clean_line, MAX_TITLE_LENGTH)
        if not has_visible_character(mathtext.render(title).text):
            raise ValidationError(_("Nothing of this title would be shown."))
        return title

    def clean_abstract(self) -> str:
        return self._cleaned("abstract", clean_block, MAX_ABSTRACT_LENGTH)

    def clean_note(self) -> str:
        return self._cleaned("note", clean_line, MAX_LINE_LENGTH)

    def clean_note_label(self) -> str:
        return self._cleaned("note_label", clean_line, MAX_NOTE_LABEL_LENGTH)

    def clean_comments(self) -> str:
        return self._cleaned("comments", clean_line, MAX_LINE_LENGTH)

    def clean_journal_ref(self) -> str:
        return self._cleaned("journal_ref", clean_line, MAX_LINE_LENGTH)

    def clean_code_url(self) -> str:
        return self._usable_url("code_url")

    def clean_project_url(self) -> str:
        return self._usable_url("project_url")

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        primary = self.cleaned_data.get("primary_tag")
        carried = self.cleaned_data.get("carried_tags")  # None when it has an error of its own
        if primary is not None and carried is not None and primary not in carried:
            self.add_error("primary_tag", _("The primary tag must be one of the tags."))
        return cleaned

    def _cleaned(self, field: str, clean: Callable[[str], str], limit: int) -> str:
        text = clean(self.cleaned_data[field])
        # After the cleaning, for composed Unicode can be longer than what was sent.
        MaxLengthValidator(limit)(text)
        return text

    def _usable_url(self, field: str) -> str:
        sent: str = self.cleaned_data[field]
        url = usable_url(sent)
        if sent and not url:
            raise ValidationError(
                _("Give an address that begins with http:// or https:// and names no user.")
            )
        return url
