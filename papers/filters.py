"""The catalogue's filters: what stands in the address of /papers/, checked, and what it selects.

Each narrows what the others leave. A value that means nothing is an error and never passed over:
a page that ignores a misspelt tag would show papers that nobody asked for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import django_filters
from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from papers.forms import MAX_QUERY_LENGTH
from papers.identifiers import author_name_key
from papers.models import Source, Tag
from papers.querysets import PaperQuerySet
from papers.search.language import parse_query
from papers.sorting import Sort
from papers.sources.cleaning import shown

MAX_TAGS = 10
MAX_NAME_LENGTH = 200
_DATE_FORMATS = ["%Y-%m-%d"]


class TagNamesWidget(forms.TextInput):
    """A text field that may stand in an address several times."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        values = data.getlist(name) if isinstance(data, QueryDict) else data.get(name) or []
        return [value for value in values if value.strip()]


class TagNamesField(forms.Field):
    """Tags by slug, code or name, several of them; synonyms stand for the tag that is used.

    After cleaning, `chosen` has the tags that are known and `unknown` the names that are not.
    """

    widget = TagNamesWidget

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.chosen: list[Tag] = []
        self.unknown: list[str] = []

    def clean(self, value: Sequence[str]) -> list[Tag]:
        if len(value) > MAX_TAGS:
            message = ngettext_lazy(
                "At most %(number)d tag at a time.", "At most %(number)d tags at a time.", MAX_TAGS
            )
            raise forms.ValidationError(message, params={"number": MAX_TAGS})
        named = Tag.objects.named([name for name in value if "\x00" not in name])
        self.chosen = list(dict.fromkeys(named.values()))
        self.unknown = [name for name in value if name not in named]
        if self.unknown:
            raise forms.ValidationError(
                [
                    forms.ValidationError(
                        _("There is no tag “%(name)s”."), params={"name": shown(name)}
                    )
                    for name in self.unknown
                ]
            )
        return self.chosen


class TagsFilter(django_filters.Filter):  # type: ignore[misc]  # django-filter has no types
    """Papers that carry each of some tags, or a tag below it; with `exclude`, none of them."""

    field_class = TagNamesField

    def filter(self, papers: PaperQuerySet, tags: list[Tag]) -> PaperQuerySet:
        if not tags:
            return papers
        branches = Tag.objects.branches([tag.pk for tag in tags])
        if self.exclude:
            return papers.carrying_none(set().union(*branches.values()))
        for branch in branches.values():
            papers = papers.carrying_any(branch)
        return papers


class AuthorField(forms.CharField):
    """An author's name, in any case and with or without its accents."""

    def clean(self, value: Any) -> str:
        name: str = super().clean(value)
        if name and author_name_key(name).startswith("name-") and not any(map(str.isalnum, name)):
            raise forms.ValidationError(_("This is not a name."))
        return name


class AuthorFilter(django_filters.Filter):  # type: ignore[misc]
    field_class = AuthorField

    def filter(self, papers: PaperQuerySet, name: str) -> PaperQuerySet:
        return papers.by_author(author_name_key(name)) if name else papers


class YesNoField(forms.ChoiceField):
    """Yes or no, as people and programs write it in addresses."""

    SPELLINGS = {"1": "yes", "true": "yes", "on": "yes", "0": "no", "false": "no", "off": "no"}

    def to_python(self, value: Any) -> str:
        text: str = super().to_python(value)
        return self.SPELLINGS.get(text.lower(), text.lower())


