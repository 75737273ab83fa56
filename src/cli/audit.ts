import { createReadStream, createWriteStream } from 'node:fs'
import { access, constants, readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Command } from 'commander'
import { readConfig } from '../config.ts'
import { readNoteVerifier } from '../credentials/signed-note.ts'
import type { NoteVerifier } from '../credentials/signed-note.ts'
import { openGroundBeside, openHouseOn } from '../house.ts'
import type { OpenHouse } from '../house.ts'
import { exportBundle, readNotes, verifyBundle, verifyTrail } from '../services/audit.service.ts'
import { OperatorError } from './operator-error.ts'
import { printReport, progressOf } from './print-verification.ts'
import type { Report } from './print-verification.ts'

interface VerifyOptions {
  readonly bundle?: string
  readonly publicKey?: string
  readonly sinceCheckpoint?: string
  readonly organization?: string
  readonly json?: boolean
}

const verify = new Command('verify')
  .description(
    'verify the trail in the database, or an exported bundle: exit code 0 clean, 1 tampered with, 2 could not decide',
  )
  .option('--bundle <file>', 'an exported bundle instead of the database; needs no database and no network')
  .option('--public-key <file>', 'the public key of the trail, as PEM or verifier key')
  .option('--since-checkpoint <file>', 'checkpoints and heads that were kept elsewhere; the trail must go on from each')
  .option('--organization <id>', 'one organization of the database alone')
  .option('--json', 'print one JSON object')
  .action(async (options: VerifyOptions) => {
    const report = options.bundle === undefined ? await ofDatabase(options) : await ofBundle(options.bundle, options)
    process.exitCode = printReport(report, options)
  })

async function ofDatabase({ publicKey, sinceCheckpoint, organization, json }: VerifyOptions): Promise<Report> {
  return withHouse(async (house) => {
    const { trailKey } = house.credentials
    const expected = publicKey === undefined ? null : await verifierIn(publicKey)
    if (expected && expected.verifierKey !== trailKey.verifierKey)
      throw new OperatorError('the public key is not that of this installation')
    const trail = house.database.within({ as: 'sealer' })
    const anchored = await notesIn(sinceCheckpoint, trailKey)
    const progress = json ? undefined : progressOf(process.stderr)
    const { checkpoint, ...verified } = await verifyTrail({ trail, trailKey, anchored, only: organization, progress })
    return { ...verified, checkpoint: checkpoint?.note ?? null, whole: true }
  })
}

async function ofBundle(bundle: string, { publicKey, sinceCheckpoint }: VerifyOptions): Promise<Report> {
  if (publicKey === undefined) throw new OperatorError('a bundle is verified with --public-key')
  const verifier = await verifierIn(publicKey)
  const anchored = await notesIn(sinceCheckpoint, verifier)
  const input = createReadStream(await readable(bundle), { encoding: 'utf8' })
  const verified = await verifyBundle(createInterface({ input, crlfDelay: Infinity }), { verifier, anchored })
  return { ...verified, pending: 0, moreFaults: 0 }
}

const exporting = new Command('export')
  .description('write the sealed trail as a bundle that can be verified with the public key alone')
  .option('--output <file>', 'where to; the standard output without it')
  .option('--organization <id>', 'one organization instead of all')
  .action(async ({ output, organization: only }: { output?: string; organization?: string }) =>
    withHouse(async (house) => {
      const { trailKey } = house.credentials
      const trail = house.database.within({ as: 'sealer' })
      const lines = Readable.from(exportBundle({ trail, trailKey, now: house.clock(), only }))
      await pipeline(lines, output === undefined ? process.stdout : createWriteStream(output, { mode: 0o600 }))
    }),
  )

const publicKey = new Command('public-key')
  .description('print the public key of the trail')
  .option('--pem', 'as PEM instead of a verifier key')
  .action(async ({ pem }: { pem?: boolean }) =>
    withHouse(async ({ credentials: { trailKey } }) => {
      process.stdout.write(pem ? trailKey.publicKeyPem : `${trailKey.verifierKey}\n`)
    }),
  )

export const auditCommand = new Command('audit')
  .description('verify and export the audit trail')
  .addCommand(verify)
  .addCommand(exporting)
  .addCommand(publicKey)

async function withHouse<T>(work: (house: OpenHouse) => Promise<T>): Promise<T> {
  const config = readConfig()
  const house = await openHouseOn(await openGroundBeside(config, () => undefined), config)
  try {
    return await work(house)
  } finally {
    await house.close()
  }
}

async function verifierIn(path: string): Promise<NoteVerifier> {
  const verifier = readNoteVerifier(await textOf(path))
  if (!verifier) throw new OperatorError(`${path} is no public key of a trail`)
  return verifier
}

async function notesIn(path: string | undefined, verifier: NoteVerifier) {
  if (path === undefined) return []
  const notes = readNotes(await textOf(path), verifier)
  if (notes.length === 0) throw new OperatorError(`${path} has no checkpoint that the key of this trail signed`)
  return notes
}

const textOf = async (path: string): Promise<string> => readFile(await readable(path), 'utf8')

async function readable(path: string): Promise<string> {
  await access(path, constants.R_OK).catch(() => {
    throw new OperatorError(`cannot read ${path}`)
  })
  return path
}
