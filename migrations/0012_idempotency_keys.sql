-- The answer to a request that may be sent again. Sealed, since an answer can hold an invitation link.

create table idempotency_keys (
  org_id        uuid not null,
  user_id       uuid not null,
  key           text not null check (char_length(key) between 1 and 255),
  request_hash  bytea not null,
  created_at    timestamptz(3) not null,
  status        integer,
  answer_sealed text,
  primary key (org_id, user_id, key)
);
create index idempotency_keys_age on idempotency_keys (created_at);

alter table idempotency_keys enable row level security;
alter table idempotency_keys force row level security;
create policy owner_keeps on idempotency_keys to castellan_owner using (true) with check (true);
create policy identity_all on idempotency_keys to castellan_identity using (true) with check (true);
grant select, insert, update, delete on idempotency_keys to castellan_identity;
