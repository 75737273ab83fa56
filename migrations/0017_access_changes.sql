-- What changed about who may reach whom, for whoever keeps it in memory: the pair of a changed grant, a changed person of the provider, a
-- changed customer; a row without either says that anything may have. Written in the transaction of the change. A reader keeps the
-- snapshot that it read under, and is next told what has become visible since: late commits too, and nothing twice.

create table access_changes (
  tx              xid8 not null default pg_current_xact_id(),
  technician_id   uuid,
  customer_org_id uuid,
  -- What began up to this transaction was removed here: who has not read up to it has to begin anew.
  removed_until   xid8,
  recorded_at     timestamptz(3) not null default clock_timestamp()
);
create index access_changes_in_order on access_changes (tx);

alter table access_changes enable row level security;
alter table access_changes force row level security;
create policy owner_keeps on access_changes to castellan_owner using (true) with check (true);
create policy identity_reads on access_changes for select to castellan_identity using (true);
create policy clock_removes on access_changes to castellan_clock using (true) with check (true);
grant select on access_changes to castellan_identity;
grant select, insert, delete on access_changes to castellan_clock;

-- Once a statement, however many grants it changes. An update may move a grant from one pair to another.
create function tell_changed_grants() returns trigger
  language plpgsql security definer set search_path = castellan, pg_temp as $$
begin
  case tg_op
    when 'INSERT' then
      insert into access_changes (technician_id, customer_org_id) select technician_id, customer_org_id from made;
    when 'DELETE' then
      insert into access_changes (technician_id, customer_org_id) select technician_id, customer_org_id from gone;
    when 'TRUNCATE' then
      insert into access_changes (removed_until) values (pg_current_xact_id());
    else
      insert into access_changes (technician_id, customer_org_id)
      select technician_id, customer_org_id from gone union select technician_id, customer_org_id from made;
  end case;
  return null;
end $$;
revoke execute on function tell_changed_grants() from public;

create trigger access_made_told after insert on technician_customer_access
  referencing new table as made for each statement execute function tell_changed_grants();
create trigger access_changed_told after update on technician_customer_access
  referencing old table as gone new table as made for each statement execute function tell_changed_grants();
create trigger access_gone_told after delete on technician_customer_access
  referencing old table as gone for each statement execute function tell_changed_grants();
create trigger access_emptied_told after truncate on technician_customer_access
  for each statement execute function tell_changed_grants();

-- The name of the column that takes the row's id comes as an argument.
create function tell_changed_party() returns trigger
  language plpgsql security definer set search_path = castellan, pg_temp as $$
declare
  id uuid := case when tg_op = 'DELETE' then old.id else new.id end;
begin
  insert into access_changes (technician_id, customer_org_id)
  values (case tg_argv[0] when 'technician_id' then id end, case tg_argv[0] when 'customer_org_id' then id end);
  return null;
end $$;
revoke execute on function tell_changed_party() from public;

create trigger technician_made_told after insert on users
  for each row when (new.org_type = 'mss_provider') execute function tell_changed_party('technician_id');
create trigger technician_changed_told after update of org_type, first_name, last_name, email, role, status on users
  for each row when (old.org_type = 'mss_provider' or new.org_type = 'mss_provider')
  execute function tell_changed_party('technician_id');
create trigger technician_gone_told after delete on users
  for each row when (old.org_type = 'mss_provider') execute function tell_changed_party('technician_id');
create trigger customer_made_told after insert on organizations
  for each row execute function tell_changed_party('customer_org_id');
create trigger customer_changed_told after update of type, name, status on organizations
  for each row execute function tell_changed_party('customer_org_id');
create trigger customer_gone_told after delete on organizations
  for each row execute function tell_changed_party('customer_org_id');

-- Also in bulk loads and replication, when other triggers are asleep: whoever decides by memory has to know.
alter table technician_customer_access
  enable always trigger access_made_told,
  enable always trigger access_changed_told,
  enable always trigger access_gone_told,
  enable always trigger access_emptied_told;
alter table users
  enable always trigger technician_made_told,
  enable always trigger technician_changed_told,
  enable always trigger technician_gone_told;
alter table organizations
  enable always trigger customer_made_told,
  enable always trigger customer_changed_told,
  enable always trigger customer_gone_told;
