-- Figures of the trail, added up by day of UTC, so that a year of them is read in milliseconds. No writer keeps them: a job adds what
-- transactions that are over have written, each once. What is newer is read from the trail itself.

-- Below the watermark every transaction is over, and counted; above it nothing is. Its number means something in its cluster alone.
create table audit_rollup_state (
  only_one  boolean primary key default true check (only_one),
  watermark xid8 not null,
  cluster   text not null
);

-- One map a day. A key is `action category outcome risk`; `@` and a quarter of an hour, from 0 to 95, for all events in it; `^` and a
-- quarter for those of high risk; `#` and a person. Quarters, since zones begin their days at :00, :30 and :45. Under the nil UUID: of all
-- organizations together, without the people.
create table audit_rollup_days (
  org_id uuid not null,
  day    date not null,
  total  bigint not null,
  counts jsonb not null,
  primary key (org_id, day)
);
create index audit_rollup_days_by_day on audit_rollup_days (day) include (org_id, total);

-- Of all organizations together: who did how much, by day and by whole month; in which of them how much was done, by whole month.
create table audit_rollup_keys (
  kind  text not null check (kind in ('actor', 'organization')),
  span  text not null check (span in ('day', 'month')),
  start date not null,
  key   uuid not null,
  total bigint not null,
  primary key (kind, span, start, key)
);

do $$
declare rolled text;
begin
  foreach rolled in array array['audit_rollup_state', 'audit_rollup_days', 'audit_rollup_keys'] loop
    execute format('alter table %I enable row level security', rolled);
    execute format('alter table %I force row level security', rolled);
    execute format('create policy owner_keeps on %I to castellan_owner using (true) with check (true)', rolled);
    execute format('grant select on %I to castellan_staff', rolled);
    execute format('create policy staff_reads on %I for select to castellan_staff using ((select current_user_id()) is not null)', rolled);
  end loop;
end $$;

create function add_counts(one jsonb, other jsonb) returns jsonb
  language sql immutable
  return (select jsonb_object_agg(key, n)
            from (select key, sum(value::bigint) as n
                    from (select * from jsonb_each_text(one) union all select * from jsonb_each_text(other)) both_of_them
                   group by key) added);

-- Adds the figures of some events of the trail. Planned anew for each condition, which only functions beside this one give.
create function add_to_rollups(those text) returns void
  language plpgsql set search_path = castellan, pg_temp as $$
begin
  execute format($days$
    with fresh as (
      select a.org_id, a.user_id, (a.occurred_at at time zone 'UTC')::date as day,
             a.action || ' ' || a.category || ' ' || a.outcome || ' ' || a.risk_level as kind,
             extract(hour from a.occurred_at at time zone 'UTC') * 4 + div(extract(minute from a.occurred_at at time zone 'UTC'), 15) as quarter,
             a.risk_level in ('high', 'critical') as high
        from audit_logs a where %s
    ), figures as (
      select org_id, day, kind as key, count(*) as n from fresh group by 1, 2, 3
       union all
      select org_id, day, '@' || quarter, count(*) from fresh group by 1, 2, 3
       union all
      select org_id, day, '^' || quarter, count(*) from fresh where high group by 1, 2, 3
       union all
      select org_id, day, '#' || user_id, count(*) from fresh where user_id is not null group by 1, 2, 3
    ), whole as (
      select org_id, day, key, n from figures
       union all
      select '00000000-0000-0000-0000-000000000000', day, key, sum(n) from figures where not starts_with(key, '#') group by day, key
    )
    insert into audit_rollup_days as d (org_id, day, total, counts)
    select org_id, day, sum(n) filter (where starts_with(key, '@')), jsonb_object_agg(key, n) from whole group by org_id, day order by org_id, day
        on conflict (org_id, day) do update set total = d.total + excluded.total, counts = add_counts(d.counts, excluded.counts)
  $days$, those);

  execute format($keys$
    with fresh as (
      select a.org_id, a.user_id, (a.occurred_at at time zone 'UTC')::date as day, count(*) as n from audit_logs a where %s group by 1, 2, 3
    ), whole as (
      select 'actor' as kind, 'day' as span, day as start, user_id as key, sum(n) as total from fresh where user_id is not null group by 3, 4
       union all
      select 'actor', 'month', date_trunc('month', day)::date, user_id, sum(n) from fresh where user_id is not null group by 3, 4
       union all
      select 'organization', 'month', date_trunc('month', day)::date, org_id, sum(n) from fresh group by 3, 4
    )
    insert into audit_rollup_keys as k (kind, span, start, key, total)
    select kind, span, start, key, total from whole order by 1, 2, 3, 4
        on conflict (kind, span, start, key) do update set total = k.total + excluded.total
  $keys$, those);
end $$;
revoke execute on function add_to_rollups(text) from public;

-- How many events were added. After a restore into another cluster the figures are made anew: transactions have other numbers there.
create function roll_up_audit() returns bigint
  language plpgsql security definer set search_path = castellan, pg_temp as $$
declare
  here text := (select system_identifier::text from pg_control_system());
  upto xid8 := pg_snapshot_xmin(pg_current_snapshot());
  since xid8;
  added bigint;
begin
  if not pg_try_advisory_xact_lock(7316420554) then return 0; end if;
  select s.watermark into since from audit_rollup_state s where s.cluster = here;
  if since is null then
    delete from audit_rollup_state;
    delete from audit_rollup_days;
    delete from audit_rollup_keys;
    insert into audit_rollup_state (watermark, cluster) values ('0', here);
    since := '0';
  end if;
  if upto <= since then return 0; end if;
  perform add_to_rollups(format('a.tx_id >= %L and a.tx_id < %L', since, upto));
  select count(*) into added from audit_logs a where a.tx_id >= since and a.tx_id < upto;
  update audit_rollup_state set watermark = upto;
  return added;
end $$;
revoke execute on function roll_up_audit() from public;
grant execute on function roll_up_audit() to castellan_clock;
