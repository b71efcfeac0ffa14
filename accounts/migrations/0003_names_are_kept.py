"""A name that a member gave up is nobody else's: two tables, one name, so triggers keep it."""

from django.db import migrations

KEEP_NAMES = """
create function accounts_name_is_free() returns trigger language plpgsql as $$
begin
    -- One at a time for one name, else two transactions could each see it free in the other table.
    perform pg_advisory_xact_lock(hashtext('accounts name'), hashtext(new.username));
    if tg_table_name = 'accounts_user' then
        if exists (select from accounts_formerusername where username = new.username) then
            raise exception 'The name % was given up by a member and stays theirs.', new.username
                using errcode = 'unique_violation', constraint = 'user_username_not_given_up';
        end if;
    elsif exists (select from accounts_user where username = new.username) then
        raise exception 'The name % is in use.', new.username
            using errcode = 'unique_violation', constraint = 'formerusername_not_in_use';
    end if;
    return new;
end $$;

create trigger user_username_not_given_up before insert or update of username on accounts_user
    for each row execute function accounts_name_is_free();
create trigger formerusername_not_in_use before insert or update of username
    on accounts_formerusername for each row execute function accounts_name_is_free();
"""

UNDO = """
drop trigger user_username_not_given_up on accounts_user;
drop trigger formerusername_not_in_use on accounts_formerusername;
drop function accounts_name_is_free();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_profiles_and_preferences")]

    operations = [migrations.RunSQL(KEEP_NAMES, UNDO)]
