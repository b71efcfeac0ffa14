"""What `/about/ranking/` tells: the formula with the numbers in force, and how well it keeps to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Field

from papers import mathtext
from papers.models import DriftCheck, RankingSettings, VoteCensus, WeightReason, Window
from papers.ranking.delays import DelaySummary, summarise
from papers.ranking.parameters import current_settings

# The fields of RankingSettings that are numbers, in the order in which they are told.
NUMBERS = (
    *(f"half_life_{window}" for window in Window.values),
    "mix",
    "prior",
    "min_voters",
    "field_smoothing",
    "newcomer_weight",
    "newcomer_days",
    "hide_counts_hours",
)
# Changes of the numbers that are told; older ones nobody asks for.
CHANGES_SHOWN = 50

FORMULA = r"""
$$\tau_i = (1 - \beta)\, t_i + \beta\, t_0$$

$$F = p_0 \cdot 2^{(t_0 - L) / H} + \sum_i w_i \cdot 2^{(\tau_i - L) / H}$$

$$h = \log_2 F$$

$$\mathrm{heat}(t) = 2^{\,h - (t - L) / H}$$
"""
WEIGHT = r"""
$$w = w_0 + (1 - w_0) \cdot \min(a / d, 1)$$
"""
BALANCE = r"""
$$h' = h - \log_2 \frac{\sum_p F_p + k\, \bar F}{n + k}$$
"""


@dataclass(frozen=True, slots=True)
class Number:
    """One of the numbers, and what it does."""

    name: str
    value: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Change:
    """The numbers as they came into force at some time, and what that changed."""

    at: datetime
    reason: str
    changed: list[tuple[str, str, str]]
    """(name, before, after)"""


@dataclass(frozen=True, slots=True)
class SetAside:
    """Upvotes that stand, by why they count or not."""

    label: str
    votes: int
    counts: bool


@dataclass(frozen=True, slots=True)
class AboutRanking:
    """All that the page shows."""

    numbers: RankingSettings
    told: list[Number]
    formula: str
    """HTML with MathML, as the next four."""
    live_formula: str
    weight_formula: str
    live_weight_formula: str
    balance_formula: str
    changes: list[Change]
    """The newest first; empty while the numbers are those that the site began with."""
    drift: DriftCheck | None
    delays: DelaySummary | None
    census: list[SetAside]
    counted_at: datetime | None


def about_ranking(now: datetime) -> AboutRanking:
    """Collect what the page shows, in four queries and one more for the history."""
    numbers = current_settings()
    census = {each.weight_reason: each for each in VoteCensus.objects.all()}
    return AboutRanking(
        numbers=numbers,
        told=[
            Number(_name(name), _value(numbers, name), str(_field(name).help_text))
            for name in NUMBERS
        ],
        formula=mathtext.render_abstract(FORMULA).html,
        live_formula=mathtext.render_abstract(live_formula(numbers)).html,
        weight_formula=mathtext.render_abstract(WEIGHT).html,
        live_weight_formula=mathtext.render_abstract(live_weight_formula(numbers)).html,
        balance_formula=mathtext.render_abstract(BALANCE).html,
        changes=_changes(),
        drift=DriftCheck.objects.order_by("-checked_at", "-pk").first(),
        delays=summarise(now),
        census=[
            SetAside(str(reason.label), census[reason].votes, counts=reason is WeightReason.COUNTED)
            for reason in WeightReason
            if reason in census
        ],
        counted_at=max((each.counted_at for each in census.values()), default=None),
    )


def live_formula(numbers: RankingSettings, window: str = Window.WEEK) -> str:
    """Return the formula of a window in TeX, with the numbers in the place of letters."""
    half_life = rf"{numbers.half_life_hours(window):g}\,\mathrm{{h}}"
    cast, listed = f"{1 - numbers.mix:g}", f"{numbers.mix:g}"
    return (
        rf"$$\tau_i = {cast}\, t_i + {listed}\, t_0$$"
        "\n\n"
        rf"$$F = {numbers.prior:g} \cdot 2^{{(t_0 - L) / {half_life}}} + "
        rf"\sum_i w_i \cdot 2^{{(\tau_i - L) / {half_life}}}$$"
    )


def live_weight_formula(numbers: RankingSettings) -> str:
    """Return the formula of an upvote's weight in TeX, with the numbers in the place of letters."""
    first, days = numbers.newcomer_weight, numbers.newcomer_days
    if first == 1 or days == 0:
        return "$$w = 1$$"
    return rf"$$w = {first:g} + {1 - first:g} \cdot \min(a / {days:g}\,\mathrm{{d}}, 1)$$"


def _changes() -> list[Change]:
    applied = RankingSettings.objects.filter(applied_at__isnull=False)
    rows = list(applied.order_by("-applied_at", "-pk")[: CHANGES_SHOWN + 1])
    # The first followed the numbers that a site begins with.
    before = [*rows[1:], RankingSettings()]
    return list(_compared(zip(rows, before, strict=False)))[:CHANGES_SHOWN]


def _compared(pairs: Iterable[tuple[RankingSettings, RankingSettings]]) -> Iterable[Change]:
    for row, former in pairs:
        assert row.applied_at is not None  # noqa: S101 - only such were read
        changed = [
            (_name(name), _value(former, name), _value(row, name))
            for name in NUMBERS
            if getattr(former, name) != getattr(row, name)
        ]
        yield Change(row.applied_at, row.reason, changed)


def _field(name: str) -> "Field[object, object]":
    field: Field[object, object] = RankingSettings._meta.get_field(name)  # type: ignore[assignment]
    return field


def _value(numbers: RankingSettings, name: str) -> str:
    return f"{getattr(numbers, name):.6g}"


def _name(name: str) -> str:
    return str(_field(name).verbose_name)
