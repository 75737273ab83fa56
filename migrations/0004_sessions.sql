-- Who is signed in. The refresh token is a MAC over (session, counter, salt) under a key that is not in the database.

create table user_sessions (
  org_id             uuid not null,
  id                 uuid not null,
  user_id            uuid not null,
  created_at         timestamptz(3) not null,
  last_used_at       timestamptz(3) not null,
  expires_at         timestamptz(3) not null,
  revoked_at         timestamptz(3),
  revoked_reason     text,
  mfa_at             timestamptz(3),
  ip_address         inet,
  user_agent         text check (char_length(user_agent) <= 512),
  refresh_salt       bytea not null,
  refresh_counter    integer not null default 0,
  refresh_rotated_at timestamptz(3) not null,
  primary key (org_id, id),
  foreign key (org_id, user_id) references users (org_id, id)
);
create index user_sessions_of_user on user_sessions (org_id, user_id, created_at desc) where revoked_at is null;
