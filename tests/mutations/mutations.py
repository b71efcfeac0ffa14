"""The mistakes, each a small change of a text that stands exactly once in its file."""

from dataclasses import dataclass

# All of these run against each mutation, until one fails.
TESTS = (
    "tests/ranking",
    "tests/services/test_votes.py",
    "tests/services/test_members.py",
    "tests/services/test_ranking_settings.py",
)


@dataclass(frozen=True, slots=True)
class Mutation:
    """A mistake: in `file`, `old` is replaced by `new`."""

    name: str
    file: str
    old: str
    new: str
    first: str
    """The test that runs before the others, because it should notice."""

    def __str__(self) -> str:
        return self.name

    def applied_to(self, text: str) -> str:
        """Return `text` with the mistake in it.

        Raises ValueError where `old` does not stand in it exactly once: the code has changed, and
        the mutation has to follow.
        """
        found = text.count(self.old)
        if found != 1:
            raise ValueError(f"{self.file} has the text of “{self.name}” {found} times, not once")
        return text.replace(self.old, self.new)


INVARIANTS = "tests/ranking/test_invariants.py::test"
CONCURRENCY = "tests/ranking/test_concurrency.py::test"
LEVELS = "tests/ranking/test_levels.py::test"
LIVES = "tests/ranking/test_lives_of_votes.py::test"
SNAPSHOTS = "tests/ranking/test_snapshots.py::test"
STANDINGS = "tests/ranking/test_standings.py::test"
VOTES = "tests/services/test_votes.py::test"
WEIGHTS = "tests/ranking/test_weights.py::test"

