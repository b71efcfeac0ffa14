"""What harvesters bring: pages, one a request."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from papers.harvest.asked_ids import Asked
from papers.harvest.polite import Asker
from papers.models import Harvest
from papers.sources.record import Entry

Progress = dict[str, Any]
Validators = dict[str, dict[str, str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """What a request brought, and where to go on once it is stored.

    progress        what the harvester needs to go on after this page, as JSON values
    complete_until  the last day that is complete with this page, None when it completes none
    validators      by address, for the next conditional requests; None to leave them as they are
    asked           ids that were answered, where a harvester asks for each but once
    done, total     how many of how many, for people who wait; total 0 while it is not known
    """

    progress: Progress
    entries: Sequence[Entry] = ()
    complete_until: date | None = None
    validators: Validators | None = None
    asked: Asked | None = None
    done: int = 0
    total: int = 0


# Yields pages, asking for each when it is wanted, and ends when there is nothing more to ask. It
# goes on where `harvest.progress` says, and raises what Asker raises.
Harvester = Callable[[Harvest, Asker, datetime], Iterator[Page]]
