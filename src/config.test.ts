import { describe, expect, test } from 'vitest'
import { ConfigError, readConfig } from './config.ts'

const faultsOf = (environment: Record<string, string>): string[] => {
  try {
    readConfig(environment)
    return []
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return (error as ConfigError).message.split('\n')
  }
}

test('an empty environment, and empty variables, give the documented defaults', () => {
  const defaults = {
    HOST: '127.0.0.1',
    PORT: 8080,
    DATA_DIR: '.data',
    PUBLIC_URL: 'http://localhost:8080',
    TRUSTED_PROXIES: [],
    REQUIRE_MFA: 'privileged',
    ACCESS_TOKEN_TTL: 900,
    RATE_LIMIT_PER_MINUTE: 1000,
    LOG_LEVEL: 'info',
  }
  expect(readConfig({})).toMatchObject(defaults)
  expect(readConfig({ PORT: '', REQUIRE_MFA: '', DATABASE_URL: '', SMTP_URL: '' })).toEqual(readConfig({}))
  for (const name of ['DATABASE_URL', 'REDIS_URL', 'SMTP_URL', 'BOOTSTRAP_ADMIN_EMAIL'])
    expect(readConfig({})).not.toHaveProperty(name)
})

describe('ACCESS_TOKEN_TTL', () => {
  test.each([
    ['1s', 1],
    ['90s', 90],
    ['15m', 900],
    ['24h', 86_400],
  ])('%s is %i seconds', (ACCESS_TOKEN_TTL, seconds) =>
    expect(readConfig({ ACCESS_TOKEN_TTL })).toMatchObject({ ACCESS_TOKEN_TTL: seconds }),
  )

  test.each(['0s', '25h', '1441m', '900', '15', '-5m', '1.5h', '15 m', '15M', '1d', 'soon'])('%s is refused', (given) =>
    expect(faultsOf({ ACCESS_TOKEN_TTL: given })).toEqual([expect.stringMatching(/^ACCESS_TOKEN_TTL: must be /)]),
  )
})

describe('MAIL_FROM', () => {
  test.each([
    ['soc@provider.example', 'Castellan', 'soc@provider.example'],
    ['Example SOC <soc@provider.example>', 'Example SOC', 'soc@provider.example'],
    ['"SOC, Example" <soc@provider.example>', 'SOC, Example', 'soc@provider.example'],
    ['<soc@provider.example>', 'Castellan', 'soc@provider.example'],
    ['castellan@localhost', 'Castellan', 'castellan@localhost'],
  ])('%s', (MAIL_FROM, name, address) => expect(readConfig({ MAIL_FROM }).MAIL_FROM).toEqual({ name, address }))

  test('without it, mail comes from the host of PUBLIC_URL', () =>
    expect(readConfig({ PUBLIC_URL: 'https://soc.example.com' }).MAIL_FROM).toEqual({
      name: 'Castellan',
      address: 'castellan@soc.example.com',
    }))

  test.each(['soc', 'SOC <soc>', 'a <b@c.de> d', 'a@b.cd, e@f.gh', 'SOC <a@b.cd> <e@f.gh>', 'SOC\r\nBcc: x <a@b.cd>'])(
    '%j is refused',
    (given) => expect(faultsOf({ MAIL_FROM: given })).toEqual([expect.stringMatching(/^MAIL_FROM: Must /)]),
  )
})

test('each wrong value is told in a line of its own', () =>
  expect(
    faultsOf({ PORT: 'x', REQUIRE_MFA: 'maybe', DATABASE_URL: 'mysql://h/d', TRUSTED_PROXIES: '10.0.0.1/8' }),
  ).toEqual([
    'PORT: must be a whole number',
    'DATABASE_URL: must be a URL starting with postgres:// or postgresql://',
    'TRUSTED_PROXIES: Must not have bits set beyond its prefix: the block is 10.0.0.0/8',
    'REQUIRE_MFA: must be privileged, all or none',
  ]))
