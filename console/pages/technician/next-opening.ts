import type { Schemas } from '../../api/client.ts'
import { asInput, fromInput } from '../../ui/instant-input.ts'
import { days } from '../../words.ts'

const DAY_MS = 86_400_000

/** When the next window of some hours begins; null where they have none. */
export function nextOpening({ timezone, windows }: Schemas['TimeRestrictions'], now: Date): string | null {
  const found: string[] = []
  for (let ahead = 0; ahead <= 7; ahead++) {
    const date = asInput(new Date(now.getTime() + ahead * DAY_MS).toISOString(), timezone).slice(0, 10)
    const day = days[(new Date(`${date}T12:00Z`).getUTCDay() + 6) % 7]
    for (const window of windows) {
      const start = day && window.days.includes(day) ? fromInput(`${date}T${window.start}`, timezone) : undefined
      if (start && start > now.toISOString()) found.push(start)
    }
  }
  return found.toSorted()[0] ?? null
}
