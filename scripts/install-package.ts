import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'

export interface DebianPackage {
  readonly name: string
  /** Where its program is put by Debian and its relatives. */
  readonly places: readonly string[]
}

/**
 * The path of a program that the tests need, installed from the distribution when it is missing.
 * @throws Error saying what to do where this may not or cannot install it
 */
export async function pathOf({ name, places }: DebianPackage): Promise<string> {
  if (process.getuid?.() === 0) await run(installing(name, places), name)
  else if (!places.some(existsSync)) throw new Error(`${name} is missing. Install it as root: apt-get install ${name}`)
  const installed = places.find(existsSync)
  if (!installed) throw new Error(`${name} was installed, but is at none of ${places.join(', ')}`)
  return installed
}

// Two installations at once would refuse each other the package lists; and a program that is being unpacked is there, but does
// not run yet. So it is looked for under the lock as well. RUNLEVEL: no service is started by it.
function installing(name: string, places: readonly string[]): string {
  const look = places.map((place) => `test -x ${place}`).join(' || ')
  return `flock /tmp/castellan-packages.lock sh -c "${look} || { apt-get update -q && RUNLEVEL=1 apt-get install -y -q ${name}; }"`
}

function run(command: string, name: string): Promise<void> {
  const child = spawn(command, { shell: true, stdio: ['ignore', 'ignore', 'inherit'] })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`${name} could not be installed (exit code ${code}): ${command}`))
    })
  })
}
