"""What is asked of a library: the parameters of its address, checked, and what they leave."""

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from papers.forms import MAX_QUERY_LENGTH
from papers.library.orders import Sort
from papers.models import ReadingList, ReadingStatus, Tag
from papers.querysets import LibraryEntryQuerySet
from papers.search.language import Query, parse_query

# As a value of `status` and of `list`.
NONE = "none"


@dataclass(frozen=True)
class Chip:
    """A filter that is on, in words; `without` is the rest of the address, from its "?"."""

    label: str
    without: str


class LibraryForm(forms.Form):
    """The search box, filters and order of a library."""

    q = forms.CharField(label=gettext_lazy("Words"), max_length=MAX_QUERY_LENGTH, required=False)
    status = forms.ChoiceField(
        label=gettext_lazy("Reading status"),
        choices=[("", gettext_lazy("Any")), *ReadingStatus.choices, (NONE, gettext_lazy("None"))],
        required=False,
    )
    list = forms.ChoiceField(label=gettext_lazy("List"), required=False)
    tag = forms.CharField(label=gettext_lazy("Tag"), max_length=80, required=False)
    note = forms.BooleanField(label=gettext_lazy("With a note of mine"), required=False)
    upvoted = forms.BooleanField(label=gettext_lazy("Upvoted by me"), required=False)
    new_version = forms.BooleanField(label=gettext_lazy("With a new version"), required=False)
    sort = forms.ChoiceField(label=gettext_lazy("Order"), choices=Sort.choices, required=False)

    def __init__(self, address: QueryDict, *, owner: User, lists: Sequence[ReadingList]) -> None:
        super().__init__(address)
        self.address = address
        self.owner = owner
        self.lists = lists
        choice = self.fields["list"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101 - for the type checker
        choice.choices = [
            ("", _("Any")),
            (NONE, _("In no list")),
            *((str(own.pk), own.title) for own in lists),
        ]

    def clean_tag(self) -> Tag | None:
        """The tag, by its slug or code; what a synonym stands for."""
        text = self.cleaned_data["tag"]
        if not text:
            return None
        slug = text.lower().replace(".", "-")
        tag = Tag.objects.select_related("synonym_of").filter(slug=slug).first()
        if tag is None:
            raise ValidationError(_("There is no such tag. A tag is written like cs.LG."))
        return tag.synonym_of or tag

    @property
    def order(self) -> Sort:
        return Sort(self.cleaned_data["sort"] or Sort.ADDED)

    @property
    def query(self) -> Query:
        """The words that are looked for in papers and notes."""
        return parse_query(self.cleaned_data["q"])

    def narrowed(self, entries: LibraryEntryQuerySet) -> LibraryEntryQuerySet:
        """The entries that pass every filter but the words. Call it on a valid form only."""
        asked = self.cleaned_data
        if asked["status"]:
            entries = entries.filter(status="" if asked["status"] == NONE else asked["status"])
        if asked["list"] == NONE:
            entries = entries.in_none_of([own.pk for own in self.lists])
        elif asked["list"]:
            entries = entries.in_list(int(asked["list"]))
        if asked["tag"]:
            entries = entries.carrying(Tag.objects.in_use().with_descendants(asked["tag"].pk))
        if asked["note"]:
            entries = entries.with_note()
        if asked["upvoted"]:
            entries = entries.upvoted_by(self.owner)
        if asked["new_version"]:
            entries = entries.with_new_version()
        return entries

    def chips(self) -> Sequence[Chip]:
        """The filters that are on, but for the status, which has links of its own."""
        asked = self.cleaned_data
        titles = {str(own.pk): own.title for own in self.lists} | {NONE: _("In no list")}
        labels = {
            "q": asked["q"] and _("“%(words)s”") % {"words": asked["q"]},
            "list": titles.get(asked["list"], ""),
            "tag": str(asked["tag"] or ""),
            "note": asked["note"] and _("With a note"),
            "upvoted": asked["upvoted"] and _("Upvoted by me"),
            "new_version": asked["new_version"] and _("With a new version"),
        }
        return [Chip(str(label), self._without(name)) for name, label in labels.items() if label]

    def _without(self, name: str) -> str:
        kept = self.address.copy()
        for dropped in (name, "after"):
            kept.pop(dropped, None)
        return f"?{kept.urlencode()}"
