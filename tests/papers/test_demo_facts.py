"""The files of facts that the application ships: the category tree and the demo papers."""

import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
TREE_PATH = ROOT / "papers" / "migrations" / "data" / "arxiv_categories.json"
PAPERS_PATH = ROOT / "papers" / "demo" / "papers.json"

NEW_STYLE_ID = re.compile(r"(\d{2})(0[1-9]|1[0-2])\.(\d{4}|\d{5})")
OLD_STYLE_ID = re.compile(r"[a-z]+(-[a-z]+)?/(\d{2})(0[1-9]|1[0-2])\d{3}")
WORD = re.compile(r"\S*\w\S*")

Paper = dict[str, Any]


def read(path: Path) -> Any:
    return json.loads(path.read_bytes().decode("utf-8"))


@pytest.fixture(scope="module")
def tree() -> dict[str, list[dict[str, str | None]]]:
    loaded: dict[str, list[dict[str, str | None]]] = read(TREE_PATH)
    return loaded


@pytest.fixture(scope="module")
def papers() -> list[Paper]:
    loaded: list[Paper] = read(PAPERS_PATH)
    return loaded


class TestCategoryTree:
    def test_codes_are_unique_even_as_slugs(self, tree: dict[str, Any]) -> None:
        codes = [row["code"] for row in tree["categories"]]
        codes += [row["alias"] for row in tree["aliases"]]
        as_slugs = Counter(code.lower().replace(".", "-") for code in codes)
        assert [slug for slug, n in as_slugs.items() if n > 1] == []

    def test_every_parent_stands_before_its_children(self, tree: dict[str, Any]) -> None:
        seen: set[str] = set()
        for row in tree["categories"]:
            assert row["parent"] is None or row["parent"] in seen, row
            seen.add(row["code"])

    def test_every_row_has_a_tidy_name(self, tree: dict[str, Any]) -> None:
        for row in tree["categories"]:
            assert row["name"], row
            assert row["name"] == " ".join(row["name"].split()), row

    def test_a_dotted_code_stands_under_its_archive(self, tree: dict[str, Any]) -> None:
        for row in tree["categories"]:
            archive, dot, _ = row["code"].partition(".")
            if dot:
                assert row["parent"] == archive, row

    def test_physics_is_a_group_of_its_archives_and_an_archive(self, tree: dict[str, Any]) -> None:
        parents = {row["code"]: row["parent"] for row in tree["categories"]}
        archives = {code for code, parent in parents.items() if parent == "grp_physics"}
        assert archives == {
            *("astro-ph", "cond-mat", "gr-qc", "hep-ex", "hep-lat", "hep-ph", "hep-th"),
            *("math-ph", "nlin", "nucl-ex", "nucl-th", "physics", "quant-ph"),
        }
        assert parents["grp_physics"] is None
        assert parents["physics.optics"] == "physics"

    def test_the_taxonomy_is_whole(self, tree: dict[str, Any]) -> None:
        """155 published categories: 6 of them are only other names of a category kept here."""
        categories = tree["categories"]
        parents = {row["parent"] for row in categories}
        leaves = Counter(
            row["parent"] if "." in row["code"] else row["code"]
            for row in categories
            if row["code"] not in parents
        )
        assert leaves == {
            **{"cs": 38, "econ": 3, "eess": 4, "math": 30, "q-bio": 10, "q-fin": 8, "stat": 5},
            **{"astro-ph": 6, "cond-mat": 9, "nlin": 5, "physics": 22},
            **{"gr-qc": 1, "hep-ex": 1, "hep-lat": 1, "hep-ph": 1, "hep-th": 1},
            **{"math-ph": 1, "nucl-ex": 1, "nucl-th": 1, "quant-ph": 1},
        }
        assert leaves.total() == 155 - 6

    def test_an_alias_names_a_category_and_is_none_itself(self, tree: dict[str, Any]) -> None:
        codes = {row["code"] for row in tree["categories"]}
        aliases = [row["alias"] for row in tree["aliases"]]
        assert len(aliases) == len(set(aliases))
        assert codes.isdisjoint(aliases)
        assert {row["of"] for row in tree["aliases"]} <= codes

    def test_names_that_share_a_category_lead_to_one(self, tree: dict[str, Any]) -> None:
        of = {row["alias"]: row["of"] for row in tree["aliases"]}
        assert of["math.IT"] == "cs.IT"
        assert of["stat.TH"] == "math.ST"
        assert of["cmp-lg"] == "cs.CL"


