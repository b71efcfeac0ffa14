"""What the database refuses: each of its constraints, violated once and by itself."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, TypeVar

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import ForeignKey, Model
from django.utils import timezone

from accounts.models import FormerUsername, Profile, User
from papers.models import (
    ArchivedRank,
    AskedId,
    Authorship,
    DeletedRecord,
    DriftCheck,
    ExternalCount,
    FieldLevel,
    Harvest,
    HarvestRun,
    LibraryEntry,
    ListingRules,
    MergeCandidate,
    MergeRecord,
    ModerationLogEntry,
    NetworkSecret,
    Paper,
    PaperClaim,
    PaperHeat,
    PaperIdentifier,
    PaperTag,
    PaperVersion,
    RankingDelay,
    RankingSettings,
    ReadingList,
    ReadingListEntry,
    RemovedEntry,
    RingMember,
    SearchWord,
    SourceRecord,
    SourceState,
    Standing,
    StandingCorrection,
    StandingPlace,
    SuspectedRing,
    Tag,
    Upvote,
    VoteCensus,
    VoteOrigin,
    VoteOutbox,
)
from papers.services.entries import remove_entry
from tests.factories import (
    make_list,
    make_moderator,
    make_paper,
    make_tag,
    make_upvote,
    make_user,
)

Row = TypeVar("Row", bound=Model)

NOW = timezone.now()
NOBODY = 10**9
MODELS = [
    model for label in ("accounts", "papers") for model in apps.get_app_config(label).get_models()
]


# --- Rows that are right, to be made wrong ----------------------------------------------------


def change(row: Model, **values: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))


def again(row: Row, **values: Any) -> Row:
    """Insert a copy of `row`, with other values where they are given."""
    row.refresh_from_db()
    row.pk = None
    row._state.adding = True  # noqa: SLF001  # how Django's documentation copies a row
    for name, value in values.items():
        setattr(row, name, value)
    row.save(force_insert=True)
    return row


def again_with_its_key(row: Model) -> None:
    row._state.adding = True  # noqa: SLF001  # as above
    row.save(force_insert=True)


def without(constraint: str, model: type[Model]) -> None:
    """Drop a constraint, to see that the one behind it holds too. The test's end brings it back."""
    with connection.cursor() as cursor:
        cursor.execute(f"alter table {model._meta.db_table} drop constraint {constraint}")


def former(username: str = "once-alice") -> FormerUsername:
    return FormerUsername.objects.create(user=make_user(), username=username, given_up_at=NOW)


def again_of(profile: Profile) -> None:
    Profile(user=profile.user).save(force_insert=True)


