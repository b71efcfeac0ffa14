"""The site's settings for a worker of tests: it hardly waits, and is soon at it again."""

from config.settings import *  # noqa: F403

HARVEST = True
HARVEST_CONTACT = "papers@example.org"
ARXIV_CATEGORIES = ["cs.LG"]
HARVESTING = {
    "gap_seconds": {"arxiv": 0.2, "biorxiv": 0.2, "crossref": 0.2},
    "back_off_seconds": (0.5, 1.0),
    "timeout_seconds": {"usual": 2.0, "slow": 2.0},
    "chunk_seconds": 30.0,
    "first_days": 7,
}
