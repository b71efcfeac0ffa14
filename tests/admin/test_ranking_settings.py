"""The numbers of the ranking in the admin: looked at before they are saved, and their history."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from accounts.models import User
from papers.models import RankingSettings
from papers.ranking.applying import apply_waiting
from papers.ranking.parameters import NUMBERS, numbers_of
from papers.ranking.refresh import refresh_pending
from tests.admin.pages import messages_of, rows_of, text_of
from tests.factories import make_ranking_settings
from tests.ranking.world import World, make_world

pytestmark = pytest.mark.django_db

LIST = "/admin/papers/rankingsettings/"
ADD = f"{LIST}add/"
NOW = timezone.now()
HOUR = timedelta(hours=1)


def make_rivals() -> World:
    """Two papers: the first has more upvotes, the second has newer ones."""
    world = make_world(2, listed_at=NOW - 40 * HOUR)
    for member in range(6):
        world.cast(member, 0, NOW - 39 * HOUR)
    for member in range(3):
        world.cast(member, 1, NOW - HOUR)
    refresh_pending(NOW)
    return world


def filled(**fields: Any) -> dict[str, Any]:
    return {**numbers_of(RankingSettings()), "reason": "", **fields}


def look(client: Client, **fields: Any) -> Any:
    return client.post(ADD, {**filled(**fields), "preview": "1"})


def save(client: Client, *, after_looking: bool = True, **fields: Any) -> Any:
    seen = look(client, **fields).context["seen"] if after_looking else ""
    return client.post(ADD, {**filled(**fields), "save": "1", "seen": seen}, follow=True)


def windows(response: Any) -> list[tuple[str, list[str]]]:
    """Each window with what its rows say."""
    page = response.content.decode()
    return [
        (
            text_of(section.split("</h3>")[0].split("<h3>")[1]),
            [
                text_of(row)
                for row in section.split("<tbody>")[1].split("</tbody>")[0].split("<tr")[1:]
            ],
        )
        for section in page.split("<section>")[1:]
    ]


def test_the_form_starts_with_the_numbers_in_force(root: Client) -> None:
    make_ranking_settings(mix=0.3, min_voters=4)
    form = root.get(ADD).context["form"]
    assert {name: form[name].value() for name in NUMBERS} == numbers_of(
        RankingSettings.objects.get()
    )
    assert "In force: 0.3." in text_of(root.get(ADD).content.decode())


def test_the_preview_shows_the_front_page_and_changes_nothing(root: Client) -> None:
    first, second = (paper.title for paper in make_rivals().papers)
    response = look(root, half_life_week=6.0)
    assert response.status_code == 200
    shown = dict(windows(response))
    assert list(shown) == ["Now", "Week", "Month"]
    assert [row.split(">", 1)[-1].strip() for row in shown["Week"]] == [
        f"1 2 ↑ {second}",
        f"2 1 ↓ {first}",
    ]
    assert "As it is now." in text_of(response.content.decode())
    assert not RankingSettings.objects.exists()


def test_the_columns_tell_the_places_by_these_numbers_from_the_present_ones(root: Client) -> None:
    make_rivals()
    page = look(root, half_life_week=6.0).content.decode()
    heads = [text_of(head) for head in page.split("<thead>")[1:]]
    assert len(heads) == 3
    assert all(head.startswith("New place Present place Paper") for head in heads)


@pytest.mark.parametrize(
    ("fields", "instead"),
    [
        ({"field_smoothing": 0.0}, "only in the order that is balanced between fields"),
        ({"newcomer_weight": 1.0}, "only upvotes that are cast later weigh so"),
        ({"newcomer_days": 0}, "only upvotes that are cast later weigh so"),
        ({"hide_counts_hours": 48}, "only which numbers of upvotes are shown"),
    ],
    ids=str,
)
def test_a_number_that_changes_no_place_in_the_preview_says_what_it_changes(
    root: Client, fields: dict[str, float], instead: str
) -> None:
    make_rivals()
    response = look(root, **fields)
    assert windows(response) == windows(look(root))
    [name] = fields
    words = str(response.context["form"].fields[name].help_text)
    assert "Changes no place in the preview" in words
    assert instead in words


def test_the_numbers_that_move_papers_in_the_preview_do_not_say_otherwise(root: Client) -> None:
    fields = root.get(ADD).context["form"].fields
    silent = [n for n in NUMBERS if "no place in the preview" not in str(fields[n].help_text)]
    assert silent == [
        "half_life_now",
        "half_life_week",
        "half_life_month",
        "mix",
        "prior",
        "min_voters",
    ]


def test_the_preview_says_what_leaves_the_front_page(root: Client) -> None:
    world = make_rivals()
    text = text_of(look(root, min_voters=5).content.decode())
    assert f"No longer among them: {world.papers[1].title} (now 2)" in text
    assert "No paper would trend." in text_of(look(root, min_voters=7).content.decode())


def test_saved_after_the_preview_they_wait_and_are_listed(root: Client) -> None:
    response = save(root, half_life_week=6.0, reason="Newer papers first.")
    row = RankingSettings.objects.get()
    assert (row.half_life_week, row.applied_at, row.reason) == (6.0, None, "Newer papers first.")
    assert response.redirect_chain[-1][0] == f"{LIST}{row.pk}/change/"
    assert messages_of(response) == [
        "success: The numbers wait for a worker, which computes every paper by them at once."
    ]
    assert [each.split()[0] for each in rows_of(root, LIST)] == ["waits"]
    apply_waiting(NOW)
    assert rows_of(root, LIST)[0].startswith("in force")
    assert LogEntry.objects.count() == 1


def test_without_a_look_at_these_very_numbers_nothing_is_saved(root: Client) -> None:
    response = save(root, after_looking=False, mix=0.3, reason="Blindly.")
    (told,) = messages_of(response)
    assert told.startswith("warning: The numbers are others than those you looked at")
    seen = look(root, mix=0.3).context["seen"]
    root.post(ADD, {**filled(mix=0.4, reason="Others."), "save": "1", "seen": seen})
    assert not RankingSettings.objects.exists()


def test_a_look_from_before_others_came_into_force_saves_nothing(root: Client) -> None:
    seen = look(root, mix=0.3).context["seen"]
    in_force = make_ranking_settings(min_voters=3)
    fields = {**filled(mix=0.3, reason="Stale."), "save": "1", "seen": seen}
    response = root.post(ADD, fields, follow=True)
    assert "others have come into force since" in messages_of(response)[0]
    assert RankingSettings.objects.get() == in_force


def test_a_reason_is_needed_to_save_and_not_to_look(root: Client) -> None:
    assert look(root, mix=0.3).status_code == 200
    response = save(root, mix=0.3)
    assert response.status_code == 400
    assert "Give a reason" in response.context["form"].errors["reason"][0]
    assert not RankingSettings.objects.exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [("mix", "1.5"), ("mix", "nan"), ("prior", "inf"), ("half_life_now", "x"), ("min_voters", "")],
)
def test_numbers_out_of_bounds_are_marked(root: Client, name: str, value: str) -> None:
    response = look(root, **{name: value})
    assert response.status_code == 400
    assert list(response.context["form"].errors) == [name]


def test_numbers_in_force_are_refused_in_words(root: Client) -> None:
    response = save(root, reason="No change.")
    assert response.status_code == 400
    assert "These numbers are in force already." in text_of(response.content.decode())


def test_the_page_of_a_change_says_what_was_before_and_by_whom(root: Client) -> None:
    make_ranking_settings(mix=0.3)
    save(root, mix=0.4, min_voters=3, reason="Both.")
    row = RankingSettings.objects.latest("pk")
    text = text_of(root.get(f"{LIST}{row.pk}/change/").content.decode())
    assert "State waits Set by root" in text
    assert "Mix 0.4, before 0.3" in text
    assert "Voters to trend 3, before 2" in text
    assert "Prior 0.25 " in text


def test_what_waits_is_withdrawn_by_a_button(root: Client) -> None:
    save(root, mix=0.4, reason="Too early.")
    page = f"{LIST}{RankingSettings.objects.get().pk}/change/"
    assert not RankingSettings.objects.filter(applied_at__isnull=False).exists()
    response = root.post(page, {"withdraw": "1"}, follow=True)
    assert messages_of(response) == ["success: Withdrawn. The numbers in force stay."]
    assert not RankingSettings.objects.exists()


def test_what_came_into_force_meanwhile_is_not_withdrawn(root: Client) -> None:
    row = make_ranking_settings(mix=0.4)
    response = root.post(f"{LIST}{row.pk}/change/", {"withdraw": "1"}, follow=True)
    assert messages_of(response)[0].startswith("warning: These numbers no longer wait")
    assert RankingSettings.objects.exists()


def test_former_numbers_can_be_looked_at_again(root: Client) -> None:
    former = make_ranking_settings(mix=0.3, applied_at=NOW - HOUR)
    make_ranking_settings(mix=0.4)
    link = f"{ADD}?from={former.pk}"
    assert f'href="{link}"' in root.get(f"{LIST}{former.pk}/change/").content.decode()
    assert root.get(link).context["form"]["mix"].value() == 0.3
    assert root.get(f"{ADD}?from=x").context["form"]["mix"].value() == 0.4


def test_looking_changes_nothing(root: Client) -> None:
    root.get(f"{ADD}?save=1&mix=0.3&reason=Sneaky")
    assert not RankingSettings.objects.exists()


def test_moderators_read_them_and_need_a_permission_to_set_them(
    moderator: Client, carol: User
) -> None:
    row = make_ranking_settings(applied_at=None)
    page = f"{LIST}{row.pk}/change/"
    assert moderator.get(LIST).status_code == 200
    assert "permission that you do not have" in moderator.get(page).content.decode()
    assert moderator.get(ADD).status_code == 403
    assert moderator.post(ADD, filled(mix=0.3)).status_code == 403
    assert moderator.post(page, {"withdraw": "1"}).status_code == 403
    carol.user_permissions.add(Permission.objects.get(codename="add_rankingsettings"))
    assert moderator.get(ADD).status_code == 200
    assert moderator.post(page, {"withdraw": "1"}).status_code == 302


def test_not_even_root_changes_or_deletes_what_was_in_force(root: Client) -> None:
    row = make_ranking_settings()
    assert root.post(f"{LIST}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    root.post(f"{LIST}{row.pk}/change/", {"mix": "0.9"})
    row.refresh_from_db()
    assert row.mix == 0.5
