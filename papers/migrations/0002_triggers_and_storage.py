"""What Django's migrations cannot say: an append-only log, and room for rewrites in hot rows."""

from django.db import migrations

APPEND_ONLY = """
create function moderation_log_append_only() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and new.reason = ''
       and (new.id, new.action, new.actor_id, new.paper_id, new.member_id, new.created_at)
           is not distinct from
           (old.id, old.action, old.actor_id, old.paper_id, old.member_id, old.created_at)
    then
        return new;  -- a reason may hold personal data: blanking it is the one change allowed
    end if;
    raise exception 'The moderation log is append-only.' using errcode = 'restrict_violation';
end $$;

create trigger moderation_log_append_only before update or delete on papers_moderationlogentry
    for each row execute function moderation_log_append_only();
"""

UNDO_APPEND_ONLY = """
drop trigger moderation_log_append_only on papers_moderationlogentry;
drop function moderation_log_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("papers", "0001_initial")]

    operations = [
        migrations.RunSQL(APPEND_ONLY, UNDO_APPEND_ONLY),
        # A vote rewrites its paper's row here: with room on the page the new version stays on it.
        migrations.RunSQL(
            "alter table papers_paperheat set (fillfactor = 85)",
            "alter table papers_paperheat reset (fillfactor)",
        ),
        # The outbox is filled and emptied all day; the default waits for 20 % dead rows.
        migrations.RunSQL(
            "alter table papers_voteoutbox set"
            " (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000)",
            "alter table papers_voteoutbox reset"
            " (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold)",
        ),
    ]
