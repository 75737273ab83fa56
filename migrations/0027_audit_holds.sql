-- Legal holds: what a court or a regulator may still ask for is neither cleaned up nor erased.

create table audit_holds (
  id             uuid primary key,
  org_id         uuid not null references organizations (id),
  -- Whose events are held; null: all of the organization. It can be somebody of another organization: a technician.
  subject_id     uuid,
  covers_from    timestamptz(3),
  covers_to      timestamptz(3),
  case_reference text not null,
  reason         text not null,
  placed_by      uuid not null,
  placed_at      timestamptz(3) not null,
  released_by    uuid,
  released_at    timestamptz(3),
  release_reason text,
  constraint audit_hold_ends_after_it_begins check (covers_from < covers_to),
  constraint audit_hold_is_whole check (num_nonnulls(released_by, released_at, release_reason) in (0, 3))
);
create index audit_holds_in_force on audit_holds (org_id) where released_at is null;

alter table audit_holds enable row level security;
alter table audit_holds force row level security;
create policy owner_keeps on audit_holds to castellan_owner using (true) with check (true);
create policy staff_reads on audit_holds for select to castellan_staff using ((select current_user_id()) is not null);
create policy staff_places on audit_holds for insert to castellan_staff
  with check (placed_by = (select current_user_id()) and released_by is null);
create policy staff_releases on audit_holds for update to castellan_staff
  using ((select current_user_id()) is not null) with check (released_by = (select current_user_id()));
grant select, insert, update (released_by, released_at, release_reason) on audit_holds to castellan_staff;

create constraint trigger audit_holds_told after insert or update or delete on audit_holds
  deferrable initially deferred for each row execute function audit_what_nobody_told('org_id');
