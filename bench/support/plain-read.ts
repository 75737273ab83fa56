import { contextText } from '../../src/database/scope.ts'

/** The read that every comparison makes, as a driver's prepared statement. */
export const READ = {
  name: 'organization',
  text: `select id, name, type, domain, status, settings, created_at as "createdAt", updated_at as "updatedAt", created_by as "createdBy"
           from organizations where id = $1`,
}

export const CONTEXT = { name: 'plain context', text: contextText }
