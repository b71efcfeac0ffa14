"""Which newly announced papers are listed by themselves: one row, which says in words what it does."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from config.admin_base import LongTableAdmin
from config.admin_generics import ModelForm
from papers.admin.base import SeenByModerators
from papers.harvest.listing import PREVIEW_DAYS, preview, rules_of
from papers.models import ListingRules, Tag, TagScheme, Weekend

ONLY_ROW = 1
# Categories that the sentence names.
NAMED = 12


class ListingRulesForm(ModelForm[ListingRules]):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "categories" in self.fields:
            # Categories are the sources' own; a new tag would have no papers.
            self.fields["categories"].widget.can_add_related = False

    def clean_categories(self) -> QuerySet[Tag]:
        """Take what a synonym stands for; refuse topics, which no source announces papers in."""
        chosen = list(self.cleaned_data["categories"])
        topics = [str(tag) for tag in chosen if tag.scheme == TagScheme.TOPIC]
        if topics:
            raise ValidationError(
                _("No source announces papers under a topic of the community: %(names)s.")
                % {"names": ", ".join(topics)}
            )
        return Tag.objects.filter(pk__in={tag.synonym_of_id or tag.pk for tag in chosen})


@admin.register(ListingRules)
class ListingRulesAdmin(SeenByModerators, LongTableAdmin[ListingRules]):
    form = ListingRulesForm
    fields = (
        "in_words",
        "enabled",
        "categories",
        "cross_lists",
        "weekend",
        "catch_up_days",
        "maximum_a_day",
    )
    readonly_fields = ("in_words",)
    autocomplete_fields = ("categories",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ListingRules | None = None) -> bool:
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """There is one row: go there."""
        page = reverse("admin:papers_listingrules_change", args=[ONLY_ROW])
        return HttpResponseRedirect(page)

    @admin.display(description=gettext_lazy("what they do"))
    def in_words(self, rules: ListingRules) -> SafeString:
        return format_html_join("", "<p>{}</p>", ((text,) for text in sentences(rules)))


def sentences(rules: ListingRules) -> list[str]:
    """What the rules do as they are stored, and what they would have done lately."""
    tags = list(rules.categories.order_by("scheme", "code"))
    said = []
    if not rules.enabled:
        said.append(
            _("The rules are off: people alone list papers. Switched on, they would do this:")
        )
    if not tags:
        return [*said, _("Nothing is listed, as no category is chosen.")]
    said += [_whose(rules, tags), _when(rules), _how_many(rules), _lately(rules)]
    return said


def _whose(rules: ListingRules, tags: list[Tag]) -> str:
    names = ", ".join(str(tag) for tag in tags[:NAMED])
    if len(tags) > NAMED:
        more = len(tags) - NAMED
        others = ngettext("%(number)d more", "%(number)d more", more) % {"number": more}
        names = f"{names}, {others}"
    if rules.cross_lists:
        text = _(
            "A paper is listed when it is announced as new or as cross-listed, and any of its "
            "categories is one of these or below one of these: %(names)s."
        )
    else:
        text = _(
            "A paper is listed when it is announced as new, and its primary category is one of "
            "these or below one of these: %(names)s."
        )
    return text % {"names": names}


def _when(rules: ListingRules) -> str:
    weekend = {
        Weekend.LIST: _("It stands under the day of its announcement, also on weekends."),
        Weekend.MONDAY: _(
            "It stands under the day of its announcement, that of a weekend under Monday."
        ),
        Weekend.LEAVE: _(
            "It stands under the day of its announcement; what is announced on a weekend stays in "
            "the catalogue."
        ),
    }
    days = rules.catch_up_days
    late = ngettext(
        "What is read more than %(number)d day after that stays in the catalogue.",
        "What is read more than %(number)d days after that stays in the catalogue.",
        days,
    )
    return f"{weekend[Weekend(rules.weekend)]} {late % {'number': days}}"


def _how_many(rules: ListingRules) -> str:
    number = rules.maximum_a_day
    if not number:
        return _("A day takes any number of papers.")
    text = ngettext(
        "A day that has %(number)d listed paper takes no more.",
        "A day that has %(number)d listed papers takes no more.",
        number,
    )
    return text % {"number": number}


def _lately(rules: ListingRules) -> str:
    found = preview(rules_of(rules), timezone.now().date())
    facts = {"days": PREVIEW_DAYS, "announced": found.announced, "listed": found.listed}
    if not found.announced:
        return (
            _("In the last %(days)d days no new paper was announced that this site has read.")
            % facts
        )
    return (
        _(
            "Of %(announced)d new papers announced in the last %(days)d days and read by this site, "
            "they would have listed %(listed)d."
        )
        % facts
    )
