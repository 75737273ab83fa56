import type { SignInOutcome } from './api/session.ts'

/** What a step of the way in does with the answer: the next step, or in. */
export type Proceed = (answer: SignInOutcome) => void
