import type { Rule } from '../policy/operations.ts'
import { Failure } from '../types/envelope.ts'

const meaning = {
  400: 'Not of the documented shape',
  401: 'No valid proof of who calls',
  403: 'The role may not do this, or a restriction does not allow it now',
  404: 'No such thing, or one outside what the caller may see',
  413: 'The body is too large',
  415: 'The body is not JSON',
  429: 'Too many requests: see Retry-After',
  500: 'Something went wrong here',
  503: 'Not available for the moment: see Retry-After',
} as const

type Status = keyof typeof meaning

/** With what an endpoint of this kind refuses, for its description; what a service refuses beyond it falls under its class. */
export function refusals(rule: Rule, has: { params: boolean; body: boolean }): Record<string, unknown> {
  const absent = new Set<Status>([
    ...(rule === 'public' ? ([401, 403] as const) : []),
    ...(has.params ? [] : ([404] as const)),
    ...(has.body ? [] : ([413, 415] as const)),
  ])
  const known = Object.entries(meaning).filter(([status]) => !absent.has(Number(status) as Status))
  return {
    ...Object.fromEntries(known.map(([status, description]) => [status, refusal(description)])),
    '4xx': refusal('Refused: `error` says why'),
    '5xx': refusal('Failed'),
  }
}

const refusal = (description: string) => ({ description, content: { 'application/json': { schema: Failure } } })
