import { describe, expect, test } from 'vitest'
import { checkpointText, readCheckpoint } from './checkpoint.ts'

const root = Buffer.alloc(32, 7)
const bare = { origin: 'castellan.example/trail', size: 42, root, extensions: [] }
const extended = { ...bare, extensions: ['one more line', 'and another'] }

test('its text has origin, size and root, and each further line, every one ended', () => {
  expect(checkpointText(bare)).toBe(`castellan.example/trail\n42\n${root.toString('base64')}\n`)
  expect(checkpointText(extended)).toBe(`${checkpointText(bare)}one more line\nand another\n`)
})

test('what was written is read', () => {
  expect(readCheckpoint(checkpointText(bare))).toEqual(bare)
  expect(readCheckpoint(checkpointText(extended))).toEqual(extended)
  expect(readCheckpoint(checkpointText({ ...bare, size: 0 }))?.size).toBe(0)
})

describe('no checkpoint is', () => {
  const text = checkpointText(bare)
  test.each([
    ['nothing', ''],
    ['an origin alone', bare.origin],
    ['one without a root', `${bare.origin}\n42`],
    ['a text without origin', text.slice(bare.origin.length)],
    ['one whose last line is not ended', text.slice(0, -1)],
    ['a size with a sign', text.replace('\n42\n', '\n+42\n')],
    ['a size with zeros before it', text.replace('\n42\n', '\n042\n')],
    ['a size that is no number', text.replace('\n42\n', '\nNaN\n')],
    ['a size that no number holds exactly', text.replace('\n42\n', `\n${2 ** 53}\n`)],
    ['a broken size', text.replace('\n42\n', '\n4.5\n')],
    ['a root of another length', checkpointText({ ...bare, root: Buffer.alloc(31, 7) })],
    ['a root in another spelling', text.replace('=', '')],
  ])('%s', (_what, broken) => expect(readCheckpoint(broken)).toBeNull())
})
