import { expect, test } from 'vitest'
import { createBoundedQueue } from './bounded-queue.ts'

const full = () => new Error('full')

/** Tasks that wait until told to end, and the order in which they began. */
function heldTasks() {
  const begun: number[] = []
  const ends: (() => void)[] = []
  const task = (name: number) => () => {
    begun.push(name)
    return new Promise<number>((resolve) => ends.push(() => resolve(name)))
  }
  return { begun, task, endOldest: () => ends.shift()?.() }
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

test('no more than the allowed number run at once, and the rest follow in order of arrival', async () => {
  const { begun, task, endOldest } = heldTasks()
  const queue = createBoundedQueue({ parallel: 2, waiting: 3, full })
  const all = Promise.all([1, 2, 3, 4, 5].map((name) => queue.run(task(name))))
  await settled()
  expect(begun).toEqual([1, 2])
  endOldest()
  await settled()
  expect(begun).toEqual([1, 2, 3])
  for (let left = 0; left < 4; left += 1) {
    endOldest()
    await settled()
  }
  expect(await all).toEqual([1, 2, 3, 4, 5])
})

test('one more than the places is refused at once and leaves the others alone', async () => {
  const { task, endOldest } = heldTasks()
  const queue = createBoundedQueue({ parallel: 1, waiting: 1, full })
  const [first, second] = [queue.run(task(1)), queue.run(task(2))]
  await expect(queue.run(task(3))).rejects.toThrow('full')
  endOldest()
  expect(await first).toBe(1)
  await settled()
  endOldest()
  expect(await second).toBe(2)
})

test('a task that fails gives its place back', async () => {
  const queue = createBoundedQueue({ parallel: 1, waiting: 0, full })
  await expect(queue.run(() => Promise.reject(new Error('task')))).rejects.toThrow('task')
  expect(await queue.run(() => Promise.resolve('next'))).toBe('next')
})

test('a late comer cannot overtake who is next in line', async () => {
  const { begun, task, endOldest } = heldTasks()
  const queue = createBoundedQueue({ parallel: 1, waiting: 1, full })
  const first = queue.run(task(1))
  const second = queue.run(task(2))
  await settled()
  endOldest()
  await first
  const late = queue.run(task(3))
  await settled()
  expect(begun).toEqual([1, 2])
  endOldest()
  await second
  await settled()
  endOldest()
  expect(await late).toBe(3)
})
