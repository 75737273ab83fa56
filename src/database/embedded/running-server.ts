import { join } from 'node:path'
import type { Account } from './account.ts'
import { clusterName, shutDown } from './cluster-processes.ts'
import { startGuarded } from './guard.ts'
import type { ExitStatus } from './program.ts'
import { openServerLog } from './server-log.ts'
import { serverArguments } from './settings.ts'
import { makeSocketDirectory, removeSocketDirectory } from './socket-directory.ts'

export interface RunningServer {
  socketDirectory: string
  isAlive(): boolean
  lastComplaint(): string
  stop(): Promise<void>
  exited: Promise<ExitStatus>
}

export interface ServerPlace {
  home: string
  tree: string
  account: Account
}

/** Starts PostgreSQL on `home`/data. It has ended when no process of it is left, even if its guard was killed. */
export async function runServer(place: ServerPlace, settings: Record<string, string>): Promise<RunningServer> {
  const { home, tree, account } = place
  const data = join(home, 'data')
  const name = clusterName(data)
  const socketDirectory = await makeSocketDirectory(home, account)
  const args = serverArguments({ data, clusterName: name, socketDirectory }, settings)
  const log = openServerLog(join(home, 'postgres.log'))
  const program = { command: join(tree, 'bin', 'postgres'), args, account, cwd: home }
  const guard = await startGuarded(program, log.descriptor).finally(log.close)

  let alive = true
  const exited = guard.exited.finally(async () => {
    alive = false
    await shutDown(name)
    await removeSocketDirectory(home)
  })
  const stop = async () => {
    await shutDown(name)
    await exited
  }
  return { socketDirectory, isAlive: () => alive, lastComplaint: log.lastComplaint, stop, exited }
}
