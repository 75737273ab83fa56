-- Cleanup: what is older than anybody has to keep it can be removed from the trail. Two super admins decide it, one function does
-- it, and signed tombstones tell what it did. docs/decisions/0016

create table audit_cleanups (
  id              uuid primary key,
  -- In whose trail it is told: the organization that it is about; the provider, where it is about all.
  org_id          uuid not null references organizations (id),
  of_all          boolean not null,
  as_of           date not null,
  older_than_days integer not null constraint audit_cleanup_floor check (older_than_days >= 365),
  plan_digest     text not null,
  eligible        bigint not null,
  kept_legal_hold bigint not null,
  kept_retention  bigint not null,
  requested_by    uuid not null,
  requested_at    timestamptz(3) not null,
  expires_at      timestamptz(3) not null,
  approved_by     uuid constraint audit_cleanup_by_another check (approved_by <> requested_by),
  approved_at     timestamptz(3) constraint audit_cleanup_in_time check (approved_at <= expires_at),
  removed         bigint,
  removed_in      xid8,
  constraint audit_cleanup_is_whole check (num_nonnulls(approved_by, approved_at, removed, removed_in) in (0, 4))
);

-- What was removed of an organization's trail: a note, signed with the key of the checkpoints, so that nobody can leave one at the database.
create table audit_tombstones (
  org_id     uuid not null,
  cleanup_id uuid not null,
  note       text not null,
  events     bigint not null check (events > 0),
  removed_at timestamptz(3) not null,
  primary key (org_id, cleanup_id)
);
create index audit_tombstones_of_cleanup on audit_tombstones (cleanup_id);

do $$
declare kept text;
begin
  foreach kept in array array['audit_cleanups', 'audit_tombstones'] loop
    execute format('alter table %I enable row level security', kept);
    execute format('alter table %I force row level security', kept);
    execute format('create policy owner_keeps on %I to castellan_owner using (true) with check (true)', kept);
    execute format('create policy staff_reads on %I for select to castellan_staff using ((select current_user_id()) is not null)', kept);
    execute format('grant select on %I to castellan_staff', kept);
  end loop;
end $$;

grant insert on audit_cleanups to castellan_staff;
create policy staff_asks on audit_cleanups for insert to castellan_staff
  with check (requested_by = (select current_user_id()) and approved_by is null);

grant select on audit_tombstones to castellan_sealer, castellan_member;
create policy sealer_reads on audit_tombstones for select to castellan_sealer using (true);
create policy member_reads on audit_tombstones for select to castellan_member using (org_id = (select current_org()));
create trigger audit_tombstones_append_only before update or delete on audit_tombstones
  for each row execute function refuse_change_of_trail();
create trigger audit_tombstones_not_truncated before truncate on audit_tombstones execute function refuse_change_of_trail();

-- Who approves: a role for what removes. It removes nothing by itself; it may call the function that does.
grant usage on schema castellan to castellan_retention;
grant select on audit_cleanups to castellan_retention;
grant insert on audit_tombstones, audit_logs to castellan_retention;
create policy retention_reads on audit_cleanups for select to castellan_retention using ((select current_user_id()) is not null);
create policy retention_adds on audit_tombstones for insert to castellan_retention with check ((select current_user_id()) is not null);
create policy retention_adds on audit_logs for insert to castellan_retention with check (user_id = (select current_user_id()));

create constraint trigger audit_cleanups_told after insert or update or delete on audit_cleanups
  deferrable initially deferred for each row execute function audit_what_nobody_told('org_id');

create function require_tombstones() returns trigger
  language plpgsql security definer set search_path = castellan, pg_temp as $$
begin
  if new.removed <> (select coalesce(sum(t.events), 0) from audit_tombstones t where t.cleanup_id = new.id) then
    raise exception 'cleanup % left no tombstones for what it removed', new.id;
  end if;
  return null;
end $$;
revoke execute on function require_tombstones() from public;
create constraint trigger audit_cleanups_leave_tombstones after insert or update on audit_cleanups
  deferrable initially deferred for each row when (new.removed is not null) execute function require_tombstones();

-- The trail stays append-only for everybody; what is over a year old can be removed by its owner, as part of a cleanup of this transaction.
create function refuse_change_of_events() returns trigger
  language plpgsql set search_path = castellan, pg_temp as $$
