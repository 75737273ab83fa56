import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { totpCode } from '../src/credentials/totp.ts'
import { bait } from './attack/bait.ts'
import { targetsOf } from './attack/targets.ts'
import { pathOf } from './install-package.ts'

/**
 * sqlmap and wapiti, as somebody who is signed in, against the example provider on this machine alone. Each has to find what is
 * wrong with a bait, or it has not looked; and nothing in the server. Each has so many seconds for the server. `attack.ts wapiti`: that one alone.
 */
const SECONDS = Number(process.env['ATTACK_SECONDS'] ?? 240)
const BAIT_SECONDS = 120

const scratch = mkdtempSync(join(tmpdir(), 'castellan-attack-'))
chmodSync(scratch, 0o755)
const children: ChildProcess[] = []
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 })
})

interface Ended {
  said: string
  /** It was stopped before it was done. */
  cut: boolean
}

async function run(command: string, args: readonly string[], seconds: number): Promise<Ended> {
  const child = spawn(command, args, { stdio: 'pipe', env: { ...process.env, HOME: scratch } })
  children.push(child)
  // What wapiti asks when it is stopped: its report is wanted.
  child.stdin.on('error', () => undefined).end('r\n'.repeat(9))
  let said = ''
  for (const output of [child.stdout, child.stderr]) output.on('data', (part: Buffer) => void (said += part.toString()))
  const ended = once(child, 'close').then(() => false)
  const cut = await Promise.race([ended, sleep(seconds * 1000, true, { ref: false })])
  if (cut) {
    child.kill('SIGINT')
    await Promise.race([ended, sleep(60_000, null, { ref: false })])
  }
  return { said, cut }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  return typeof address === 'object' && address ? address.port : 0
}

interface Account {
  role: string
  email: string
  secret: string | null
}

async function makeProvider(dataDir: string): Promise<{ accounts: Account[]; password: string }> {
  const demo = ['src/cli/castellan.ts', 'demo', '--no-serve', '--data-dir', dataDir]
  const { said } = await run(process.execPath, demo, 600)
  const password = /all with the password: (.+)/.exec(said)?.[1]
  if (password === undefined) throw new Error(`the example provider was not made: ${said.slice(-2000)}`)
  const accounts = JSON.parse(readFileSync(join(dataDir, 'demo-accounts.json'), 'utf8')) as Account[]
  return { accounts, password }
}

/** What the server itself calls a failure is one, whatever a scanner thinks of the answer. */
const failures: string[] = []

