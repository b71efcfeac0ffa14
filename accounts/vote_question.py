"""Asking a member once whether their upvotes show on their page.

The session remembers that the question is open, so that no page needs a query to know.
"""

from django.http import HttpRequest

from accounts.models import User

SESSION_KEY = "asks_votes_public"
ANSWERS = {"yes": True, "no": False}


def ask_after_vote(request: HttpRequest) -> bool:
    """Open the question unless it is answered or open; whether it is new to the page."""
    member = request.user
    if not isinstance(member, User) or member.votes_public is not None:
        return False
    if request.session.get(SESSION_KEY):
        return False
    request.session[SESSION_KEY] = True
    return True


def is_asked(request: HttpRequest) -> bool:
    """Whether a page of this member shows the question."""
    member = request.user
    return (
        isinstance(member, User)
        and member.votes_public is None
        and bool(request.session.get(SESSION_KEY))
    )


def stop_asking(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)
