-- Which generations of keys are in use. The keys themselves come from the master key, which is not in the database.

create table key_generations (
  purpose    text not null check (purpose in ('signing', 'sealing')),
  generation integer not null check (generation between 1 and 1000000),
  created_at timestamptz(3) not null,
  dropped_at timestamptz(3),
  primary key (purpose, generation)
);
insert into key_generations (purpose, generation, created_at) values ('signing', 1, now()), ('sealing', 1, now());

alter table key_generations enable row level security;
alter table key_generations force row level security;
create policy owner_keeps on key_generations to castellan_owner using (true) with check (true);
create policy identity_all on key_generations to castellan_identity using (true) with check (true);
grant select, insert, update (dropped_at) on key_generations to castellan_identity;
