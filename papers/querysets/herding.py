"""Counts that are kept back for the first hours of a paper, so that nobody follows the herd.

How many hours is a number of the ranking (`hide_counts_hours`, 0 for none). It is read inside the
query that shows the papers, by a subquery that the database runs once, so it costs no query.
"""

from django.apps import apps
from django.db.models import (
    Case,
    DateTimeField,
    DurationField,
    Expression,
    F,
    Func,
    IntegerField,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Now, NullIf


def counts_hidden_until() -> Case:
    """When the count of a paper will be shown; null where it is shown already.

    For rows with a `listed_at`: papers, and what the ranking knows of them.
    """
    return Case(
        When(listed_at__gt=_cutoff(), then=F("listed_at") + _hours_hidden()),
        output_field=DateTimeField(),
    )


def counts_shown() -> Case:
    """1 where the count of a paper is shown, else null; to be compared with null.

    As a comparison of instants the database would guess how many papers it is true of, and guess
    far too few. It takes nearly all values not to be null.
    """
    listed_long_enough = Q(listed_at__isnull=True) | Q(listed_at__lte=_cutoff())
    return Case(When(listed_long_enough, then=Value(1)), output_field=IntegerField())


def _cutoff() -> Expression:
    """The latest listing of which the count is shown; the end of time where none are hidden."""
    end_of_time = Func(template="'infinity'::timestamptz", output_field=DateTimeField())
    return Coalesce(Now() - _hours_hidden(), end_of_time)


def _hours_hidden() -> Func:
    """The time for which counts are hidden, by the numbers in force; null for none."""
    applied = apps.get_model("papers", "RankingSettings").objects.filter(applied_at__isnull=False)
    hours = applied.order_by("-applied_at", "-pk").values("hide_counts_hours")[:1]
    return Func(
        NullIf(Subquery(hours), Value(0)),
        template="make_interval(hours => %(expressions)s)",
        output_field=DurationField(),
    )
