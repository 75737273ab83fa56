import type { Schemas } from '../../api/client.ts'
import { hoursOfWindows } from '../../restrictions.ts'
import { asInput, fromInput } from '../../ui/instant-input.ts'
import { levelNames } from '../../words.ts'
import { limitsOf, restrictionsFrom } from './limits.ts'
import { windowsOf } from './week.ts'

/** A grant as its fields hold it. */
export const editedOf = (grant: Schemas['Grant'], zone: string) => ({
  accessLevel: grant.accessLevel,
  expiresAt: asInput(grant.expiresAt, zone),
  notes: grant.notes ?? '',
  ...limitsOf(grant, zone),
})
export type EditedGrant = ReturnType<typeof editedOf>

export const labels: Readonly<Record<keyof EditedGrant, string>> = {
  accessLevel: 'Level',
  expiresAt: 'Until',
  notes: 'Notes',
  allowedServices: 'Services',
  ipRestrictions: 'Addresses',
  week: 'Hours',
  timezone: 'Time zone of the hours',
}

export function wordsOf(field: keyof EditedGrant, values: EditedGrant): string {
  if (field === 'accessLevel') return levelNames[values.accessLevel]
  if (field === 'expiresAt') return values.expiresAt.replace('T', ' ') || 'no end'
  if (field === 'allowedServices') return values.allowedServices.join(', ') || 'any'
  if (field === 'ipRestrictions') return values.ipRestrictions.split('\n').join(', ') || 'any'
  if (field === 'week') return values.week ? hoursOfWindows(windowsOf(values.week)) || 'any' : 'as they are'
  return values[field]
}

export function changesOf(before: EditedGrant, after: EditedGrant, zone: string): Schemas['UpdateAccessInput'] {
  const [was, is] = [restrictionsFrom(before), restrictionsFrom(after)]
  const changed = (key: keyof typeof is): boolean => JSON.stringify(was[key]) !== JSON.stringify(is[key])
  return {
    ...(before.accessLevel !== after.accessLevel && { accessLevel: after.accessLevel }),
    ...(before.expiresAt !== after.expiresAt && { expiresAt: fromInput(after.expiresAt, zone) ?? null }),
    ...(before.notes !== after.notes && { notes: after.notes.trim() || null }),
    ...(changed('allowedServices') && { allowedServices: is.allowedServices }),
    ...(changed('ipRestrictions') && { ipRestrictions: is.ipRestrictions }),
    ...(changed('timeRestrictions') && is.timeRestrictions !== undefined && { timeRestrictions: is.timeRestrictions }),
  }
}
