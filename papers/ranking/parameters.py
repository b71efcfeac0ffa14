"""The numbers of the ranking that are in force."""

from django.conf import settings

from papers.models import RankingSettings
from papers.ranking.heat import HeatParameters

# The fields of RankingSettings that are numbers of the ranking, in the order in which people see
# them.
NUMBERS = (
    "half_life_now",
    "half_life_week",
    "half_life_month",
    "mix",
    "prior",
    "min_voters",
    "field_smoothing",
    "newcomer_weight",
    "newcomer_days",
    "hide_counts_hours",
)


def current_settings() -> RankingSettings:
    """Return the numbers in force, in one query: those applied last, or else the defaults.

    Read in the transaction that uses them, they fit the rows that it sees: both change together.
    """
    applied = RankingSettings.objects.filter(applied_at__isnull=False)
    return applied.order_by("-applied_at", "-pk").first() or RankingSettings()


def numbers_of(row: RankingSettings) -> dict[str, float]:
    """Return the numbers of a row by their names, those of `NUMBERS`."""
    return {name: getattr(row, name) for name in NUMBERS}


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
