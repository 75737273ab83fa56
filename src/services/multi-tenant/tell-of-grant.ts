import type { Happening } from '../audit/record.ts'
import type { Grant } from '../../types/grant.ts'

export const nameOf = ({ firstName, lastName }: Grant['technician']): string => `${firstName} ${lastName}`

/** Whatever opens or uses an emergency is critical; of the rest the action says how risky it is. */
export const riskOf = ({ accessLevel }: Pick<Grant, 'accessLevel'>): Pick<Happening, 'riskLevel' | 'riskFactors'> =>
  accessLevel === 'emergency' ? { riskLevel: 'critical', riskFactors: ['emergency_access'] } : {}
