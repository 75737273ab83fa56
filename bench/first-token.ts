import { verify } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'
import { createTokenSigner, createTokenVerifier } from '../src/credentials/access-token.ts'
import { signingKeyFromSeed } from '../src/credentials/signing-key.ts'
import type { Answer, Question, Report } from './question.ts'
import { cpuRate } from './support/cpu.ts'
import { MASTER_KEY } from './support/master-key.ts'
import { interleave, median, medianRatio } from './support/rounds.ts'

const TOKENS = 10_000
const parties = { issuer: 'https://soc.example.com', audience: 'https://soc.example.com' }
const key = signingKeyFromSeed(MASTER_KEY)

export const firstToken: Question = {
  id: 'first-token',
  question:
    'How much of the bare rate of checking signatures is left when a token that was not seen before is verified?',
  goal: 0.9,
  run: compare,
}

async function compare(report: Report): Promise<Answer> {
  const signer = createTokenSigner({ ...parties, keys: [key], ttlSeconds: 900 })
  const now = new Date()
  const tokens = Array.from({ length: TOKENS }, () => signer.sign({ sub: uuidv7(), sid: uuidv7() }, now).token)
  const signed = tokens.map((token) => {
    const end = token.lastIndexOf('.')
    return [Buffer.from(token.slice(0, end)), Buffer.from(token.slice(end + 1), 'base64url')] as const
  })
  const { ours, bare, again } = await interleave(
    {
      ours: async () => first(tokens, now),
      bare: async () => rateOf(signed, ([input, signature]) => verify(null, input, key.publicKey, signature)),
      again: async () => seenBefore(tokens, now),
    },
    report,
  )
  return {
    ours: median(ours),
    against: median(bare),
    ratio: medianRatio(ours, bare),
    unit: 'tokens/CPU s',
    details: { seenBefore: median(again) },
  }
}

/** By a verifier that has seen none. */
function first(tokens: readonly string[], now: Date): number {
  const verifier = createTokenVerifier({ ...parties, keys: [key] })
  return rateOf(tokens, (token) => verifier.verify(token, now).ok)
}

function seenBefore(tokens: readonly string[], now: Date): number {
  const verifier = createTokenVerifier({ ...parties, keys: [key] })
  for (const token of tokens) verifier.verify(token, now)
  return rateOf(tokens, (token) => verifier.verify(token, now).ok)
}

const rateOf = <T>(things: readonly T[], isRight: (thing: T) => boolean): number =>
  cpuRate(things.length, () => {
    for (const thing of things) if (!isRight(thing)) throw new Error('a right token was refused')
  })
