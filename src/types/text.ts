import { z } from 'zod'

// Controls, line and paragraph separators, and the marks that reorder what a reader sees (Trojan Source).
const separatorsAndOverrides = String.raw`\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069`
const oneLine = new RegExp(String.raw`^[^\u0000-\u001f${separatorsAndOverrides}]*$`)
const manyLines = new RegExp(String.raw`^[^\u0000-\u0008\u000b-\u001f${separatorsAndOverrides}]*$`)

const controlCharacters = {
  error: 'Must not contain control characters, line separators or text direction overrides',
  abort: true,
}
const brokenUnicode = { error: 'Must be well-formed Unicode', abort: true }

// Characters as a person and JSON Schema count them: an emoji outside the basic plane is one, not two.
const characters = (value: string): number => [...value].length
const hasVisible = (value: string): boolean => /[^\p{White_Space}\p{Default_Ignorable_Code_Point}]/u.test(value)

/** One line of human text, trimmed. `min` and `max` count code points; a minimum of 1 or more also asks for something visible. */
export const text = ({ min = 1, max }: { min?: number; max: number }) =>
  z
    .string()
    .regex(oneLine, controlCharacters)
    .refine((value) => value.isWellFormed(), brokenUnicode)
    .trim()
    .refine((value) => min === 0 || hasVisible(value), { error: 'Must not be empty', abort: true })
    .refine((value) => characters(value) >= min, `Must have at least ${min} characters`)
    .refine((value) => characters(value) <= max, `Must have at most ${max} characters`)
    .meta({ minLength: min, maxLength: max })

/** Several lines of human text, possibly none, trimmed; line ends become `\n`. */
export const prose = ({ max }: { max: number }) =>
  z
    .string()
    .overwrite((value) => value.replaceAll('\r\n', '\n'))
    .regex(manyLines, controlCharacters)
    .refine((value) => value.isWellFormed(), brokenUnicode)
    .trim()
    .refine((value) => characters(value) <= max, `Must have at most ${max} characters`)
    .meta({ maxLength: max })

const decoded = (query: string): string | null => {
  try {
    return decodeURIComponent(query.replaceAll('+', ' '))
  } catch {
    return null
  }
}

const encoded = String.raw`(?:[\w.~!$'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*`
const pairs = new RegExp(String.raw`^(?:[\w.-]+=${encoded}(?:&[\w.-]+=${encoded})*)?$`)

/** Names and values as they stand behind the question mark of an address (RFC 3986 section 3.4); UTF-8 where percent-encoded. */
export const queryString = ({ max }: { max: number }) =>
  z
    .string()
    .regex(pairs, { error: 'Must be names and values as in an address: name=value&name=value', abort: true })
    .refine((query) => decoded(query) !== null, { error: 'Must be percent-encoded UTF-8', abort: true })
    .refine((query) => oneLine.test(decoded(query) ?? ''), controlCharacters)
    .max(max, `Must have at most ${max} characters`)

export const uuid = z.guid('Must be a UUID').overwrite((value) => value.toLowerCase())

/** From one to `max` different ones. */
export const uuids = ({ max }: { max: number }) =>
  z
    .array(uuid)
    .min(1, 'Must name at least one')
    .max(max, `Must name at most ${max}`)
    .refine((ids) => new Set(ids).size === ids.length, 'Must not name one twice')
    .meta({ uniqueItems: true })

/** An RFC 3339 time with `Z` or an offset, cut to milliseconds and written in UTC. Years 0001 to 9999: PostgreSQL has no year 0. */
export const instant = z.iso
  .datetime({ offset: true, abort: true, error: 'Must be a time as in RFC 3339, such as 2026-11-23T08:00:00Z' })
  .overwrite((value) => new Date(value).toISOString())
  .refine((value) => /^(?!0000)\d{4}-/.test(value), 'Must be in the years 0001 to 9999')

// ASCII only, so that every relay can carry it and every layer folds its case alike. Of names without a dot only the machine's own. At most 64 octets before the @ (RFC 5321 §4.5.3.1.1).
const label = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?'
const topLevelLabel = '[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?'
const atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
const mailbox = new RegExp(
  String.raw`^(?=[^@]{1,64}@)${atom}(?:\.${atom})*@(?:(?:${label}\.)+${topLevelLabel}|localhost)$`,
)
const dnsName = new RegExp(String.raw`^(?:${label}\.)+${topLevelLabel}$`)

/** One e-mail address, kept as its owner writes it; compare by `emailNormalForm`. */
export const email = z
  .string()
  .regex(oneLine, controlCharacters)
  .trim()
  .max(254, 'Must have at most 254 characters')
  .regex(mailbox, 'Must be one e-mail address')
  .meta({ format: 'email' })

/** What makes two e-mail addresses the same account. */
export const emailNormalForm = (address: string): string => address.trim().normalize('NFC').toLowerCase()

/** A DNS name, lower-cased; an internationalised one in its `xn--` form. */
export const domain = z
  .string()
  .max(253, 'Must have at most 253 characters')
  .regex(dnsName, 'Must be a domain name such as example.com, international ones in their xn-- form')
  .toLowerCase()
  .meta({ format: 'hostname' })

// Beyond IANA's names ICU takes offsets, abbreviations (PST, AET) and SystemV/…, which PostgreSQL reads otherwise or not at all.
const zoneName = /^(?!SystemV\/)(?:UTC|GMT|[A-Za-z_]+(?:\/[A-Za-z0-9_+-]+)+)$/
const knownZones = new Set<string>()

// Making a formatter costs some 30 µs; folding the case keeps the set as small as the zone database.
function isKnownZone(name: string): boolean {
  const folded = name.toLowerCase()
  if (knownZones.has(folded)) return true
  try {
    Intl.DateTimeFormat('en', { timeZone: name })
  } catch {
    return false
  }
  knownZones.add(folded)
  return true
}

export const timeZone = z
  .string()
  .max(64, 'Must have at most 64 characters')
  .regex(zoneName, { error: 'Must be an IANA time zone name such as Europe/Berlin, not an offset', abort: true })
  .refine(isKnownZone, 'Must be a time zone that the IANA database knows')

export const slug = z
  .string()
  .max(64, 'Must have at most 64 characters')
  .regex(
    /^[a-z0-9]+(?:[-_][a-z0-9]+)*$/,
    'Must be lower-case letters and digits, joined by single hyphens or underscores',
  )
