-- Every state that a grant has been in. Who had access at an instant is answered from here, also after changes, handoffs and deletions.
-- valid_from: from when it was so. recorded_at: since when we know. A version holds until the next one of its grant.

create table technician_customer_access_history (
  customer_org_id   uuid not null,
  access_id         uuid not null,
  version           integer not null,
  valid_from        timestamptz(3) not null,
  recorded_at       timestamptz(3) not null,
  technician_id     uuid not null,
  access_level      text not null,
  status            text not null,
  allowed_services  text[],
  ip_restrictions   text[],
  time_restrictions jsonb,
  granted_by        uuid not null,
  granted_at        timestamptz(3) not null,
  starts_at         timestamptz(3) not null,
  expires_at        timestamptz(3),
  reason            text,
  notes             text,
  revoked_at        timestamptz(3),
  revoked_by        uuid,
  revoked_reason    text,
  primary key (customer_org_id, access_id, version)
);
-- At an instant: of the grants that had begun for a person or on a customer by then, the version that each was in.
create index access_history_of_technician on technician_customer_access_history (technician_id, valid_from) where version = 1;
create index access_history_on_customer on technician_customer_access_history (customer_org_id, valid_from) where version = 1;
create index access_history_of_grant on technician_customer_access_history (customer_org_id, access_id, valid_from, version);

alter table technician_customer_access_history enable row level security;
alter table technician_customer_access_history force row level security;
create policy owner_keeps on technician_customer_access_history to castellan_owner using (true) with check (true);
create policy member_own on technician_customer_access_history for select to castellan_member
  using (customer_org_id = (select current_org()));
create policy technician_own on technician_customer_access_history for select to castellan_technician
  using (technician_id = (select current_user_id()));
create policy staff_all on technician_customer_access_history for select to castellan_staff
  using ((select current_user_id()) is not null);
grant select on technician_customer_access_history to castellan_technician, castellan_staff;
grant select (customer_org_id, access_id, version, valid_from, recorded_at, technician_id, access_level, status, allowed_services,
              time_restrictions, granted_by, granted_at, starts_at, expires_at, reason, revoked_at, revoked_by, revoked_reason)
  on technician_customer_access_history to castellan_member;

-- The moment of a change is the application's, so that history, grant and event name the same instant; an edit by hand that names
-- none happened when it was recorded. Nothing happens before what went before it, whatever a node's clock says.
create function keep_access_history() returns trigger
  language plpgsql security definer set search_path = castellan, pg_temp set enable_seqscan = off as $$
declare
  recorded timestamptz := date_trunc('milliseconds', clock_timestamp());
  told boolean := tg_op = 'INSERT' or new.updated_at > old.updated_at;
  happened timestamptz := case when told then new.updated_at else recorded end;
begin
  -- A table that was small when it was last analyzed would be read whole, for each of thousands of rows of one statement.
  if tg_op = 'UPDATE' then
    select greatest(happened, max(h.valid_from)) into happened
      from technician_customer_access_history h
     where h.customer_org_id = new.customer_org_id and h.access_id = new.id;
  end if;
  insert into technician_customer_access_history
  values (new.customer_org_id, new.id, new.version, happened, recorded, new.technician_id,
          new.access_level, new.status, new.allowed_services, new.ip_restrictions, new.time_restrictions, new.granted_by, new.granted_at,
          new.starts_at, new.expires_at, new.reason, new.notes, new.revoked_at, new.revoked_by, new.revoked_reason);
  return null;
end $$;
revoke execute on function keep_access_history() from public;

create trigger access_history_begins after insert on technician_customer_access
  for each row execute function keep_access_history();
create trigger access_history_goes_on after update on technician_customer_access
  for each row when (old.version is distinct from new.version) execute function keep_access_history();
