"""`manage.py check_identifiers PATH…`"""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.urls import include, path

from papers.identifiers import Identifier
from papers.management.commands.check_identifiers import why_lost
from papers.views import paper

ENTRIES = [
    {
        "id": "a",
        "title": "On weaving",
        "author": [{"family": "Lovelace", "given": "Ada"}],
        "DOI": "10.1000/A/b.c",
        "URL": "https://arxiv.org/abs/math.CA/0611800v2",
    },
    {"id": "b", "title": "On knitting", "DOI": "10.1000/notes.md"},
    {"id": "c", "title": "On knitting again", "DOI": "10.1000/A/B.C"},
    {"id": "d", "title": "On nothing"},
]
# Addresses of papers that nothing of ours would take for such, for the test that asks for them.
urlpatterns = [
    path("elsewhere/", include(([path("<path:key>/", paper.show, name="paper")], "papers")))
]


def check(*paths: Path) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("check_identifiers", *map(str, paths), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "works.json").write_text(json.dumps(ENTRIES), encoding="utf-8")
    (tmp_path / "README").write_text("Nothing to import.", encoding="utf-8")
    return tmp_path


def test_every_id_is_followed_to_its_address_and_back(folder: Path) -> None:
    out, err = check(folder)
    assert out.splitlines() == [
        "1 files were read, 1 not.",
        "1 DOIs have no address of their own; their papers get one with op:.",
        "arxiv=1 doi=2 op=2 failures=0",
    ]
    assert "README is passed over: It is in no format that can be imported." in err


@pytest.mark.urls(__name__)
def test_an_id_that_does_not_come_back_is_a_failure(folder: Path) -> None:
    out, err = StringIO(), StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("check_identifiers", str(folder), stdout=out, stderr=err)
    assert ended.value.code == 1
    assert out.getvalue().endswith("failures=4\n")
    assert "math/0611800: its pasted address is not read as the id." in err.getvalue()


@pytest.mark.parametrize(
    ("identifier", "reason"),
    [
        (Identifier("arxiv", "2503.01234"), ""),
        (Identifier("doi", "10.1000/50%#x?y;<z>"), ""),
        (Identifier("doi", "10.1000/upvote"), ""),
        (Identifier("arxiv", "2513.01234"), "the key is not read"),
        (Identifier("doi", "10.1000/ABC"), "the key is not read"),
        (Identifier("doi", "10.1000/50%3c"), "the key is not read"),
    ],
)
def test_it_says_at_which_step_an_id_is_lost(identifier: Identifier, reason: str) -> None:
    said = why_lost(identifier)
    assert said.startswith(reason)
    assert bool(said) is bool(reason)


def test_a_path_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="there is no"):
        check(tmp_path / "missing")
