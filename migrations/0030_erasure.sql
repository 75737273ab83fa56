-- Erasing a person: out of the trail, where commitments stay so that it still proves itself, and out of every other row. What is taken
-- is gone; who it was stays an id.

-- Whoever it is: all that can be done to an event is to take personal data out of it, whole groups of them, leaving their commitments.
create function only_erase_from_trail() returns trigger
  language plpgsql set search_path = castellan, pg_temp as $$
declare
  was audit_logs := old;
  kept audit_logs := new;
begin
  -- Whatever else there is, columns of later releases too, has to be as it was. As rows: to compare them as JSON takes longer than the update.
  kept.actor_email := was.actor_email;
  kept.ip_address := was.ip_address;
  kept.user_agent := was.user_agent;
  kept.description := was.description;
  kept.changes := was.changes;
  kept.details := was.details;
  kept.actor_nonce := was.actor_nonce;
  kept.actor_commitment := was.actor_commitment;
  kept.description_nonce := was.description_nonce;
  kept.description_commitment := was.description_commitment;
  kept.content_nonce := was.content_nonce;
  kept.content_commitment := was.content_commitment;
  if kept is not distinct from was
    and ((new.actor_email, new.ip_address, new.user_agent, new.actor_nonce, new.actor_commitment)
           is not distinct from (old.actor_email, old.ip_address, old.user_agent, old.actor_nonce, old.actor_commitment)
         or (old.actor_nonce is not null and new.actor_nonce is null
             and num_nonnulls(new.actor_email, new.ip_address, new.user_agent) = 0))
    and ((new.description, new.description_nonce, new.description_commitment)
           is not distinct from (old.description, old.description_nonce, old.description_commitment)
         or (old.description_nonce is not null and new.description_nonce is null and new.description = '[erased]'))
    and ((new.changes, new.details, new.content_nonce, new.content_commitment)
           is not distinct from (old.changes, old.details, old.content_nonce, old.content_commitment)
         or (old.content_nonce is not null and new.content_nonce is null and old.details @> new.details
             and coalesce(old.changes @> new.changes, old.changes is null and new.changes is null)))
  then
    return new;
  end if;
  raise exception 'the audit trail is append-only' using errcode = 'insufficient_privilege';
end $$;

drop trigger audit_logs_append_only on audit_logs;
create trigger audit_logs_append_only before delete on audit_logs
  for each row execute function refuse_change_of_events();
create trigger audit_logs_only_erased before update on audit_logs
  for each row execute function only_erase_from_trail();

-- Each of `erased` names an event, and for each group that goes its commitment; with the content, what is left of changes and details.
-- The table itself sees to it that nothing but that can be done.
create function erase_from_trail(erased jsonb) returns integer
  language sql volatile security definer set search_path = castellan, pg_temp as $$
  with gone as (
    update audit_logs a
       set actor_email            = case when e.actor is null then a.actor_email end,
           ip_address             = case when e.actor is null then a.ip_address end,
           user_agent             = case when e.actor is null then a.user_agent end,
           actor_nonce             = case when e.actor is null then a.actor_nonce end,
           actor_commitment       = coalesce(e.actor, a.actor_commitment),
           description            = case when e.description is null then a.description else '[erased]' end,
           description_nonce       = case when e.description is null then a.description_nonce end,
           description_commitment = coalesce(e.description, a.description_commitment),
           changes                = case when e.content is null then a.changes else e.changes end,
           details                = case when e.content is null then a.details else e.details end,
           content_nonce           = case when e.content is null then a.content_nonce end,
           content_commitment     = coalesce(e.content, a.content_commitment)
      from jsonb_to_recordset(erased) as e (
             "orgId" uuid, "occurredAt" timestamptz, "id" uuid, "actor" bytea, "description" bytea, "content" bytea, "changes" jsonb,
             "details" jsonb)
     where a.org_id = e."orgId" and a.occurred_at = e."occurredAt" and a.id = e."id"
       and exists (select from users u where u.id = current_user_id() and u.role = 'super_admin' and u.status = 'active')
    returning 1
  )
  select count(*)::integer from gone
