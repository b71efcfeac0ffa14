"""Hide a ring in a month of votes and look for it: `python -m tests.bench.rings_job SPECIFICATION`.

Run by `rings.py` on a database of papers, with DATABASE_URL in the environment. The specification
and what is printed are JSON.
"""

import json
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django
from django.db import connection

from tests.bench.month_of_votes import DAYS, Month, Ring, make_month

MONTH = datetime(2026, 1, 1, tzinfo=UTC)
MONTH_OVER = MONTH + timedelta(days=DAYS)


def write(month: Month) -> None:
    """Replace all members, papers, votes and suspicions by those of the month."""
    from papers.models import Paper
    from tests.bench.fill import copy

    members = sorted({member for member, _paper, _at in month.votes})
    papers = sorted({paper for _member, paper, _at in month.votes})
    with connection.cursor() as cursor:
        cursor.execute("truncate accounts_user, papers_paper, papers_suspectedring cascade")
    # Old accounts, the ring's as well: their age shall not give it away.
    copy(
        "accounts_user",
        "id password is_superuser username first_name last_name email is_staff is_active"
        " date_joined theme density language time_zone",
        (
            (member + 1, "!", False, f"m{member}", "", "", "", False, True,
             MONTH - timedelta(days=60 + member % 900), "", "", "", "")
            for member in members
        ),
    )  # fmt: skip
    rows = (
        Paper(pk=paper + 1, key=f"2601.{paper + 1:05d}", title="T", title_text="T", listed_at=MONTH)
        for paper in papers
    )
    Paper.objects.bulk_create(rows, batch_size=2_000)
    copy(
        "papers_upvote",
        "user_id paper_id first_cast_at weight weight_reason",
        (
            (member + 1, paper + 1, MONTH + timedelta(seconds=at), 1, "counted")
            for member, paper, at in month.votes
        ),
    )
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze accounts_user, papers_paper, papers_upvote")


def look(month: Month) -> dict[str, Any]:
    """Look for rings as the workers do; say what was found, and in how many seconds."""
    from papers.models import RingMember
    from papers.rings.detect import detect_lockstep, detect_sudden

    started = time.perf_counter()
    detect_lockstep(MONTH_OVER)
    detect_sudden(MONTH_OVER)
    seconds = time.perf_counter() - started
    flagged = {pk - 1 for pk in RingMember.objects.values_list("user", flat=True)}
    wrongly = flagged - month.ring
    return {
        "votes": len(month.votes),
        "seconds": seconds,
        "hidden": len(month.ring),
        "found": len(flagged & month.ring),
        "innocent": len(wrongly),
        "innocent_of": Counter(
            kind
            for kind, groups in month.groups.items()
            for group in groups
            if len(group & wrongly) > 1
        ),
    }


def main() -> None:
    django.setup()
    asked = json.loads(sys.argv[1])
    month = make_month(
        asked["seed"],
        ring=Ring(**asked["ring"]) if asked["ring"] else None,
        libraries=Path(asked["libraries"]) if asked["libraries"] else None,
    )
    write(month)
    print(json.dumps(look(month)))  # noqa: T201 - read by the benchmark


if __name__ == "__main__":
    main()
