"""Which ids were asked for, so that none is asked for every day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from papers.models import AskedId, Provider

# What a source did not know then it may know by now.
FORGOTTEN_AFTER = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Asked:
    """Ids, without repetition, for which a provider has given an answer, whatever it said."""

    provider: Provider
    values: Sequence[str]


def asked_already(provider: Provider) -> Exists:
    """Return the condition that the `value` of a PaperIdentifier was asked for lately."""
    return Exists(AskedId.objects.filter(provider=provider, value=OuterRef("value")))


def note(asked: Asked, now: datetime) -> None:
    """Take note that these ids were asked for."""
    AskedId.objects.bulk_create(
        (AskedId(provider=asked.provider, value=value, asked_at=now) for value in asked.values),
        update_conflicts=True,
        unique_fields=["provider", "value"],
        update_fields=["asked_at"],
    )


def forget(provider: Provider, now: datetime) -> None:
    """Forget what was asked long ago: it may be asked for again."""
    AskedId.objects.filter(provider=provider, asked_at__lt=now - FORGOTTEN_AFTER).delete()
