"""The numbers of the ranking, read from the settings."""

from django.conf import settings

from papers.ranking.heat import HeatParameters


def heat_parameters(window: str) -> HeatParameters:
    """Return the numbers of a window. Raises ValueError where the settings make no ranking."""
    ranking = settings.RANKING
    return HeatParameters(
        half_life=ranking["half_life_hours"][window] * 3600.0,
        mix=ranking["mix"],
        prior=ranking["prior"],
    )


def min_voters() -> int:
    """Return how many eligible voters a paper needs before it may trend."""
    return int(settings.RANKING["min_voters"])


def snapshot_size() -> int:
    """Return how many papers a snapshot of the front page keeps."""
    return int(settings.RANKING["snapshot_size"])