class TestDemoPapers:
    def test_there_are_enough_to_fill_a_community(self, papers: list[Paper]) -> None:
        assert len(papers) >= 200

    def test_rows_have_exactly_the_agreed_fields(self, papers: list[Paper]) -> None:
        fields = {"arxiv_id", "title", "authors", "categories", "published", "note"}
        assert [p["arxiv_id"] for p in papers if set(p) != fields] == []

    def test_ids_are_unique_and_sorted(self, papers: list[Paper]) -> None:
        ids = [p["arxiv_id"] for p in papers]
        assert ids == sorted(set(ids))

    def test_ids_are_well_formed(self, papers: list[Paper]) -> None:
        """Four digits after the dot up to December 2014, five from January 2015."""
        for paper in papers:
            new = NEW_STYLE_ID.fullmatch(paper["arxiv_id"])
            if new is None:
                assert OLD_STYLE_ID.fullmatch(paper["arxiv_id"]), paper["arxiv_id"]
            else:
                assert len(new[3]) == (5 if new[1] >= "15" else 4), paper["arxiv_id"]

    def test_both_styles_of_id_are_present(self, papers: list[Paper]) -> None:
        assert sum("/" in p["arxiv_id"] for p in papers) >= 4

    def test_the_id_agrees_with_the_day_of_publication(self, papers: list[Paper]) -> None:
        """An id is given in the month of submission, or early in the one after."""
        for paper in papers:
            published = date.fromisoformat(paper["published"])
            digits = paper["arxiv_id"].rpartition("/")[2]
            year, month = int(digits[:2]), int(digits[2:4])
            full_year = 1900 + year if year > 90 else 2000 + year
            months_later = (full_year - published.year) * 12 + month - published.month
            assert months_later in (0, 1), paper["arxiv_id"]

    def test_categories_are_known_to_the_tree(
        self, papers: list[Paper], tree: dict[str, Any]
    ) -> None:
        codes = {row["code"] for row in tree["categories"]}
        aliases = {row["alias"]: row["of"] for row in tree["aliases"]}
        for paper in papers:
            assert paper["categories"], paper["arxiv_id"]
            for category in paper["categories"]:
                assert aliases.get(category, category) in codes, (paper["arxiv_id"], category)

    def test_categories_are_spread_over_the_sciences(self, papers: list[Paper]) -> None:
        primaries = Counter(p["categories"][0] for p in papers)
        computing = {c for c in primaries if c.startswith("cs.")}
        archives = Counter(c.partition(".")[0] for c in primaries.elements())
        assert len(computing) >= 8
        assert archives["cs"] <= 0.6 * len(papers)
        assert {"astro-ph", "cond-mat", "hep-th", "hep-ph", "quant-ph", "gr-qc"} <= set(archives)
        assert {"math", "stat", "q-bio"} <= set(archives)

    def test_titles_and_authors_have_no_stray_space(self, papers: list[Paper]) -> None:
        for paper in papers:
            assert paper["authors"], paper["arxiv_id"]
            for text in (paper["title"], *paper["authors"]):
                assert text, paper["arxiv_id"]
                assert text == " ".join(text.split()), paper["arxiv_id"]

    def test_author_lists_run_from_one_name_to_more_than_twenty(self, papers: list[Paper]) -> None:
        lengths = [len(p["authors"]) for p in papers]
        assert min(lengths) == 1
        assert 20 < max(lengths) <= 300

    def test_some_titles_need_mathematics_or_accents(self, papers: list[Paper]) -> None:
        marked = re.compile(r"[$\\]|[^\x00-\x7f]")
        assert sum(bool(marked.search(p["title"])) for p in papers) >= 12

    def test_a_note_is_one_sentence_of_12_to_30_words(self, papers: list[Paper]) -> None:
        for paper in papers:
            note = paper["note"]
            assert note == " ".join(note.split()), paper["arxiv_id"]
            assert 12 <= len(WORD.findall(note)) <= 30, paper["arxiv_id"]
            assert note.endswith((".", "?")), paper["arxiv_id"]
            assert re.search(r"[.!?]\s", note) is None, paper["arxiv_id"]

    def test_no_two_notes_are_alike(self, papers: list[Paper]) -> None:
        openings = Counter(" ".join(p["note"].lower().split()[:4]) for p in papers)
        assert [opening for opening, n in openings.items() if n > 2] == []
        assert len({p["note"] for p in papers}) == len(papers)
