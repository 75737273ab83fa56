/** Names as numbers from 0 on, so that they compare as such and can be places in arrays. */
export interface Numbers {
  /** The name's number, which is new for a new name. */
  numberOf(name: string): number
  /** Of a name that was never numbered: one that nothing has. */
  find(name: string): number
  nameOf(number: number): string
  count(): number
}

const UNKNOWN = -1

export function createNumbers(): Numbers {
  const numbers = new Map<string, number>()
  const names: string[] = []
  return {
    numberOf(name) {
      const known = numbers.get(name)
      if (known !== undefined) return known
      numbers.set(name, names.length)
      return names.push(name) - 1
    },
    find: (name) => numbers.get(name) ?? UNKNOWN,
    nameOf: (number) => names[number] ?? '',
    count: () => names.length,
  }
}
