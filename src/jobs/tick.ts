import { v7 as uuidv7 } from 'uuid'
import type { House } from '../app.ts'
import type { Log, Tick } from '../context.ts'

/** The circumstances of one run of a job: its own clock reading, and the database as the clock's role sees it. */
export const tickOf = (house: House, log: Log): Tick => ({
  requestId: uuidv7(),
  now: house.clock(),
  address: null,
  userAgent: null,
  ifMatch: null,
  settings: house.settings,
  credentials: house.credentials,
  identity: house.identity,
  standing: house.standing,
  db: house.database.within({ as: 'clock' }),
  trail: house.database.within({ as: 'sealer' }),
  mailer: house.mailer,
  carriers: house.carriers,
  log,
})
