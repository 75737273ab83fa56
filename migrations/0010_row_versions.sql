-- What an ETag is made of: a number that every change of a row raises, made here so that an edit by hand raises it too.

alter table organizations add column version integer not null default 1;
alter table users add column version integer not null default 1;
alter table technician_customer_access add column version integer not null default 1;

create function raise_version() returns trigger
  language plpgsql set search_path = castellan, pg_temp as $$
begin
  new.version := old.version + 1;
  return new;
end $$;

-- Marks of use (last login, last used, counters) are no new version.
create trigger organizations_version before update of name, domain, status, settings on organizations
  for each row execute function raise_version();
create trigger users_version before update of email, first_name, last_name, role, status, mfa_enabled, timezone on users
  for each row execute function raise_version();
create trigger access_version before update of access_level, status, allowed_services, ip_restrictions, time_restrictions, starts_at,
                                               expires_at, reason, notes, revoked_at
  on technician_customer_access
  for each row execute function raise_version();

grant select (version) on users to castellan_member, castellan_technician, castellan_staff;
