"""manage.py refresh_search_words"""

from io import StringIO

import pytest
from django.core.management import call_command

from papers import tasks
from papers.models import SearchWord
from tests.factories import make_paper

pytestmark = pytest.mark.django_db


def test_it_counts_and_says_what_changed() -> None:
    make_paper("Graphs", authors=[])
    out = StringIO()
    call_command("refresh_search_words", stdout=out)
    assert out.getvalue() == "words=1 changed=1 removed=0\n"


def test_the_nightly_task_does_the_same() -> None:
    make_paper("Graphs", authors=[])
    tasks.refresh_search_words()
    assert SearchWord.objects.get().word == "graphs"
