"""What no row has and no text can have, sent to the admin's lists, pages and forms."""

import pytest
from django.test import Client

from papers.models import SourceState
from tests.admin.pages import errors_of, form_of
from tests.factories import make_paper, make_tag

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path",
    [
        "papers/sourcestate/xx%00/change/",
        "papers/sourcestate/xx%00/history/",
        "papers/harvestrun/%00/change/",
        "papers/paper/1%00/hide/",
        "papers/paper/1%00/restore/",
        "papers/tag/%00/delete/",
        "papers/mergecandidate/%00/change/",
        "papers/rankingsettings/%00/change/",
        "papers/suspectedring/%00/change/",
        "accounts/user/%00/moderate/",
        "accounts/user/%00/change/",
        "papers/%00/",
    ],
)
def test_an_id_with_a_nul_is_not_found(root: Client, path: str) -> None:
    assert root.get(f"/admin/{path}").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "papers/harvestrun/?error=%00",
        "papers/harvestrun/?outcome=%00",
        "papers/harvestrun/?harvest=%00",
        "papers/mergecandidate/?decision=%00",
        "papers/suspectedring/?decision=%00",
        "papers/paper/?state=%00",
        "papers/paper/?source=%00",
        "papers/paper/?q=a%00",
        "papers/paper/?%00=1",
        "papers/tag/?q=a%00",
        "papers/tag/?scheme=%00",
        "papers/tag/add/?code=%00",
        "accounts/user/?q=%00",
        "autocomplete/?term=a%00&app_label=papers&model_name=tag&field_name=parent",
    ],
)
def test_a_list_is_not_asked_for_a_nul(root: Client, path: str) -> None:
    assert root.get(f"/admin/{path}").status_code == 400


def test_a_row_with_a_nul_cannot_be_chosen(root: Client) -> None:
    make_paper()
    sent = {"action": "hide_papers", "_selected_action": "1\x00"}
    assert root.post("/admin/papers/paper/", sent).status_code == 400


def test_rows_whose_names_are_texts_are_found(root: Client) -> None:
    SourceState.objects.create(provider="arxiv")
    assert root.get("/admin/papers/sourcestate/arxiv/change/").status_code == 200


def test_nobody_is_told_anything_before_the_log_in(client: Client) -> None:
    for path in ("papers/sourcestate/xx%00/change/", "papers/harvestrun/?error=%00"):
        assert client.get(f"/admin/{path}").status_code == 302


@pytest.mark.parametrize("sent", ["abc", "1\x00", "9" * 20, "-"])
def test_what_is_no_tag_is_said_in_the_form(root: Client, sent: str) -> None:
    page = f"/admin/papers/tag/{make_tag('cs.LG').pk}/change/"
    response = root.post(page, form_of(root, page) | {"parent": sent, "synonym_of": sent})
    assert errors_of(response).keys() == {"parent", "synonym_of"}


@pytest.mark.parametrize("sent", ["abc", "1\x00"])
def test_what_are_no_tags_is_said_in_the_forms_with_several(root: Client, sent: str) -> None:
    page = "/admin/papers/listingrules/1/change/"
    data = {"weekend": "list", "catch_up_days": "7", "maximum_a_day": "0", "categories": [sent]}
    assert errors_of(root.post(page, data)).keys() == {"categories"}
    page = f"/admin/papers/paper/{make_paper().pk}/change/"
    errors = errors_of(root.post(page, form_of(root, page) | {"carried_tags": [sent]}))
    assert errors.keys() == {"carried_tags"}


def test_a_form_is_opened_with_what_is_no_tag(root: Client) -> None:
    assert root.get("/admin/papers/tag/add/?parent=abc").status_code == 200
