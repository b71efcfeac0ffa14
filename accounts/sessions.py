"""A member's sessions: in which browsers they are logged in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.models import User

# A session is written down at most so often: pages cost no query for it in between.
ACTIVITY_EVERY = timedelta(minutes=30)
NOTED_KEY = "activity_noted_at"


@dataclass(frozen=True)
class OpenSession:
    """A browser in which the member is logged in."""

    record: UserSession
    is_current: bool

    @property
    def device(self) -> str:
        """Browser and system, as far as the browser says: "Firefox, Linux"; "" if it does not."""
        return describe(self.record.user_agent)


# The first that a browser's own description contains: each also names those it descends from.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def describe(user_agent: str) -> str:
    """Browser and system out of a User-Agent header, "" when it names neither."""
    named = (
        next((name for part, name in table if part in user_agent), "")
        for table in (BROWSERS, SYSTEMS)
    )
    return ", ".join(name for name in named if name)


def client_address(request: HttpRequest) -> str:
    """The visitor's internet address, past the proxies that are trusted; "" when nobody can tell."""
    try:
        return str(get_adapter().get_client_ip(request))
    except (PermissionDenied, SuspiciousOperation):
        return ""


def note_activity(request: HttpRequest, member: User, now: datetime) -> None:
    """Write down that this session is in use, unless that was done lately."""
    noted = request.session.get(NOTED_KEY, 0)
    if 0 <= now.timestamp() - noted < ACTIVITY_EVERY.total_seconds():
        return
    address = client_address(request)
    if not address:
        return  # nothing to note it with, and no reason to refuse the page
    longest = UserSession._meta.get_field("user_agent").max_length
    UserSession.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={
            "user": member,
            "ip": address,
            "user_agent": request.headers.get("User-Agent", "")[:longest].replace("\x00", ""),
            "last_seen_at": now,
        },
    )
    request.session[NOTED_KEY] = int(now.timestamp())


def open_sessions(member: User, current_key: str | None) -> list[OpenSession]:
    """The sessions in which `member` is logged in, the current one first, then the last used.

    Two queries, whatever their number. Left out are those that a changed password has closed.
    """
    records = {record.session_key: record for record in UserSession.objects.filter(user=member)}
    stored = Session.objects.filter(session_key__in=records, expire_date__gt=timezone.now())
    found = [
        OpenSession(records[session.session_key], session.session_key == current_key)
        for session in stored
        if _is_of(session, member)
    ]
    return sorted(found, key=lambda one: (one.is_current, one.record.last_seen_at), reverse=True)


def end_sessions(member: User, numbers: Iterable[int]) -> int:
    """Log `member` out of the sessions with these numbers, as far as they are theirs.

    Returns how many there were.
    """
    with transaction.atomic():
        records = UserSession.objects.filter(user=member, pk__in=list(numbers))
        keys = list(records.values_list("session_key", flat=True))
        Session.objects.filter(session_key__in=keys).delete()
        records.delete()
    return len(keys)


def forget_ended_sessions() -> int:
    """Delete what is kept of sessions that are over, their internet addresses with them.

    Returns how many there were.
    """
    still_there = Session.objects.filter(session_key=OuterRef("session_key"))
    deleted, _by_model = UserSession.objects.exclude(Exists(still_there)).delete()
    return int(deleted)


def _is_of(session: Session, member: User) -> bool:
    data = session.get_decoded()
    return data.get(SESSION_KEY) == str(member.pk) and constant_time_compare(
        data.get(HASH_SESSION_KEY, ""), member.get_session_auth_hash()
    )
