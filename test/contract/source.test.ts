import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { wholeWords } from '../../src/policy/identifiers.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const read = (path: string): string => readFileSync(`${ROOT}${path}`, 'utf8')
const sources = (...patterns: string[]): [path: string, text: string][] =>
  globSync(patterns, { cwd: ROOT })
    .filter((path) => !/\.test\.ts$|console\/dist|\.d\.ts$/.test(path))
    .sort()
    .map((path) => [path, read(path)])
const server = sources('src/**/*.ts')
const page = sources('console/**/*.{ts,tsx}')

/** The files that have it. */
const having = (files: readonly [string, string][], pattern: RegExp): string[] =>
  files.filter(([, text]) => pattern.test(text)).map(([path]) => path)

interface Locked {
  version: string
  resolved?: string
  integrity?: string
  hasInstallScript?: boolean
  dev?: boolean
}
const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> }
const locked = Object.entries(packages).filter(([path]) => path !== '')
const nameOf = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
const manifest = JSON.parse(read('package.json')) as { dependencies: Record<string, string> }

test('there is something to look through', () => {
  expect(server.length).toBeGreaterThan(200)
  expect(page.length).toBeGreaterThan(50)
  expect(locked.length).toBeGreaterThan(300)
})

describe('what people send never becomes code:', () => {
  test('nothing is evaluated, and no process is started but PostgreSQL and what looks after it', () => {
    expect(having([...server, ...page], /(?<!client\.)\beval\(|new Function\b|node:vm|setTimeout\(['"`]/)).toEqual([])
    expect(having(server, /child_process/)).toEqual([
      'src/database/embedded/account.ts',
      'src/database/embedded/program.ts',
    ])
  })

  test('SQL is put together by its tag, which sends values apart; what else is in it is of closed lists', () => {
    expect(having(server, /sql\.raw|sql\.lit\b/)).toEqual([
      'src/queries/audit-verification.ts',
      'src/queries/audit-writes.ts',
    ])
    expect(having(server, /\.query\(\s*`[^`]*\$\{/).filter((path) => !path.startsWith('src/database/'))).toEqual([])
  })

  test('no regular expression is made of what somebody sent, unless it is escaped', () => {
    expect(having(server, /new RegExp\(/)).toEqual([
      'src/credentials/recovery-codes.ts',
      'src/services/audit/erase-from-events.ts',
      'src/services/audit/erase-user.ts',
      'src/types/network.ts',
      'src/types/text.ts',
    ])
    expect(new RegExp(wholeWords(['(a+)+|.']), 'u').test('a (b) aaa')).toBe(false)
    expect(new RegExp(wholeWords(['(a+)+|.']), 'u').test('a (a+)+|. b')).toBe(true)
  })

  test('the console writes no markup of its own, listens to no other window and keeps nothing', () => {
    expect(having(page, /innerHTML|dangerouslySetInnerHTML|insertAdjacentHTML|document\.write/)).toEqual([])
    expect(having(page, /addEventListener\(\s*['"]message|onmessage|postMessage/)).toEqual([])
    expect(having(page, /localStorage|sessionStorage|indexedDB|document\.cookie/)).toEqual([])
  })

  test('no reader of HTML, SVG, Markdown, XML, YAML, LDAP or templates is among what the server runs on', () => {
    const readers =
      /^(?:jsdom|cheerio|parse5|htmlparser2|sanitize-html|dompurify|marked|markdown-it|xml2js|fast-xml-parser|libxmljs.*|js-yaml|yaml|ldapjs|ldapts|handlebars|ejs|pug|mustache|nunjucks|lodash\.template|swig)$/i
    expect(Object.keys(manifest.dependencies).filter((name) => readers.test(name))).toEqual([])
  })
})

test('the server calls out where its configuration says and nowhere else, and follows no redirect', () => {
  const calling = /\bfetch\(|\bhttps?\.(?:request|get)\(|'node:https'|'node:http2'|'undici'/
  expect(having(server, calling)).toEqual(['src/mail/checkpoint-carriers.ts'])
  expect(read('src/mail/checkpoint-carriers.ts')).toMatch(/redirect: 'error'/)
})

describe('cryptography:', () => {
  const inventory = [...read('docs/cryptography.md').matchAll(/^\| `([^`]+)` \|/gm)].map(([, path = '']) => path)

  test('the inventory names every file that uses it, and no other', () => {
    expect([...inventory].sort()).toEqual(
      having(server, /'node:crypto'|@node-rs\/argon2|'otplib'|verify\w+Response } from/),
    )
  })

  test('no broken hash, cipher or mode is named anywhere, and the one cipher is authenticated', () => {
    // RFC 6238 asks for HMAC-SHA-1, for which SHA-1 is not broken, and authenticator apps know no other.
    const broken = /['"`](?:md4|md5|sha1|rc4|des(?:-\w+)*|bf\b|aes-\d+-(?:cbc|ecb|ctr|cfb|ofb))['"`]/i
    expect(having(server, broken)).toEqual(['src/credentials/totp.ts'])
    expect(having(server, /createCipher\(|createDecipher\(|RSA_PKCS1_PADDING/)).toEqual([])
    expect(having(server, /createCipheriv/)).toEqual(['src/credentials/secret-box.ts'])
    expect(read('src/credentials/secret-box.ts')).toMatch(/'aes-256-gcm'/)
  })

  test('nothing but waiting times is left to chance that can be foretold', () => {
    expect(having(server, /Math\.random/)).toEqual(['src/jobs/clock.ts'])
  })
})

test('what a password is typed into hides it, can show it, and lets a password manager help', () => {
  const fields = page.flatMap(([path, text]) =>
    [...text.matchAll(/<(?:PasswordInput|input[^>]*type="password")[\s\S]*?\/>/g)].map(
      ([field]) => [path, field] as const,
    ),
  )
  expect(fields.length).toBeGreaterThan(2)
  for (const [path, field] of fields) {
    expect(field, path).toMatch(/^<PasswordInput/)
    expect(field, path).toMatch(/autoComplete="(?:current|new)-password"/)
    expect(field, path).not.toMatch(/onPaste/)
  }
})

test('no password ends by its age: nothing in the database dates one', () => {
  expect(having(sources('migrations/*.sql'), /password_(?:expires|changed|set)_at|password_age/)).toEqual([])
})

describe('what it is made of:', () => {
  test('each package is of one version, from one place, and is what it was when it was chosen', () => {
    const others = locked.filter(
      ([, { resolved, integrity }]) => resolved !== undefined && !integrity?.startsWith('sha512-'),
    )
    expect(others.map(([path]) => path)).toEqual([])
    for (const version of Object.values(manifest.dependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+/)
  })

  test.each([
    ['fastify', '5.12.1'],
    ['nodemailer', '7.0.7'],
    ['pg', '8.11.0'],
    ['vite', '7.1.11'],
  ])('%s is not older than %s, in which a known flaw was mended', (name, least) => {
    const found = locked.filter(([path]) => nameOf(path) === name).map(([, { version }]) => version)
    expect(found.length).toBeGreaterThan(0)
    for (const version of found) expect(version.localeCompare(least, 'en', { numeric: true })).toBeGreaterThanOrEqual(0)
  })
})

test('no key, token or password is written down in what is published', () => {
  const secrets =
    /-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}\b|\beyJ[A-Za-z0-9_-]{20,}\.eyJ/
  expect(
    having([...server, ...page, ...sources('*.md', 'docs/**/*.md', 'scripts/*.ts', 'migrations/*.sql')], secrets),
  ).toEqual([])
})
