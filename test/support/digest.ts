import type pg from 'pg'

/** Columns that a call may move without changing anything: marks of use. */
const marks: Readonly<Record<string, readonly string[]>> = { user_sessions: ['last_used_at'] }

/**
 * The state of every table, each as one number: of all its rows, or where a table has marks of use, of all but them. The trail may grow
 * by what was refused, and by nothing else.
 */
export function digestOf(admin: pg.Pool): () => Promise<Record<string, string>> {
  let statement: string | undefined
  return async () => {
    statement ??= await statementFor(admin)
    const { rows } = await admin.query<{ digest: Record<string, string> }>(statement)
    return rows[0]?.digest ?? {}
  }
}

async function statementFor(admin: pg.Pool): Promise<string> {
  const { rows } = await admin.query<{ name: string }>(
    `select relname as name from pg_class
      where relnamespace = 'castellan'::regnamespace and relkind in ('r', 'p') and not relispartition order by 1`,
  )
  const sums = rows.map(({ name }) => `'${name}', (${sumOf(name)})`)
  return `select jsonb_build_object(${sums.join(', ')}) as digest`
}

/** A row that is written anew has a new `xmin`, also where it says the same as before. */
function sumOf(name: string): string {
  const without = marks[name]
  const whole = without
    ? `hashtextextended((to_jsonb(t) - '{${without.join()}}'::text[])::text, 0)`
    : `xmin::text::numeric * xmin::text::numeric`
  const rows = name === 'audit_logs' ? ` where outcome = 'success'` : ''
  return `select count(*) || ' ' || coalesce(sum(${whole}), 0) from ${name} t${rows}`
}
