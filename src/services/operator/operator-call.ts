import type { Call } from '../../context.ts'
import type { Happening } from '../audit/record.ts'

/** Nobody who is signed in, but somebody with access to the machine: by the name that they have there. */
export interface OperatorCall extends Call {
  readonly operator: string
}

/** How an event tells that it was done at the machine. */
export const byOperator = ({
  operator,
}: OperatorCall): Pick<Happening, 'actor' | 'riskLevel' | 'riskFactors' | 'details'> => ({
  actor: null,
  riskLevel: 'critical',
  riskFactors: ['at_the_machine'],
  details: { by: 'operator', operator },
})