$$;

-- A deleted person, wherever else they are: `words` is a pattern of their addresses and names, for what others wrote. How many rows had
-- something of them. Their own row stays, for whoever the trail means by the id.
create function erase_person(person uuid, words text, at timestamptz) returns integer
  language plpgsql volatile security definer set search_path = castellan, pg_temp as $$
declare
  statement text;
  written text[];
  changed integer;
  total integer := 0;
begin
  if not exists (select from users u where u.id = current_user_id() and u.role = 'super_admin' and u.status = 'active') then return 0; end if;
  foreach statement in array array[
    $sql$ update users set email = id || '@erased.invalid', first_name = 'Erased', last_name = 'Person', password_hash = null,
                           mfa_enabled = false, timezone = 'UTC', last_login_at = null, updated_at = $3
           where id = $1 and status = 'deleted' and email <> id || '@erased.invalid' $sql$,
    'delete from totp_factors where user_id = $1',
    'delete from recovery_codes where user_id = $1',
    'delete from passkeys where user_id = $1',
    'delete from known_devices where user_id = $1',
    'delete from auth_challenges where user_id = $1',
    'delete from password_resets where user_id = $1',
    'delete from invitations where user_id = $1',
    'delete from notifications where user_id = $1',
    'delete from saved_views where user_id = $1 or name ~* $2 or query_text(query) ~* $2',
    'delete from idempotency_keys where user_id = $1',
    'delete from mail_outbox where to_address ~* $2',
    'update user_sessions set ip_address = null, user_agent = null where user_id = $1 and num_nonnulls(ip_address, user_agent) > 0',
    $sql$ update organizations set settings = settings - 'contact', updated_at = $3 where settings ->> 'contact' ~* $2 $sql$,
    -- The history last: it gets what the grants became.
    'update technician_customer_access set ip_restrictions = null where technician_id = $1 and ip_restrictions is not null',
    'update technician_customer_access_history set ip_restrictions = null where technician_id = $1 and ip_restrictions is not null'
  ] loop
    execute statement using person, words, at;
    get diagnostics changed = row_count;
    total := total + changed;
  end loop;
  foreach written slice 1 in array array[
    ['notifications', 'title'], ['notifications', 'body'], ['mail_outbox', 'subject'], ['access_reviews', 'notes'],
    ['technician_customer_access', 'reason'], ['technician_customer_access', 'notes'], ['technician_customer_access', 'revoked_reason'],
    ['technician_customer_access_history', 'reason'], ['technician_customer_access_history', 'notes'],
    ['technician_customer_access_history', 'revoked_reason'], ['audit_holds', 'case_reference'], ['audit_holds', 'reason'],
    ['audit_holds', 'release_reason']
  ] loop
    execute format('update %1$I set %2$I = $1 where %2$I ~* $2', written[1], written[2]) using '[erased]', words;
    get diagnostics changed = row_count;
    total := total + changed;
  end loop;
  return total;
end $$;

revoke execute on function erase_from_trail(jsonb) from public;
revoke execute on function erase_person(uuid, text, timestamptz) from public;
grant execute on function erase_from_trail(jsonb) to castellan_retention;
grant execute on function erase_person(uuid, text, timestamptz) to castellan_retention;

-- Whoever erases has to read what there is of a person.
do $$
declare read text;
begin
  foreach read in array array['users', 'user_sessions', 'technician_customer_access_history', 'audit_logs', 'audit_holds'] loop
    execute format('create policy retention_looks on %I for select to castellan_retention using ((select current_user_id()) is not null)', read);
  end loop;
end $$;
grant select (id, org_id, org_type, email, first_name, last_name, role, status, mfa_enabled, timezone, last_login_at, created_at, updated_at, version)
  on users to castellan_retention;
grant select (user_id, ip_address, user_agent) on user_sessions to castellan_retention;
grant select (technician_id, ip_restrictions) on technician_customer_access_history to castellan_retention;
grant select on audit_logs, audit_holds to castellan_retention;
