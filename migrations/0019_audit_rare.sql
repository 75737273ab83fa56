-- What is rare in the trail is found across tenants without reading the trail: one kind of event, and the grave ones.
-- Keys that grow with time are cheap to add to; an index for every filter would not be. docs/decisions/0006

create index audit_logs_by_kind on audit_logs (action, occurred_at desc, id desc);
create index audit_logs_grave on audit_logs (occurred_at desc, id desc) where risk_level in ('high', 'critical');