MUTATIONS = (
    Mutation(
        "a vote taken back is subtracted from the stored heat, which is not computed anew",
        "papers/ranking/refresh.py",
        "h_now = truth.h_now, h_week = truth.h_week,",
        """h_now = truth.h_now, h_week = case when truth.weight < heat.weight
            then heat.h_week + ln(greatest(truth.weight, 0.25) / heat.weight) / ln(2)
            else truth.h_week end,""",
        f"{INVARIANTS}_a_vote_taken_back_leaves_no_trace",
    ),
    Mutation(
        "a vote that is cast again weighs what its account has earned by then",
        "papers/services/votes.py",
        "do update set removed_at = null",
        """do update set removed_at = null, earned_weight = excluded.earned_weight,
    weight = case when vote.weight > 0 then excluded.earned_weight else 0 end""",
        f"{LIVES}_a_vote_taken_back_and_cast_again_later_is_what_it_was",
    ),
    Mutation(
        "a vote that is cast again is a vote of now",
        "papers/services/votes.py",
        "do update set removed_at = null",
        "do update set removed_at = null, first_cast_at = excluded.first_cast_at",
        f"{VOTES}_a_vote_cast_again_is_the_same_vote_at_its_first_time",
    ),
    Mutation(
        "a vote that stands is counted again when it is repeated",
        "papers/services/votes.py",
        "where vote.removed_at is not null",
        "where true",
        f"{VOTES}_casting_again_changes_nothing_and_is_no_error",
    ),
    Mutation(
        "votes that were taken back are counted",
        "papers/ranking/truth.py",
        """as age
            from papers_upvote
            where paper_id = paper.id and removed_at is null and weight > 0""",
        """as age
            from papers_upvote
            where paper_id = paper.id and weight > 0""",
        f"{INVARIANTS}_a_vote_taken_back_leaves_no_trace",
    ),
    Mutation(
        "votes of no weight are counted",
        "papers/ranking/truth.py",
        """as age
            from papers_upvote
            where paper_id = paper.id and removed_at is null and weight > 0""",
        """as age
            from papers_upvote
            where paper_id = paper.id and removed_at is null""",
        f"{INVARIANTS}_voters_of_no_weight_change_nothing",
    ),
    Mutation(
        "a change is queued once its transaction has committed, not in it",
        "papers/ranking/outbox.py",
        "    VoteOutbox.objects.bulk_create(VoteOutbox(paper_id=pk, delta=delta) for pk in paper_ids)",
        """    from django.db import transaction

    rows = [VoteOutbox(paper_id=pk, delta=delta) for pk in paper_ids]
    transaction.on_commit(lambda: VoteOutbox.objects.bulk_create(rows) and None)""",
        f"{VOTES}_a_removed_vote_stays_as_a_row_that_does_not_count",
    ),
    Mutation(
        "a member is read without a lock when their votes change",
        "papers/ranking/weights.py",
        "from accounts_user where id = %s for no key update",
        "from accounts_user where id = %s",
        f"{WEIGHTS}_a_vote_cast_while_the_address_is_being_verified_counts",
    ),
    Mutation(
        "exponents are not clamped",
        "papers/ranking/truth.py",
        "exp(greatest(age * %(now_rate)s, %(floor)s))",
        "exp(age * %(now_rate)s)",
        f"{INVARIANTS}_nothing_overflows_within_twenty_years",
    ),
    Mutation(
        "the time of a vote may lie in the future",
        "papers/ranking/truth.py",
        "+ %(unmixed)s * date_part('epoch', least(first_cast_at, %(horizon)s)) as age",
        "+ %(unmixed)s * date_part('epoch', first_cast_at) as age",
        f"{INVARIANTS}_a_paper_of_the_future_counts_as_of_now_until_its_time_has_come",
    ),
    Mutation(
        "of papers that are equally hot the later one stands first",
        "papers/ranking/orders.py",
        """select paper_id from papers_paperheat where trending
order by {heat} desc, paper_id limit""",
        """select paper_id from papers_paperheat where trending
order by {heat} desc, paper_id desc limit""",
        f"{SNAPSHOTS}_equal_heat_goes_to_the_older_row",
    ),
    Mutation(
        "the front page's order has papers that do not trend",
        "papers/ranking/orders.py",
        """select paper_id from papers_paperheat where trending
order by {heat}""",
        """select paper_id from papers_paperheat where visible
order by {heat}""",
        f"{INVARIANTS}_a_snapshot_ranks_the_trending_papers_from_1_to_n",
    ),
    Mutation(
        "levels of fields move with every tick",
        "papers/ranking/levels.py",
        "return frozen_at is not None and",
        "return False and frozen_at is not None and",
        f"{LEVELS}_levels_are_frozen_for_ten_minutes",
    ),
    Mutation(
        "balanced between fields, a paper takes the level of all",
        "papers/ranking/orders.py",
        "coalesce(own.level, everything.level, 0) as level",
        "coalesce(everything.level, 0) as level",
        f"{LEVELS}_merging_the_fields_is_sorting_all_papers_by_what_is_above_their_level",
    ),
    Mutation(
        "a standing counts votes that came after its closing instant",
        "papers/ranking/standings.py",
        "first_cast_at < %(until)s",
        "true",
        f"{STANDINGS}_votes_count_up_to_the_closing_instant_however_late_the_closing_comes",
    ),
    Mutation(
        "a standing leaves its ties to the key alone",
        "papers/ranking/standings.py",
        "order by weight desc, listed_at, key",
        "order by weight desc, key",
        f"{STANDINGS}_the_sum_of_weights_ranks_then_the_earlier_listing_then_the_key",
    ),
    Mutation(
        "a suspension ends, and the votes stay without weight",
        "papers/ranking/weights.py",
        """    )
    revalue_votes(user_id, now)
    return True""",
        """    )
    return True""",
        f"{WEIGHTS}_a_suspension_that_has_run_out_ends_with_a_line_in_the_log",
    ),
    Mutation(
        "two workers refresh at once",
        "papers/ranking/locking.py",
        "select pg_try_advisory_lock(%s)",
        "select pg_try_advisory_lock(%s) or true",
        f"{CONCURRENCY}_while_one_refresh_runs_another_does_nothing",
    ),
    Mutation(
        "a batch leaves rows of its papers behind, whose votes it has counted",
        "papers/ranking/refresh.py",
        "    if outbox_rows < OUTBOX_ROWS_A_BATCH:",
        "    if True:",
        "tests/ranking/test_refresh.py"
        "::test_a_batch_that_ends_between_two_votes_for_a_paper_shows_neither_twice",
    ),
    Mutation(
        "the statements of a batch see different instants",
        "papers/ranking/locking.py",
        "set transaction isolation level repeatable read",
        "set transaction isolation level read committed",
        f"{CONCURRENCY}_a_vote_committed_in_the_middle_of_a_batch_is_wholly_pending",
    ),
    Mutation(
        "a paper of the future is not looked at again when its time has come",
        "papers/ranking/refresh.py",
        "where latest_at > %(horizon)s and not exists (",
        "where false and not exists (",
        f"{INVARIANTS}_a_paper_of_the_future_counts_as_of_now_until_its_time_has_come",
    ),
    Mutation(
        "new numbers are in force before the papers are computed by them",
        "papers/ranking/applying.py",
        "return in_one_snapshot(lambda: _apply(now, progress))",
        "return _apply(now, progress)",
        "tests/ranking/test_applying.py::test_readers_see_the_old_numbers_and_order_or_the_new_ones_never_a_mix",
    ),
)
