-- A trail can be older than its installation: brought along from another one, or played for a demonstration. Any month can be
-- given its place; how many are made by themselves has not changed.

create function ensure_audit_partition(month date) returns boolean
  language plpgsql security definer set search_path = castellan, pg_temp as $$
declare
  first date := date_trunc('month', month)::date;
  partition text := 'audit_logs_' || to_char(first, 'YYYY_MM');
begin
  if to_regclass('castellan.' || partition) is not null then return false; end if;
  execute format('create table castellan.%I partition of castellan.audit_logs for values from (%L) to (%L)',
                 partition, first || ' 00:00:00+00', (first + interval '1 month')::date || ' 00:00:00+00');
  execute format('alter table castellan.%I enable row level security', partition);
  execute format('alter table castellan.%I force row level security', partition);
  execute format('create policy owner_keeps on castellan.%I to castellan_owner using (true) with check (true)', partition);
  execute format('create trigger audit_logs_not_truncated before truncate on castellan.%I execute function castellan.refuse_change_of_trail()', partition);
  return true;
end $$;
revoke execute on function ensure_audit_partition(date) from public;

create or replace function ensure_audit_partitions(months_ahead integer default 12) returns integer
  language sql volatile security definer set search_path = castellan, pg_temp as $$
  select count(*) filter (where ensure_audit_partition(month::date))::integer
    from generate_series(date_trunc('month', now() - interval '1 month'),
                         date_trunc('month', now()) + make_interval(months => least(months_ahead, 120)), interval '1 month') month
$$;
