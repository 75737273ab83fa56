-- The second lock. Forced row security under roles that own nothing; a missing context shows no row.
-- Members see their organization, technicians what their grants reach now, staff everything once it is known who they are;
-- identity signs people in.

-- Their bodies are bound to their names when they are made, not when they are called: without a pinned path they can be
-- inlined, and cost nothing.
create function current_org() returns uuid
  language sql stable
  return nullif(current_setting('castellan.org_id', true), '')::uuid;

create function current_user_id() returns uuid
  language sql stable
  return nullif(current_setting('castellan.user_id', true), '')::uuid;

create view live_access with (security_invoker = true) as
  select g.technician_id, g.customer_org_id
    from technician_customer_access g
   where g.status in ('scheduled', 'active') and g.starts_at <= now() and (g.expires_at is null or g.expires_at > now())
     and exists (select from organizations o where o.id = g.customer_org_id and o.status = 'active');

-- What a technician reaches at this moment: the provider, and customers by a live grant; narrowed to the organization in
-- hand when there is one. Address, hours and services are decided by the application; here a stale cache meets its limit.
-- Two statements, as one with `or org is null` in it would be planned anew at each call.
create function technician_reach() returns uuid[]
  language plpgsql stable security definer set search_path = castellan, pg_temp as $$
declare
  me uuid := current_user_id();
  org uuid := current_org();
begin
  if org is null then
    return array(
      select u.org_id from users u where u.id = me and u.status = 'active'
      union all
      select a.customer_org_id from live_access a join users u on u.id = a.technician_id and u.status = 'active'
       where a.technician_id = me
    );
  end if;
  return array(
    select org from users u
     where u.id = me and u.status = 'active'
       and (u.org_id = org or exists (select from live_access a where a.technician_id = me and a.customer_org_id = org))
  );
end $$;
revoke execute on function technician_reach() from public;
grant execute on function technician_reach() to castellan_technician;
revoke execute on function ensure_audit_partitions(integer) from public;
grant execute on function ensure_audit_partitions(integer) to castellan_identity;

-- The other party of a grant: of the provider a customer sees who this person is and nothing else; of a past customer a
-- technician still sees the name, and whether it is active, which the reasons for a refusal tell anyway.
create function access_technician(access_id uuid)
  returns table (first_name text, last_name text, name_normal text, email text, role text)
  language sql stable security definer set search_path = castellan, pg_temp as $$
  select u.first_name, u.last_name, u.name_normal, u.email, u.role
    from technician_customer_access g join users u on u.id = g.technician_id
   where g.id = access_id and g.customer_org_id = current_org()
$$;
revoke execute on function access_technician(uuid) from public;
grant execute on function access_technician(uuid) to castellan_member;

create function access_customer(access_id uuid)
  returns table (name text, name_normal text, status text)
  language sql stable security definer set search_path = castellan, pg_temp as $$
  select o.name, o.name_normal, o.status
    from technician_customer_access g join organizations o on o.id = g.customer_org_id
   where g.id = access_id and g.technician_id = current_user_id()
$$;
revoke execute on function access_customer(uuid) from public;
grant execute on function access_customer(uuid) to castellan_technician;

-- The same of all their grants at once.
create function granted_customers()
  returns table (id uuid, name text, name_normal text, status text)
  language sql stable security definer set search_path = castellan, pg_temp as $$
  select o.id, o.name, o.name_normal, o.status
    from organizations o
   where o.id in (select g.customer_org_id from technician_customer_access g where g.technician_id = current_user_id())
$$;
revoke execute on function granted_customers() from public;
grant execute on function granted_customers() to castellan_technician;

do $$
declare tenant_table text;
begin
  foreach tenant_table in array array['organizations', 'users', 'totp_factors', 'recovery_codes', 'auth_challenges',
                                      'invitations', 'user_sessions', 'technician_customer_access', 'audit_logs']
  loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('alter table %I force row level security', tenant_table);
    execute format('create policy owner_keeps on %I to castellan_owner using (true) with check (true)', tenant_table);
  end loop;
end $$;

grant usage on schema castellan to castellan_member, castellan_technician, castellan_staff, castellan_identity;

-- organizations
grant select, update (name, domain, settings, updated_at) on organizations to castellan_member;
grant select on organizations to castellan_technician;
grant select, insert, update on organizations to castellan_staff, castellan_identity;
create policy member_own on organizations to castellan_member
  using (id = (select current_org())) with check (id = (select current_org()) and type = 'customer');
create policy technician_reach on organizations for select to castellan_technician
  using (id = any ((select technician_reach())::uuid[]));
create policy technician_home on organizations for select to castellan_technician
  using (type = 'mss_provider' and (select current_user_id()) is not null);
create policy staff_all on organizations to castellan_staff
  using ((select current_user_id()) is not null) with check ((select current_user_id()) is not null);
create policy identity_all on organizations to castellan_identity using (true) with check (true);

