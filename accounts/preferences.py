"""What members may choose of how pages look to them: languages and time zones."""

from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from django.conf import settings

# Old spellings, which the database of time zones keeps for old files.
OLD_AREAS = frozenset({"Etc", "SystemV", "US", "posix", "right"})


@cache
def time_zone_names() -> tuple[str, ...]:
    """Every zone of the tz database, sorted: "Africa/Abidjan" and so on."""
    return tuple(sorted(available_timezones()))


def time_zone_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Zones for a select, by area; old spellings last, so that nobody has to look through them."""
    areas: dict[str, list[tuple[str, str]]] = {}
    old: list[tuple[str, str]] = []
    for name in time_zone_names():
        area, _, place = name.partition("/")
        if place and area not in OLD_AREAS:
            areas.setdefault(area, []).append((name, place.replace("_", " ")))
        elif name != "UTC":
            old.append((name, name))
    return [*areas.items(), ("…", old)]


def known_language(code: str) -> str:
    """`code` if it is one of LANGUAGES, else the site's own."""
    return code if code in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


@cache
def known_zone(name: str) -> ZoneInfo | None:
    """The zone of this name; None for the site's own: when it is "", or is no longer known."""
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