begin
  if tg_op = 'DELETE' and current_user = 'castellan_owner' and old.occurred_at < now() - interval '365 days'
     and exists (select from audit_cleanups c where c.removed_in = pg_current_xact_id()) then
    return old;
  end if;
  raise exception 'the audit trail is append-only' using errcode = 'insufficient_privilege';
end $$;
drop trigger audit_logs_append_only on audit_logs;
create trigger audit_logs_append_only before update or delete on audit_logs
  for each row execute function refuse_change_of_events();

-- Where a term of so many whole days ends. None is shorter than a year, whatever is asked, and whatever day a server thinks it is.
create function kept_since(as_of date, days integer) returns timestamptz
  language sql stable
  return (least(as_of, (now() at time zone 'UTC')::date) - greatest(days, 365))::timestamp at time zone 'UTC';

-- What stands in the way of removing each event that is older than that: a hold, its organization's own term, or that it has no place
-- in the trees yet, or never got one.
create function judge_old_events(as_of date, older_than_days integer, organization uuid)
  returns table (org_id uuid, sequence bigint, verdict text)
  language sql stable
begin atomic
  select a.org_id, s.sequence,
         case
           when s.sequence is null then 'unsealed'
           when a.org_id in (select h.org_id from audit_holds h where h.released_at is null)
            and exists (
                  select from audit_holds h
                   where h.org_id = a.org_id and h.released_at is null
                     and (h.covers_from is null or a.occurred_at >= h.covers_from)
                     and (h.covers_to is null or a.occurred_at < h.covers_to)
                     and (h.subject_id is null or a.user_id = h.subject_id or a.resource_id = h.subject_id::text
                          or position(h.subject_id::text in coalesce(a.changes::text, '') || a.details::text) > 0))
             then 'legal_hold'
           when a.occurred_at >= kept_since(as_of, (o.settings ->> 'auditRetentionDays')::integer) then 'retention'
           -- It explains what is gone from events that may be held.
           when a.action = 'privacy.erased' then 'retention'
           else 'eligible'
         end
    from audit_logs a
    join organizations o on o.id = a.org_id
    left join audit_seals s on s.org_id = a.org_id and s.event_id = a.id
   where a.occurred_at < kept_since(as_of, older_than_days) and (organization is null or a.org_id = organization);
end;

-- What would be removed, as stretches of sequences, and the hash by which the same plan is known again.
create function plan_audit_cleanup(as_of date, older_than_days integer, organization uuid)
  returns table (plan_hash text, eligible bigint, legal_hold bigint, retention bigint, stretches jsonb)
  language sql stable set work_mem = '128MB' set search_path = castellan, pg_temp
begin atomic
  with judged as materialized (
    select * from judge_old_events(as_of, older_than_days, organization)
  ), stretch as (
    select n.org_id, min(n.sequence) as first, max(n.sequence) as last
      from (select j.org_id, j.sequence, j.sequence - row_number() over (partition by j.org_id order by j.sequence) as island
              from judged j where j.verdict = 'eligible') n
     group by n.org_id, n.island
  ), told as (
    select string_agg(concat_ws(' ', t.org_id, t.first, t.last), E'\n' order by t.org_id, t.first) as text,
           coalesce(jsonb_agg(jsonb_build_object('organizationId', t.org_id, 'from', t.first, 'through', t.last)
                              order by t.org_id, t.first), '[]') as stretches
      from stretch t
  ), counted as (
    select count(*) filter (where j.verdict = 'eligible') as eligible, count(*) filter (where j.verdict = 'legal_hold') as legal_hold,
           count(*) filter (where j.verdict = 'retention') as retention
      from judged j
  )
  select encode(sha256(convert_to(concat_ws(' ', older_than_days, coalesce(organization::text, 'all'), told.text), 'UTF8')), 'hex'),
         counted.eligible, counted.legal_hold, counted.retention, told.stretches
    from told, counted;
end;

-- Figures tell of what is in the trail: those of a month that something was removed from are added up anew, from what is left.
create function roll_up_month_anew(month date, anything_left boolean) returns void
  language plpgsql set search_path = castellan, pg_temp as $$
declare
  beyond date := (month + interval '1 month')::date;
  upto xid8 := (select s.watermark from audit_rollup_state s
                 where s.cluster = (select system_identifier::text from pg_control_system()));
