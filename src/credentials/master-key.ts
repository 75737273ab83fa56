import { hkdfSync, randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { decodeBase64url } from './base64url.ts'

export interface MasterKey {
  key: Buffer
  origin: 'environment' | 'file' | 'created'
}

/** The message is meant for the operator and never contains key material. */
export class MasterKeyError extends Error {
  override name = 'MasterKeyError'
}

const KEY_BYTES = 32

/** @throws MasterKeyError when the given text or the key file cannot be trusted */
export function loadMasterKey(from: { dataDir: string; masterKey?: string | undefined }): MasterKey {
  if (from.masterKey !== undefined) {
    return { key: parseKey(from.masterKey, 'The given master key'), origin: 'environment' }
  }
  const path = join(from.dataDir, 'keys', 'master.key')
  if (existsSync(path)) return { key: readKeyFile(path), origin: 'file' }
  const created = createKeyFile(path)
  return { key: readKeyFile(path), origin: created ? 'created' : 'file' }
}

/** One independent key per purpose (HKDF-SHA-256, RFC 5869, the purpose as `info`); `length` in bytes. */
export function deriveKey(master: Buffer, purpose: string, length = KEY_BYTES): Buffer {
  return Buffer.from(hkdfSync('sha256', master, '', purpose, length))
}

function parseKey(text: string, source: string): Buffer {
  const key = decodeKey(text.trim())
  if (key?.length === KEY_BYTES) return key
  throw new MasterKeyError(`${source} must be exactly ${KEY_BYTES} bytes, written as base64, base64url or hex.`)
}

function decodeKey(text: string): Buffer | null {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex')
  return decodeBase64url(text.replace(/=$/, '').replaceAll('+', '-').replaceAll('/', '_'))
}

function readKeyFile(path: string): Buffer {
  const file = openSync(path, 'r')
  try {
    // Asked of the open file, not of the name: the file judged is the file read.
    if ((fstatSync(file).mode & 0o077) !== 0) {
      throw new MasterKeyError(`${path} is open to other users of this machine; run: chmod 600 ${path}`)
    }
    return parseKey(readFileSync(file, 'utf8'), path)
  } finally {
    closeSync(file)
  }
}

/**
 * False when another process was first. The key appears under its name whole or not at all, and linking
 * fails where renaming would overwrite, so that every first start ends up with the same key.
 */
function createKeyFile(path: string): boolean {
  const directory = dirname(path)
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const draft = `${path}.${randomBytes(8).toString('hex')}.tmp`
  try {
    writeDurably(draft, `${randomBytes(KEY_BYTES).toString('base64url')}\n`)
    const first = linkUnlessTaken(draft, path)
    syncDirectory(directory)
    syncDirectory(dirname(directory))
    return first
  } finally {
    rmSync(draft, { force: true })
  }
}

function writeDurably(path: string, content: string): void {
  const file = openSync(path, 'wx', 0o600)
  try {
    writeFileSync(file, content)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function linkUnlessTaken(existing: string, name: string): boolean {
  try {
    linkSync(existing, name)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

function syncDirectory(path: string): void {
  const directory = openSync(path, 'r')
  try {
    fsyncSync(directory)
  } finally {
    closeSync(directory)
  }
}
