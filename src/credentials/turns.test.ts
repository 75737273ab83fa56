import { expect, test } from 'vitest'
import { createTurns, TooManyInLineError } from './turns.ts'

const limits = { parallel: 2, waiting: 1 }
const gate = () => Promise.withResolvers<string>()

test('of one key no more than its limit run at once, and one more than may wait is turned away', async () => {
  const turns = createTurns(limits)
  const gates = [gate(), gate(), gate()]
  let running = 0
  const under = gates.map(({ promise }) =>
    turns.run('ada', () => {
      running += 1
      return promise
    }),
  )
  await expect(turns.run('ada', async () => 'late')).rejects.toThrow(TooManyInLineError)
  expect(running).toBe(2)
  gates[0]?.resolve('first')
  expect(await under[0]).toBe('first')
  gates[1]?.resolve('second')
  gates[2]?.resolve('third')
  expect(await Promise.all(under)).toEqual(['first', 'second', 'third'])
})

test('keys do not wait for each other, and one that nobody is in starts anew', async () => {
  const turns = createTurns({ ...limits, parallel: 1, waiting: 0 })
  const { promise, resolve } = gate()
  const held = turns.run('ada', () => promise)
  expect(await turns.run('bob', async () => 'bob')).toBe('bob')
  resolve('ada')
  expect(await held).toBe('ada')
  expect(await turns.run('ada', async () => 'again')).toBe('again')
})
