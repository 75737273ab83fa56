-- The people of each tenant. A role always fits the type of its organization: the database keeps that.

create table users (
  id            uuid primary key,
  org_id        uuid not null,
  org_type      text not null,
  email         text not null check (char_length(email) between 3 and 254),
  email_normal  text not null generated always as (lower(btrim(email))) stored,
  password_hash text,
  first_name    text not null check (char_length(first_name) <= 100),
  last_name     text not null check (char_length(last_name) <= 100),
  name_normal   text not null generated always as (lower(normalize(btrim(first_name || ' ' || last_name)))) stored,
  role          text not null,
  status        text not null check (status in ('invited', 'active', 'suspended', 'deleted')),
  mfa_enabled   boolean not null default false,
  timezone      text not null default 'UTC',
  last_login_at timestamptz(3),
  created_by    uuid,
  created_at    timestamptz(3) not null,
  updated_at    timestamptz(3) not null,
  unique (org_id, id),
  unique (id, org_type),
  foreign key (org_id, org_type) references organizations (id, type),
  constraint users_role_fits_organization check (
    (org_type = 'customer' and role in ('admin', 'report_viewer', 'request_user', 'basic_user')) or
    (org_type = 'mss_provider' and role in ('super_admin', 'technician', 'security_analyst', 'account_manager'))
  )
);

-- An address belongs to one accepted account on the platform; a pending invitation reserves it only within its organization.
create unique index users_email_accepted on users (email_normal) where status in ('active', 'suspended');
create unique index users_email_in_organization on users (org_id, email_normal) where status <> 'deleted';
create index users_created on users (org_id, created_at, id);
create index users_by_name on users (name_normal, email_normal, id);
create index users_newest on users (created_at, id);
