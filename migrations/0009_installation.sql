-- Which master key this database belongs to, as a check value: a server with another key would find every sealed secret unreadable.

create table installation (
  only_one   boolean primary key default true check (only_one),
  key_check  bytea not null check (octet_length(key_check) = 32),
  created_at timestamptz(3) not null default now()
);
alter table installation enable row level security;
alter table installation force row level security;
create policy owner_keeps on installation to castellan_owner using (true) with check (true);
grant select, insert on installation to castellan_identity;
create policy identity_all on installation to castellan_identity using (true) with check (true);
