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
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
