-- Where checkpoints of the trail are kept outside, and how far each place has them.

create table audit_anchors (
  name          text primary key check (name in ('file', 'mail', 'webhook')),
  checkpoint_id bigint not null default 0,
  tree_size     bigint not null default 0,
  sent_at       timestamptz(3),
  leased_until  timestamptz(3),
  last_error    text
);
alter table audit_anchors enable row level security;
alter table audit_anchors force row level security;
create policy owner_keeps on audit_anchors to castellan_owner using (true) with check (true);
grant select, insert, update on audit_anchors to castellan_sealer;
create policy sealer_keeps on audit_anchors to castellan_sealer using (true) with check (true);
