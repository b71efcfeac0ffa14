"""From which network an upvote came, and for how long anybody can tell."""

from datetime import UTC, date, datetime, timedelta

import pytest

from papers.models import NetworkSecret, VoteOrigin
from papers.rings.networks import digest_of, find_nests, forget, network_of
from papers.services.votes import cast_upvote, remove_upvote
from tests.factories import make_paper, make_user

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = date(2026, 3, 1)
Origin = tuple[date, str, int, int]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("unknown", ""),
        ("", ""),
    ],
)
def test_a_network_is_what_one_customer_has(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.django_db
def test_one_network_has_one_digest_on_a_day_and_another_on_the_next() -> None:
    first = digest_of("192.0.2.1", NOW)
    assert first == digest_of("192.0.2.200", NOW)
    assert first[0] == DAY
    assert len(first[1]) == 43
    assert first[1] != digest_of("192.0.3.1", NOW)[1]
    assert first[1] != digest_of("192.0.2.1", NOW + timedelta(days=1))[1]
    assert "192" not in first[1]


@pytest.mark.django_db
def test_an_upvote_keeps_the_digest_of_where_it_was_cast() -> None:
    alice, paper = make_user("alice"), make_paper()
    vote = cast_upvote(user=alice, paper=paper, now=NOW, address="192.0.2.1")
    origin = VoteOrigin.objects.get()
    assert (origin.upvote_id, origin.day, origin.network) == (vote.pk, *digest_of("192.0.2.9", NOW))


@pytest.mark.django_db
def test_an_upvote_cast_again_keeps_the_origin_of_its_first_time() -> None:
    alice, paper = make_user("alice"), make_paper()
    cast_upvote(user=alice, paper=paper, now=NOW, address="192.0.2.1")
    first = VoteOrigin.objects.values_list("day", "network").get()
    later = NOW + timedelta(days=1)
    remove_upvote(user=alice, paper=paper, now=later)
    cast_upvote(user=alice, paper=paper, now=later, address="198.51.100.1")
    assert VoteOrigin.objects.values_list("day", "network").get() == first
    # Nor has it one of another day once the first is forgotten.
    forget(NOW + timedelta(days=8))
    remove_upvote(user=alice, paper=paper, now=later)
    cast_upvote(user=alice, paper=paper, now=later, address="198.51.100.1")
    assert not VoteOrigin.objects.exists()


@pytest.mark.django_db
def test_an_upvote_from_an_unknown_place_has_no_origin() -> None:
    cast_upvote(user=make_user("alice"), paper=make_paper(), now=NOW)
    cast_upvote(user=make_user("bob"), paper=make_paper(), now=NOW, address="unix:")
    assert not VoteOrigin.objects.exists()


@pytest.mark.django_db
def test_after_seven_days_neither_origins_nor_keys_are_left() -> None:
    for days, name in enumerate(["alice", "bob", "dave"]):
        now = NOW + timedelta(days=days)
        cast_upvote(user=make_user(name), paper=make_paper(), now=now, address="192.0.2.1")
    # A vote of the present is never cast in the future, but its day is the day of casting.
    forget(NOW + timedelta(days=8))
    kept = [DAY + timedelta(days=2)]
    assert list(VoteOrigin.objects.values_list("day", flat=True)) == kept
    assert list(NetworkSecret.objects.values_list("day", flat=True)) == kept


def origins(members: range, paper: int = 1, network: str = "a") -> list[Origin]:
    return [(DAY, network, member, paper) for member in members]


def test_accounts_of_one_network_at_one_paper_are_a_nest() -> None:
    (nest,) = find_nests(origins(range(8)), {(DAY, 1): 11})
    assert nest.members == set(range(8))
    assert (nest.day, nest.papers) == (DAY, ((1, 8, 3),))


def test_papers_of_one_network_and_day_are_one_nest() -> None:
    votes = [*origins(range(8)), *origins(range(2, 10), paper=2)]
    (nest,) = find_nests(votes, {(DAY, 1): 8, (DAY, 2): 8})
    assert nest.members == set(range(10))
    assert nest.papers == ((1, 8, 0), (2, 8, 0))


@pytest.mark.parametrize(
    ("votes", "upvotes"),
    [
        pytest.param(origins(range(5)), 5, id="a household"),
        pytest.param(origins(range(8)), 40, id="a paper of the day"),
        pytest.param([*origins(range(8)), *origins(range(20, 40), paper=2)], 8, id="a campus"),
        pytest.param(
            [*origins(range(4)), *origins(range(4, 8), network="b")], 8, id="two networks"
        ),
    ],
)
def test_what_is_usual_is_no_nest(votes: list[Origin], upvotes: int) -> None:
    assert find_nests(votes, {(DAY, 1): upvotes, (DAY, 2): 90}) == []
