import type { Page } from '@playwright/test'
import type { SyntheticNetwork } from '../../bench/ui/network.ts'
import { expect, test } from './synthetic.ts'

const PEERS = 10_000
/** A second. */
const UPDATES = 200
const COMINGS = 20
const STORM_MS = 2000
/** Far above what is needed, far below what grows without end. */
const MOST_HEAP = 400e6
/** Far more rows than fit on the screen. */
const MOST_ROWS = 100

test.use({ size: PEERS, motion: true })

test('ten thousand peers in a storm: all arrives, a window that is loaded again in it shows the same, few rows are drawn', async ({
  synthetic,
}, info) => {
  const { network, host } = synthetic
  const page = await synthetic.open(async (empty) => {
    await empty.addInitScript(`{
      globalThis.tasks = []
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) tasks.push(duration)
      }).observe({ entryTypes: ['longtask'] })
    }`)
  })
  const graph = page.getByTestId('graph')
  await expect(graph).toHaveAttribute('data-peers', String(network.size.peers))
  await expect(graph).toHaveAttribute('data-links', String(linesOf(network)))

  // So many are folded, and fewer links are drawn than are known.
  await expect(graph).toHaveAttribute('data-bubbles', /^[1-9]\d*$/)
  expect(Number(await graph.getAttribute('data-edges'))).toBeLessThan(linesOf(network))

  await page.evaluate('tasks.length = 0')
  host.play(UPDATES, COMINGS)
  await page.waitForTimeout(STORM_MS)
  const tasks = await page.evaluate<number[]>('tasks')
  const other = await synthetic.open()
  await expect(other.getByTestId('graph')).toHaveAttribute('data-peers', /^\d{4,}$/)
  await other.reload()
  await page.waitForTimeout(STORM_MS / 2)
  host.rest()

  const { peers } = network.size
  const lines = linesOf(network)
  const pictures = [page, other].map(async (one) => {
    await one.bringToFront()
    await expect(one.getByTestId('graph')).toHaveAttribute('data-peers', String(peers))
    await expect(one.getByTestId('graph')).toHaveAttribute('data-links', String(lines))
  })
  for (const picture of pictures) await picture
  const [first, second] = [await tableOf(page), await tableOf(other)]
  expect(first.rows.length).toBeGreaterThan(10)
  expect(first.rows.length).toBeLessThan(MOST_ROWS)
  expect(first).toEqual(second)
  const shown = new Map(network.snapshot(0).peers.map((row) => [row.peerId as string, row.state as string]))
  for (const [peerId, state] of first.rows) expect(state).toBe(shown.get(peerId))
  expect(first.total).toBe(shown.size)

  const heap = await heapOf(page)
  expect(heap).toBeLessThan(MOST_HEAP)
  const longest = Math.max(0, ...tasks)
  info.annotations.push({ type: 'measured', description: `longest task ${Math.round(longest)} ms` })
  process.stdout.write(
    `${PEERS} peers, ${UPDATES} updates/s, ${COMINGS} joins and leaves/s for ${STORM_MS / 1000} s: ` +
      `${tasks.length} tasks over 50 ms, the longest ${Math.round(longest)} ms; heap ${(heap / 1e6).toFixed(0)} MB\n`,
  )
})

/** Lines that are known: one for two peers, however much is known of them. */
function linesOf(network: SyntheticNetwork): number {
  const { peers, edges } = network.snapshot(0)
  const shown = new Set(peers.filter(({ state }) => state === 'online').map(({ peerId }) => peerId))
  const drawn = edges.filter(({ a, b }) => shown.has(a) && shown.has(b))
  return new Set(drawn.map(({ a, b }) => (a < b ? a + b : b + a))).size
}

interface Table {
  /** Of the rows that are drawn: id and state. */
  readonly rows: readonly (readonly [string, string])[]
  readonly total: number
}

async function tableOf(page: Page): Promise<Table> {
  await page.bringToFront()
  await page.getByRole('button', { name: 'Peers', exact: true }).click()
  // Also those that are not here any more.
  await page.getByRole('button', { name: /^All / }).click()
  const rows = page.locator('[data-peer-id][data-state]')
  await expect(rows.first()).toBeVisible()
  const total = Number(await page.getByRole('grid').getAttribute('aria-rowcount')) - 1
  return {
    rows: await rows.evaluateAll((all) =>
      all.map((one) => [`${one.getAttribute('data-peer-id')}`, `${one.getAttribute('data-state')}`] as const),
    ),
    total,
  }
}

async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  await session.detach()
  return usedSize
}
