"""What rankings need to be exact, explained and hard to game."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


# The log is append-only in its new column too.
APPEND_ONLY = """
create or replace function moderation_log_append_only() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and new.reason = ''
       and (new.id, new.action, new.actor_id, new.paper_id, new.member_id, new.created_at%(new)s)
           is not distinct from
           (old.id, old.action, old.actor_id, old.paper_id, old.member_id, old.created_at%(old)s)
    then
        return new;  -- a reason may hold personal data: blanking it is the one change allowed
    end if;
    raise exception 'The moderation log is append-only.' using errcode = 'restrict_violation';
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("papers", "0013_claimed_ids"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ArchivedRank",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("rank", models.PositiveIntegerField(help_text="Counted from 1.")),
            ],
        ),
        migrations.CreateModel(
            name="DriftCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("checked_at", models.DateTimeField()),
                ("papers", models.PositiveIntegerField(help_text="Papers compared.")),
                (
                    "drifting",
                    models.PositiveIntegerField(help_text="Papers of which something was wrong."),
                ),
                (
                    "pending",
                    models.PositiveIntegerField(
                        help_text="Papers not compared, as a change waited."
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FieldLevel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "window",
                    models.CharField(
                        choices=[("now", "Now"), ("week", "Week"), ("month", "Month")], max_length=5
                    ),
                ),
                ("level", models.FloatField()),
                (
                    "papers",
                    models.PositiveIntegerField(
                        help_text="Papers that the level was computed from."
                    ),
                ),
                ("frozen_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="NetworkSecret",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(unique=True)),
                ("secret", models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="PaperClaim",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("claimed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="RankingDelay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("seconds", models.FloatField()),
                ("votes", models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="RankingSettings",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "half_life_now",
                    models.FloatField(
                        default=12.0,
                        help_text="Hours in which an upvote loses half its weight.",
                        validators=[
                            django.core.validators.MinValueValidator(1.0),
                            django.core.validators.MaxValueValidator(8760.0),
                        ],
                        verbose_name="half-life of “now”",
                    ),
                ),
                (
                    "half_life_week",
                    models.FloatField(
                        default=36.0,
                        help_text="Hours in which an upvote loses half its weight.",
                        validators=[
                            django.core.validators.MinValueValidator(1.0),
                            django.core.validators.MaxValueValidator(8760.0),
                        ],
                        verbose_name="half-life of “week”",
                    ),
                ),
                (
                    "half_life_month",
                    models.FloatField(
                        default=120.0,
                        help_text="Hours in which an upvote loses half its weight.",
                        validators=[
                            django.core.validators.MinValueValidator(1.0),
                            django.core.validators.MaxValueValidator(8760.0),
                        ],
                        verbose_name="half-life of “month”",
                    ),
                ),
                (
                    "mix",
                    models.FloatField(
                        default=0.5,
                        help_text="How far the time of an upvote is drawn towards the paper's listing: 0 not at all, 1 wholly.",
                        validators=[
                            django.core.validators.MinValueValidator(0.0),
                            django.core.validators.MaxValueValidator(1.0),
                        ],
                        verbose_name="mix",
                    ),
                ),
                (
                    "prior",
                    models.FloatField(
                        default=0.25,
                        help_text="What a listed paper weighs before its first upvote, in upvotes.",
                        validators=[
                            django.core.validators.MinValueValidator(0.001),
                            django.core.validators.MaxValueValidator(100.0),
                        ],
                        verbose_name="prior",
                    ),
                ),
                (
                    "min_voters",
                    models.PositiveSmallIntegerField(
                        default=2,
                        help_text="Members whose upvotes count that a paper needs before it may trend.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(1000),
                        ],
                        verbose_name="voters to trend",
                    ),
                ),
                (
                    "field_smoothing",
                    models.FloatField(
                        default=20.0,
                        help_text="So many papers of average heat are added to each field before fields are balanced; it keeps a field of two papers from being a level of its own.",
                        validators=[
                            django.core.validators.MinValueValidator(0.0),
                            django.core.validators.MaxValueValidator(100000.0),
                        ],
                        verbose_name="smoothing of fields",
                    ),
                ),
                (
                    "newcomer_weight",
                    models.FloatField(
                        default=0.25,
                        help_text="What an upvote weighs that is cast on the day of joining.",
                        validators=[
                            django.core.validators.MinValueValidator(0.01),
                            django.core.validators.MaxValueValidator(1.0),
                        ],
                        verbose_name="weight of a new account",
                    ),
                ),
                (
                    "newcomer_days",
                    models.PositiveSmallIntegerField(
                        default=7,
                        help_text="So many days after joining an upvote weighs 1. It keeps what it weighed.",
                        validators=[django.core.validators.MaxValueValidator(365)],
                        verbose_name="days to full weight",
                    ),
                ),
                (
                    "hide_counts_hours",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="So long after its listing a paper shows no number of upvotes, so that people judge it before they see what others did. 0 shows it at once.",
                        validators=[django.core.validators.MaxValueValidator(720)],
                        verbose_name="hours without counts",
                    ),
                ),
                (
                    "reason",
                    models.TextField(
                        help_text="Shown to everybody on the ranking's page.", verbose_name="reason"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "applied_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="Empty until every paper was computed by them.",
                        null=True,
                    ),
                ),
            ],
            options={
                "verbose_name": "ranking settings",
                "verbose_name_plural": "ranking settings",
                "get_latest_by": "applied_at",
            },
        ),
        migrations.CreateModel(
            name="RingMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StandingCorrection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("corrected_at", models.DateTimeField()),
                ("changes", models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name="SuspectedRing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "pattern",
                    models.CharField(
                        choices=[
                            ("lockstep", "upvote the same papers at the same time"),
                            ("newcomers", "new accounts that upvote one paper"),
                            ("network", "upvote one paper from one network"),
                        ],
                        max_length=10,
                    ),
                ),
                ("fingerprint", models.CharField(max_length=64, unique=True)),
                ("evidence", models.JSONField(default=dict)),
                ("first_seen_at", models.DateTimeField()),
                ("last_seen_at", models.DateTimeField()),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("quarantined", "accounts quarantined"),
                            ("innocent", "nothing wrong"),
                        ],
                        max_length=12,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="VoteCensus",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "weight_reason",
                    models.CharField(
                        choices=[
                            ("counted", "counts"),
                            ("unverified", "counts once the e-mail address is verified"),
                            ("suspended", "counts once the suspension has ended"),
                            ("quarantined", "counts once moderators have released the account"),
                            ("submitter", "does not count: one's own submission"),
                            ("author", "does not count: one's own paper"),
                        ],
                        max_length=12,
                        unique=True,
                    ),
                ),
                ("votes", models.PositiveBigIntegerField()),
                ("weight", models.FloatField(help_text="The sum of their weights.")),
                ("counted_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="VoteOrigin",
            fields=[
                (
                    "upvote",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="origin",
                        serialize=False,
                        to="papers.upvote",
                    ),
                ),
                ("day", models.DateField()),
                ("network", models.CharField(help_text="Base64 of HMAC-SHA-256.", max_length=43)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="moderationlogentry",
            name="moderationlogentry_has_subject",
        ),
        migrations.RemoveConstraint(
            model_name="upvote",
            name="upvote_weight_matches_reason",
        ),
        migrations.RemoveIndex(
            model_name="rankingsnapshot",
            name="snapshot_newest",
        ),
        migrations.AddField(
            model_name="moderationlogentry",
            name="standing",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="papers.standing",
            ),
        ),
        migrations.AddField(
            model_name="paperheat",
            name="weight",
            field=models.FloatField(
                db_default=0.0,
                default=0,
                help_text="The sum of the weights of the counted upvotes.",
            ),
        ),
        # So far every upvote that counted weighed 1.
        migrations.RunSQL(
            "update papers_paperheat set weight = upvotes where upvotes > 0",
            migrations.RunSQL.noop,
        ),
        migrations.AddField(
            model_name="rankingsnapshot",
            name="balance",
            field=models.CharField(
                blank=True,
                choices=[("", "All papers alike"), ("fields", "Balanced between fields")],
                db_default="",
                default="",
                max_length=6,
            ),
        ),
        migrations.AddField(
            model_name="upvote",
            name="earned_weight",
            field=models.FloatField(
                db_default=1.0,
                default=1.0,
                help_text="What it weighs whenever it counts: fixed when it was first cast.",
            ),
        ),
        migrations.AlterField(
            model_name="moderationlogentry",
            name="action",
            field=models.CharField(
                choices=[
                    ("hide", "hidden"),
                    ("restore", "restored"),
                    ("merge", "merged"),
                    ("separate", "separated again"),
                    ("apart", "kept apart from a paper like it"),
                    ("suspend", "suspended"),
                    ("unsuspend", "suspension ended"),
                    ("quarantine", "quarantined"),
                    ("release", "released"),
                    ("correct", "standing corrected"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="upvote",
            name="weight_reason",
            field=models.CharField(
                choices=[
                    ("counted", "counts"),
                    ("unverified", "counts once the e-mail address is verified"),
                    ("suspended", "counts once the suspension has ended"),
                    ("quarantined", "counts once moderators have released the account"),
                    ("submitter", "does not count: one's own submission"),
                    ("author", "does not count: one's own paper"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddIndex(
            model_name="paperheat",
            index=models.Index(
                condition=models.Q(("trending", True)),
                fields=["primary_tag", "-h_now", "paper"],
                name="heat_field_now",
            ),
        ),
        migrations.AddIndex(
            model_name="paperheat",
            index=models.Index(
                condition=models.Q(("trending", True)),
                fields=["primary_tag", "-h_week", "paper"],
                name="heat_field_week",
            ),
        ),
        migrations.AddIndex(
            model_name="paperheat",
            index=models.Index(
                condition=models.Q(("trending", True)),
                fields=["primary_tag", "-h_month", "paper"],
                name="heat_field_month",
            ),
        ),
        migrations.AddIndex(
            model_name="rankingsnapshot",
            index=models.Index(
                fields=["window", "balance", "-taken_at", "-id"], name="snapshot_newest"
            ),
        ),
        migrations.AddConstraint(
            model_name="moderationlogentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("action__in", ["hide", "restore", "merge", "separate", "apart"]),
                        ("paper__isnull", False),
                    ),
                    models.Q(
                        ("action__in", ["suspend", "unsuspend", "quarantine", "release"]),
                        ("member__isnull", False),
                    ),
                    models.Q(("action", "correct"), ("standing__isnull", False)),
                    _connector="OR",
                ),
                name="moderationlogentry_has_subject",
            ),
        ),
        migrations.AddConstraint(
            model_name="paperheat",
            constraint=models.CheckConstraint(
                condition=models.Q(("weight__gte", 0)), name="paperheat_weight_from_0"
            ),
        ),
        migrations.AddConstraint(
            model_name="upvote",
            constraint=models.CheckConstraint(
                condition=models.Q(("earned_weight__gt", 0), ("earned_weight__lte", 1)),
                name="upvote_earned_weight_above_0",
            ),
        ),
        migrations.AddConstraint(
            model_name="upvote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("weight_reason", "counted"), ("weight", models.F("earned_weight"))),
                    models.Q(models.Q(("weight_reason", "counted"), _negated=True), ("weight", 0)),
                    _connector="OR",
                ),
                name="upvote_weight_matches_reason",
            ),
        ),
        migrations.AddField(
            model_name="archivedrank",
            name="paper",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="archived_ranks",
                to="papers.paper",
            ),
        ),
        migrations.AddIndex(
            model_name="driftcheck",
            index=models.Index(fields=["-checked_at"], name="driftcheck_newest"),
        ),
        migrations.AddField(
            model_name="fieldlevel",
            name="tag",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="papers.tag"
            ),
        ),
        migrations.AddField(
            model_name="paperclaim",
            name="paper",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="claims",
                to="papers.paper",
            ),
        ),
        migrations.AddField(
            model_name="paperclaim",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="claims",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="rankingdelay",
            constraint=models.UniqueConstraint(
                fields=("day", "seconds"), name="rankingdelay_one_a_class"
            ),
        ),
        migrations.AddConstraint(
            model_name="rankingdelay",
            constraint=models.CheckConstraint(
                condition=models.Q(("seconds__gt", 0)), name="rankingdelay_after_the_vote"
            ),
        ),
        migrations.AddField(
            model_name="rankingsettings",
            name="created_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="ringmember",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="standingcorrection",
            name="log_entry",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="correction",
                to="papers.moderationlogentry",
            ),
        ),
        migrations.AddField(
            model_name="standingcorrection",
            name="standing",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="corrections",
                to="papers.standing",
            ),
        ),
        migrations.AddField(
            model_name="suspectedring",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="suspectedring",
            name="members",
            field=models.ManyToManyField(
                related_name="suspected_rings",
                through="papers.RingMember",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="ringmember",
            name="ring",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="accounts",
                to="papers.suspectedring",
            ),
        ),
        migrations.AddConstraint(
            model_name="votecensus",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "weight_reason__in",
                        [
                            "counted",
                            "unverified",
                            "suspended",
                            "quarantined",
                            "submitter",
                            "author",
                        ],
                    )
                ),
                name="votecensus_reason_known",
            ),
        ),
        migrations.AddIndex(
            model_name="voteorigin",
            index=models.Index(fields=["day", "network"], name="voteorigin_network"),
        ),
        migrations.AddConstraint(
            model_name="archivedrank",
            constraint=models.UniqueConstraint(
                fields=("paper", "day"), name="archivedrank_one_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="archivedrank",
            constraint=models.UniqueConstraint(
                fields=("day", "rank"), name="archivedrank_one_paper_a_rank"
            ),
        ),
        migrations.AddConstraint(
            model_name="archivedrank",
            constraint=models.CheckConstraint(
                condition=models.Q(("rank__gte", 1)), name="archivedrank_from_1"
            ),
        ),
        migrations.AddConstraint(
            model_name="fieldlevel",
            constraint=models.UniqueConstraint(
                fields=("window", "tag"), name="fieldlevel_one_a_window"
            ),
        ),
        migrations.AddConstraint(
            model_name="fieldlevel",
            constraint=models.CheckConstraint(
                condition=models.Q(("window__in", ["now", "week", "month"])),
                name="fieldlevel_window_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="paperclaim",
            constraint=models.UniqueConstraint(
                fields=("paper", "user"), name="paperclaim_once_a_member"
            ),
        ),
        migrations.AddIndex(
            model_name="rankingsettings",
            index=models.Index(
                condition=models.Q(("applied_at__isnull", False)),
                fields=["-applied_at"],
                name="rankingsettings_newest",
            ),
        ),
        migrations.AddConstraint(
            model_name="rankingsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("half_life_month__range", (1, 8760.0)),
                    ("half_life_now__range", (1, 8760.0)),
                    ("half_life_week__range", (1, 8760.0)),
                ),
                name="rankingsettings_half_lives",
            ),
        ),
        migrations.AddConstraint(
            model_name="rankingsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("mix__range", (0, 1))), name="rankingsettings_mix_0_to_1"
            ),
        ),
        migrations.AddConstraint(
            model_name="rankingsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("prior__gt", 0), ("prior__lte", 100)),
                name="rankingsettings_prior_above_0",
            ),
        ),
        migrations.AddConstraint(
            model_name="rankingsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("min_voters__gte", 1)), name="rankingsettings_a_voter_at_least"
            ),
        ),
        migrations.AddConstraint(
            model_name="rankingsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("field_smoothing__range", (0, 100000))),
                name="rankingsettings_smoothing_from_0",
            ),
        ),
        migrations.AddConstraint(
            model_name="rankingsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("newcomer_weight__gt", 0), ("newcomer_weight__lte", 1)),
                name="rankingsettings_newcomer_weight",
            ),
        ),
        migrations.AddConstraint(
            model_name="rankingsettings",
            constraint=models.UniqueConstraint(
                models.Value(True),
                condition=models.Q(("applied_at__isnull", True)),
                name="rankingsettings_one_waits",
            ),
        ),
        migrations.AddIndex(
            model_name="standingcorrection",
            index=models.Index(fields=["standing", "-id"], name="standingcorrection_newest"),
        ),
        migrations.AddIndex(
            model_name="suspectedring",
            index=models.Index(
                condition=models.Q(("decision", "")),
                fields=["-last_seen_at"],
                name="suspectedring_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="suspectedring",
            constraint=models.CheckConstraint(
                condition=models.Q(("pattern__in", ["lockstep", "newcomers", "network"])),
                name="suspectedring_pattern_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="suspectedring",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("decision", "")),
                    models.Q(
                        ("decided_at__isnull", False), ("decision__in", ["quarantined", "innocent"])
                    ),
                    _connector="OR",
                ),
                name="suspectedring_decided_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="suspectedring",
            constraint=models.CheckConstraint(
                condition=models.Q(("last_seen_at__gte", models.F("first_seen_at"))),
                name="suspectedring_seen_first_then_last",
            ),
        ),
        migrations.AddConstraint(
            model_name="ringmember",
            constraint=models.UniqueConstraint(fields=("ring", "user"), name="ringmember_once"),
        ),
        migrations.RunSQL(
            APPEND_ONLY % {"new": ", new.standing_id", "old": ", old.standing_id"},
            APPEND_ONLY % {"new": "", "old": ""},
        ),
    ]
