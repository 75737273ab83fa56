import type { NoteVerifier } from '../../credentials/signed-note.ts'
import { readCheckpoint } from '../../policy/checkpoint.ts'
import type { Checkpoint } from '../../policy/checkpoint.ts'

/** The first line of every note, and what its signature line ends with. */
const NOTE = /castellan\/audit\/[\s\S]*?\n\n— \S+ \S+/g

/** The signed checkpoints and heads in a text, such as the file that they are kept in; what this key did not sign is no such thing. */
export function readNotes(text: string, verifier: NoteVerifier): Checkpoint[] {
  return [...text.replaceAll('\r\n', '\n').matchAll(NOTE)].flatMap(([found]) => {
    const note = `${found}\n`
    const organization = note.slice(verifier.name.length + 1, note.indexOf('\n'))
    const signer = organization === '' ? verifier : verifier.within(organization)
    const checkpoint = readCheckpoint(signer.open(note) ?? '')
    return checkpoint ? [checkpoint] : []
  })
}
