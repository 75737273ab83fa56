-- Every emergency is looked back on, by somebody who neither had it nor gave it.

create table access_reviews (
  id            uuid primary key,
  org_id        uuid not null,
  access_id     uuid not null unique references technician_customer_access (id),
  technician_id uuid not null,
  granted_by    uuid not null,
  opened_at     timestamptz(3) not null,
  closed_at     timestamptz(3),
  closed_by     uuid,
  verdict       text check (verdict in ('justified', 'misused')),
  notes         text,
  constraint access_review_is_whole check (num_nonnulls(closed_at, closed_by, verdict, notes) in (0, 4)),
  constraint access_review_by_a_third check (closed_by not in (technician_id, granted_by))
);
create index access_reviews_open on access_reviews (opened_at desc, id) where closed_at is null;
create index access_reviews_closed on access_reviews (opened_at desc, id) where closed_at is not null;

alter table access_reviews enable row level security;
alter table access_reviews force row level security;
create policy owner_keeps on access_reviews to castellan_owner using (true) with check (true);
create policy staff_reads on access_reviews for select to castellan_staff using ((select current_user_id()) is not null);
create policy staff_closes on access_reviews for update to castellan_staff
  using ((select current_user_id()) is not null) with check (closed_by = (select current_user_id()));
grant select, update (closed_at, closed_by, verdict, notes) on access_reviews to castellan_staff;

-- By whatever way an emergency comes to be, it comes with its review.
create function open_access_review() returns trigger
  language plpgsql security definer set search_path = castellan, pg_temp as $$
begin
  insert into access_reviews (id, org_id, access_id, technician_id, granted_by, opened_at)
  values (id_at(new.granted_at), new.customer_org_id, new.id, new.technician_id, new.granted_by, new.granted_at)
      on conflict (access_id) do nothing;
  return null;
end $$;
revoke execute on function open_access_review() from public;

create trigger access_opens_review after insert or update of access_level on technician_customer_access
  for each row when (new.access_level = 'emergency') execute function open_access_review();

create constraint trigger access_reviews_told after update or delete on access_reviews
  deferrable initially deferred for each row execute function audit_what_nobody_told('org_id');