begin
  delete from audit_rollup_days d where d.day >= month and d.day < beyond;
  delete from audit_rollup_keys k where k.start >= month and k.start < beyond;
  if anything_left and upto is not null then
    perform add_to_rollups(format('a.tx_id < %L and a.occurred_at >= %L and a.occurred_at < %L', upto,
                                  month::timestamp at time zone 'UTC', beyond::timestamp at time zone 'UTC'));
  end if;
end $$;
revoke execute on function roll_up_month_anew(date, boolean) from public;

-- Removes what was planned, when the plan still fits, and nothing else. Of a month that is empty then the partition is dropped, of others
-- rows are deleted. It decides by itself what may be removed: whoever calls it can only ask for it. Null: there is no such cleanup for them.
create function remove_audit_events(cleanup uuid, at timestamptz) returns jsonb
  language plpgsql security definer set work_mem = '128MB' set search_path = castellan, pg_temp as $$
declare
  asked audit_cleanups;
  approver uuid := current_user_id();
  plan record;
  month record;
  part text;
  whole text[] := '{}';
  there bigint;
begin
  select c.* into asked from audit_cleanups c
   where c.id = cleanup
     and exists (select from users u where u.id = current_user_id() and u.role = 'super_admin' and u.status = 'active')
     for update of c;
  if not found then return null; end if;
  if asked.approved_at is not null then
    raise exception 'cleanup % is over', cleanup using errcode = 'check_violation', constraint = 'audit_cleanup_once';
  end if;
  update audit_cleanups c
     set approved_by = approver, approved_at = at, removed = c.eligible, removed_in = pg_current_xact_id()
   where c.id = cleanup;

  -- One removal at a time, no hold is placed meanwhile, and no figure is added up.
  perform pg_advisory_xact_lock(7316420555);
  perform pg_advisory_xact_lock(7316420554);
  select p.* into plan
    from plan_audit_cleanup(asked.as_of, asked.older_than_days, case when asked.of_all then null else asked.org_id end) p;
  if plan.plan_hash <> asked.plan_digest then
    raise exception 'the plan of cleanup % does not fit any more', cleanup using errcode = 'check_violation', constraint = 'audit_cleanup_plan';
  end if;

  perform set_config('lock_timeout', '2s', true);
  for month in
    select date_trunc('month', s.occurred_at at time zone 'UTC')::date as first, count(*) as doomed
      from jsonb_to_recordset(plan.stretches) as d ("organizationId" uuid, "from" bigint, "through" bigint)
      join audit_seals s on s.org_id = d."organizationId" and s.sequence between d."from" and d."through"
     group by 1 order by 1
  loop
    part := 'audit_logs_' || to_char(month.first, 'YYYY_MM');
    execute format('lock table castellan.%I in share mode', part);
    execute format('select count(*) from castellan.%I', part) into there;
    if there = month.doomed then
      whole := whole || part;
    else
      delete from audit_logs a
       using jsonb_to_recordset(plan.stretches) as d ("organizationId" uuid, "from" bigint, "through" bigint), audit_seals s
       where s.org_id = d."organizationId" and s.sequence between d."from" and d."through"
         and a.org_id = s.org_id and a.occurred_at = s.occurred_at and a.id = s.event_id
         and a.occurred_at >= month.first::timestamp at time zone 'UTC'
         and a.occurred_at < (month.first + interval '1 month') at time zone 'UTC';
      get diagnostics there = row_count;
    end if;
    if there <> month.doomed then
      raise exception 'of % not all is there that was planned', part;
    end if;
    perform roll_up_month_anew(month.first, part <> all (whole));
  end loop;
  -- Last, since nobody reads or writes the trail from the first of these to the end of the transaction.
  foreach part in array whole loop
    execute format('drop table castellan.%I', part);
  end loop;
  return jsonb_build_object('events', plan.eligible, 'organizations', (
    select coalesce(jsonb_agg(jsonb_build_object('organizationId', o.id, 'stretches', o.stretches, 'headSize', h.size,
                                                 'headRoot', encode(h.root, 'base64')) order by o.id), '[]')
      from (select (d.one ->> 'organizationId')::uuid as id, jsonb_agg(d.one - 'organizationId' order by d.place) as stretches
              from jsonb_array_elements(plan.stretches) with ordinality as d (one, place) group by 1) o
      cross join lateral (select * from audit_heads where org_id = o.id order by size desc limit 1) h));
end $$;
revoke execute on function remove_audit_events(uuid, timestamptz) from public;
grant execute on function remove_audit_events(uuid, timestamptz) to castellan_retention;
