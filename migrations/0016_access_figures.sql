-- Grants that are over are counted from their index alone: they only ever become more.

create index access_revoked on technician_customer_access (revoked_at) where status = 'revoked';
create index access_expired on technician_customer_access (expires_at) where status = 'expired';
