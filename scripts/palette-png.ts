import { crc32, deflateSync, inflateSync } from 'node:zlib'

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex')
const COLOURS = 256

interface Pixels {
  readonly width: number
  readonly height: number
  /** Red, green, blue, one byte each. */
  readonly rgb: Buffer
}

/** A picture of a page with the 256 colours that most of it has: a quarter of the size, and nobody sees it. */
export function toPalette(png: Buffer): Buffer {
  const { width, height, rgb } = readPng(png)
  const counts = new Map<number, number>()
  for (let at = 0; at < rgb.length; at += 3) {
    const colour = rgb.readUIntBE(at, 3)
    counts.set(colour, (counts.get(colour) ?? 0) + 1)
  }
  const palette = [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, COLOURS)
    .map(([colour]) => colour)
  const places = new Map([...counts.keys()].map((colour) => [colour, nearest(colour, palette)]))
  const rows = Buffer.alloc(height * (width + 1))
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      rows[y * (width + 1) + 1 + x] = places.get(rgb.readUIntBE((y * width + x) * 3, 3)) ?? 0
    }
  }
  const colours = Buffer.alloc(palette.length * 3)
  for (const [at, colour] of palette.entries()) colours.writeUIntBE(colour, at * 3, 3)
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', headerOf(width, height)),
    chunk('PLTE', colours),
    chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function headerOf(width: number, height: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  // Eight bits a pixel, each a place in the palette.
  header.set([8, 3, 0, 0, 0], 8)
  return header
}

function nearest(colour: number, palette: readonly number[]): number {
  const exact = palette.indexOf(colour)
  if (exact >= 0) return exact
  const distances = palette.map((one) => distance(colour, one))
  return distances.indexOf(Math.min(...distances))
}

const distance = (a: number, b: number): number =>
  [16, 8, 0].reduce((sum, shift) => sum + (((a >> shift) & 255) - ((b >> shift) & 255)) ** 2, 0)

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(data.length, 0)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}

/** As browsers write them: eight bits a channel, with or without transparency, not interlaced. */
function readPng(png: Buffer): Pixels {
  const data: Buffer[] = []
  for (let at = SIGNATURE.length; at < png.length;) {
    const length = png.readUInt32BE(at)
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') data.push(png.subarray(at + 8, at + 8 + length))
    at += length + 12
  }
  const [width, height, channels] = [png.readUInt32BE(16), png.readUInt32BE(20), png[25] === 6 ? 4 : 3]
  const raw = unfiltered(inflateSync(Buffer.concat(data)), width * channels, channels)
  const rgb = Buffer.alloc(width * height * 3)
  for (let pixel = 0; pixel < width * height; pixel++) raw.copy(rgb, pixel * 3, pixel * channels, pixel * channels + 3)
  return { width, height, rgb }
}

/** PNG 1.2, section 6. */
function unfiltered(filtered: Buffer, rowBytes: number, step: number): Buffer {
  const height = filtered.length / (rowBytes + 1)
  const raw = Buffer.alloc(height * rowBytes)
  for (let y = 0; y < height; y++) {
    const filter = filtered[y * (rowBytes + 1)] ?? 0
    for (let x = 0; x < rowBytes; x++) {
      const at = y * rowBytes + x
      const left = x >= step ? (raw[at - step] ?? 0) : 0
      const up = y > 0 ? (raw[at - rowBytes] ?? 0) : 0
      const corner = x >= step && y > 0 ? (raw[at - rowBytes - step] ?? 0) : 0
      raw[at] = (filtered[y * (rowBytes + 1) + 1 + x] ?? 0) + foretold(filter, { left, up, corner })
    }
  }
  return raw
}

function foretold(filter: number, { left, up, corner }: { left: number; up: number; corner: number }): number {
  if (filter === 1) return left
  if (filter === 2) return up
  if (filter === 3) return Math.floor((left + up) / 2)
  if (filter !== 4) return 0
  const [toLeft, toUp, toCorner] = [left, up, corner].map((one) => Math.abs(left + up - corner - one)) as [
    number,
    number,
    number,
  ]
  if (toLeft <= toUp && toLeft <= toCorner) return left
  return toUp <= toCorner ? up : corner
}
