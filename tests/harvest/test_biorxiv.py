"""bioRxiv and medRxiv, day by day."""

from datetime import date

import pytest

from papers.models import Paper
from tests.harvest.replies import make_work
from tests.harvest.running import harvest_of, harvest_to_its_end
from tests.harvest.server import Fault, SourceServer, refuse, truncate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def fill(server: SourceServer) -> list[str]:
    """Let both servers have preprints on two days; return their keys."""
    for source, number, day in (("biorxiv", 7, 8), ("medrxiv", 2, 8), ("medrxiv", 4, 3)):
        server.works += [
            make_work(
                f"10.1101/2026.03.{day:02d}.{source[0]}{each}".replace("b", "1").replace("m", "2"),
                day=date(2026, 3, day),
                source=source,
            )
            for each in range(number)
        ]
    return sorted(f"doi:{work.id}" for work in server.works)


@pytest.mark.parametrize(
    "fault", [None, refuse(503, Retry_After="0"), truncate], ids=["none", "503", "truncated"]
)
def test_both_servers_come_page_by_page(server: SourceServer, fault: object) -> None:
    keys = fill(server)
    if fault is not None:
        server.faults.append(Fault("/", fault, after=13))  # type: ignore[arg-type]
    run = harvest_to_its_end("biorxiv")
    assert sorted(Paper.objects.values_list("key", flat=True)) == keys
    assert (run.created, run.unchanged, run.rejected) == (13, 0, 0)
    assert harvest_of("biorxiv").complete_until == date(2026, 3, 8)
    server.assert_polite(0.03)


def test_days_without_preprints_are_asked_for_once(server: SourceServer) -> None:
    harvest_to_its_end("biorxiv")
    assert len(server.asked) == 14
    assert server.paths()[0] == "/biorxiv/details/biorxiv/2026-03-02/2026-03-02/0"
    assert server.paths()[-1] == "/biorxiv/details/medrxiv/2026-03-08/2026-03-08/0"
