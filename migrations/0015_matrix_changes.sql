-- Whether anything that the matrix shows has changed: a count that every such change raises, seen when the change is seen. Kept in
-- slots and added up, so that no change waits for another's commit.

create table matrix_changes (
  slot    integer primary key,
  count   bigint not null,
  last_tx xid8
);
insert into matrix_changes (slot, count) select n, 0 from generate_series(0, 15) n;

alter table matrix_changes enable row level security;
alter table matrix_changes force row level security;
create policy owner_keeps on matrix_changes to castellan_owner using (true) with check (true);
create policy everybody_who_is_known on matrix_changes for select to castellan_staff, castellan_technician
  using ((select current_user_id()) is not null);
grant select (slot, count) on matrix_changes to castellan_staff, castellan_technician;

-- Once a transaction, at its end: the slot is held for no longer than the commit takes.
create function count_matrix_change() returns trigger
  language plpgsql security definer set search_path = castellan, pg_temp as $$
begin
  update matrix_changes set count = count + 1, last_tx = pg_current_xact_id()
   where slot = pg_backend_pid() % 16 and last_tx is distinct from pg_current_xact_id();
  return null;
end $$;
revoke execute on function count_matrix_change() from public;

create constraint trigger access_in_matrix after insert or delete or
  update of technician_id, customer_org_id, access_level, status, allowed_services, ip_restrictions, time_restrictions, granted_at,
            starts_at, expires_at
  on technician_customer_access
  deferrable initially deferred for each row execute function count_matrix_change();
-- A use shows only when it ends a long disuse, or when somebody sets it back.
create constraint trigger access_use_in_matrix after update of last_used_at on technician_customer_access
  deferrable initially deferred for each row
  when (new.last_used_at is null or new.last_used_at < coalesce(old.last_used_at, old.granted_at)
        or new.last_used_at >= coalesce(old.last_used_at, old.granted_at) + interval '90 days')
  execute function count_matrix_change();
create constraint trigger technician_in_matrix after insert or update of org_type, first_name, last_name, email, role, status on users
  deferrable initially deferred for each row when (new.org_type = 'mss_provider') execute function count_matrix_change();
create constraint trigger customer_in_matrix after insert or update of type, name, status on organizations
  deferrable initially deferred for each row when (new.type = 'customer') execute function count_matrix_change();

create index access_starting on technician_customer_access (starts_at) where status in ('scheduled', 'active');
