-- More ways to prove who someone is: links for forgotten passwords, passkeys, a proof given anew; devices that are known, and how
-- often may be tried. All of it is for identity alone.

-- When the holder last proved who they are, other than by signing in or by setting up a factor.
alter table user_sessions add column proved_at timestamptz(3);

-- Written for whatever address was given, so that it takes as long for one without an account; who it is, a job finds out.
create table password_requests (
  id           uuid primary key,
  email_sealed text not null,
  requested_at timestamptz(3) not null,
  ip_address   inet,
  user_agent   text check (char_length(user_agent) <= 512),
  request_id   text not null
);

create table password_resets (
  org_id     uuid not null,
  id         uuid not null,
  user_id    uuid not null,
  token_hash bytea not null,
  created_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  used_at    timestamptz(3),
  primary key (org_id, id),
  foreign key (org_id, user_id) references users (org_id, id)
);
create index password_resets_token on password_resets (token_hash);
create index password_resets_user on password_resets (org_id, user_id);
create index password_resets_expiry on password_resets (expires_at);

create table passkeys (
  org_id        uuid not null,
  id            uuid not null,
  user_id       uuid not null,
  name          text not null check (char_length(name) between 1 and 100),
  credential_id bytea not null,
  public_key    bytea not null,
  sign_count    bigint not null,
  transports    text[] not null,
  backed_up     boolean not null,
  created_at    timestamptz(3) not null,
  last_used_at  timestamptz(3),
  primary key (org_id, id),
  foreign key (org_id, user_id) references users (org_id, id)
);
-- Chosen by the authenticator, and what it is found by before it is known whose it is.
create unique index passkeys_credential on passkeys (credential_id);
create index passkeys_user on passkeys (org_id, user_id);

-- A WebAuthn challenge carries its own proof; what is written of it is that it was answered, which it is once.
alter table auth_challenges drop constraint auth_challenges_purpose_check;
alter table auth_challenges add constraint auth_challenges_purpose_check check (purpose in ('mfa', 'enrollment', 'webauthn'));
create unique index auth_challenges_answered_once on auth_challenges (org_id, token_hash) where purpose = 'webauthn';

create table known_devices (
  org_id        uuid not null,
  user_id       uuid not null,
  device_hash   bytea not null,
  first_seen_at timestamptz(3) not null,
  last_seen_at  timestamptz(3) not null,
  primary key (org_id, user_id, device_hash),
  foreign key (org_id, user_id) references users (org_id, id)
);
create index known_devices_age on known_devices (last_seen_at);

-- How much may still be tried: by account, by address, by both. The key is a keyed hash, as what was typed may be anything. The
-- generic cell rate algorithm, as in policy/gcra.ts: `full_at` is when the budget is whole again.
create table sign_in_tries (
  key     bytea primary key,
  full_at timestamptz not null
);
create index sign_in_tries_age on sign_in_tries (full_at);

-- Takes one try of each budget or of none. Zero, or for how many milliseconds there is none. The rows are locked in order, so that
-- two of them never wait for each other.
create function take_tries(keys bytea[], steps double precision[], limits integer[], at timestamptz) returns integer
  language plpgsql volatile set search_path = castellan, pg_temp as $$
declare
  wait double precision;
begin
  insert into sign_in_tries (key, full_at) select k, at from unnest(keys) k order by k on conflict do nothing;
  perform from sign_in_tries t where t.key = any (keys) order by t.key for update;
  -- One that lies further ahead than an empty budget (the clock was set back) counts as empty.
  select max(extract(epoch from least(greatest(t.full_at, at), at + b.step * b.most * interval '1 ms') - at) * 1000 + b.step * (1 - b.most))
    into wait
    from unnest(keys, steps, limits) b (key, step, most) join sign_in_tries t on t.key = b.key;
  if wait > 0 then
    return ceil(wait);
  end if;
  update sign_in_tries t set full_at = greatest(t.full_at, at) + b.step * interval '1 ms'
    from unnest(keys, steps) b (key, step) where t.key = b.key;
  return 0;
end $$;
revoke execute on function take_tries(bytea[], double precision[], integer[], timestamptz) from public;
grant execute on function take_tries(bytea[], double precision[], integer[], timestamptz) to castellan_identity;

do $$
declare new_table text;
begin
  foreach new_table in array array['password_requests', 'password_resets', 'passkeys', 'known_devices', 'sign_in_tries'] loop
    execute format('alter table %I enable row level security', new_table);
    execute format('alter table %I force row level security', new_table);
    execute format('create policy owner_keeps on %I to castellan_owner using (true) with check (true)', new_table);
    execute format('create policy identity_all on %I to castellan_identity using (true) with check (true)', new_table);
    execute format('grant select, insert, update, delete on %I to castellan_identity', new_table);
  end loop;
end $$;

grant select (expires_at), delete on password_resets to castellan_clock;
grant select (last_seen_at), delete on known_devices to castellan_clock;
grant select (full_at), delete on sign_in_tries to castellan_clock;
do $$
declare old_table text;
begin
  foreach old_table in array array['password_resets', 'known_devices', 'sign_in_tries'] loop
    execute format('create policy clock_reads on %I for select to castellan_clock using (true)', old_table);
    execute format('create policy clock_forgets on %I for delete to castellan_clock using (true)', old_table);
  end loop;
end $$;
