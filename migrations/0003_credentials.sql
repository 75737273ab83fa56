-- What proves who someone is. Read by the identity role alone; secrets are hashed or sealed before they get here.

create table totp_factors (
  org_id        uuid not null,
  user_id       uuid not null,
  secret_sealed text not null,
  confirmed_at  timestamptz(3),
  last_step     bigint not null default 0,
  created_at    timestamptz(3) not null,
  primary key (org_id, user_id),
  foreign key (org_id, user_id) references users (org_id, id)
);

create table recovery_codes (
  org_id    uuid not null,
  user_id   uuid not null,
  code_hash bytea not null,
  used_at   timestamptz(3),
  primary key (org_id, user_id, code_hash),
  foreign key (org_id, user_id) references users (org_id, id)
);

-- The step between a right password and a session: a code to give (mfa) or a factor to set up (enrollment).
create table auth_challenges (
  org_id     uuid not null,
  id         uuid not null,
  user_id    uuid not null,
  purpose    text not null check (purpose in ('mfa', 'enrollment')),
  token_hash bytea not null,
  attempts   integer not null default 0,
  created_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  used_at    timestamptz(3),
  primary key (org_id, id),
  foreign key (org_id, user_id) references users (org_id, id)
);
create index auth_challenges_token on auth_challenges (token_hash);
create index auth_challenges_expiry on auth_challenges (expires_at);

create table invitations (
  org_id      uuid not null,
  id          uuid not null,
  user_id     uuid not null,
  token_hash  bytea not null,
  created_by  uuid,
  created_at  timestamptz(3) not null,
  expires_at  timestamptz(3) not null,
  accepted_at timestamptz(3),
  primary key (org_id, id),
  foreign key (org_id, user_id) references users (org_id, id)
);
create index invitations_token on invitations (token_hash);
create index invitations_user on invitations (org_id, user_id);
