"""A library holds what its owner's lists hold, whoever changes them: triggers see to it."""

from django.db import migrations

# The row of the library is the lock between two changes of one paper in one library. It is taken
# first and the lists are read in a statement of their own, which then sees what was committed
# meanwhile.
FOLLOW_LISTS = """
create function library_gains_paper(the_list bigint, the_paper bigint, at timestamptz)
returns void language sql as $$
    insert into papers_libraryentry (owner_id, paper_id, status, note, added_at, changed_at)
    select owner_id, the_paper, '', '', at, at from papers_readinglist where id = the_list
    on conflict (owner_id, paper_id) do update set added_at = papers_libraryentry.added_at
$$;

create function library_may_lose_paper(the_owner bigint, the_paper bigint)
returns void language plpgsql as $$
begin
    perform 1 from papers_libraryentry
    where owner_id = the_owner and paper_id = the_paper for update;
    delete from papers_libraryentry
    where owner_id = the_owner and paper_id = the_paper and status = '' and note = ''
      and not exists (
          select from papers_readinglistentry as entry
          join papers_readinglist as list on list.id = entry.reading_list_id
          where entry.paper_id = the_paper and list.owner_id = the_owner
      );
end $$;

create function library_follows_lists() returns trigger language plpgsql as $$
begin
    if tg_op in ('INSERT', 'UPDATE') then
        perform library_gains_paper(new.reading_list_id, new.paper_id, new.added_at);
    end if;
    if tg_op in ('DELETE', 'UPDATE') then
        perform library_may_lose_paper(list.owner_id, old.paper_id)
        from papers_readinglist as list where list.id = old.reading_list_id;
    end if;
    return null;
end $$;

create function library_lets_go() returns trigger language plpgsql as $$
begin
    perform library_may_lose_paper(new.owner_id, new.paper_id);
    return null;
end $$;

create trigger library_follows_lists after insert or delete or update of reading_list_id, paper_id
    on papers_readinglistentry for each row execute function library_follows_lists();
create trigger library_lets_go after update of status, note on papers_libraryentry
    for each row when (new.status = '' and new.note = '') execute function library_lets_go();
"""

UNDO_FOLLOW_LISTS = """
drop trigger library_lets_go on papers_libraryentry;
drop trigger library_follows_lists on papers_readinglistentry;
drop function library_lets_go();
drop function library_follows_lists();
drop function library_may_lose_paper(bigint, bigint);
drop function library_gains_paper(bigint, bigint, timestamptz);
"""

# Titles are sorted without regard to case, accents and what they begin with that is no letter.
SORT_BY_PAPER = r"""
create function library_title_key(title text) returns text language sql immutable parallel safe
as $$
    select left(
        ltrim(
            lower(regexp_replace(normalize(title, nfkd), '[\u0300-\u036f]', '', 'g')),
            ' "''`“”‘’«»([{<$\–—.…*#-'
        ),
        60
    )
$$;

create function library_entry_sorts() returns trigger language plpgsql as $$
declare
    title text;
    shown timestamptz;
begin
    select title_text, coalesce(published_at, created_at) into title, shown
    from papers_paper where id = new.paper_id;
    if found then
        new.title_key := library_title_key(title);
        new.shown_date := shown;
    end if;
    return new;
end $$;

create function library_sorts_paper_anew() returns trigger language plpgsql as $$
begin
    update papers_libraryentry
    set title_key = library_title_key(new.title_text),
        shown_date = coalesce(new.published_at, new.created_at)
    where paper_id = new.id;
    return null;
end $$;

create trigger library_entry_sorts before insert or update of paper_id on papers_libraryentry
    for each row execute function library_entry_sorts();
create trigger library_sorts_paper_anew after update of title_text, published_at, created_at
    on papers_paper for each row
    when ((old.title_text, old.published_at, old.created_at)
        is distinct from (new.title_text, new.published_at, new.created_at))
    execute function library_sorts_paper_anew();
"""  # noqa: RUF001  # quotation marks and dashes are meant

UNDO_SORT_BY_PAPER = """
drop trigger library_sorts_paper_anew on papers_paper;
drop trigger library_entry_sorts on papers_libraryentry;
drop function library_sorts_paper_anew();
drop function library_entry_sorts();
drop function library_title_key(text);
"""

# What is in lists already, by its first saving.
FILL = """
insert into papers_libraryentry (owner_id, paper_id, status, note, added_at, changed_at)
select list.owner_id, entry.paper_id, '', '', min(entry.added_at), min(entry.added_at)
from papers_readinglistentry as entry
join papers_readinglist as list on list.id = entry.reading_list_id
group by list.owner_id, entry.paper_id
"""


class Migration(migrations.Migration):
    dependencies = [("papers", "0004_lists_library_standings")]

    operations = [
        migrations.RunSQL(FOLLOW_LISTS, UNDO_FOLLOW_LISTS),
        migrations.RunSQL(SORT_BY_PAPER, UNDO_SORT_BY_PAPER),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
