const COMMA = 44
const ZERO = 48
/** Of an integer of 32 bits, and what comes after it. */
const MOST_BYTES = 11

/** What is read of each, which is no negative number, as JSON has it in an array, with a comma after each. */
export function jsonNumbers(from: Int32Array, read: (value: number) => number): Buffer {
  const bytes = Buffer.allocUnsafe(MOST_BYTES * from.length)
  let end = 0
  for (let i = 0; i < from.length; i++) {
    end = writeNumber(bytes, end, read(from[i] ?? 0))
    bytes[end++] = COMMA
  }
  return Buffer.copyBytesFrom(bytes, 0, end)
}

function writeNumber(bytes: Buffer, at: number, value: number): number {
  if (value < 10) {
    bytes[at] = ZERO + value
    return at + 1
  }
  let end = at
  for (let rest = value; rest > 0; rest = (rest / 10) | 0) end++
  for (let rest = value, to = end; rest > 0; rest = (rest / 10) | 0) bytes[--to] = ZERO + (rest % 10)
  return end
}
