import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'

/** Where Debian and its relatives put it. */
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser']
// Two installations at once would refuse each other the package lists; and a browser that is being unpacked is there, but does
// not run yet. So it is looked for under the lock as well.
const LOOK = PLACES.map((place) => `test -x ${place}`).join(' || ')
const INSTALL = `flock /tmp/castellan-chromium.lock sh -c "${LOOK} || { apt-get update -q && apt-get install -y -q chromium; }"`

/**
 * The browser that the console is tested in, installed from the distribution when it is missing.
 * @throws Error saying what to do where this may not or cannot install it
 */
export async function chromiumPath(): Promise<string> {
  if (process.getuid?.() === 0) await run(INSTALL)
  else if (!PLACES.some(existsSync))
    throw new Error('Chromium is missing. Install it as root: apt-get install chromium')
  const installed = PLACES.find(existsSync)
  if (!installed) throw new Error(`Chromium was installed, but is at none of ${PLACES.join(', ')}`)
  return installed
}

function run(command: string): Promise<void> {
  const child = spawn(command, { shell: true, stdio: ['ignore', 'ignore', 'inherit'] })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`Chromium could not be installed (exit code ${code}): ${command}`))
    })
  })
}

if (import.meta.main) process.stdout.write(`${await chromiumPath()}\n`)
