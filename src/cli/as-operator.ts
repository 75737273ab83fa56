import { userInfo } from 'node:os'
import { v7 as uuidv7 } from 'uuid'
import { readConfig } from '../config.ts'
import { Refusal } from '../errors/refusal.ts'
import { openHouse } from '../house.ts'
import type { OperatorCall } from '../services/operator/operator-call.ts'
import { email as emailShape } from '../types/text.ts'
import { OperatorError } from './operator-error.ts'

/** Does something as whoever has access to the machine. @returns null where it was refused, which has been told */
export async function asOperator<T>(
  work: (call: OperatorCall) => Promise<T>,
  refusals: Readonly<Record<string, string>>,
): Promise<T | null> {
  const house = await openHouse(readConfig(), (step) => void process.stderr.write(`${step}\n`))
  const { settings, credentials, identity, standing } = house
  const circumstances = { requestId: uuidv7(), now: house.clock(), address: null, userAgent: null, ifMatch: null }
  try {
    return await work({ ...circumstances, settings, credentials, identity, standing, operator: userInfo().username })
  } catch (error) {
    const told = error instanceof Refusal ? refusals[error.code] : undefined
    if (told === undefined) throw error
    process.stderr.write(`${told}\n`)
    process.exitCode = 1
    return null
  } finally {
    await house.close()
  }
}

/** @throws OperatorError */
export function addressOf(given: string): string {
  const { success, data } = emailShape.safeParse(given)
  if (success) return data
  throw new OperatorError(`${given} is not one e-mail address`)
}
