"""Migration 0006: search without accents, on a database that holds papers already."""

import pytest
from django.core.management import call_command
from django.db import connection

from papers.models import Paper
from papers.search.language import parse_query
from tests.factories import make_paper


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("extensions", [(), ("unaccent", "pg_trgm")], ids=["new", "there already"])
def test_papers_that_were_there_before_are_found_after_it(extensions: tuple[str, ...]) -> None:
    paper = make_paper("Erdős numbers of networks", authors=["Jane Doe"])
    try:
        call_command("migrate", "papers", "0005_library_of_list_entries", verbosity=0)
        with connection.cursor() as cursor:
            for extension in extensions:
                cursor.execute(f"create extension {extension}")
    finally:
        call_command("migrate", "papers", verbosity=0)
    found = Paper.objects.matching(parse_query("erdos network author:doe"))
    assert list(found) == [paper]
