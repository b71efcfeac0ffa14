"""The harvests: what is read, from where, and at what time of day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from types import MappingProxyType

from papers.harvest import arxiv_oai, arxiv_query, arxiv_rss, biorxiv, crossref
from papers.harvest.pages import Harvester
from papers.harvest.polite import (
    ARXIV_API,
    ARXIV_OAI,
    ARXIV_RSS,
    BIORXIV_API,
    CROSSREF_API,
    Service,
)
from papers.models import Provider

# The harvest of what `manage.py fetch_arxiv` asks for.
FETCH_ARXIV = "fetch_arxiv"


@dataclass(frozen=True, slots=True)
class Job:
    """A harvest; its row in the database has the same name.

    at  the time of each day when it is due, UTC; None when only a person starts it
    """

    service: Service
    at: time | None
    pages: Harvester

    @property
    def provider(self) -> Provider:
        return self.service.provider

    def next_after(self, now: datetime) -> datetime | None:
        """Return when it is due next, later than `now`."""
        if self.at is None:
            return None
        today = datetime.combine(now.astimezone(UTC), self.at, UTC)
        return today if today > now else today + timedelta(days=1)


# arXiv announces at 20:00 in New York, its feeds are those of the new day from midnight there, at
# 04:00 or 05:00 UTC. Its nightly reading begins when it is day in Europe and night in New York.
JOBS: Mapping[str, Job] = MappingProxyType(
    {
        "arxiv_rss": Job(ARXIV_RSS, time(5, 30), arxiv_rss.pages),
        "arxiv_oai": Job(ARXIV_OAI, time(6, 30), arxiv_oai.pages),
        "biorxiv": Job(BIORXIV_API, time(7, 0), biorxiv.pages),
        "arxiv_ids": Job(ARXIV_API, time(8, 0), arxiv_query.pages_of_unknown),
        "crossref": Job(CROSSREF_API, time(9, 0), crossref.pages),
        FETCH_ARXIV: Job(ARXIV_API, None, arxiv_query.pages_of_request),
    }
)