async function serve(dataDir: string): Promise<string> {
  const port = String(await freePort())
  const environment = {
    DATA_DIR: dataDir,
    PORT: port,
    ACCESS_TOKEN_TTL: '1h',
    RATE_LIMIT_PER_MINUTE: '100000000',
    LOG_LEVEL: 'error',
  }
  const server = spawn(process.execPath, ['src/main.ts'], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(server)
  server.stdout.on('data', (part: Buffer) => void failures.push(...part.toString().split('\n').filter(Boolean)))
  const origin = `http://127.0.0.1:${port}`
  for (let tries = 0; tries < 300; tries++) {
    if (
      await fetch(`${origin}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return origin
    await sleep(200)
  }
  throw new Error('the server did not start')
}

async function ask(url: string, body: object): Promise<Record<string, string>> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const { data } = (await answer.json()) as { data?: Record<string, string> }
  if (!data) throw new Error(`${url} answered ${answer.status}`)
  return data
}

async function signIn(origin: string, { email, secret }: Account, password: string): Promise<string> {
  const first = await ask(`${origin}/api/auth/login`, { email, password })
  if (first['accessToken'] !== undefined) return first['accessToken']
  const code = totpCode(secret ?? '', new Date())
  const body = { challengeToken: first['challengeToken'], method: 'totp', code }
  const { accessToken = '' } = await ask(`${origin}/api/auth/mfa/verify`, body)
  return accessToken
}

const SQL_FOUND = /^(?:Parameter: .*|---)$|identified the following injection point|is vulnerable/m

/** @returns what sqlmap found in these addresses */
async function sqlmap(urls: readonly string[], token: string, seconds: number): Promise<Ended & { found: string[] }> {
  const list = join(scratch, 'targets.txt')
  writeFileSync(list, `${urls.join('\n')}\n`)
  const args = [
    ...['-m', list, '--batch', '--disable-coloring', '--flush-session', '--output-dir', join(scratch, 'sqlmap')],
    ...[
      '--header',
      `Authorization: Bearer ${token}`,
      '--dbms',
      seconds === BAIT_SECONDS ? 'SQLite' : 'PostgreSQL',
      '--technique',
      'BEUST',
    ],
    ...['--level', '1', '--risk', '1', '--time-sec', '3', '--threads', '2', '--timeout', '10', '--retries', '0'],
    ...['--ignore-code', '400,401,403,404,409,415,429'],
  ]
  const ended = await run(await pathOf({ name: 'sqlmap', places: ['/usr/bin/sqlmap'] }), args, seconds)
  const found = ended.said.split('\n').filter((line) => SQL_FOUND.test(line) && !/not (?:seem|appear)/.test(line))
  return { ...ended, found }
}

/** Those that ask nobody outside this machine. */
const MODULES =
  'backup,blindsql,crlf,exec,file,htaccess,methods,permanentxss,redirect,shellshock,sql,xss,cookieflags,csp'

interface Findings {
  vulnerabilities: Record<string, { method: string; path: string; parameter: string; info: string }[]>
  anomalies: Record<string, { method: string; path: string; parameter: string; info: string }[]>
}

async function wapiti(urls: readonly string[], token: string, seconds: number): Promise<Ended & { found: string[] }> {
  const report = join(scratch, `wapiti-${seconds}.json`)
  const [first = ''] = urls
  const args = [
    ...['-u', new URL('/', first).href, '--scope', 'domain', '-m', MODULES, '-f', 'json', '-o', report],
    ...['-H', `Authorization: Bearer ${token}`, '--flush-session', '-v', '1'],
    // To look around; then for each of the modules.
    ...['--max-scan-time', String(Math.round(seconds / 4))],
    ...['--max-attack-time', String(Math.ceil((seconds * 3) / 4 / MODULES.split(',').length))],
    ...['--store-session', join(scratch, `wapiti-${seconds}`), '-t', '10', '--no-bugreport'],
    ...urls.flatMap((url) => ['-s', url]),
  ]
  const ended = await run(await pathOf({ name: 'wapiti', places: ['/usr/bin/wapiti'] }), args, seconds + 60)
  if (!existsSync(report)) throw new Error(`wapiti left no report: ${ended.said.slice(-2000)}`)
  const { vulnerabilities, anomalies } = JSON.parse(readFileSync(report, 'utf8')) as Findings
  const found = Object.entries({ ...vulnerabilities, ...anomalies }).flatMap(([kind, each]) =>
    each.map(({ method, path, parameter, info }) => `${kind}: ${method} ${path} ${parameter ?? ''}: ${info}`),
  )
  return { ...ended, found }
}

const scanners = { sqlmap, wapiti }

const decoy = await bait()
const dataDir = join(scratch, 'data')
const { accounts, password } = await makeProvider(dataDir)
const origin = await serve(dataDir)
const admin = accounts.find(({ role }) => role === 'super_admin')
if (!admin) throw new Error('there is no super admin')
const token = await signIn(origin, admin, password)
const targets = await targetsOf(origin, token)
console.log(`${targets.length} addresses at ${origin}`)

let faults = 0
const chosen = process.argv.slice(2)
for (const [name, scan] of Object.entries(scanners)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue
  const baited = await scan(decoy.urls, token, BAIT_SECONDS)
  console.log(`${name} finds ${baited.found.length} in the bait`)
  const begun = performance.now()
  const { found, cut, said } = await scan(targets, token, SECONDS)
  const seconds = Math.round((performance.now() - begun) / 1000)
  console.log(`${name} finds ${found.length} in the server in ${seconds} s${cut ? ', when its time was over' : ''}`)
  for (const line of found) console.log(`  ${line}`)
  if (process.env['ATTACK_LOG']) writeFileSync(`${process.env['ATTACK_LOG']}.${name}`, said)
  if (baited.found.length === 0) console.log(`  ${name} has not looked: ${baited.said.slice(-2000)}`)
  faults += found.length + (baited.found.length === 0 ? 1 : 0)
}
for (const line of new Set(failures)) console.log(`the server failed: ${line}`)
decoy.close()
const sum = faults + failures.length
console.log(`${sum === 0 ? 2 : 0} passed, ${sum} failed`)
process.exit(sum === 0 ? 0 : 1)
