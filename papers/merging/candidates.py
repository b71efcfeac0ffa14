"""Pairs of papers that may be one work, found for a moderator to decide.

Two things make a candidate: the same title with an author's family name in common, and a DOI that
a record of one paper states and the other paper holds. Nothing else of a paper is compared, so a
pair that is not here may still be one work.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

# A title that more papers have is the name of a series: “Editorial”, “Erratum”.
MOST_OF_ONE_TITLE = 10
# A preprint is seldom published later than this; a report of each year has one title, too.
MOST_YEARS_APART = 5

# Any number that no other advisory lock of this database has.
CANDIDATES_LOCK = 7_340_224

# Keys in the order of preference: an arXiv id, a DOI, one of ours.
PREFERENCE = "case when {0}.key like 'doi:%%' then 1 when {0}.key like 'op:%%' then 2 else 0 end"

# One pass. `root` says what a merged paper has become, so that what was decided of a paper holds
# for the one that it is part of now. Open candidates for which nothing speaks any longer go.
FIND = f"""
with recursive merged (id, root) as (
    select id, merged_into_id from papers_paper where merged_into_id is not null
    union all
    select merged.id, paper.merged_into_id from merged
    join papers_paper as paper on paper.id = merged.root
    where paper.merged_into_id is not null
), root as (
    select merged.id, merged.root from merged
    join papers_paper as paper on paper.id = merged.root and paper.merged_into_id is null
), paper as (
    select id, key, title_text, title_hash, date_part('year', published_at)::int as year
    from papers_paper where state not in ('merged', 'hidden')
), titled as (
    select * from (
        select paper.*, count(*) over (partition by title_hash) as namesakes
        from paper where title_hash <> ''
    ) as counted
    where namesakes between 2 and %(most)s
), family as (
    select distinct authorship.paper_id, regexp_replace(authorship.name_key, '^.*-', '') as name
    from papers_authorship as authorship join titled on titled.id = authorship.paper_id
), by_title as (
    select one.id as one_id, two.id as two_id, one.title_text as title, (
        select jsonb_agg(shared.name order by shared.name) from family as shared
        join family as same on same.name = shared.name and same.paper_id = two.id
        where shared.paper_id = one.id
    ) as names
    from titled as one
    join titled as two on two.title_hash = one.title_hash and one.id < two.id
    where coalesce(abs(one.year - two.year), 0) <= %(years)s
), by_doi as (
    select least(record.paper_id, holder.paper_id) as one_id,
        greatest(record.paper_id, holder.paper_id) as two_id,
        jsonb_agg(distinct holder.value) as dois
    from papers_sourcerecord as record
    cross join lateral jsonb_array_elements(
        case jsonb_typeof(record.fields -> 'identifiers')
            when 'array' then record.fields -> 'identifiers' else '[]'
        end
    ) as stated
    join papers_paperidentifier as holder
        on holder.kind = 'doi' and stated ->> 0 = 'doi' and holder.value = stated ->> 1
    where holder.paper_id <> record.paper_id
    group by 1, 2
), pair as (
    select coalesce(by_title.one_id, by_doi.one_id) as one_id,
        coalesce(by_title.two_id, by_doi.two_id) as two_id, title, names, dois
    from (select * from by_title where names is not null) as by_title
    full join by_doi on by_doi.one_id = by_title.one_id and by_doi.two_id = by_title.two_id
), decided as (
    select coalesce(first_root.root, first_id) as one_id,
        coalesce(second_root.root, second_id) as two_id
    from papers_mergecandidate
    left join root as first_root on first_root.id = first_id
    left join root as second_root on second_root.id = second_id
    where decision <> ''
), found as (
    select
        case when preferred then one.id else two.id end as first_id,
        case when preferred then two.id else one.id end as second_id,
        jsonb_path_query_array(
            jsonb_build_array(
                case when dois is not null then
                    jsonb_build_object('kind', 'shared_doi', 'dois', dois) end,
                case when names is not null then
                    jsonb_build_object('kind', 'same_title', 'title', title) end,
                case when names is not null then
                    jsonb_build_object('kind', 'same_authors', 'names', names) end,
                case when one.year is not null and two.year is not null then
                    jsonb_build_object('kind', 'years', 'years', case when preferred
                        then jsonb_build_array(one.year, two.year)
                        else jsonb_build_array(two.year, one.year) end) end
            ),
            '$[*] ? (@ != null)'
        ) as evidence
    from pair
    join paper as one on one.id = pair.one_id
    join paper as two on two.id = pair.two_id
    cross join lateral (
        select ({PREFERENCE.format("one")}, one.key collate "C")
            < ({PREFERENCE.format("two")}, two.key collate "C") as preferred
    ) as keys
    where not exists (
        select from decided where (decided.one_id, decided.two_id) in
            ((pair.one_id, pair.two_id), (pair.two_id, pair.one_id))
    )
), dropped as (
    delete from papers_mergecandidate as candidate
    where decision = '' and not exists (
        select from found where (found.first_id, found.second_id)
            = (candidate.first_id, candidate.second_id)
    )
    returning id
), written as (
    insert into papers_mergecandidate as candidate
        (first_id, second_id, evidence, found_at, decision)
    select first_id, second_id, evidence, %(now)s, '' from found order by first_id, second_id
    on conflict (first_id, second_id) do update set evidence = excluded.evidence
    where candidate.decision = '' and candidate.evidence <> excluded.evidence
    returning xmax = 0 as is_new
)
select
    (select count(*) from written where is_new),
    (select count(*) from written where not is_new),
    (select count(*) from dropped)
"""  # noqa: S608  composed of constants; every value is a parameter


@dataclass(frozen=True, slots=True)
class FoundCandidates:
    """What a search changed in the moderators' queue, in pairs."""

    added: int = 0
    changed: int = 0
    dropped: int = 0


@transaction.atomic
def find_candidates(now: datetime) -> FoundCandidates:
    """Bring the queue of open candidates up to date; never touch a pair that was decided.

    While another is at it, this leaves it to that one.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s)", [CANDIDATES_LOCK])
        if not cursor.fetchone()[0]:
            return FoundCandidates()
        values: dict[str, Any] = {"most": MOST_OF_ONE_TITLE, "years": MOST_YEARS_APART, "now": now}
        cursor.execute(FIND, values)
        return FoundCandidates(*cursor.fetchone())