class YesNoFilter(django_filters.Filter):  # type: ignore[misc]
    """`present` says what a paper has that is asked for."""

    field_class = YesNoField

    def __init__(self, *, present: Q, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.present = present

    def filter(self, papers: PaperQuerySet, value: str) -> PaperQuerySet:
        if not value:
            return papers
        return papers.filter(self.present if value == "yes" else ~self.present)


def day_begins(day: date) -> datetime:
    """The first instant of a day of the site, which is UTC's."""
    return datetime.combine(day, time(), UTC)


def day_ends(day: date) -> datetime:
    """The last instant of a day of the site."""
    return datetime.combine(day, time.max, UTC)


@dataclass(frozen=True)
class Chip:
    """One filter that is active, and the address of the same page without it."""

    label: str
    url: str


class CatalogueForm(forms.Form):
    """The form of the filters: each field by itself, then those that belong together."""

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        first, last = data.get("listed_after"), data.get("listed_before")
        if first and last and first > last:
            self.add_error("listed_before", _("This day is before the first one."))
        return data


class CatalogueFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The filters of /papers/. Give it the papers that the viewer may see."""

    q = django_filters.CharFilter(
        label=_("Words"),
        method="with_words",
        max_length=MAX_QUERY_LENGTH,
        help_text=_("In the title, the authors or the abstract."),
    )
    tag = TagsFilter(label=_("Tags"), help_text=_("Papers with all of these, or a tag below."))
    not_tag = TagsFilter(
        label=_("Without tags"),
        exclude=True,
        help_text=_("No papers with any of these, or a tag below."),
    )
    author = AuthorFilter(
        label=_("Author"), max_length=MAX_NAME_LENGTH, help_text=_("The whole name, as printed.")
    )
    listed_after = django_filters.DateFilter(
        label=_("Listed from"),
        method="since_day",
        input_formats=_DATE_FORMATS,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    listed_before = django_filters.DateFilter(
        label=_("Listed until"),
        method="until_day",
        input_formats=_DATE_FORMATS,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    has_code = YesNoFilter(
        label=_("Code"),
        present=~Q(code_url=""),
        choices=[("", _("Any")), ("yes", _("With code")), ("no", _("Without code"))],
    )
    source = django_filters.ChoiceFilter(
        label=_("Source"), method="from_source", choices=Source.choices, empty_label=_("Any")
    )
    sort = django_filters.ChoiceFilter(
        label=_("Order"), method="in_any_order", choices=Sort.choices, widget=forms.HiddenInput
    )

    class Meta:
        form = CatalogueForm

    def with_words(self, papers: PaperQuerySet, name: str, text: str) -> PaperQuerySet:
        return papers.matching(parse_query(text))

    def since_day(self, papers: PaperQuerySet, name: str, day: date) -> PaperQuerySet:
        return papers.in_listings().filter(listed_at__gte=day_begins(day))

    def until_day(self, papers: PaperQuerySet, name: str, day: date) -> PaperQuerySet:
        return papers.in_listings().filter(listed_at__lte=day_ends(day))

    def from_source(self, papers: PaperQuerySet, name: str, source: str) -> PaperQuerySet:
        return papers.known_from(source)

    def in_any_order(self, papers: PaperQuerySet, name: str, value: str) -> PaperQuerySet:
        """Leave the papers as they are: the page sorts them, along with its paging."""
        return papers

    @property
    def usual_sort(self) -> Sort:
        """Newest first; where days of listing are asked for, those last listed."""
        data = self.form.cleaned_data
        return Sort.LISTED if data["listed_after"] or data["listed_before"] else Sort.NEWEST

    @property
    def sort_by(self) -> Sort:
        """The order asked for, or the usual one. Only of valid filters."""
        return Sort(self.form.cleaned_data["sort"] or self.usual_sort)

    @property
    def is_stretch(self) -> bool:
        """Whether days of listing are asked for in the order of listing. Only of valid filters."""
        return self.sort_by is self.usual_sort is Sort.LISTED

    @cached_property
    def chips(self) -> list[Chip]:
        """The active filters, in the order of the form. Only of valid filters."""
        return list(self._chips())

    def _chips(self) -> Iterator[Chip]:
        labels = {
            "q": gettext("“%(value)s”"),
            "author": gettext("by %(value)s"),
            "listed_after": gettext("listed from %(value)s"),
            "listed_before": gettext("listed until %(value)s"),
            "source": gettext("from %(value)s"),
        }
        for name, value in self.form.cleaned_data.items():
            if name == "sort" or not value:
                continue
            if name in ("tag", "not_tag"):
                yield from self._tag_chips(name, value)
            elif name == "has_code":
                yield Chip(dict(self.form.fields[name].choices)[value], self.url_without(name))
            else:
                yield Chip(
                    labels[name] % {"value": self._shown(name, value)}, self.url_without(name)
                )

    def _tag_chips(self, name: str, tags: list[Tag]) -> Iterator[Chip]:
        for tag in tags:
            label = str(tag) if name == "tag" else gettext("not %(tag)s") % {"tag": tag}
            others = [other.slug for other in tags if other != tag]
            yield Chip(label, self._url(name, others))

    @staticmethod
    def _shown(name: str, value: Any) -> str:
        if isinstance(value, date):
            return date_format(value, "j M Y")
        return str(Source(value).label) if name == "source" else shown(value)

    def url_without(self, name: str) -> str:
        """The address of the first page without one filter, or with the usual order."""
        return self._url(name, [])

    def url_sorted(self, sort: Sort) -> str:
        return self._url("sort", [] if sort is self.usual_sort else [str(sort.value)])

    def _url(self, name: str, values: Sequence[str]) -> str:
        """The address of the first page with `values` for one parameter, the others as they are."""
        data = self.data.copy()
        data.setlist(name, list(values))
        kept = QueryDict(mutable=True)
        for each, given in data.lists():
            if each in self.filters and any(given):
                kept.setlist(each, [value for value in given if value])
        return f"?{kept.urlencode()}"
