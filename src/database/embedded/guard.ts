import { constants } from 'node:os'
import { exitOf, startProgram, type ExitStatus, type Program } from './program.ts'

/**
 * Runs PostgreSQL and ends as it ends. Its standard input is a pipe from our process, which the kernel closes when we die
 * of whatever cause; then PostgreSQL is told to shut down (fast). It deafens itself to the signals that a service manager
 * sends to everyone. The pipe moves to descriptor 3 because a shell gives its background jobs /dev/null as input. The
 * request is repeated because PostgreSQL ignores it until it has set itself up.
 */
const SCRIPT = `
trap '' HUP INT TERM
exec 3<&0 </dev/null
"$@" 3<&- &
postgres=$!
(
  while read -r _ <&3; do :; done
  while kill -INT "$postgres"; do sleep 1; done
) 2>/dev/null &
watcher=$!
exec 3<&-
wait "$postgres"
status=$?
kill -KILL "$watcher"
exit "$status"
`

export interface GuardedServer {
  exited: Promise<ExitStatus>
}

export async function startGuarded(program: Program, logDescriptor: number): Promise<GuardedServer> {
  const args = ['-c', SCRIPT, 'castellan-postgres-guard', program.command, ...program.args]
  const stdio = ['pipe' as const, logDescriptor, logDescriptor]
  const guard = await startProgram({ ...program, command: '/bin/sh', args }, stdio)
  return { exited: exitOf(guard).then(asEndOfServer) }
}

/** A shell reports a death by signal as 128 + its number. */
function asEndOfServer({ code, signal }: ExitStatus): ExitStatus {
  if (code === null || code <= 128) return { code, signal }
  const name = Object.entries(constants.signals).find(([, number]) => number === code - 128)?.[0]
  return { code: null, signal: name ?? `signal ${code - 128}` }
}
