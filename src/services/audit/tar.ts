const BLOCK = 512

/** A file in the ustar format (POSIX.1-1988): its header, and its bytes filled up to whole blocks. */
export function tarEntry(path: string, bytes: Uint8Array, modified: Date): Buffer {
  const header = Buffer.alloc(BLOCK)
  const [name, prefix] = split(path)
  header.write(name, 0, 100, 'latin1')
  header.write('0000644\0', 100, 'latin1')
  header.write('0000000\0', 108, 'latin1')
  header.write('0000000\0', 116, 'latin1')
  header.write(octal(bytes.length, 11), 124, 'latin1')
  header.write(octal(Math.floor(modified.getTime() / 1000), 11), 136, 'latin1')
  header.write(' '.repeat(8), 148, 'latin1')
  header.write('0', 156, 'latin1')
  header.write('ustar\x0000', 257, 'latin1')
  header.write(prefix, 345, 155, 'latin1')
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${octal(sum, 6).slice(0, 6)}\0 `, 148, 'latin1')
  return Buffer.concat([header, bytes, Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK)])
}

/** Two empty blocks. */
export const tarEnd = Buffer.alloc(2 * BLOCK)

const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`

/** At most 100 bytes of name, cut at a slash; what is before it has a place of its own. */
function split(path: string): [name: string, prefix: string] {
  if (path.length <= 100) return [path, '']
  const cut = path.indexOf('/', path.length - 101)
  return [path.slice(cut + 1), path.slice(0, cut)]
}
