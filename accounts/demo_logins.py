"""The log-ins of the demo community, which exists only on development machines."""

from django.conf import settings

from accounts.models import User

DEMO_USERNAMES = ("reader", "curator", "moderator", "admin")
DEMO_PASSWORD = "offprint-demo"  # noqa: S105  # printed by `make run`, valid on development machines only


def demo_usernames() -> tuple[str, ...]:
    """The demo users to offer on the log-in page: none in production or without a demo."""
    if settings.DEVELOPMENT and User.objects.filter(username=DEMO_USERNAMES[0]).exists():
        return DEMO_USERNAMES
    return ()
