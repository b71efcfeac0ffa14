"""Setting other numbers for the ranking, and thinking better of it."""

from functools import partial
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from papers.models import RankingSettings
from papers.ranking.applying import apply_waiting
from papers.ranking.parameters import current_settings
from papers.services.errors import Refused
from papers.services.ranking_settings import propose_settings, withdraw_settings
from tests.at_once import at_once
from tests.eventually import eventually
from tests.factories import make_ranking_settings, make_user
from tests.workers import Workers


@pytest.fixture
def admin(db: None) -> User:
    return make_user("root", is_superuser=True, is_staff=True)


def test_they_wait_until_a_worker_has_applied_them(admin: User) -> None:
    proposed = propose_settings(values={"mix": 0.3}, by=admin, reason="Old papers come back.")
    assert (proposed.applied_at, proposed.created_by) == (None, admin)
    assert current_settings().mix == 0.5
    apply_waiting(timezone.now())
    assert current_settings() == proposed
    assert current_settings().reason == "Old papers come back."


def test_what_is_not_named_stays_as_it_is_in_force(admin: User) -> None:
    make_ranking_settings(min_voters=3, prior=0.5)
    proposed = propose_settings(values={"prior": 0.75}, by=admin, reason="A better start.")
    assert (proposed.min_voters, proposed.prior) == (3, 0.75)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("half_life_week", 0.5),
        ("half_life_now", 9000.0),
        ("mix", 1.5),
        ("mix", float("nan")),
        ("prior", 0.0),
        ("prior", float("inf")),
        ("min_voters", 0),
        ("newcomer_weight", 0.0),
        ("newcomer_days", 400),
        ("hide_counts_hours", -1),
        ("field_smoothing", float("nan")),
    ],
)
def test_numbers_out_of_bounds_are_refused_by_name(admin: User, name: str, value: float) -> None:
    with pytest.raises(ValidationError) as refusal:
        propose_settings(values={name: value}, by=admin, reason="Why not.")
    assert list(refusal.value.message_dict) == [name]
    assert not RankingSettings.objects.exists()


@pytest.mark.parametrize("reason", ["", " \n", "\u200b"])
def test_a_reason_is_needed(admin: User, reason: str) -> None:
    with pytest.raises(ValidationError, match="Give a reason"):
        propose_settings(values={"mix": 0.3}, by=admin, reason=reason)


def test_numbers_that_are_in_force_are_refused(admin: User) -> None:
    with pytest.raises(Refused, match="in force already"):
        propose_settings(values={"mix": 0.5}, by=admin, reason="No change.")


def test_while_numbers_wait_no_others_are_taken(admin: User) -> None:
    propose_settings(values={"mix": 0.3}, by=admin, reason="First.")
    with pytest.raises(Refused, match="Other numbers wait"):
        propose_settings(values={"mix": 0.4}, by=admin, reason="Second.")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_set_numbers_at_once_one_is_refused() -> None:
    admin = make_user("root", is_superuser=True)

    def propose(mix: float) -> bool:
        try:
            propose_settings(values={"mix": mix}, by=admin, reason="Mine.")
        except Refused:
            return False
        return True

    assert sorted(at_once(partial(propose, 0.3), partial(propose, 0.4))) == [False, True]
    assert RankingSettings.objects.count() == 1


def test_what_waits_can_be_withdrawn(admin: User) -> None:
    proposed = propose_settings(values={"mix": 0.3}, by=admin, reason="Old papers come back.")
    withdraw_settings(numbers=proposed)
    assert apply_waiting(timezone.now()) is None
    assert not RankingSettings.objects.exists()


def test_what_is_in_force_cannot_be_withdrawn(admin: User) -> None:
    numbers = make_ranking_settings(mix=0.3)
    with pytest.raises(Refused, match="no longer wait"):
        withdraw_settings(numbers=numbers)
    assert current_settings() == numbers


@pytest.mark.django_db(transaction=True)
def test_a_worker_is_told_and_applies_them(tmp_path: Path) -> None:
    admin = make_user("root", is_superuser=True)
    with Workers(tmp_path) as workers:
        proposed = propose_settings(values={"mix": 0.3}, by=admin, reason="Old papers come back.")
        workers.start()
        # The sweep would come after a minute.
        eventually(lambda: current_settings() == proposed, timeout=50)


def test_numbers_that_were_looked_at_beside_others_in_force_are_refused(admin: User) -> None:
    looked_at = current_settings()
    make_ranking_settings(min_voters=3)
    with pytest.raises(Refused, match="Other numbers have come into force since"):
        propose_settings(
            values={"mix": 0.3, "min_voters": 2}, by=admin, reason="Stale.", instead_of=looked_at
        )
    assert RankingSettings.objects.get().min_voters == 3
