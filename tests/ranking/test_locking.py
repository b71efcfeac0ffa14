"""Whoever loses a deadlock does the whole again."""

from functools import partial

import pytest
from django.db import OperationalError, connection, transaction

from papers.models import Paper, Upvote
from papers.ranking.locking import again_on_deadlock
from papers.services.merging import merge_papers
from papers.services.votes import cast_upvote
from tests.at_once import in_thread
from tests.eventually import eventually
from tests.factories import make_moderator, make_paper, make_user
from tests.merging.population import NOW

pytestmark = pytest.mark.django_db(transaction=True)


def waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_stat_activity"
            " where datname = current_database() and wait_event_type = 'Lock'"
        )
        return int(cursor.fetchone()[0])


def test_a_merge_and_a_vote_that_lists_the_paper_end_well_both() -> None:
    alice, moderator = make_user("alice"), make_moderator()
    kept, merged = make_paper(key="2503.00001", listed=False), make_paper(key="doi:10.1000/m")
    cast_upvote(user=alice, paper=merged, now=NOW)
    with transaction.atomic():
        Paper.objects.select_for_update(no_key=True).get(pk=kept.pk)
        # First in the line for the paper, and then for the member, whom the vote has by then.
        merge = in_thread(
            partial(
                merge_papers, one=kept, other=merged, moderator=moderator, reason="Both.", now=NOW
            )
        )
        eventually(lambda: waiting() == 1)
        vote = in_thread(partial(cast_upvote, user=alice, paper=kept, now=NOW))
        eventually(lambda: waiting() == 2)
    assert merge.result(timeout=30).kept == kept
    assert vote.result(timeout=30).paper_id == kept.pk
    assert Upvote.objects.active().filter(user=alice, paper=kept).count() == 1
    assert Paper.objects.get(pk=kept.pk).listed_at is not None


def test_nothing_else_is_done_twice_and_no_part_of_a_transaction() -> None:
    calls: list[int] = []

    @again_on_deadlock
    def fail(state: str) -> None:
        calls.append(1)
        with connection.cursor() as cursor:
            cursor.execute(f"do $$ begin raise exception 'So.' using errcode = '{state}'; end $$")

    with pytest.raises(OperationalError):
        fail("55P03")
    assert len(calls) == 1
    with pytest.raises(OperationalError):
        fail("40P01")
    assert len(calls) == 1 + 5
    with pytest.raises(OperationalError), transaction.atomic():
        fail("40P01")
    assert len(calls) == 1 + 5 + 1
