import { writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'
import type { Result } from '../question.ts'

/** Keeps the results of this day: a line about the machine, then a line a question. */
export async function record(results: readonly Result[]): Promise<void> {
  const day = new Date().toISOString().slice(0, 10)
  const lines = [machine(), ...results].map((line) => `${JSON.stringify(line)}\n`)
  await writeFile(new URL(`../results/${day}.jsonl`, import.meta.url), lines.join(''))
}

/** What ratios hardly, and absolute figures wholly depend on. Nothing that tells whose machine it is. */
const machine = () => ({
  machine: {
    cpu: cpus()[0]?.model ?? 'unknown',
    cpus: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    loadAverage: loadavg().map((load) => Math.round(load * 10) / 10),
    system: `${process.platform} ${process.arch}`,
    node: process.version,
    postgres: 'embedded',
  },
})
