import type { Principal } from '../types/principal.ts'

const FRESH_MS = 5 * 60_000

/** Until when a proof given at this instant is fresh. */
export const freshUntil = (provedAt: string | Date): Date => new Date(new Date(provedAt).getTime() + FRESH_MS)

/** Whether whoever holds the session showed lately that it is still they. */
export const isFresh = ({ provedAt }: Pick<Principal, 'provedAt'>, now: Date): boolean => now <= freshUntil(provedAt)
