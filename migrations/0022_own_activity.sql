-- Whoever did something may read that they did it: technicians also where their access has ended since.

create policy technician_own on audit_logs for select to castellan_technician
  using (user_id = (select current_user_id()));
