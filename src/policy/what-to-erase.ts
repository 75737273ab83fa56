import type { PersonalGroup } from '../types/audit.ts'
import type { StoredEvent } from '../types/written-event.ts'
import { goneFrom, textsIn } from './erasures.ts'
import { hashedForm } from './event-leaf.ts'
import { erasedOf, part, sealingOf } from './personal-data.ts'
import type { Parted } from './personal-data.ts'

/** Whom to erase, and what they are found by. */
export interface Sought {
  readonly personId: string
  /** Their addresses and names. */
  readonly words: RegExp
  /** From where they came. Others came from there too: it is theirs in what is by them or about them alone. */
  readonly places: RegExp
}

export interface ToErase {
  readonly groups: readonly PersonalGroup[]
  readonly commitments: Readonly<Record<PersonalGroup, Buffer>>
  /** What is left of changes and details. */
  readonly left: Pick<Parted, 'changes' | 'details'>
  /** Whether what is left still names the person by their id. */
  readonly namesThem: boolean
}

/** What of an event is personal to somebody, and not erased yet; null when nothing is. */
export function whatToErase(event: StoredEvent, { personId, words, places }: Sought): ToErase | null {
  const parted = part(event)
  const { names } = goneFrom(hashedForm(event), { eventId: event.id, sequence: 0 })
  const namesThem = names.has(personId)
  const isAbout = event.resourceId === personId
  const isBy = event.userId === personId || (event.userId === null && isAbout)
  const says = (group: PersonalGroup): boolean => {
    const texts = textsIn(parted.personal[group])
    return isAbout || texts.some((text) => words.test(text) || (namesThem && places.test(text)))
  }
  const theirs = { actor: isBy, description: says('description'), content: says('content') }
  const erased = erasedOf(event)
  const groups = (['actor', 'description', 'content'] as const).filter(
    (group) => theirs[group] && !erased.includes(group) && Object.keys(parted.personal[group]).length > 0,
  )
  if (groups.length === 0) return null
  const commitment = (group: PersonalGroup): Buffer => sealingOf(event, parted, group).commitment
  return {
    groups,
    commitments: {
      actor: commitment('actor'),
      description: commitment('description'),
      content: commitment('content'),
    },
    left: { changes: parted.changes, details: parted.details },
    namesThem,
  }
}
