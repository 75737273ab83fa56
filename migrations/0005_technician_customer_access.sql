-- The grants: which of the provider's people may reach which customer, at what level, when, from where and why.

create table technician_customer_access (
  id                  uuid primary key,
  technician_id       uuid not null,
  technician_org_type text not null default 'mss_provider' check (technician_org_type = 'mss_provider'),
  customer_org_id     uuid not null,
  customer_org_type   text not null default 'customer' check (customer_org_type = 'customer'),
  access_level        text not null check (access_level in ('read_only', 'full_access', 'emergency')),
  kind                text not null generated always as (case access_level when 'emergency' then 'emergency' else 'standing' end) stored,
  status              text not null check (status in ('scheduled', 'active', 'expired', 'revoked')),
  allowed_services    text[] check (cardinality(allowed_services) > 0),
  ip_restrictions     text[] check (cardinality(ip_restrictions) > 0),
  time_restrictions   jsonb check (jsonb_typeof(time_restrictions) = 'object'),
  granted_by          uuid not null,
  granted_at          timestamptz(3) not null,
  starts_at           timestamptz(3) not null,
  expires_at          timestamptz(3),
  reason              text,
  notes               text,
  revoked_at          timestamptz(3),
  revoked_by          uuid,
  revoked_reason      text,
  last_used_at        timestamptz(3),
  usage_count         bigint not null default 0,
  updated_at          timestamptz(3) not null,
  foreign key (technician_id, technician_org_type) references users (id, org_type),
  foreign key (customer_org_id, customer_org_type) references organizations (id, type),
  constraint access_ends_after_start check (expires_at > starts_at),
  constraint access_never_to_oneself check (granted_by <> technician_id),
  constraint access_revocation_is_whole check ((status = 'revoked') = (revoked_at is not null)),
  constraint access_emergency_is_short check (
    access_level <> 'emergency' or
    (reason is not null and expires_at is not null and expires_at <= starts_at + interval '24 hours')
  )
);

-- One standing and one emergency grant per pair, also when fifty managers ask at once.
create unique index access_one_live on technician_customer_access (technician_id, customer_org_id, kind)
  where status in ('scheduled', 'active');
create index access_of_technician on technician_customer_access (technician_id, granted_at desc, id);
create index access_to_customer on technician_customer_access (customer_org_id, granted_at desc, id);
create index access_granted on technician_customer_access (granted_at desc, id);
