import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import type { Browser, Page } from 'playwright-core'
import { buildConsole } from '../scripts/build-console.ts'
import { chromiumPath } from '../scripts/install-chromium.ts'
import { createApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import { openHouse } from '../src/house.ts'
import type { Answer, Question, Report } from './question.ts'
import { CUSTOMERS, TECHNICIANS } from './support/population.ts'
import { MASTER_KEY } from './support/platform.ts'
import { withProvider } from './support/provider.ts'
import type { Provider } from './support/provider.ts'
import { median } from './support/rounds.ts'

const PASSWORD = 'correct horse battery staple'
const PORT = 8395
const ORIGIN = `http://localhost:${PORT}`
const ROUNDS = 3
const SECONDS = 10
const LONG_MS = 20
const SMOOTH_PERCENT = 95
const MOST_HEAP_MIB = 250
const CELL = 28

export const matrixScroll: Question = {
  id: 'matrix-scroll',
  question: 'Does the console’s matrix of 500 by 10,000 scroll as it should, or as well as an empty page of its size?',
  goal: 1,
  run: (report) => withProvider(report, (provider) => withConsole(provider, report)),
}

async function withConsole({ owner, ownerUrl }: Provider, report: Report): Promise<Answer> {
  await buildConsole()
  const dataDir = await mkdtemp(join(tmpdir(), 'castellan-bench-'))
  const settings = { DATABASE_URL: ownerUrl, DATA_DIR: dataDir, PUBLIC_URL: ORIGIN, PORT: String(PORT) }
  const more = { MASTER_KEY: MASTER_KEY.toString('base64'), REQUIRE_MFA: 'none', LOG_LEVEL: 'silent' }
  const house = await openHouse(readConfig({ ...settings, ...more }), report)
  const app = await createApp(house)
  const browser = await chromium.launch({
    executablePath: await chromiumPath(),
    args: ['--no-sandbox', '--disable-gpu', '--enable-precise-memory-info'],
  })
  try {
    await app.listen({ host: '127.0.0.1', port: PORT })
    const hash = await house.credentials.hasher.hash(PASSWORD)
    const { rows } = await owner.query<{ email: string }>(
      `update users set password_hash = $1, mfa_enabled = false where role = 'super_admin' returning email`,
      [hash],
    )
    return await compare(browser, rows[0]?.email ?? '', report)
  } finally {
    await browser.close()
    await app.close()
    await house.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}

async function compare(browser: Browser, email: string, report: Report): Promise<Answer> {
  const [matrix, empty] = [await openMatrix(browser, email), await openEmpty(browser)]
  const [ours, against] = [[] as Scrolled[], [] as Scrolled[]]
  for (let round = 0; round <= ROUNDS; round++) {
    report(round === 0 ? 'warming up' : `round ${round} of ${ROUNDS}`)
    const samples = [await scroll(matrix), await scroll(empty)] as const
    if (round === 0) continue
    ours.push(samples[0])
    against.push(samples[1])
  }
  const percent = (those: readonly Scrolled[]): number => median(those.map(({ smooth }) => smooth))
  const heapMiB = Math.max(...ours.map(({ heap }) => heap)) / 2 ** 20
  const wanted = Math.min(SMOOTH_PERCENT, percent(against))
  return {
    ours: percent(ours),
    against: wanted,
    ratio: Math.min(percent(ours) / wanted, MOST_HEAP_MIB / heapMiB),
    unit: '% of frames',
    details: {
      longPercent: 100 - percent(ours),
      emptyLongPercent: 100 - percent(against),
      framesPerSecond: median(ours.map(({ frames }) => frames)) / SECONDS,
      emptyFramesPerSecond: median(against.map(({ frames }) => frames)) / SECONDS,
      heapMiB,
    },
  }
}

async function openMatrix(browser: Browser, email: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  await page.goto(`${ORIGIN}/matrix`)
  await page.getByLabel('E-mail', { exact: true }).fill(email)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('grid').waitFor()
  return page
}

/** As large, and nothing in it. */
async function openEmpty(browser: Browser): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  const [width, height] = [CUSTOMERS * CELL, TECHNICIANS * CELL]
  await page.setContent(
    `<div role="grid" style="width:1140px;height:560px;overflow:auto"><div style="width:${width}px;height:${height}px"></div></div>`,
  )
  return page
}

interface Scrolled {
  frames: number
  /** Frames that took no longer than they may, in percent. */
  smooth: number
  heap: number
}

// Runs in the browser, whose names the compiler here does not know: down and across all of it and back, a step a frame.
const SCROLL = `new Promise((resolve) => {
  const place = document.querySelector('[role=grid]')
  const [across, down] = [place.scrollWidth - place.clientWidth, place.scrollHeight - place.clientHeight]
  const swing = (turns) => (1 - Math.cos(turns * 2 * Math.PI)) / 2
  let [frames, long, heap, last] = [0, 0, 0, 0]
  const started = performance.now()
  const step = (now) => {
    if (last > 0) { frames++; if (now - last > ${LONG_MS}) long++ }
    last = now
    heap = Math.max(heap, performance.memory.usedJSHeapSize)
    const part = (now - started) / ${SECONDS * 1000}
    if (part >= 1) return resolve({ frames, smooth: 100 * (1 - long / frames), heap })
    place.scrollTo(across * swing(part), down * swing(3 * part))
    requestAnimationFrame(step)
  }
  requestAnimationFrame(step)
})`

async function scroll(page: Page): Promise<Scrolled> {
  await page.bringToFront()
  return (await page.evaluate(SCROLL)) as Scrolled
}
