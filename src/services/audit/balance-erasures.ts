import { uncovered } from '../../policy/erasures.ts'
import type { Erasure, Gone } from '../../policy/erasures.ts'

interface Balance {
  see(event: { readonly gone: Gone | null; readonly erasure: Erasure | null }): void
  /** Events that something was taken from without an erasure. @param elsewhere those that have no place yet; asked for when they matter */
  unexplained(elsewhere: () => Promise<readonly Erasure[]>): Promise<Gone[]>
}

/** Whether what is gone from events was taken by the erasures that stand behind them in the trail. */
export function balanceErasures(): Balance {
  const gone: Gone[] = []
  const erasures: Erasure[] = []
  return {
    see(event) {
      if (event.gone) gone.push(event.gone)
      if (event.erasure) erasures.push(event.erasure)
    },
    async unexplained(elsewhere) {
      const left = uncovered(gone, erasures)
      return left.length === 0 ? left : uncovered(left, await elsewhere())
    },
  }
}
