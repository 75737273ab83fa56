import { expect, test } from 'vitest'
import { told } from './told.ts'

const failure = (facts: object): Error => Object.assign(new Error('as the system says it'), facts)

test('an address that cannot be listened on is told with what to do about it, and no stack', () => {
  expect(told(failure({ syscall: 'listen', code: 'EADDRINUSE', address: '127.0.0.1', port: 8080 }))).toBe(
    'cannot listen on 127.0.0.1:8080 (EADDRINUSE): choose another HOST or PORT',
  )
  expect(told(failure({ syscall: 'getaddrinfo', code: 'ENOTFOUND', hostname: 'nowhere.invalid' }))).toBe(
    'cannot find the host nowhere.invalid (ENOTFOUND): choose another HOST',
  )
})

test('what no operator can mend is thrown on', () => {
  const error = failure({ code: 'ERR_ASSERTION' })
  expect(() => told(error)).toThrow(error)
})
