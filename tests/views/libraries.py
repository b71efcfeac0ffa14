"""What the tests of the library share."""

import re
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from papers.models import Paper
from papers.services.library import set_status, write_note
from tests.factories import make_paper

NOW = timezone.now()


def keep(owner: User, title: str = "", *, days_ago: int = 0, **fields: Any) -> Paper:
    """A paper in the library of `owner`: to read, unless told otherwise."""
    status, note = fields.pop("status", "to_read"), fields.pop("note", "")
    paper = make_paper(title, **fields)
    now = NOW - timedelta(days=days_ago)
    set_status(owner=owner, paper=paper, status=status, now=now)
    write_note(owner=owner, paper=paper, note=note, now=now)
    return paper


def keys_of(response: Any) -> list[str]:
    return re.findall(r'data-paper="([^"]+)"', response.content.decode())
