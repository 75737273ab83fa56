-- The tenants: the customers, and the one provider that serves them.

create table organizations (
  id          uuid primary key,
  name        text not null check (char_length(name) between 1 and 200),
  name_normal text not null generated always as (lower(normalize(btrim(name)))) stored,
  type        text not null check (type in ('customer', 'mss_provider')),
  domain      text check (char_length(domain) <= 253),
  status      text not null default 'active' check (status in ('active', 'suspended', 'deleted')),
  settings    jsonb not null default '{}' check (jsonb_typeof(settings) = 'object'),
  created_by  uuid,
  created_at  timestamptz(3) not null,
  updated_at  timestamptz(3) not null,
  unique (id, type),
  constraint organizations_provider_stays check (type = 'customer' or status = 'active')
);

create unique index organizations_one_provider on organizations (type) where type = 'mss_provider';
create unique index organizations_name on organizations (name_normal) where status <> 'deleted';
create index organizations_created on organizations (created_at, id);