-- users: hashes are for identity alone
grant select (id, org_id, org_type, email, email_normal, first_name, last_name, name_normal, role, status, mfa_enabled,
              timezone, last_login_at, created_by, created_at, updated_at)
  on users to castellan_member, castellan_technician, castellan_staff;
grant insert (id, org_id, org_type, email, first_name, last_name, role, status, timezone, created_by, created_at, updated_at)
  on users to castellan_member, castellan_staff;
grant update (email, first_name, last_name, role, status, timezone, updated_at) on users to castellan_member, castellan_staff;
grant update (first_name, last_name, timezone, updated_at) on users to castellan_technician;
grant select, insert, update on users to castellan_identity;
create policy member_own on users to castellan_member
  using (org_id = (select current_org())) with check (org_id = (select current_org()) and org_type = 'customer');
create policy technician_reach on users for select to castellan_technician
  using (org_id = any ((select technician_reach())::uuid[]));
create policy technician_self on users to castellan_technician
  using (id = (select current_user_id())) with check (id = (select current_user_id()));
create policy staff_all on users to castellan_staff
  using ((select current_user_id()) is not null) with check ((select current_user_id()) is not null);
create policy identity_all on users to castellan_identity using (true) with check (true);

-- credentials
grant select, insert, update, delete on totp_factors, recovery_codes, auth_challenges to castellan_identity;
create policy identity_all on totp_factors to castellan_identity using (true) with check (true);
create policy identity_all on recovery_codes to castellan_identity using (true) with check (true);
create policy identity_all on auth_challenges to castellan_identity using (true) with check (true);

grant select, insert, update on invitations to castellan_identity;
grant insert, update on invitations to castellan_member, castellan_staff;
grant select (org_id, id, user_id, created_by, created_at, expires_at, accepted_at) on invitations to castellan_member, castellan_staff;
create policy identity_all on invitations to castellan_identity using (true) with check (true);
create policy staff_all on invitations to castellan_staff
  using ((select current_user_id()) is not null) with check ((select current_user_id()) is not null);
create policy member_own on invitations to castellan_member
  using (org_id = (select current_org())) with check (org_id = (select current_org()));

-- sessions: what is secret about them stays with identity
grant select, insert, update on user_sessions to castellan_identity;
grant select (org_id, id, user_id, created_at, last_used_at, expires_at, revoked_at, revoked_reason, ip_address, user_agent),
      update (revoked_at, revoked_reason)
  on user_sessions to castellan_member, castellan_technician, castellan_staff;
create policy identity_all on user_sessions to castellan_identity using (true) with check (true);
create policy staff_all on user_sessions to castellan_staff
  using ((select current_user_id()) is not null) with check ((select current_user_id()) is not null);
create policy technician_self on user_sessions to castellan_technician
  using (user_id = (select current_user_id())) with check (user_id = (select current_user_id()));
create policy member_own on user_sessions to castellan_member
  using (org_id = (select current_org())) with check (org_id = (select current_org()));

-- grants: customers see who can reach them but not from where, nor what staff note; technicians see their own, and only
-- their use of it is theirs to write
grant select on technician_customer_access to castellan_technician, castellan_staff, castellan_identity;
grant select (id, technician_id, customer_org_id, access_level, kind, status, allowed_services, time_restrictions, granted_by,
              granted_at, starts_at, expires_at, reason, revoked_at, revoked_by, revoked_reason, last_used_at, usage_count)
  on technician_customer_access to castellan_member;
grant insert, update on technician_customer_access to castellan_staff;
grant update (last_used_at, usage_count) on technician_customer_access to castellan_technician;
create policy member_own on technician_customer_access for select to castellan_member
  using (customer_org_id = (select current_org()));
create policy technician_own on technician_customer_access to castellan_technician
  using (technician_id = (select current_user_id())) with check (technician_id = (select current_user_id()));
create policy staff_all on technician_customer_access to castellan_staff
  using ((select current_user_id()) is not null) with check ((select current_user_id()) is not null);
create policy identity_reads on technician_customer_access for select to castellan_identity using (true);

-- the trail: added to by all, in their own name; changed by nobody
grant insert on audit_logs to castellan_member, castellan_technician, castellan_staff, castellan_identity;
grant select on audit_logs to castellan_member, castellan_technician, castellan_staff;
create policy member_reads on audit_logs for select to castellan_member using (org_id = (select current_org()));
create policy member_adds on audit_logs for insert to castellan_member
  with check (org_id = (select current_org()) and user_id = (select current_user_id()));
create policy technician_reads on audit_logs for select to castellan_technician
  using (org_id = any ((select technician_reach())::uuid[]));
create policy technician_adds on audit_logs for insert to castellan_technician
  with check (user_id = (select current_user_id()));
create policy staff_reads on audit_logs for select to castellan_staff using ((select current_user_id()) is not null);
create policy staff_adds on audit_logs for insert to castellan_staff
  with check ((select current_user_id()) is not null and (user_id is null or user_id = (select current_user_id())));
create policy identity_adds on audit_logs for insert to castellan_identity with check (true);
