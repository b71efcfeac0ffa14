"""The numbers of the ranking that are in force."""

from django.conf import settings

from papers.models import RankingSettings
from papers.ranking.heat import HeatParameters


def current_settings() -> RankingSettings:
    """Return the numbers in force, in one query: those applied last, or else the defaults.

    Read in the transaction that uses them, they fit the rows that it sees: both change together.
    """
    applied = RankingSettings.objects.filter(applied_at__isnull=False)
    return applied.order_by("-applied_at", "-pk").first() or RankingSettings()


def heat_parameters(window: str, numbers: RankingSettings | None = None) -> HeatParameters:
    """Return what the formula needs for a window, from `numbers` or those in force."""
    numbers = numbers or current_settings()
    return HeatParameters(
        half_life=numbers.half_life_hours(window) * 3600.0,
        mix=numbers.mix,
        prior=numbers.prior,
    )


def snapshot_size() -> int:
    """Return how many papers a snapshot of the front page keeps."""
    return int(settings.RANKING["snapshot_size"])
