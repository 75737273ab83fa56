-- Where somebody uses access from is known as where they sign in from is: by a keyed hash among their devices. A technician's role
-- does not see those; it says where it is, and learns whether the person was known elsewhere and not there.

create function come_from(address_hash bytea, at timestamptz) returns integer
  language sql volatile security definer set search_path = castellan, pg_temp as $$
  with seen as (
    insert into known_devices (org_id, user_id, device_hash, first_seen_at, last_seen_at)
    select u.org_id, u.id, address_hash, at, at from users u where u.id = current_user_id()
        on conflict (org_id, user_id, device_hash) do update set last_seen_at = excluded.last_seen_at
           where known_devices.last_seen_at < excluded.last_seen_at - interval '1 day'
    returning org_id, user_id, xmax = 0 as made
  )
  select count(*)::integer
    from seen s
   where s.made and exists (
           select from known_devices d where d.org_id = s.org_id and d.user_id = s.user_id and d.device_hash <> address_hash)
$$;
revoke execute on function come_from(bytea, timestamptz) from public;
grant execute on function come_from(bytea, timestamptz) to castellan_technician, castellan_staff;
