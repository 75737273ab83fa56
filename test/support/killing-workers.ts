import type pg from 'pg'

/** So many workers do 5,000 things by turns, and after every few of them a backend of the server is killed. @returns how many were */
export async function workAndKill(
  admin: pg.Client,
  { workers, killEvery }: { workers: number; killEvery: number },
  work: (turn: number) => Promise<void>,
): Promise<number> {
  let [next, killed] = [0, 0]
  const worker = async (): Promise<void> => {
    while (next < 5000) {
      const turn = next++
      await work(turn)
      if (turn % killEvery !== killEvery - 1) continue
      const { rows } = await admin.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where application_name = 'castellan' and datname = current_database() order by random() limit 1`,
      )
      killed += rows.length
    }
  }
  await Promise.all(Array.from({ length: workers }, worker))
  return killed
}
