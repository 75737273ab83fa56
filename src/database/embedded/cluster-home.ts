import { createHash } from 'node:crypto'
import { chmod, lstat, mkdir, realpath, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { reaches, type Account } from './account.ts'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'

const ELSEWHERE = '/var/lib/castellan'

export interface ClusterHome {
  path: string
  /** DATA_DIR/postgres, still to be made a symlink to `path`: the home is elsewhere and new to this DATA_DIR. */
  linkFrom?: string
}

/** DATA_DIR/postgres, or a directory under /var/lib/castellan where PostgreSQL's account cannot get to DATA_DIR. */
export async function openHome(dataDir: string, account: Account): Promise<ClusterHome> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const home = await chooseHome(await realpath(dataDir), account)
  if (/["$`\\\n]/.test(home.path)) {
    // initdb hands its own path to a shell, between double quotes.
    throw new EmbeddedPostgresError(`PostgreSQL cannot live in ${home.path}; choose a DATA_DIR without " $ \` or \\`)
  }
  if (reaches(account, home.path)) return home
  throw new EmbeddedPostgresError(
    `PostgreSQL runs as uid ${account?.uid} and cannot get to ${home.path}; let it pass every directory above (chmod o+x)`,
  )
}

async function chooseHome(dataDir: string, account: Account): Promise<ClusterHome> {
  const place = join(dataDir, 'postgres')
  const found = await lstat(place).catch(() => undefined)
  if (found?.isSymbolicLink()) return { path: await follow(place) }
  if (!account) return { path: await makeDirectory(place, 0o700) }
  if (found || reaches(account, dirname(dataDir))) {
    await chmod(dataDir, (await stat(dataDir)).mode | 0o001)
    return { path: await makeDirectory(place, 0o711) }
  }
  await makeDirectory(ELSEWHERE, 0o711)
  const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 12)
  return { path: await makeDirectory(join(ELSEWHERE, name), 0o711), linkFrom: place }
}

async function follow(place: string): Promise<string> {
  return realpath(place).catch((cause: unknown) => {
    throw new EmbeddedPostgresError(
      `${place} is a symlink to a directory that is gone; restore it, or remove the symlink to start with an empty database`,
      { cause },
    )
  })
}

async function makeDirectory(path: string, mode: number): Promise<string> {
  await mkdir(path, { recursive: true })
  await chmod(path, mode)
  return path
}
