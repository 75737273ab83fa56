import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { ValidateFunction } from 'ajv'

interface Compiled {
  readonly $defs: object
  readonly classes: Readonly<Record<string, object>>
}

const { $defs, classes } = JSON.parse(readFileSync(new URL('ocsf-1.8.0.json', import.meta.url), 'utf8')) as Compiled
const ajv = new Ajv2020({ strict: false, validateFormats: false })
const compiled = new Map<number, ValidateFunction>()

function validatorOf(classUid: number): ValidateFunction {
  const known = compiled.get(classUid)
  if (known) return known
  const made = ajv.compile({ ...classes[classUid], $defs })
  compiled.set(classUid, made)
  return made
}

/** What is wrong with an event by the schema of its class; empty when nothing is. */
export function ocsfFaults(event: { class_uid: number }): string[] {
  if (!(event.class_uid in classes)) return [`no class ${event.class_uid}`]
  const validate = validatorOf(event.class_uid)
  return validate(event) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}
