import { expect, test } from 'vitest'
import { decodeBase64url } from './base64url.ts'

test('decodes what base64url encodes, the empty text included', () => {
  for (const bytes of ['', 'a', 'ab', 'abc', '\xff\xfe\xfd']) {
    expect(decodeBase64url(Buffer.from(bytes, 'latin1').toString('base64url'))).toEqual(Buffer.from(bytes, 'latin1'))
  }
})

test.each(['YQ==', 'YQ=', 'YR', 'Y', 'Y Q', 'YQ\n', ' YQ', '-+8', '_/8', 'YQ.', 'Yé'])(
  'refuses %j, which is not the canonical spelling of any bytes',
  (text) => expect(decodeBase64url(text)).toBeNull(),
)
