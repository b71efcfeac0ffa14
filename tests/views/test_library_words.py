"""GET /library/?q=…: words of papers and of one's own notes."""

import pytest
from django.test import Client

from accounts.models import User
from papers.library import overview
from tests.factories import make_user
from tests.views.libraries import keep, keys_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client: Client) -> User:
    """Alice, logged in."""
    alice = make_user("alice")
    client.force_login(alice)
    return alice


@pytest.fixture(params=["few", "many"])
def _answers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few answers are looked up by their ids; of many, a page is filled along its order."""
    if request.param == "many":
        monkeypatch.setattr(overview, "COUNT_LIMIT", 0)


@pytest.mark.usefixtures("_answers")
@pytest.mark.parametrize(
    "words",
    ["schrodinger", "NAIVE", "naïve", "tcp", "ip", "TCP/IP", "cafe schrödinger", "the", '"to be"'],
)
def test_notes_are_found_without_accents_by_each_part_and_by_stop_words(
    client: Client, alice: User, words: str
) -> None:
    noted = keep(alice, "Something", note="Schrödinger naïve TCP/IP café: the cat that is to be")
    keep(alice, "Nothing of it", note="Else")
    assert keys_of(client.get("/library/", {"q": words})) == [noted.key]


@pytest.mark.usefixtures("_answers")
@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        ("colouring chapter", True),
        ("colouring chapter title:graph", True),
        ("colouring chapter title:trees", False),
        ("colouring chapter forest", False),
        ("colouring forest OR chapter", True),
        ("chapter -colouring", False),
        ("chapter -forest", True),
        ("chapter -title:graph", False),
        ("title:chapter", False),
    ],
)
def test_a_word_may_stand_in_the_paper_and_another_in_its_note(
    client: Client, alice: User, words: str, is_found: bool
) -> None:
    both = keep(alice, "Graph colouring", note="As in chapter 2")
    keep(alice, "Trees")
    expected = [both.key] if is_found else []
    assert keys_of(client.get("/library/", {"q": words})) == expected
