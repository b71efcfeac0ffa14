"""Migration 0006: search without accents, on a database that holds papers already."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from papers.models import LibraryEntry, Paper, ReadingList
from papers.search.language import parse_query
from papers.services.library import write_note
from tests.factories import make_list, make_paper, make_user


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("extensions", [(), ("unaccent", "pg_trgm")], ids=["new", "there already"])
def test_papers_that_were_there_before_are_found_after_it(extensions: tuple[str, ...]) -> None:
    paper = make_paper("Erdős numbers of networks", authors=["Jane Doe"])
    alice = make_user()
    titled = make_list(alice, "Études")
    write_note(owner=alice, paper=paper, note="Naïve", now=timezone.now())
    noted = LibraryEntry.objects.get()
    try:
        call_command("migrate", "papers", "0005_library_of_list_entries", verbosity=0)
        with connection.cursor() as cursor:
            for extension in extensions:
                cursor.execute(f"create extension {extension}")
    finally:
        call_command("migrate", "papers", verbosity=0)
    found = Paper.objects.matching(parse_query("erdos network author:doe"))
    assert list(LibraryEntry.objects.noting(parse_query("naive"))) == [noted]
    assert list(ReadingList.objects.titled("etude")) == [titled]
    assert list(found) == [paper]
