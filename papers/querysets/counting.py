"""Counting that stops: beyond a limit nobody wants the number, and it would cost more than the page."""

from django.db.models import IntegerField, Subquery


class CountOf(Subquery):
    """The number of rows of a query, as a value of another one.

    Slice the query (`rows[:101]`) and no more rows than that are read, however many there are.
    """

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()
