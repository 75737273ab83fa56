import { execFile } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { deriveKey, loadMasterKey, MasterKeyError } from './master-key.ts'

const bytes = Buffer.from('000102030405060708090a0b0c0d0e0f101112131415161718191a1bfcfdfeff', 'hex')
let dataDir = ''

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'master-key-'))
})
afterEach(() => rmSync(dataDir, { recursive: true }))

const keyFile = () => join(dataDir, 'keys', 'master.key')
const modeOf = (path: string) => statSync(path).mode & 0o777

function placeKeyFile(content: string, mode = 0o600): void {
  mkdirSync(join(dataDir, 'keys'), { recursive: true })
  writeFileSync(keyFile(), content)
  chmodSync(keyFile(), mode)
}

describe('a given key', () => {
  test.each(['base64', 'base64url', 'hex'] as const)('is read from %s, space around it ignored', (encoding) => {
    const masterKey = ` ${bytes.toString(encoding)}\n`
    expect(loadMasterKey({ dataDir, masterKey })).toEqual({ key: bytes, origin: 'environment' })
    expect(readdirSync(dataDir)).toEqual([])
  })

  test.each([
    '',
    'secret',
    bytes.toString('hex').slice(2),
    `${bytes.toString('base64')}AAAA`,
    'A'.repeat(42),
    'é'.repeat(43),
  ])('of another size or alphabet (%j) is refused without being repeated', (masterKey) => {
    const load = () => loadMasterKey({ dataDir, masterKey })
    expect(load).toThrow(MasterKeyError)
    expect(load).toThrow('The given master key must be exactly 32 bytes, written as base64, base64url or hex.')
  })
})

describe('the key file', () => {
  test('is made at the first start for its owner alone, and read at the next', () => {
    const first = loadMasterKey({ dataDir })
    expect(first.origin).toBe('created')
    expect(first.key).toHaveLength(32)
    expect([modeOf(join(dataDir, 'keys')), modeOf(keyFile())]).toEqual([0o700, 0o600])
    expect(readdirSync(join(dataDir, 'keys'))).toEqual(['master.key'])
    expect(loadMasterKey({ dataDir })).toEqual({ key: first.key, origin: 'file' })
  })

  test('differs between installations', () => {
    const other = loadMasterKey({ dataDir: join(dataDir, 'other') })
    expect(loadMasterKey({ dataDir }).key).not.toEqual(other.key)
  })

  test.each([0o640, 0o604, 0o620, 0o666])('is refused with mode %o, naming the remedy', (mode) => {
    placeKeyFile(bytes.toString('base64url'), mode)
    expect(() => loadMasterKey({ dataDir })).toThrow(MasterKeyError)
    expect(() => loadMasterKey({ dataDir })).toThrow(`chmod 600 ${keyFile()}`)
  })

  test.each(['', '\n', 'half a key', bytes.subarray(1).toString('base64url')])(
    'with content %j is refused and left as it is',
    (content) => {
      placeKeyFile(content)
      expect(() => loadMasterKey({ dataDir })).toThrow(`${keyFile()} must be exactly 32 bytes`)
      expect(readFileSync(keyFile(), 'utf8')).toBe(content)
    },
  )

  test('is one and the same when several processes start for the first time at once', async () => {
    const script = `
      import { loadMasterKey } from ${JSON.stringify(new URL('./master-key.ts', import.meta.url).href)}
      while (Date.now() < Number(process.argv[2])) {}
      const answer = []
      for (let round = 0; round < 50; round += 1) {
        const { key, origin } = loadMasterKey({ dataDir: process.argv[1] + '/' + round })
        answer.push([key.toString('hex'), origin])
      }
      process.stdout.write(JSON.stringify(answer))`
    const start = async () => {
      const startAt = `${Date.now() + 700}`
      const child = promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, dataDir, startAt])
      return JSON.parse((await child).stdout) as [string, string][]
    }
    const [mine, theirs] = await Promise.all([start(), start()])
    expect(mine).toHaveLength(50)
    expect(mine.map(([key]) => key)).toEqual(theirs.map(([key]) => key))
    for (const [round, [, origin]] of mine.entries()) {
      expect([origin, theirs[round]?.[1]].filter((made) => made === 'created')).toHaveLength(1)
    }
  }, 30_000)
})

describe('a derived key', () => {
  test('follows RFC 5869 (its test case 3)', () => {
    const derived = deriveKey(Buffer.from('0b'.repeat(22), 'hex'), '', 42)
    expect(derived.toString('hex')).toBe(
      '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
    )
  })

  test('has its purpose in the expand step, not in the salt', () => {
    const extracted = createHmac('sha256', Buffer.alloc(32)).update(bytes).digest()
    expect(deriveKey(bytes, 'mail')).toEqual(createHmac('sha256', extracted).update('mail\x01').digest())
  })

  test('is the same for the same purpose and another for another', () => {
    expect(deriveKey(bytes, 'mail')).toEqual(deriveKey(bytes, 'mail'))
    expect(deriveKey(bytes, 'mail')).not.toEqual(deriveKey(bytes, 'tokens'))
    expect(deriveKey(bytes, 'mail')).toHaveLength(32)
    expect(deriveKey(bytes, 'mail', 64)).toHaveLength(64)
  })
})
