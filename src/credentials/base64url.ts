/** The bytes, or null unless the text is their one canonical form: unpadded, no foreign characters, spare bits zero (RFC 4648 §3.5). */
export function decodeBase64url(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : null
}
