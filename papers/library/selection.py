"""Which papers of a library are to change, and how: the form of many changes at once."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from papers.models import ReadingList, ReadingStatus
from papers.querysets import LibraryEntryQuerySet
from papers.services.library_bulk import AddToList, Change, Remove, SetStatus, TakeOutOfList

# Papers that one transaction changes, and the longest id that a database can hold.
CHUNK = 1_000
LONGEST_ID = 18


class PapersField(forms.Field):
    """The numbers of the papers that were ticked."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[int]:
        numbers = value or []
        if not all(
            number.isascii() and number.isdigit() and len(number) <= LONGEST_ID
            for number in numbers
        ):
            raise ValidationError(_("This is not a choice of papers."))
        return [int(number) for number in numbers]


class BulkForm(forms.Form):
    """What to do, and with which papers: those ticked, or everything that the page's filters leave.

    `do` is "status:read" ("status:" clears), "add:7" and "take:7" with the number of a list, or
    "remove".
    """

    do = forms.ChoiceField(
        label=gettext_lazy("With the ticked papers"),
        error_messages={"required": gettext_lazy("Choose what to do with the papers.")},
    )
    paper = PapersField(required=False)
    everything = forms.BooleanField(required=False)
    confirmed = forms.BooleanField(required=False)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, lists: Sequence[ReadingList]
    ) -> None:
        super().__init__(data)
        self.lists = lists
        choice = self.fields["do"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101 - for the type checker
        statuses = [*ReadingStatus.choices, ("", _("No status"))]
        choice.choices = [
            ("", _("What to do…")),
            (_("Set the status"), [(f"status:{value}", label) for value, label in statuses]),
            (_("Put into a list"), [(f"add:{own.pk}", own.title) for own in lists]),
            (_("Take out of a list"), [(f"take:{own.pk}", own.title) for own in lists]),
            (_("Let go"), [("remove", _("Take out of the library…"))]),
        ]

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or self.cleaned_data
        if "paper" in asked and not asked["paper"] and not asked.get("everything"):
            raise ValidationError(_("Tick the papers to change first."))
        return asked

    @cached_property
    def ticked(self) -> list[int]:
        """The papers to tick again on a page that asks once more."""
        if not self.is_bound:
            return []
        self.full_clean()
        ticked: list[int] = self.cleaned_data.get("paper", [])
        return ticked

    @property
    def change(self) -> Change:
        """What is asked for. Only of a valid form."""
        name, _colon, argument = self.cleaned_data["do"].partition(":")
        if name == "status":
            return SetStatus(argument)
        if name == "remove":
            return Remove()
        reading_list = next(own for own in self.lists if str(own.pk) == argument)
        return AddToList(reading_list) if name == "add" else TakeOutOfList(reading_list)


def chunks(entries: LibraryEntryQuerySet) -> Iterator[list[int]]:
    """Ids of the entries' papers, in the order in which they came into the library.

    Each chunk is looked up when the one before it has changed, by the entry's number: a change
    that takes papers out of what was asked for skips none.
    """
    last = 0
    while True:
        found = list(
            entries.filter(pk__gt=last).order_by("pk").values_list("pk", "paper_id")[:CHUNK]
        )
        if not found:
            return
        last = found[-1][0]
        yield [paper_id for _pk, paper_id in found]