def without_triggers(model: type[Model]) -> None:
    """Have nothing follow a change: what follows might be refused first."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute(f"alter table {model._meta.db_table} disable trigger user")
        cursor.execute("set constraints all deferred")


def tag(**values: Any) -> Tag:
    return Tag.objects.create(**{"scheme": "topic", "code": "x", "slug": "x", "name": "X"} | values)


def standing(**values: Any) -> Standing:
    right = {"period": "day", "starts_on": date(2026, 3, 2), "votes_until": NOW}
    return Standing.objects.create(**(right | values))


def place(**values: Any) -> StandingPlace:
    right = {"rank": 1, "weight": 1.5, "upvotes": 2}
    references = {"standing": standing(), "paper": make_paper()}
    return StandingPlace.objects.create(**(right | references | values))


def heat(**values: Any) -> PaperHeat:
    return PaperHeat.objects.create(paper=make_paper(), **values)


def identifier() -> PaperIdentifier:
    return make_paper().identifiers.get()


def authorship() -> Authorship:
    return make_paper().authorships.get(position=1)


def entry() -> ReadingListEntry:
    return make_list(make_user(), papers=[make_paper()]).entries.get()


def kept(**values: Any) -> LibraryEntry:
    right = {"owner": make_user(), "paper": make_paper(), "status": "read"}
    return LibraryEntry.objects.create(**(right | {"added_at": NOW, "changed_at": NOW} | values))


def upvote(**values: Any) -> Upvote:
    return make_upvote(make_user(), make_paper(), **values)


def paper_tag() -> PaperTag:
    return PaperTag.objects.create(paper=make_paper(), tag=make_tag())


def record(**values: Any) -> SourceRecord:
    right = {"source": "demo", "source_id": "1", "digest": "0" * 64}
    dated = {"record_date": date(2026, 3, 1), "fields": {}}
    return SourceRecord.objects.create(paper=make_paper(), **(right | dated | values))


def candidate(**values: Any) -> MergeCandidate:
    values = {"first": paper(), "second": paper(), "found_at": NOW, **values}
    return MergeCandidate.objects.create(**values)


def merge(**values: Any) -> MergeRecord:
    values = {"kept": paper(), "merged": paper(), "reason": "A test.", "merged_at": NOW, **values}
    return MergeRecord.objects.create(**values)


def count() -> ExternalCount:
    return ExternalCount.objects.create(
        paper=make_paper(), source="huggingface", count=82, taken_on=date(2026, 3, 1)
    )


def outbox(delta: int = 0) -> VoteOutbox:
    return VoteOutbox.objects.create(paper=make_paper(), delta=delta)


def log(action: str, **values: Any) -> ModerationLogEntry:
    return ModerationLogEntry.objects.create(action=action, reason="Spam.", **values)


def word(papers: int = 1) -> SearchWord:
    return SearchWord.objects.create(word="graphs", stem="graph", papers=papers)


def deleted_record(**values: Any) -> DeletedRecord:
    right = {"source": "arxiv_oai", "source_id": "2603.00001", "deleted_on": date(2026, 3, 1)}
    return DeletedRecord.objects.create(**(right | values))


def version(**values: Any) -> PaperVersion:
    return PaperVersion.objects.create(**({"paper": paper(), "number": 1} | values))


def negative_version() -> None:
    without("paperversion_from_1", PaperVersion)
    version(number=-1)


def negative_new_version() -> None:
    without("libraryentry_new_version_from_2", LibraryEntry)
    kept(new_version=-1)


def harvest() -> Harvest:
    return Harvest.objects.create(name="a harvest of a test")


def harvest_run(**values: Any) -> HarvestRun:
    right = {"harvest": values.get("harvest") or harvest(), "started_at": NOW, "active_at": NOW}
    return HarvestRun.objects.create(**(right | values))


def source_state(**values: Any) -> SourceState:
    SourceState.objects.all().delete()
    return SourceState.objects.create(**({"provider": "arxiv"} | values))


def rules(**values: Any) -> None:
    change(ListingRules.objects.get_or_create(pk=1)[0], **values)


def asked_id(**values: Any) -> AskedId:
    right = {"provider": "arxiv", "value": "2603.00001", "asked_at": NOW}
    return AskedId.objects.create(**(right | values))


def numbers(**values: Any) -> RankingSettings:
    return RankingSettings.objects.create(reason="A test.", **values)


def negative_voters() -> None:
    without("rankingsettings_a_voter_at_least", RankingSettings)
    numbers(min_voters=-1)


def claim() -> PaperClaim:
    return PaperClaim.objects.create(user=make_user(), paper=paper(), claimed_at=NOW)


def level(**values: Any) -> FieldLevel:
    right = {"tag": make_tag(), "window": "week", "level": 1.0, "papers": 3, "frozen_at": NOW}
    return FieldLevel.objects.create(**(right | values))


def archived(**values: Any) -> ArchivedRank:
    right = {"paper": paper(), "day": date(2026, 3, 2), "rank": 1}
    return ArchivedRank.objects.create(**(right | values))


def negative_archived_rank() -> None:
    without("archivedrank_from_1", ArchivedRank)
    archived(rank=-1)


def drift_check(**values: Any) -> DriftCheck:
    right = {"checked_at": NOW, "papers": 2, "drifting": 0, "pending": 0}
    return DriftCheck.objects.create(**(right | values))


def delay(**values: Any) -> RankingDelay:
    return RankingDelay.objects.create(**({"day": date(2026, 3, 2), "seconds": 1.0} | values))


def census(**values: Any) -> VoteCensus:
    right = {"weight_reason": "counted", "votes": 2, "weight": 1.5, "counted_at": NOW}
    return VoteCensus.objects.create(**(right | values))


def correction() -> StandingCorrection:
    of = standing()
    return StandingCorrection.objects.create(
        standing=of, log_entry=log("correct", standing=of), corrected_at=NOW, changes=[]
    )


def network_secret() -> NetworkSecret:
    return NetworkSecret.objects.create(day=date(2026, 3, 2), secret=b"x" * 32)


def origin() -> VoteOrigin:
    return VoteOrigin.objects.create(upvote=upvote(), day=date(2026, 3, 2), network="x" * 43)


def ring(**values: Any) -> SuspectedRing:
    right = {"pattern": "lockstep", "fingerprint": "x"}
    seen = {"first_seen_at": NOW, "last_seen_at": NOW}
    return SuspectedRing.objects.create(**(right | seen | values))


def ring_member() -> RingMember:
    return RingMember.objects.create(ring=ring(), user=make_user())


def paper(**values: Any) -> Paper:
    return make_paper(**values)


def second_default_list() -> None:
    owner = make_user()
    for title in ("One", "Two"):
        make_list(owner, title, is_default=True)


def two_entries_in_one_place() -> None:
    first = entry()
    again(first, paper=make_paper())


def heated() -> dict[str, Any]:
    return {"h_now": 0.0, "h_week": 0.0, "h_month": 0.0, "listed_at": NOW}


def missing(name: str) -> dict[str, Any]:
    return heated() | {name: None}


def name_of_other_case() -> None:
    without("user_username_shape", User)
    make_user("alice")
    make_user("ALICE", email="other@example.org")


def negative_author_position() -> None:
    without("authorship_position_from_1", Authorship)
    change(authorship(), position=-1)


def negative_entry_position() -> None:
    without("readinglistentry_position_from_1", ReadingListEntry)
    change(entry(), position=-1)


def removed_entry() -> RemovedEntry:
    there = entry()
    return remove_entry(reading_list=there.reading_list, entry_id=there.pk, now=NOW)


def negative_removed_position() -> None:
    without("removedentry_position_from_1", RemovedEntry)
    change(removed_entry(), position=-1)


def unlisted() -> ReadingList:
    return make_list(make_user(), visibility="unlisted")


def link_of_another_list() -> None:
    change(unlisted(), link_digest=unlisted().link_digest)


# --- Every way to break them ------------------------------------------------------------------

BREAKERS: list[tuple[str, Callable[[], object]]] = [
    # users
    ("accounts_user_username_key", lambda: again(make_user("alice"))),
    ("user_username_lower_unique", name_of_other_case),
    *[
        ("user_username_shape", lambda name=name: change(make_user(), username=name))
        for name in ("Alice", "a", "-alice", "al ice", "alice@example.org", "alice\n", "å1")
    ],
    *[
        ("user_email_shape", lambda email=email: change(make_user(), email=email))
        for email in ("x" * 254, "alice@", "@example.org", "alice@exam ple.org", "alice@x.org\n")
    ],
    ("user_theme_known", lambda: change(make_user(), theme="sepia")),
    ("user_density_known", lambda: change(make_user(), density="roomy")),
    ("accounts_profile_pkey", lambda: again_of(Profile.objects.create(user=make_user()))),
    ("accounts_formerusername_username_key", lambda: again(former())),
    *[
        ("formerusername_shape", lambda name=name: former(name))
        for name in ("Alice", "a", "-alice", "al ice")
    ],
    # Triggers: two tables, one name.
    ("user_username_not_given_up", lambda: make_user(former().username)),
    ("user_username_not_given_up", lambda: change(make_user(), username=former().username)),
    ("formerusername_not_in_use", lambda: former(make_user().username)),
    ("formerusername_not_in_use", lambda: change(former(), username=make_user().username)),
    # papers
    ("papers_paper_key_key", lambda: again(paper())),
    ("paper_has_title", lambda: change(paper(), title="")),
    ("paper_has_title_text", lambda: change(paper(), title_text="")),
    *[
        ("paper_key_shape", lambda key=key: change(paper(), key=key))
        for key in (
            "", "2503.123", "2503.123456", "2503.01234v2", "math.CA/0611800", "hep-th/990100",
            "doi:10.1101/ABC", "doi:10.1101/", "doi:11.1101/x", "doi:10.1101/a b", "op:short",
            "op:0123456789", "op:abcdefghijk", "x:2503.01234", " 2503.01234", "2503.01234\n",
        )
    ],
    ("paper_listed_by_person_is_listed", lambda: paper(listed=False, listed_by_person_at=NOW)),
    ("mergecandidate_pair_once", lambda: again(candidate())),
    ("mergecandidate_two_papers", lambda: candidate(first=(one := paper()), second=one)),
    ("mergecandidate_decided_when_decided", lambda: candidate(decision="apart")),
    ("mergecandidate_decided_when_decided", lambda: candidate(decided_at=NOW)),
    ("mergecandidate_decided_when_decided", lambda: candidate(decision="never", decided_at=NOW)),
    ("mergerecord_two_papers", lambda: merge(kept=(one := paper()), merged=one)),
    ("mergerecord_merged_once", lambda: again(merge(), kept=paper())),
    ("paper_not_merged_into_itself", lambda: change(merging := paper(), merged_into=merging)),
    ("papers_paper_render_version_check", lambda: change(paper(), render_version=-1)),
    ("papers_paper_version_check", lambda: change(paper(), version=-1)),
    # their ids, authors, counts elsewhere, records of sources
    ("paperidentifier_unique", lambda: again(identifier(), paper=paper())),
    ("paperidentifier_doi_shape", lambda: change(identifier(), kind="doi", value="10.1101/ABC")),
    ("paperidentifier_doi_shape", lambda: change(identifier(), kind="doi", value="1101/abc")),
    ("authorship_position_unique", lambda: again(authorship())),
    ("authorship_position_from_1", lambda: change(authorship(), position=0)),
    ("papers_authorship_position_check", negative_author_position),
    ("authorship_has_name", lambda: change(authorship(), name="")),
    ("authorship_has_name", lambda: change(authorship(), name_key="")),
    ("externalcount_unique", lambda: again(count())),
    ("papers_externalcount_count_check", lambda: change(count(), count=-1)),
    ("sourcerecord_unique", lambda: again(record(), paper=paper())),
    *[
        ("sourcerecord_digest_shape", lambda digest=digest: record(digest=digest))
        for digest in ("", "0" * 63, "g" * 64, "A" * 64)
    ],
    # tags
    ("tag_code_unique", lambda: again(tag(), slug="y")),
    ("papers_tag_slug_key", lambda: again(tag(), code="y")),
    ("papers_tag_paper_count_check", lambda: change(tag(), paper_count=-1)),
    *[
        ("tag_slug_shape", lambda slug=slug: tag(slug=slug))
        for slug in ("", "cs.LG", "CS", "-x", "x-", "x--y", "x y")
    ],
    ("tag_not_its_parent", lambda: change(own := tag(), parent=own)),
    ("tag_not_its_synonym", lambda: change(own := tag(), synonym_of=own)),
    ("papertag_unique", lambda: again(paper_tag())),
    # votes
    ("upvote_one_a_user_a_paper", lambda: again(upvote())),
    ("upvote_weight_0_to_1", lambda: upvote(weight=1.01, earned_weight=1)),
    ("upvote_weight_0_to_1", lambda: upvote(weight=float("nan"), earned_weight=1, weight_reason="counted")),
    ("upvote_removed_after_cast", lambda: upvote(removed_at=NOW - timedelta(days=1))),
    ("upvote_weight_matches_reason", lambda: upvote(weight=0.0, weight_reason="counted")),
    ("upvote_weight_matches_reason", lambda: upvote(weight=1.0, weight_reason="suspended")),
    ("voteoutbox_one_vote_a_row", lambda: outbox(delta=2)),
    ("voteoutbox_one_vote_a_row", lambda: outbox(delta=-2)),
    # heat
    ("papers_paperheat_pkey", lambda: PaperHeat.objects.create(paper=heat().paper)),
    ("papers_paperheat_upvotes_check", lambda: heat(upvotes=-1)),
    *[
        ("paperheat_visible_has_heat", lambda name=name: heat(visible=True, **missing(name)))
        for name in heated()
    ],
    ("paperheat_trending_is_visible", lambda: heat(trending=True, **heated())),
    # standings
    ("standing_one_a_period", lambda: again(standing())),
    *[
        (
            "standing_starts_its_period",
            lambda period=period, day=day: standing(period=period, starts_on=day),
        )
        for period, day in (
            ("week", date(2026, 3, 3)), ("month", date(2026, 3, 2)), ("year", date(2026, 1, 1)),
        )
    ],
    ("standingplace_one_paper_a_rank", lambda: again(place(), paper=paper())),
    ("standingplace_one_rank_a_paper", lambda: again(place(), rank=2)),
    ("standingplace_rank_from_1", lambda: change(place(), rank=0)),
    ("papers_standingplace_rank_check", lambda: change(place(), rank=-1)),
    ("papers_standingplace_upvotes_check", lambda: change(place(), upvotes=-1)),
    *[
        (
            "standingplace_weight_of_its_upvotes",
            lambda weight=weight, upvotes=upvotes: place(weight=weight, upvotes=upvotes),
        )
        for weight, upvotes in ((2.1, 2), (0, 2), (1, 0), (-1, 2), (float("nan"), 2))
    ],
    # lists
    ("readinglist_slug_unique", lambda: again(make_list(make_user()))),
    ("readinglist_one_default_an_owner", second_default_list),
    ("readinglist_has_title", lambda: change(make_list(make_user()), title="")),
    *[
        ("readinglist_slug_shape", lambda slug=slug: make_list(make_user(), slug=slug))
        for slug in ("", "My-List", "x_y", "-x", "x/y")
    ],
    ("readinglistentry_paper_once", lambda: again(entry(), position=2)),
    ("readinglistentry_one_a_place", two_entries_in_one_place),
    ("readinglistentry_position_from_1", lambda: change(entry(), position=0)),
    ("papers_readinglistentry_position_check", negative_entry_position),
    ("removedentry_paper_once", lambda: again(removed_entry())),
    ("removedentry_position_from_1", lambda: change(removed_entry(), position=0)),
    ("papers_removedentry_position_check", negative_removed_position),
    # A list has a link exactly while it is unlisted.
    ("papers_readinglist_link_digest_key", link_of_another_list),
    ("readinglist_unlisted_has_link", lambda: change(unlisted(), link_digest=None)),
    ("readinglist_unlisted_has_link", lambda: change(unlisted(), visibility="private")),
    ("readinglist_unlisted_has_link", lambda: change(unlisted(), visibility="public")),
    ("readinglist_unlisted_has_link", lambda: change(make_list(make_user()), link_nonce="x")),
    ("readinglist_unlisted_has_link", lambda: make_list(make_user(), link_digest="0" * 64)),
    # libraries
    ("libraryentry_paper_once", lambda: again(kept())),
    *[
        ("libraryentry_status", lambda status=status: kept(status=status))
        for status in ("Read", "skimmed", " ")
    ],
    # the words of search
    ("papers_searchword_pkey", lambda: (word(), word())),
    ("searchword_is_of_a_paper", lambda: word(papers=0)),
    ("libraryentry_new_version_from_2", lambda: kept(new_version=1)),
    ("papers_libraryentry_new_version_check", negative_new_version),
    # versions, and what sources have deleted
    ("paper_published_precision", lambda: change(paper(), published_precision="hour")),
    ("paperversion_unique", lambda: again(version())),
    ("paperversion_from_1", lambda: version(number=0)),
    ("papers_paperversion_number_check", negative_version),
    ("deletedrecord_unique", lambda: (deleted_record(), deleted_record())),
    # harvests
    ("papers_harvest_name_key", lambda: (harvest(), harvest())),
    ("harvestrun_one_at_a_time", lambda: again(harvest_run())),
    *[
        (f"papers_harvestrun_{name}_check", lambda name=name: harvest_run(**{name: -1}))
        for name in "requests created updated unchanged rejected refusals".split()
    ],
    ("papers_sourcestate_pkey", lambda: again_with_its_key(source_state())),
    ("papers_sourcestate_refusals_check", lambda: source_state(refusals=-1)),
    ("sourcestate_provider", lambda: source_state(provider="elsewhere")),
    ("listingrules_one_row", lambda: ListingRules.objects.create(pk=2)),
    ("listingrules_weekend", lambda: rules(weekend="friday")),
    ("papers_listingrules_catch_up_days_check", lambda: rules(catch_up_days=-1)),
    ("papers_listingrules_maximum_a_day_check", lambda: rules(maximum_a_day=-1)),
    # what sources were asked for
    ("askedid_unique", lambda: (asked_id(), asked_id())),
    ("askedid_provider", lambda: asked_id(provider="elsewhere")),
    # the numbers of the ranking
    *[
        ("rankingsettings_half_lives", lambda name=name, hours=hours: numbers(**{name: hours}))
        for name in ("half_life_now", "half_life_week", "half_life_month")
        for hours in (0.9, 8761, float("nan"))
    ],
    ("rankingsettings_mix_0_to_1", lambda: numbers(mix=-0.1)),
    ("rankingsettings_mix_0_to_1", lambda: numbers(mix=1.1)),
    ("rankingsettings_prior_above_0", lambda: numbers(prior=0)),
    ("rankingsettings_prior_above_0", lambda: numbers(prior=float("inf"))),
    ("rankingsettings_a_voter_at_least", lambda: numbers(min_voters=0)),
    ("papers_rankingsettings_min_voters_check", negative_voters),
    ("rankingsettings_smoothing_from_0", lambda: numbers(field_smoothing=-1)),
    ("rankingsettings_newcomer_weight", lambda: numbers(newcomer_weight=0)),
    ("rankingsettings_newcomer_weight", lambda: numbers(newcomer_weight=1.1)),
    ("papers_rankingsettings_newcomer_days_check", lambda: numbers(newcomer_days=-1)),
    ("papers_rankingsettings_hide_counts_hours_check", lambda: numbers(hide_counts_hours=-1)),
    ("rankingsettings_one_waits", lambda: (numbers(), numbers())),
    # what votes earn and who wrote what
    ("upvote_earned_weight_above_0", lambda: upvote(weight=0.0, earned_weight=0)),
    ("upvote_earned_weight_above_0", lambda: upvote(weight=0.0, earned_weight=1.1)),
    ("upvote_weight_matches_reason", lambda: upvote(weight=0.5, earned_weight=1)),
    ("paperheat_weight_from_0", lambda: heat(weight=-1)),
    ("paperclaim_once_a_member", lambda: again(claim())),
    # what rankings keep
    ("fieldlevel_one_a_window", lambda: again(level())),
    ("fieldlevel_one_of_all", lambda: again(level(tag=None))),
    ("fieldlevel_window_known", lambda: level(window="year")),
    ("papers_fieldlevel_papers_check", lambda: level(papers=-1)),
    ("archivedrank_one_a_day", lambda: again(archived(), rank=2)),
    ("archivedrank_one_paper_a_rank", lambda: again(archived(), paper=paper())),
    ("archivedrank_from_1", lambda: archived(rank=0)),
    ("papers_archivedrank_rank_check", negative_archived_rank),
    *[
        (f"papers_driftcheck_{name}_check", lambda name=name: drift_check(**{name: -1}))
        for name in ("papers", "drifting", "pending")
    ],
    ("rankingdelay_one_a_class", lambda: again(delay())),
    ("rankingdelay_after_the_vote", lambda: delay(seconds=0)),
    ("papers_rankingdelay_votes_check", lambda: delay(votes=-1)),
    ("papers_votecensus_weight_reason_key", lambda: (census(), census())),
    ("votecensus_reason_known", lambda: census(weight_reason="liked")),
    ("papers_votecensus_votes_check", lambda: census(votes=-1)),
    ("papers_standingcorrection_log_entry_id_key", lambda: again(correction())),
    # rings
    ("papers_networksecret_day_key", lambda: (network_secret(), network_secret())),
    ("papers_voteorigin_pkey", lambda: again_with_its_key(origin())),
    ("papers_suspectedring_fingerprint_key", lambda: (ring(), ring())),
    ("suspectedring_pattern_known", lambda: ring(pattern="friends")),
    ("suspectedring_decided_at_a_time", lambda: ring(decision="innocent")),
    ("suspectedring_decided_at_a_time", lambda: ring(decided_at=NOW)),
    ("suspectedring_decided_at_a_time", lambda: ring(decision="guilty", decided_at=NOW)),
    (
        "suspectedring_seen_first_then_last",
        lambda: ring(last_seen_at=NOW - timedelta(seconds=1)),
    ),
    ("ringmember_once", lambda: again(ring_member())),
    # the moderation log
    ("moderationlogentry_has_subject", lambda: log("correct", paper=paper())),
    ("moderationlogentry_has_subject", lambda: log("hide", member=make_user())),
    ("moderationlogentry_has_subject", lambda: log("restore")),
    *[
        ("moderationlogentry_has_subject", lambda action=action: log(action, paper=paper()))
        for action in ("suspend", "unsuspend", "quarantine", "release")
    ],
    ("moderationlogentry_has_subject", lambda: log("applaud", paper=paper(), member=make_user())),
]  # fmt: skip

# A row of each table that refers to others.
ROWS: dict[type[Model], Callable[[], Model]] = {
    FormerUsername: former,
    Paper: paper,
    PaperIdentifier: identifier,
    Authorship: authorship,
    ExternalCount: count,
    SourceRecord: record,
    Tag: tag,
    PaperTag: paper_tag,
    Upvote: upvote,
    VoteOutbox: outbox,
    PaperHeat: heat,
    Standing: standing,
    StandingPlace: place,
    ReadingList: lambda: make_list(make_user()),
    ReadingListEntry: entry,
    RemovedEntry: removed_entry,
    LibraryEntry: kept,
    PaperVersion: version,
    HarvestRun: harvest_run,
    MergeCandidate: candidate,
    MergeRecord: merge,
    RankingSettings: numbers,
    PaperClaim: claim,
    FieldLevel: level,
    ArchivedRank: archived,
    StandingCorrection: correction,
    VoteOrigin: origin,
    SuspectedRing: ring,
    RingMember: ring_member,
}
# What a row cannot be without, of those whose reference is their own key.
NEEDED: dict[type[Model], dict[str, Any]] = {
    VoteOrigin: {"day": date(2026, 3, 2), "network": "x" * 43}
}
REFERENCES = [
    (model, field)
    for model in MODELS
    for field in model._meta.local_fields
    if isinstance(field, ForeignKey) and getattr(field, "db_constraint", True)
]


@transaction.atomic
def in_full(breaker: Callable[[], object]) -> None:
    """Do it, and have the constraints checked that wait for the end of the transaction."""
    breaker()
    connection.check_constraints()


def refused_by(error: IntegrityError) -> str:
    """The name of the constraint that an error comes from."""
    return str(error.__cause__.diag.constraint_name)  # type: ignore[union-attr]


def constraints() -> dict[str, tuple[str, str, list[str]]]:
    """Every constraint of our tables: its name -> its table, its kind and its columns.

    Kinds are those of PostgreSQL: c check, f foreign key, p primary key, u unique. Without the
    primary keys called id, which nobody sets, and columns that may not be null.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select conname, relname, contype::text, array(
                select attname::text from pg_attribute
                where attrelid = conrelid and attnum = any(conkey) order by attname
            )
            from pg_constraint join pg_class on pg_class.oid = conrelid
            where relname = any(%(tables)s) and contype <> 'n'
            union all
            select index.relname, pg_class.relname, 'u', '{}'
            from pg_index
            join pg_class as index on index.oid = indexrelid
            join pg_class on pg_class.oid = indrelid
            where pg_class.relname = any(%(tables)s) and indisunique
            and not exists (select from pg_constraint where conindid = indexrelid)
            """,
            {"tables": [model._meta.db_table for model in MODELS]},
        )
        found = {name: (table, kind, columns) for name, table, kind, columns in cursor.fetchall()}
    return {name: what for name, what in found.items() if what[1:] != ("p", ["id"])}


@pytest.mark.parametrize(("constraint", "breaker"), BREAKERS)
def test_the_database_refuses_what_breaks(
    db: None, constraint: str, breaker: Callable[[], object]
) -> None:
    with pytest.raises(IntegrityError) as refusal:
        in_full(breaker)
    assert refused_by(refusal.value) == constraint


@pytest.mark.parametrize(("model", "field"), REFERENCES, ids=str)
def test_the_database_refuses_a_reference_to_nothing(
    db: None, model: type[Model], field: "ForeignKey[Any, Any]"
) -> None:
    def refer_to_nothing() -> None:
        if field.primary_key:
            model(pk=NOBODY, **NEEDED.get(model, {})).save(force_insert=True)
        else:
            row = ROWS[model]()
            without_triggers(model)
            change(row, **{field.attname: NOBODY})

    with pytest.raises(IntegrityError) as refusal:
        in_full(refer_to_nothing)
    expected = (model._meta.db_table, "f", [field.column])
    assert constraints()[refused_by(refusal.value)] == expected


def test_every_constraint_of_the_database_has_a_test_that_breaks_it(db: None) -> None:
    broken = {name for name, _breaker in BREAKERS}
    columns = {(model._meta.db_table, "f", field.column) for model, field in REFERENCES}
    untested = [
        name
        for name, (table, kind, names) in constraints().items()
        if name not in broken and (kind != "f" or (table, kind, names[0]) not in columns)
    ]
    assert untested == []


def test_every_constraint_that_a_model_declares_is_in_the_database(db: None) -> None:
    declared = {constraint.name for model in MODELS for constraint in model._meta.constraints}
    assert declared <= set(constraints())


# --- What must stay possible ------------------------------------------------------------------


@pytest.mark.parametrize(
    "key",
    "0704.0001 2503.01234 hep-th/9901001 math/0611800 "
    "doi:10.1101/2020.01.01.123456 doi:10.1000/(a)b;c op:abcdefg234".split(),
)
def test_keys_of_every_kind_are_accepted(db: None, key: str) -> None:
    assert paper(key=key).key == key


@pytest.mark.parametrize("name", ["a1", "alice", "al-ice_2", "0x", "a" * 30])
def test_user_names_within_the_rules_are_accepted(db: None, name: str) -> None:
    assert make_user(name).username == name


def test_two_entries_of_a_list_can_change_places(db: None) -> None:
    first, second = make_list(make_user(), papers=[paper(), paper()]).entries.order_by("position")
    with transaction.atomic():
        change(first, position=2)
        change(second, position=1)
        connection.check_constraints()


# --- The moderation log -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        {"reason": "Something else."},
        {"reason": "", "action": "restore"},
        {"reason": "", "paper_id": NOBODY},
        {"reason": "", "standing_id": NOBODY},
        {"reason": "", "actor_id": None},
        {"reason": "", "created_at": NOW},
        {"paper_id": NOBODY},
    ],
)
def test_a_line_of_the_log_cannot_be_changed(db: None, values: dict[str, Any]) -> None:
    line = log("hide", paper=paper(), actor=make_moderator())
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        ModerationLogEntry.objects.filter(pk=line.pk).update(**values)
    assert ModerationLogEntry.objects.get() == line
    assert ModerationLogEntry.objects.get().reason == "Spam."


def test_a_line_of_the_log_cannot_be_deleted(db: None) -> None:
    line = log("hide", paper=paper())
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        line.delete()
    assert ModerationLogEntry.objects.exists()


def test_a_reason_in_the_log_can_be_blanked(db: None) -> None:
    line = log("hide", paper=paper(), actor=make_moderator())
    ModerationLogEntry.objects.update(reason="")
    after = ModerationLogEntry.objects.get()
    assert (after.pk, after.reason, after.created_at) == (line.pk, "", line.created_at)


def test_the_log_stays_whole_when_a_member_or_a_paper_is_erased(db: None) -> None:
    hidden, carol, alice = paper(), make_moderator(), make_user()
    ids = (carol.pk, hidden.pk, alice.pk)
    log("hide", paper=hidden, actor=carol)
    log("suspend", member=alice, actor=carol)
    for erased in (hidden, alice, carol):
        erased.delete()
    connection.check_constraints()
    last, first = ModerationLogEntry.objects.all()
    assert (first.actor_id, first.paper_id, last.member_id) == ids
