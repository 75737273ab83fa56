import { fromBase64, joined, same, sha256, utf8 } from './bytes.ts'
import type { Bytes } from './bytes.ts'

const ED25519 = 1
const KEY_BYTES = 32
const ID_BYTES = 4
const SIGNATURE_BYTES = 64

/** An Ed25519 key by the name of the log that it signs. */
export interface TrailKey {
  readonly name: string
  readonly raw: Bytes
}

/** From `name+key id+key` (c2sp.org/signed-note). @returns null when it is no such key, or not of its id */
export async function readKey(verifierKey: string): Promise<TrailKey | null> {
  const [, name = '', id = '', typed = ''] = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(verifierKey.trim()) ?? []
  const bytes = read(typed)
  if (bytes?.length !== KEY_BYTES + 1 || bytes[0] !== ED25519) return null
  const key = { name, raw: bytes.slice(1) }
  return hex(await idOf(key)) === id ? key : null
}

/** @returns the text that was signed, or null when this key did not sign it */
export async function openNote(note: string, key: TrailKey): Promise<string | null> {
  const end = note.lastIndexOf('\n\n')
  if (end < 0) return null
  const text = note.slice(0, end + 1)
  const id = await idOf(key)
  for (const line of note.slice(end + 2).split('\n')) {
    const signature = line.startsWith(`— ${key.name} `) ? read(line.slice(key.name.length + 3)) : null
    if (signature?.length !== ID_BYTES + SIGNATURE_BYTES || !same(signature.slice(0, ID_BYTES), id)) continue
    if (await isSigned(text, signature.slice(ID_BYTES), key)) return text
  }
  return null
}

/** What a checkpoint says first (c2sp.org/tlog-checkpoint): whose log, how large, and its root. */
export function readCheckpoint(text: string): { origin: string; size: number; root: Bytes } | null {
  const [origin = '', size = '', root = ''] = text.split('\n')
  const bytes = read(root)
  return bytes && /^\d{1,15}$/.test(size) ? { origin, size: Number(size), root: bytes } : null
}

async function isSigned(text: string, signature: Bytes, { raw }: TrailKey): Promise<boolean> {
  const key = await crypto.subtle.importKey('raw', raw, { name: 'Ed25519' }, false, ['verify'])
  return crypto.subtle.verify({ name: 'Ed25519' }, key, signature, utf8(text))
}

const idOf = async ({ name, raw }: TrailKey): Promise<Bytes> =>
  (await sha256(utf8(`${name}\n`), joined(Uint8Array.of(ED25519), raw))).slice(0, ID_BYTES)

const hex = (bytes: Bytes): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')

function read(base64: string): Bytes | null {
  try {
    return fromBase64(base64)
  } catch {
    return null
  }
}
