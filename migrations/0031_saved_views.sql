-- What somebody looks at again and again: the filters of a page, under a name of their own.

create table saved_views (
  org_id     uuid not null,
  id         uuid not null,
  user_id    uuid not null,
  page       text not null check (char_length(page) between 1 and 32),
  name       text not null check (char_length(name) between 1 and 80),
  query      text not null check (char_length(query) <= 2000),
  created_at timestamptz(3) not null,
  primary key (org_id, id),
  foreign key (org_id, user_id) references users (org_id, id)
);
create unique index saved_views_name on saved_views (org_id, user_id, page, lower(normalize(name)));

-- What stands in an address, as people read it: an erasure looks for words in it.
create function query_text(query text) returns text
  language sql immutable parallel safe
  return (
    select convert_from(string_agg(case when part[1] ~ '^%[0-9A-Fa-f]{2}$' then decode(substr(part[1], 2), 'hex') else convert_to(part[1], 'UTF8') end,
                                   ''::bytea order by place), 'UTF8')
      from regexp_matches(replace(query, '+', ' '), '%[0-9A-Fa-f]{2}|[^%]+|%', 'g') with ordinality as parts (part, place)
  );
revoke execute on function query_text(text) from public;

-- Whoever is deleted looks at nothing any more.
create function forget_views() returns trigger
  language plpgsql security definer set search_path = castellan, pg_temp as $$
begin
  delete from saved_views where org_id = new.org_id and user_id = new.id;
  return null;
end $$;
revoke execute on function forget_views() from public;
create trigger users_forget_views after update of status on users
  for each row when (new.status = 'deleted' and old.status <> 'deleted') execute function forget_views();

alter table saved_views enable row level security;
alter table saved_views force row level security;
create policy owner_keeps on saved_views to castellan_owner using (true) with check (true);

grant select, insert, delete on saved_views to castellan_member, castellan_technician, castellan_staff;
create policy member_own on saved_views to castellan_member
  using (org_id = (select current_org()) and user_id = (select current_user_id()))
  with check (org_id = (select current_org()) and user_id = (select current_user_id()));
create policy own on saved_views to castellan_technician, castellan_staff
  using (user_id = (select current_user_id())) with check (user_id = (select current_user_id()));
