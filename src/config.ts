import { z } from 'zod'
import { addressRange } from './types/network.ts'
import { email, text } from './types/text.ts'

export type Config = Readonly<z.output<typeof Environment>>

/** One line per wrong value. */
export class ConfigError extends Error {}

const url = (...protocols: string[]) =>
  z
    .string()
    .refine(
      (value) => URL.canParse(value) && protocols.includes(new URL(value).protocol),
      `must be a URL starting with ${protocols.map((p) => `${p}//`).join(' or ')}`,
    )

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be from ${min} to ${max}`)

const SENDER_NAME = 'Castellan'

const seconds = { s: 1, m: 60, h: 3600 } as const
const duration = z
  .string()
  .regex(/^\d{1,5}[smh]$/, 'must be a duration such as 90s, 15m or 1h')
  .transform((value) => Number(value.slice(0, -1)) * seconds[value.slice(-1) as keyof typeof seconds])
  .refine((value) => value >= 1 && value <= 86_400, 'must be from 1s to 24h')

/** An address, or `Name <address>`. */
const sender = z
  .string()
  .transform((value) => {
    const [, name = '', address = value] = /^([^<>]*)<([^<>]*)>$/.exec(value.trim()) ?? []
    return { name: name.trim().replace(/^"(.*)"$/, '$1') || SENDER_NAME, address }
  })
  .pipe(z.object({ name: text({ max: 100 }), address: email }))

const addressList = z
  .string()
  .transform((value) =>
    value
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean),
  )
  .pipe(z.array(addressRange))

const Environment = z
  .object({
    HOST: z.string().min(1).default('127.0.0.1'),
    PORT: wholeNumber(0, 65_535).default(8080),
    DATABASE_URL: url('postgres:', 'postgresql:').optional(),
    DATABASE_PIPELINE: z.enum(['on', 'off'], 'must be on or off').default('on'),
    DATABASE_POOL_SIZE: wholeNumber(1, 500).default(10),
    REDIS_URL: url('redis:', 'rediss:').optional(),
    DATA_DIR: z.string().min(1).default('.data'),
    MASTER_KEY: z.string().min(1).optional(),
    PUBLIC_URL: url('http:', 'https:')
      .transform((value) => value.replace(/\/+$/, ''))
      .optional(),
    TRUSTED_PROXIES: addressList.default([]),
    BOOTSTRAP_ADMIN_EMAIL: email.optional(),
    BOOTSTRAP_ADMIN_PASSWORD: z.string().optional(),
    BOOTSTRAP_PROVIDER_NAME: text({ max: 200 }).optional(),
    REQUIRE_MFA: z.enum(['privileged', 'all', 'none'], 'must be privileged, all or none').default('privileged'),
    ACCESS_TOKEN_TTL: duration.default(900),
    SMTP_URL: url('smtp:', 'smtps:').optional(),
    MAIL_FROM: sender.optional(),
    AUDIT_ANCHOR_FILE: z.string().min(1).optional(),
    AUDIT_ANCHOR_MAIL: email.optional(),
    AUDIT_ANCHOR_URL: url('http:', 'https:').optional(),
    METRICS_PORT: wholeNumber(0, 65_535).optional(),
    METRICS_TOKEN: z
      .string()
      .regex(/^[\x21-\x7e]{16,256}$/, 'must be 16 to 256 characters without spaces')
      .optional(),
    RATE_LIMIT_PER_MINUTE: wholeNumber(1, 100_000_000).default(1000),
    LOG_LEVEL: z
      .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'must be a log level such as info')
      .default('info'),
  })
  .superRefine(({ BOOTSTRAP_ADMIN_EMAIL: address, BOOTSTRAP_ADMIN_PASSWORD: password }, check) => {
    if ((address === undefined) === (password === undefined)) return
    const missing = address === undefined ? 'BOOTSTRAP_ADMIN_EMAIL' : 'BOOTSTRAP_ADMIN_PASSWORD'
    check.addIssue({ code: 'custom', path: [missing], message: 'must be set too: the first administrator needs both' })
  })
  .superRefine(({ AUDIT_ANCHOR_MAIL: mail, SMTP_URL: server }, check) => {
    if (mail === undefined || server !== undefined) return
    const message = 'must be set too: checkpoints leave by mail'
    check.addIssue({ code: 'custom', path: ['SMTP_URL'], message })
  })
  .transform((environment) => {
    const { PUBLIC_URL = `http://localhost:${environment.PORT}` } = environment
    const { MAIL_FROM = { name: SENDER_NAME, address: `castellan@${new URL(PUBLIC_URL).hostname}` } } = environment
    return { ...environment, PUBLIC_URL, MAIL_FROM }
  })

/**
 * The only reader of the environment. An empty variable counts as absent.
 * @throws ConfigError
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env): Config {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''))
  const { success, data, error } = Environment.safeParse(set)
  if (success) return data
  throw new ConfigError(
    error.issues.map(({ path, message }) => `${path[0]?.toString() ?? 'configuration'}: ${message}`).join('\n'),
  )
}

/** The environment's, but for what a command knows better: defaults of its own, and what it does not leave to the environment. */
export const readConfigWith = (defaults: Record<string, string>, fixed: Record<string, string | undefined>): Config =>
  readConfig({ ...defaults, ...process.env, ...fixed })
