-- What people are told, in the application and by mail; and the clock's role, under which the jobs do what nobody asked for.

create table notifications (
  org_id     uuid not null,
  id         uuid not null,
  user_id    uuid not null,
  kind       text not null check (char_length(kind) between 1 and 64),
  title      text not null check (char_length(title) between 1 and 500),
  body       text not null check (char_length(body) <= 10000),
  link       text,
  created_at timestamptz(3) not null,
  read_at    timestamptz(3),
  once_key   text,
  primary key (org_id, id),
  foreign key (org_id, user_id) references users (org_id, id)
);
create index notifications_of_user on notifications (org_id, user_id, created_at desc, id desc);
-- What is told once is told once: also by two nodes, and after a restart.
create unique index notifications_once on notifications (org_id, user_id, once_key) where once_key is not null;

-- Letters leave after the commit that wrote them. A text can hold a link that is a secret: it is sealed, and gone once it has left
-- or never will. Several people can get one letter; what its text is bound to is the letter.
create table mail_outbox (
  org_id          uuid not null,
  id              uuid not null,
  letter_id       uuid not null,
  to_address      text not null,
  subject         text not null,
  text_sealed     text,
  created_at      timestamptz(3) not null,
  attempts        integer not null default 0,
  next_attempt_at timestamptz(3),
  sent_at         timestamptz(3),
  last_error      text,
  primary key (org_id, id),
  constraint mail_outbox_keeps_no_text check ((next_attempt_at is null) = (text_sealed is null)),
  constraint mail_outbox_sends_once check (sent_at is null or next_attempt_at is null)
);
create index mail_outbox_due on mail_outbox (next_attempt_at) where next_attempt_at is not null;
create index mail_outbox_age on mail_outbox (created_at);

create index access_ending on technician_customer_access (expires_at) where status in ('scheduled', 'active');

-- A UUIDv7 (RFC 9562 section 5.7): milliseconds, then 74 random bits.
create function id_at(instant timestamptz) returns uuid
  language sql volatile set search_path = castellan, pg_temp
  return encode(set_bit(set_bit(
    overlay(uuid_send(gen_random_uuid()) placing substring(int8send(floor(extract(epoch from instant) * 1000)::bigint) from 3) from 1 for 6),
    52, 1), 53, 1), 'hex')::uuid;
revoke execute on function id_at(timestamptz) from public;

-- Tells active people: those named, the admins of customers, the super admins. A caller need not see whom it tells; but a member
-- tells no other customer, and a technician nobody whom no grant reaches.
create function tell(people uuid[], admins_of uuid[], super_admins boolean, message jsonb) returns integer
  language sql volatile security definer set search_path = castellan, pg_temp as $$
  with told as (
    insert into notifications (org_id, id, user_id, kind, title, body, link, created_at, once_key)
    select u.org_id, id_at((message ->> 'at')::timestamptz), u.id, message ->> 'kind', message ->> 'title', message ->> 'body',
           message ->> 'link', (message ->> 'at')::timestamptz, message ->> 'onceKey'
      from users u
      join organizations o on o.id = u.org_id and o.status = 'active'
     where u.status = 'active'
       and (u.id = any (people)
            or (u.org_id = any (admins_of) and u.role = 'admin')
            or (super_admins and u.role = 'super_admin' and u.org_id = (select id from organizations where type = 'mss_provider')))
       and case current_setting('role')
             when 'castellan_member' then u.org_type = 'mss_provider' or u.org_id = current_org()
             when 'castellan_technician' then u.org_type = 'mss_provider' or u.org_id = any (technician_reach())
             else true
           end
        on conflict do nothing
    returning org_id, user_id
  ), written as (
    insert into mail_outbox (org_id, id, letter_id, to_address, subject, text_sealed, created_at, next_attempt_at)
    select t.org_id, id_at((message ->> 'at')::timestamptz), (message ->> 'letterId')::uuid, u.email, message ->> 'subject',
           message ->> 'textSealed', (message ->> 'at')::timestamptz, (message ->> 'at')::timestamptz
      from told t
      join users u on u.id = t.user_id
    returning 1
  )
  select count(*)::integer from written
