import { createPublicKey, hash, verify, type KeyObject } from 'node:crypto'
import { rawPublicKey } from './signing-key.ts'

/** Whoever can tell whether a note is signed by one Ed25519 key (c2sp.org/signed-note). */
export interface NoteVerifier {
  /** Of the key, and of the log that it signs. */
  readonly name: string
  /** The public key as such notes' readers take it: `name+key id+key`. */
  readonly verifierKey: string
  /** The same as SPKI in PEM. */
  readonly publicKeyPem: string
  /** @returns the text that was signed, or null when this key did not sign it */
  open(note: string): string | null
  /** A note of a text and its signature by this key. */
  note(text: string, signature: Buffer): string
  signed(text: string, signature: Buffer): boolean
  /** The same key, as that of a log with a longer name. */
  within(part: string): NoteVerifier
}

const ED25519 = Buffer.of(1)
const ID_BYTES = 4
const SIGNATURE_BYTES = 64
const SPKI_HEADER = Buffer.from('302a300506032b6570032100', 'hex')

export function noteVerifierOf(name: string, raw: Buffer): NoteVerifier {
  return verifierOf(name, createPublicKey({ key: Buffer.concat([SPKI_HEADER, raw]), format: 'der', type: 'spki' }))
}

function verifierOf(name: string, key: KeyObject): NoteVerifier {
  const raw = rawPublicKey(key)
  const signed = (text: string, signature: Buffer): boolean => verify(null, Buffer.from(text), key, signature)
  const typed = Buffer.concat([ED25519, raw])
  const id = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), typed]), 'buffer').subarray(0, ID_BYTES)
  return {
    name,
    verifierKey: `${name}+${id.toString('hex')}+${typed.toString('base64')}`,
    publicKeyPem: String(key.export({ format: 'pem', type: 'spki' })),
    note: (text, signature) => `${text}\n— ${name} ${Buffer.concat([id, signature]).toString('base64')}\n`,
    open(note) {
      const end = note.lastIndexOf('\n\n')
      if (end < 0) return null
      const text = note.slice(0, end + 1)
      const ours = note
        .slice(end + 2)
        .split('\n')
        .filter((line) => line.startsWith(`— ${name} `))
        .map((line) => Buffer.from(line.slice(name.length + 3), 'base64'))
        .filter((one) => one.length === ID_BYTES + SIGNATURE_BYTES && one.subarray(0, ID_BYTES).equals(id))
      return ours.some((one) => signed(text, one.subarray(ID_BYTES))) ? text : null
    },
    signed,
    within: (part) => verifierOf(`${name}/${part}`, key),
  }
}

/** From a verifier key or a PEM. @returns null when the text is neither, or not of an Ed25519 key */
export function readNoteVerifier(text: string): NoteVerifier | null {
  if (text.includes('-----BEGIN')) return fromPem(text)
  const [name = '', id, typed = ''] = text.trim().split('+', 2).concat(text.trim().split('+').slice(2).join('+'))
  const bytes = Buffer.from(typed, 'base64')
  if (name === '' || bytes.length !== 33 || bytes[0] !== ED25519[0]) return null
  const verifier = noteVerifierOf(name, bytes.subarray(1))
  return verifier.verifierKey.split('+')[1] === id ? verifier : null
}

function fromPem(text: string): NoteVerifier | null {
  try {
    const key = createPublicKey(text)
    if (key.asymmetricKeyType !== 'ed25519') return null
    const raw = rawPublicKey(key)
    return noteVerifierOf(trailName(raw), raw)
  } catch {
    return null
  }
}

/** A trail is named for its key: it needs no configuration, and stays when the service moves. */
export const trailName = (raw: Buffer): string => `castellan/audit/${hash('sha256', raw, 'hex').slice(0, 16)}`
