"""The demo log-ins, for the log-in page."""

from django import template

from accounts import demo_logins

register = template.Library()


@register.simple_tag
def demo_usernames() -> tuple[str, ...]:
    """Names to offer; empty in production and without a demo community."""
    return demo_logins.demo_usernames()


@register.simple_tag
def demo_password() -> str:
    return demo_logins.DEMO_PASSWORD
