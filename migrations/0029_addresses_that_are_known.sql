-- Where somebody uses access from is known as where they sign in from is: by a keyed hash among their devices. A technician's role
-- does not see those; it asks whether the person was known elsewhere and not there, and says where they were.

create function comes_from_elsewhere(address_hash bytea) returns boolean
  language sql stable security definer set search_path = castellan, pg_temp as $$
  select bool_and(d.device_hash <> address_hash)
    from known_devices d join users u on u.org_id = d.org_id and u.id = d.user_id
   where u.id = (select current_user_id()) -- asked once, not of each device
$$;

-- How often in a day does not matter: a mark is not moved for each use.
create function came_from(address_hash bytea, at timestamptz) returns integer
  language sql volatile security definer set search_path = castellan, pg_temp as $$
  with seen as (
    insert into known_devices (org_id, user_id, device_hash, first_seen_at, last_seen_at)
    select u.org_id, u.id, address_hash, at, at from users u where u.id = current_user_id()
        on conflict (org_id, user_id, device_hash) do update set last_seen_at = excluded.last_seen_at
           where known_devices.last_seen_at < excluded.last_seen_at - interval '1 day'
    returning 1
  )
  select count(*)::integer from seen
$$;
revoke execute on function comes_from_elsewhere(bytea) from public;
revoke execute on function came_from(bytea, timestamptz) from public;
grant execute on function comes_from_elsewhere(bytea) to castellan_technician, castellan_staff;
grant execute on function came_from(bytea, timestamptz) to castellan_technician, castellan_staff;