$$;
revoke execute on function tell(uuid[], uuid[], boolean, jsonb) from public;

do $$
declare tenant_table text;
begin
  foreach tenant_table in array array['notifications', 'mail_outbox'] loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('alter table %I force row level security', tenant_table);
    execute format('create policy owner_keeps on %I to castellan_owner using (true) with check (true)', tenant_table);
  end loop;
end $$;

grant execute on function tell(uuid[], uuid[], boolean, jsonb)
  to castellan_member, castellan_technician, castellan_staff, castellan_identity, castellan_clock;

-- notifications: everybody reads and marks their own
grant select (org_id, id, user_id, kind, title, body, link, created_at, read_at), update (read_at)
  on notifications to castellan_member, castellan_technician, castellan_staff;
create policy member_own on notifications for select to castellan_member
  using (org_id = (select current_org()) and user_id = (select current_user_id()));
create policy member_marks on notifications for update to castellan_member
  using (org_id = (select current_org()) and user_id = (select current_user_id()))
  with check (org_id = (select current_org()) and user_id = (select current_user_id()));
create policy own on notifications for select to castellan_technician, castellan_staff
  using (user_id = (select current_user_id()));
create policy own_marks on notifications for update to castellan_technician, castellan_staff
  using (user_id = (select current_user_id())) with check (user_id = (select current_user_id()));

-- letters: written by all who may, read by the clock alone
grant insert (org_id, id, letter_id, to_address, subject, text_sealed, created_at, next_attempt_at)
  on mail_outbox to castellan_member, castellan_staff, castellan_identity;
create policy member_writes on mail_outbox for insert to castellan_member with check (org_id = (select current_org()));
create policy staff_writes on mail_outbox for insert to castellan_staff with check ((select current_user_id()) is not null);
create policy identity_writes on mail_outbox for insert to castellan_identity with check (true);

-- the clock: marks what has ended, sends what was written, forgets what is over; it reads no secret but the sealed letters
grant usage on schema castellan to castellan_clock;
revoke execute on function ensure_audit_partitions(integer) from castellan_identity;
grant execute on function ensure_audit_partitions(integer) to castellan_clock;

grant select (id, name, type, status) on organizations to castellan_clock;
grant select (id, org_id, org_type, email, first_name, last_name, role, status) on users to castellan_clock;
grant select (id, technician_id, customer_org_id, access_level, kind, status, granted_by, granted_at, starts_at, expires_at),
      update (status, updated_at)
  on technician_customer_access to castellan_clock;
grant insert on audit_logs to castellan_clock;
grant select (org_id, user_id, once_key) on notifications to castellan_clock;
grant select, delete, update (attempts, next_attempt_at, sent_at, last_error, text_sealed) on mail_outbox to castellan_clock;
grant select (created_at), delete on idempotency_keys to castellan_clock;
grant select (expires_at), delete on auth_challenges, invitations to castellan_clock;

create policy clock_reads on organizations for select to castellan_clock using (true);
create policy clock_reads on users for select to castellan_clock using (true);
create policy clock_reads on technician_customer_access for select to castellan_clock using (true);
create policy clock_expires on technician_customer_access for update to castellan_clock
  using (status in ('scheduled', 'active')) with check (status = 'expired');
create policy clock_adds on audit_logs for insert to castellan_clock with check (user_id is null);
create policy clock_reads on notifications for select to castellan_clock using (true);
create policy clock_sends on mail_outbox to castellan_clock using (true) with check (true);
create policy clock_reads on idempotency_keys for select to castellan_clock using (true);
create policy clock_forgets on idempotency_keys for delete to castellan_clock using (true);
create policy clock_reads on auth_challenges for select to castellan_clock using (true);
create policy clock_forgets on auth_challenges for delete to castellan_clock using (true);
create policy clock_reads on invitations for select to castellan_clock using (true);
create policy clock_forgets on invitations for delete to castellan_clock using (true);
