import { chmod, chown, mkdir, mkdtemp, readlink, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { reaches, type Account } from './account.ts'
import { PORT } from './settings.ts'

/** What fits into sockaddr_un beside its closing zero. */
const LONGEST_SOCKET_PATH_BYTES = 107
const PREFIX = 'castellan-'

/**
 * A directory that only PostgreSQL's account may enter: in the home, or in the system's temporary directory where the
 * home's path is too long for a socket; then the home keeps a symlink to it, so that it is found again after a crash.
 */
export async function makeSocketDirectory(home: string, account: Account): Promise<string> {
  await removeSocketDirectory(home)
  const place = join(home, 'socket')
  const fits = isShortEnough(place)
  const directory = fits ? place : await mkdtemp(join(temporaryDirectory(account), PREFIX))
  if (fits) await mkdir(directory)
  else await symlink(directory, place)
  await chmod(directory, 0o700)
  if (account) await chown(directory, account.uid, account.gid)
  return directory
}

export async function removeSocketDirectory(home: string): Promise<void> {
  const place = join(home, 'socket')
  const target = await readlink(place).catch(() => undefined)
  if (target !== undefined && basename(target).startsWith(PREFIX)) await rm(target, { recursive: true, force: true })
  await rm(place, { recursive: true, force: true })
}

function temporaryDirectory(account: Account): string {
  const own = tmpdir()
  return isShortEnough(join(own, `${PREFIX}XXXXXX`)) && reaches(account, own) ? own : '/tmp'
}

function isShortEnough(directory: string): boolean {
  return Buffer.byteLength(join(directory, `.s.PGSQL.${PORT}`)) <= LONGEST_SOCKET_PATH_BYTES
}
