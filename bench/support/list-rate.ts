const MILLISECONDS = 400
const CALLERS = 16

/** Reads one list, chosen by a running number, and says how many rows it found. */
export type ListReader = (turn: number) => Promise<number>

/** Lists a second, so many callers waiting for theirs at any time. Each must hold as many rows as are known to be there. */
export async function listRate(read: ListReader, known: (turn: number) => number): Promise<number> {
  const startedAt = performance.now()
  let turns = 0
  const keepReading = async (): Promise<void> => {
    while (performance.now() - startedAt < MILLISECONDS) {
      const turn = turns++
      const found = await read(turn)
      if (found !== known(turn)) throw new Error(`a list held ${found} rows, not ${known(turn)}`)
    }
  }
  await Promise.all(Array.from({ length: CALLERS }, keepReading))
  return (turns / (performance.now() - startedAt)) * 1000
}
