-- Lists of hundreds of thousands stay on indexes under row security: what people search for is looked up, what they sort by is sorted.
-- docs/decisions/0006

-- Every two and every three letters in a row. Costly beside what is asked with it, and the planner should know.
create function fragments(words text) returns text[]
  language plpgsql immutable strict parallel safe cost 3000 set search_path = pg_catalog as $$
declare
  letters text[] := string_to_array(words, null);
  found text[] := '{}';
begin
  for at in 1 .. cardinality(letters) - 1 loop
    found := found || array[letters[at] || letters[at + 1], letters[at] || letters[at + 1] || coalesce(letters[at + 2], '')];
  end loop;
  return found;
end $$;

-- The longest of them hold the others.
create function fragments_asked(words text) returns text[]
  language sql immutable strict parallel safe
  return array(select part from unnest(fragments(words)) part where char_length(part) = least(char_length(words), 3));
revoke execute on function fragments_asked(text) from public;

create index users_saying on users using gin (fragments(name_normal || e'\n' || email_normal));
create index organizations_saying on organizations using gin (fragments(name_normal));

-- Who has the words in name or address: row security lets no index answer that, so it is asked here, of whom the policy for staff
-- asks for too. Only ids leave, which the caller reads under row security; null when there are too many to name. Planned at each call:
-- a plan that is kept knows no words, and would read the whole index for two letters.
create function find_users(words text, most integer) returns uuid[]
  language plpgsql stable security definer set search_path = castellan, pg_temp set plan_cache_mode = force_custom_plan as $$
declare
  asked text := lower(normalize(btrim(words)));
  found uuid[];
begin
  if current_user_id() is null then return '{}'; end if;
  if char_length(asked) < 2 then return null; end if;
  found := array(
    select u.id from users u
     where fragments(u.name_normal || e'\n' || u.email_normal) @> fragments_asked(asked)
       and (position(asked in u.name_normal) > 0 or position(asked in u.email_normal) > 0)
     limit most + 1);
  return case when cardinality(found) <= most then found end;
end $$;
revoke execute on function find_users(text, integer) from public;
grant execute on function find_users(text, integer) to castellan_staff;

create function find_organizations(words text, most integer) returns uuid[]
  language plpgsql stable security definer set search_path = castellan, pg_temp set plan_cache_mode = force_custom_plan as $$
declare
  asked text := lower(normalize(btrim(words)));
  found uuid[];
begin
  if current_user_id() is null then return '{}'; end if;
  if char_length(asked) < 2 then return null; end if;
  found := array(
    select o.id from organizations o
     where fragments(o.name_normal) @> fragments_asked(asked) and position(asked in o.name_normal) > 0
     limit most + 1);
  return case when cardinality(found) <= most then found end;
end $$;
revoke execute on function find_organizations(text, integer) from public;
grant execute on function find_organizations(text, integer) to castellan_staff;

-- Every key that a list sorts by, across tenants and within one.
create index organizations_by_name on organizations (name_normal, id);
create index users_by_email on users (email_normal, id);
create index users_by_login on users (last_login_at nulls first, id);
create index users_of_organization on users (org_id, name_normal, email_normal, id);
create index users_of_provider on users (name_normal, id) where org_type = 'mss_provider';
create index access_of_technician_by_end on technician_customer_access (technician_id, expires_at, id desc);
-- Small enough to be counted.
create index users_present on users (org_id) where status <> 'deleted';

-- What a technician may reach is read from this index alone.
drop index access_one_live;
create unique index access_one_live on technician_customer_access (technician_id, customer_org_id, kind) include (starts_at, expires_at)
  where status in ('scheduled', 'active');

create view live_grants with (security_invoker = true) as
  select g.technician_id, g.customer_org_id
    from technician_customer_access g
   where g.status in ('scheduled', 'active') and g.starts_at <= now() and (g.expires_at is null or g.expires_at > now());
grant select on live_grants to castellan_technician;

create or replace view live_access with (security_invoker = true) as
  select g.technician_id, g.customer_org_id
    from live_grants g
   where exists (select from organizations o where o.id = g.customer_org_id and o.status = 'active');

create function technician_is_active() returns boolean
  language plpgsql stable security definer set search_path = castellan, pg_temp as $$
begin
  return exists (select from users u where u.id = current_user_id() and u.status = 'active');
end $$;
revoke execute on function technician_is_active() from public;
grant execute on function technician_is_active() to castellan_technician;

-- The same rows as before. But an array of thousands is gone through for each row of a list; of a sub-select PostgreSQL makes a hash.
alter policy technician_reach on organizations using (
  case
    when (select current_org()) is null then
      status = 'active' and (select technician_is_active())
      and id in (select g.customer_org_id from live_grants g where g.technician_id = (select current_user_id()))
    else id = any ((select technician_reach())::uuid[])
  end);
