"""Merging two papers and parting them again leaves every row as it was."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from papers.merging.move import move, undo
from papers.models import MergeRecord, Paper
from papers.ranking.reconcile import reconcile
from tests.merging.population import NOW, Population, check_deferred_constraints, dump

pytestmark = pytest.mark.django_db

SEEDS = st.integers(min_value=0, max_value=2**32)
QUICKLY = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def merge(kept: Paper, merged: Paper) -> MergeRecord:
    return move(kept, merged, by=None, reason="They share a DOI.", tie=[], at=NOW)


def assert_no_drift() -> None:
    found = reconcile(NOW, accounts=True)
    assert not found.drifting_ids, [str(drift) for drift in found.examples]


@QUICKLY
@given(seed=SEEDS)
def test_merging_and_parting_leaves_every_row_as_it_was(db: None, seed: int) -> None:
    with transaction.atomic():
        population = Population(seed)
        before = dump()
        record = merge(population.kept, population.merged)
        check_deferred_constraints()
        population.rank()
        assert_no_drift()
        undo(record, by=None, at=NOW)
        check_deferred_constraints()
        population.rank()
        after = dump()
        for table, rows in before.items():
            assert after[table] == rows, table
        assert_no_drift()
        transaction.set_rollback(True)
