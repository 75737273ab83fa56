-- The trail: who did what to whom, when, from where, and how it ended. Partitioned by month, organization first in every key.

create table audit_logs (
  org_id              uuid not null,
  occurred_at         timestamptz(3) not null,
  id                  uuid not null,
  user_id             uuid,
  actor_email         text,
  actor_role          text,
  actor_org_id        uuid,
  action              text not null,
  category            text not null,
  resource_type       text,
  resource_id         text,
  description         text not null,
  outcome             text not null check (outcome in ('success', 'failure', 'denied')),
  risk_level          text not null check (risk_level in ('low', 'medium', 'high', 'critical')),
  risk_factors        text[] not null default '{}',
  compliance_relevant boolean not null,
  frameworks          text[] not null default '{}',
  ip_address          inet,
  user_agent          text,
  session_id          uuid,
  request_id          text,
  changes             jsonb,
  details             jsonb not null default '{}',
  recorded_at         timestamptz(3) not null default now(),
  tx_id               xid8 not null default pg_current_xact_id(),
  -- What the trail is sealed by (0020): the hash of all that is told above, and the mark of a server that it wrote this. An event
  -- that the database wrote has neither.
  leaf           bytea check (octet_length(leaf) = 32),
  written_mark        bytea check (octet_length(written_mark) = 16),
  -- What is personal goes into the leaf as three commitments: to who did it from where, to the description, to the words among changes
  -- and details. The nonce of each is kept for as long as the data are; the commitment itself, once they are erased (0030).
  actor_nonce             bytea default uuid_send(gen_random_uuid()),
  description_nonce       bytea default uuid_send(gen_random_uuid()),
  content_nonce           bytea default uuid_send(gen_random_uuid()),
  actor_commitment       bytea,
  description_commitment bytea,
  content_commitment     bytea,
  constraint audit_logs_nonce_or_commitment check (
    num_nonnulls(actor_nonce, actor_commitment) = 1 and num_nonnulls(description_nonce, description_commitment) = 1
    and num_nonnulls(content_nonce, content_commitment) = 1),
  primary key (org_id, occurred_at, id)
) partition by range (occurred_at);

create index audit_logs_newest on audit_logs (occurred_at desc, id desc);
create index audit_logs_by_action on audit_logs (org_id, action, occurred_at desc);
create index audit_logs_by_user on audit_logs (user_id, occurred_at desc);
-- The last thing a transaction does is to look for the event of each row that it changed: one of thousands is found at once.
create index audit_logs_by_transaction on audit_logs (tx_id, resource_id);

create function refuse_change_of_trail() returns trigger
  language plpgsql set search_path = castellan, pg_temp as $$
begin
  raise exception 'the audit trail is append-only' using errcode = 'insufficient_privilege';
end $$;

create trigger audit_logs_append_only before update or delete on audit_logs
  for each row execute function refuse_change_of_trail();

-- Partitions are made ahead, never by default: an event without a month is an error, not a silent heap.
-- A trigger on the parent does not stop TRUNCATE of a partition, and row security must be forced on each.
create function ensure_audit_partitions(months_ahead integer default 12) returns integer
  language plpgsql security definer set search_path = castellan, pg_temp as $$
declare
  month date;
  made integer := 0;
  partition text;
begin
  for month in
    select generate_series(date_trunc('month', now() - interval '1 month'),
                           date_trunc('month', now()) + make_interval(months => least(months_ahead, 120)), interval '1 month')::date
  loop
    partition := 'audit_logs_' || to_char(month, 'YYYY_MM');
    if to_regclass('castellan.' || partition) is not null then continue; end if;
    execute format('create table castellan.%I partition of castellan.audit_logs for values from (%L) to (%L)',
                   partition, month || ' 00:00:00+00', (month + interval '1 month')::date || ' 00:00:00+00');
    execute format('alter table castellan.%I enable row level security', partition);
    execute format('alter table castellan.%I force row level security', partition);
    execute format('create policy owner_keeps on castellan.%I to castellan_owner using (true) with check (true)', partition);
    execute format('create trigger audit_logs_not_truncated before truncate on castellan.%I execute function castellan.refuse_change_of_trail()', partition);
    made := made + 1;
  end loop;
  return made;
end $$;

create trigger audit_logs_not_truncated before truncate on audit_logs execute function refuse_change_of_trail();
select ensure_audit_partitions();
