import { pathOf } from './install-package.ts'

/** The browser that the console is tested in. */
export const chromiumPath = (): Promise<string> =>
  pathOf({ name: 'chromium', places: ['/usr/bin/chromium', '/usr/bin/chromium-browser'] })

if (import.meta.main) process.stdout.write(`${await chromiumPath()}\n`)
