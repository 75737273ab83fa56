import type { Call } from '../../context.ts'
import { Refusal } from '../../errors/refusal.ts'
import { normalisePassword, passwordFaults } from '../../policy/password-rules.ts'
import type { PasswordOwner } from '../../policy/password-rules.ts'

/** @throws Refusal `validation_failed` with a fault for each rule that the password breaks */
export async function newPasswordHash(
  { credentials }: Pick<Call, 'credentials'>,
  password: string,
  { field = 'password', ...owner }: PasswordOwner & { readonly field?: string },
): Promise<string> {
  const faults = passwordFaults(password, owner)
  if (faults.length > 0) {
    throw new Refusal(
      'validation_failed',
      faults.map((message) => ({ path: field, message })),
    )
  }
  return credentials.hasher.hash(normalisePassword(password))
}
