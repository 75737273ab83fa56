import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

const SOURCES = fileURLToPath(new URL('../console/', import.meta.url))
const LOCK = fileURLToPath(new URL('../package-lock.json', import.meta.url))
const BUNDLE = `${SOURCES}dist`
const MARK = `${BUNDLE}/built-from`

/** Builds the console when its bundle is missing or was made from other sources. Several at once do not disturb each other. */
export async function buildConsole(): Promise<'built' | 'fresh'> {
  const print = await fingerprint()
  if (await isMadeFrom(print)) return 'fresh'
  const outDir = `${BUNDLE}.${process.pid}`
  await bundleInto(outDir)
  await compress(`${outDir}/assets/`)
  await writeFile(`${outDir}/built-from`, print)
  await replaceBy(outDir)
  return 'built'
}

/** As people get it, whoever asks: a test's own NODE_ENV would make it the slow one for developing React. */
async function bundleInto(outDir: string): Promise<void> {
  const { build } = await import('vite')
  const before = process.env['NODE_ENV']
  process.env['NODE_ENV'] = 'production'
  try {
    await build({ configFile: `${SOURCES}vite.config.ts`, logLevel: 'warn', build: { outDir, emptyOutDir: true } })
  } finally {
    if (before === undefined) delete process.env['NODE_ENV']
    else process.env['NODE_ENV'] = before
  }
}

/** A third of the size on the way, without a proxy in front. */
async function compress(assets: string): Promise<void> {
  for (const name of await readdir(assets)) {
    await writeFile(`${assets}${name}.gz`, await promisify(gzip)(await readFile(`${assets}${name}`), { level: 9 }))
  }
}

async function replaceBy(built: string): Promise<void> {
  const old = `${built}.old`
  if (existsSync(BUNDLE)) await rename(BUNDLE, old)
  await rename(built, BUNDLE)
  await rm(old, { recursive: true, force: true })
}

const isMadeFrom = async (print: string): Promise<boolean> =>
  existsSync(MARK) && (await readFile(MARK, 'utf8')) === print

async function fingerprint(): Promise<string> {
  const entries = await readdir(SOURCES, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => `${parentPath}/${name}`)
    .filter((path) => !path.startsWith(BUNDLE))
    .sort()
  const hash = createHash('sha256')
  for (const path of [...files, LOCK]) hash.update(path.slice(SOURCES.length)).update(await readFile(path))
  return hash.digest('hex')
}

if (import.meta.main) {
  const started = performance.now()
  if ((await buildConsole()) === 'built') {
    process.stderr.write(`The console was built in ${((performance.now() - started) / 1000).toFixed(1)} s\n`)
  }
}
