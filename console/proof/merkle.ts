import { sha256, utf8 } from './bytes.ts'
import type { Bytes } from './bytes.ts'

const LEAF = Uint8Array.of(0)
const NODE = Uint8Array.of(1)

/** Of a text (RFC 9162 section 2.1.1). */
export const leafHash = (text: string): Promise<Bytes> => sha256(LEAF, utf8(text))

const nodeHash = (left: Bytes, right: Bytes): Promise<Bytes> => sha256(NODE, left, right)

export interface Inclusion {
  readonly leaf: Bytes
  readonly index: number
  readonly size: number
  readonly proof: readonly Bytes[]
}

/** The root that a leaf and its proof lead to (RFC 9162 section 2.1.3.2); null when the proof does not fit the place. */
export async function rootFrom({ leaf, index, size, proof }: Inclusion): Promise<Bytes | null> {
  if (index < 0 || index >= size) return null
  let [fn, sn, node] = [index, size - 1, leaf]
  for (const step of proof) {
    if (sn === 0) return null
    if (fn % 2 === 1 || fn === sn) {
      node = await nodeHash(step, node)
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)]
    } else {
      node = await nodeHash(node, step)
    }
    ;[fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)]
  }
  return sn === 0 ? node : null
}
