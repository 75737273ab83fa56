import pg from 'pg'

const TIMESTAMPTZ = 1184
const INT8 = 20

const WHOLE = 'hh:mm:ss'.length

/** `2026-11-23 08:00:00.5+00` → `2026-11-23T08:00:00.500Z`; every connection speaks ISO dates in UTC. */
export function instantText(text: string): string {
  const dayEnd = text.indexOf(' ')
  const time = text.slice(dayEnd + 1, -3)
  const milliseconds = time.length === WHOLE ? `${time}.000` : time.padEnd(WHOLE + 4, '0').slice(0, WHOLE + 4)
  return `${text.slice(0, dayEnd)}T${milliseconds}Z`
}

/** Counts fit a double; what does not is refused rather than rounded. */
function integer(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError('a count from the database exceeds 2^53')
  return value
}

export function parserOf(type: number): (text: string) => unknown {
  if (type === TIMESTAMPTZ) return instantText
  if (type === INT8) return integer
  return pg.types.getTypeParser(type, 'text') as (text: string) => unknown
}
