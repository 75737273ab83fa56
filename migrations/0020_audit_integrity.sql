-- The trail proves itself. A sealer gives each event its place in its organization's Merkle tree (RFC 9162), signs the head of
-- that tree, and makes the head a leaf of one tree over all; of that tree it signs checkpoints. Writers take no part in it.

create table audit_checkpoints (
  id         bigint primary key check (id > 0),
  tree_size  bigint not null check (tree_size > 0),
  root       bytea not null check (octet_length(root) = 32),
  note       text not null,
  peaks      bytea not null,
  created_at timestamptz(3) not null,
  -- Where the sealer goes on: what this snapshot saw has been looked at. It means something in the cluster that it is of alone.
  seen       pg_snapshot,
  cluster    text not null
);

-- A head: the state of one organization's tree, and a leaf of the tree over all.
create table audit_heads (
  org_id        uuid not null,
  size          bigint not null check (size > 0),
  root          bytea not null check (octet_length(root) = 32),
  signature     bytea not null check (octet_length(signature) = 64),
  peaks         bytea not null,
  position      bigint not null check (position >= 0),
  checkpoint_id bigint not null references audit_checkpoints,
  primary key (org_id, size)
);
create index audit_heads_by_position on audit_heads (position);

create table audit_seals (
  org_id      uuid not null,
  sequence    bigint not null check (sequence >= 0),
  event_id    uuid not null,
  occurred_at timestamptz(3) not null,
  leaf   bytea not null check (octet_length(leaf) = 32),
  mark        bytea not null check (octet_length(mark) = 16),
  primary key (org_id, sequence),
  -- The event first: proofs are asked for by it alone.
  unique (event_id, org_id)
);

-- Every eighth level of the trees, so that a proof reads hundreds of rows, not millions. The tree over all is under the nil UUID.
create table audit_nodes (
  org_id uuid not null,
  level  smallint not null check (level > 0),
  index  bigint not null check (index >= 0),
  node   bytea not null check (octet_length(node) = 32),
  primary key (org_id, level, index)
);

-- Events that no server wrote: they get no place, and are named by whoever verifies.
create table audit_unaccounted (
  org_id      uuid not null,
  event_id    uuid not null,
  occurred_at timestamptz(3) not null,
  found_at    timestamptz(3) not null,
  primary key (org_id, event_id)
);

do $$
declare kept text;
begin
  foreach kept in array array['audit_checkpoints', 'audit_heads', 'audit_seals', 'audit_nodes', 'audit_unaccounted'] loop
    execute format('alter table %I enable row level security', kept);
    execute format('alter table %I force row level security', kept);
    execute format('create policy owner_keeps on %I to castellan_owner using (true) with check (true)', kept);
    execute format('create trigger %I before update or delete on %I for each row execute function refuse_change_of_trail()',
                   kept || '_append_only', kept);
    execute format('create trigger %I before truncate on %I execute function refuse_change_of_trail()', kept || '_not_truncated', kept);
    execute format('grant select, insert on %I to castellan_sealer', kept);
    execute format('create policy sealer_reads on %I for select to castellan_sealer using (true)', kept);
    execute format('create policy sealer_adds on %I for insert to castellan_sealer with check (true)', kept);
    execute format('grant select on %I to castellan_staff', kept);
    execute format('create policy staff_reads on %I for select to castellan_staff using ((select current_user_id()) is not null)', kept);
  end loop;
  foreach kept in array array['audit_heads', 'audit_seals', 'audit_nodes'] loop
    execute format('grant select on %I to castellan_member', kept);
    execute format('create policy member_reads on %I for select to castellan_member using (org_id = (select current_org()))', kept);
  end loop;
end $$;

-- The places of events go with the events.
grant select on audit_seals to castellan_technician;
create policy technician_reads on audit_seals for select to castellan_technician
  using (org_id = any ((select technician_reach())::uuid[]));

grant usage on schema castellan to castellan_sealer;
grant select on audit_logs to castellan_sealer;
create policy sealer_reads on audit_logs for select to castellan_sealer using (true);
