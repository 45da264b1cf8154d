import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { FAKE_VERDICT } from '../support/renderer/fake-health.ts'
import { fakeStatus, peerIdAt } from '../support/renderer/fake-network.ts'
import { expect, test } from './synthetic.ts'
import { nobodyLeft } from '../support/nobody-left.ts'

const FITS = join(import.meta.dirname, 'page', 'fits.js')
const SIZES = [
  { width: 1024, height: 640 },
  { width: 3840, height: 2160 },
] as const

/** A count: of those each is a happening of its own. */
const ALERT = {
  kind: 'peer-count',
  network: null,
  peerId: null,
  beganAt: 1,
  firedAt: 1,
  resolvedAt: 1,
  what: '2 peers: below 3',
  cause: '',
  events: [],
  repeats: 0,
  quiet: false,
  notify: true,
  dismissed: false,
  test: false,
  webhook: 'none',
} as const

/** More than there is room for in a small window. */
const HEALTH = {
  islands: { ...FAKE_VERDICT.islands, sizes: [40] },
  islandsEnded: false,
  islandsUnknown: null,
  left: { ...nobodyLeft(0, 600_000), goodbye: 3, silent: 4, ownStall: 5 },
  notKnown: null,
  rtt: { measured: 39, p50: 38, p95: 81, slowFrom: 80 },
  stalls: { from: 0, to: 600_000, count: 14, totalMs: 31_000, worstMs: 4000 },
  clock: { byMs: 4000, peers: 5 },
} as const
test.use({ health: HEALTH })

/** Goes to each view of the navigation. */
async function inEachView(page: Page, look: (name: string) => Promise<void>): Promise<void> {
  for (const view of await page.getByRole('navigation', { name: 'Views' }).getByRole('button').all()) {
    await view.click()
    await expect(view).toHaveAttribute('aria-current', 'page')
    await look((await view.innerText()).split('\n')[0] ?? '')
  }
}

test('nothing but its own host is asked for anything, in any view', async ({ synthetic }) => {
  const asked: string[] = []
  const page = await synthetic.open(async (empty) => {
    empty.on('request', (request) => asked.push(request.url()))
    empty.on('websocket', (socket) => asked.push(socket.url()))
  })
  await expect(page.getByTestId('graph')).toHaveAttribute('data-peers', '40')
  await inEachView(page, async (name) => expect(name).not.toBe(''))
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder(/^Search for/).fill('otter')
  const { host } = new URL(synthetic.host.url)
  const elsewhere = asked.map((url) => new URL(url)).filter((url) => url.host !== host && url.protocol !== 'data:')
  expect(elsewhere).toEqual([])
  expect(asked.length).toBeGreaterThan(3)
})

test('from 1024×640 up to 4K nothing is cut off, covered or too wide', async ({ synthetic }) => {
  const page = await synthetic.open(async (empty) => {
    await empty.addInitScript({ path: FITS })
  })
  const graph = page.getByTestId('graph')
  await expect(graph).toHaveAttribute('data-peers', '40')
  const wrong: string[] = []
  for (const size of SIZES) {
    await page.setViewportSize(size)
    // The sentence is shortened before anything of it is left out.
    const phrases = page.getByTestId('health-strip').locator('[data-phrase]')
    const ids = await phrases.evaluateAll((all) => all.map((one) => one.getAttribute('data-phrase')))
    expect(ids).toEqual(['here', 'islands', 'left', 'rtt', 'stall', 'clock'])
    const look = async (what: string): Promise<void> => {
      const found = await page.evaluate<readonly string[]>('fits()')
      wrong.push(...found.map((one) => `${size.width}×${size.height}, ${what}: ${one}`))
    }
    await inEachView(page, look)
    // With a peer beside it, and what lies over the graph.
    await page.getByRole('button', { name: 'Peers', exact: true }).click()
    await page.locator('[data-peer-id]').nth(2).click()
    await expect(page.locator('[data-inspector]')).toBeVisible()
    await look('peers and inspector')
    await page.getByRole('button', { name: 'Network', exact: true }).click()
    await look('graph and inspector')
    // However many lines the legend takes, the button that folds it stays at its end.
    const [legend, fold] = await Promise.all(
      ['.ps-legend', '.ps-legend > button'].map((part) => page.locator(part).boundingBox()),
    )
    const endOf = (box: typeof legend | undefined): number => (box ? box.x + box.width : NaN)
    expect(endOf(legend) - endOf(fold), `${size.width}: the legend’s button`).toBeLessThanOrEqual(10)
    const field = page.getByRole('combobox', { name: /^Filter the graph/ })
    await field.fill('state:online tag:role:validator')
    await graph.focus()
    await expect(page.getByRole('list', { name: 'What is set' }).getByRole('button')).toHaveCount(2)
    await look('graph, inspector and filter')
    for (const chip of await page.getByRole('button', { name: /^Remove / }).all()) await chip.click({ trial: true })
    await field.fill('')
    await page.getByRole('button', { name: 'Health', exact: true }).click()
    await page.getByText('Figures as a table').click()
    await look('figures as a table')
    await page.getByRole('button', { name: 'Close inspector' }).click()
  }
  // With all that says something at the end of a low window.
  await page.setViewportSize(SIZES[0])
  await page.getByRole('button', { name: 'Peers', exact: true }).click()
  // What is said of a filter is all there, with its button, and moves nothing.
  const table = page.locator('[data-peer-id]').first()
  const before = await table.boundingBox()
  const typed = page.getByLabel('Filter: fox')
  await typed.fill('role:validator or role:seed')
  const write = page.locator('.ps-shown-line').getByRole('button', { name: 'Write tag:role:validator' })
  await write.click({ trial: true })
  const words = page.locator('.ps-shown-line').getByText(/there is no field/)
  expect(
    await words.evaluate((one) => [one.scrollHeight <= one.clientHeight, one.scrollWidth <= one.clientWidth]),
  ).toEqual([true, true])
  expect((await table.boundingBox())?.y).toBe(before?.y)
  await typed.fill('')
  for (const at of [3, 4]) {
    await page.locator('[data-peer-id]').nth(at).click()
    await page.keyboard.press('w')
    await expect(page.locator('.ps-row [data-watched]')).toHaveCount(at - 2)
  }
  const eyes = await page.locator('.ps-row [data-watched]').evaluateAll((all) =>
    all.map((eye) => {
      const [row, mark] = [eye.closest('.ps-row'), eye].map((one) => one?.getBoundingClientRect())
      return row !== undefined && mark !== undefined && mark.top >= row.top && mark.bottom <= row.bottom
    }),
  )
  expect(eyes).toEqual([true, true])
  await page.getByRole('button', { name: 'Close inspector' }).click()
  await page.getByRole('button', { name: 'Network', exact: true }).click()
  const story = {
    chapter: 2,
    beat: 'goodbye',
    peers: [peerIdAt(5), peerIdAt(6)],
    missing: null,
    missedAt: null,
  } as const
  synthetic.host.tell({
    status: { ...fakeStatus(39, Date.now()), demo: true, story },
    alerts: ['a', 'b', 'c'].map((ruleId, id) => ({ ...ALERT, id, ruleId, ruleName: ruleId })),
  })
  await expect(page.getByRole('button', { name: 'Skip ahead' })).toBeVisible()
  await expect(page.getByText('and 2 more alerts')).toBeVisible()
  const found = await page.evaluate<readonly string[]>('fits()')
  wrong.push(...found.map((one) => `with strips: ${one}`))
  // There is no room for bars and list together: a button changes between them.
  await page.getByRole('button', { name: /^Show .*events?$/ }).press('Enter')
  await expect(page.locator('.ps-travel-speed')).toBeVisible()
  const [list, row, strip] = await Promise.all(
    ['.ps-events', '.ps-travel', '.ps-demo'].map((part) => page.locator(part).boundingBox()),
  )
  expect(list?.height).toBeGreaterThanOrEqual(3 * 28)
  expect((row?.y ?? 0) + (row?.height ?? 0)).toBeLessThanOrEqual(strip?.y ?? 0)
  expect(wrong).toEqual([])
})

test('ids can be copied from graph, table and inspector; times are relative, with the exact one on hover; numbers have units', async ({
  synthetic,
}) => {
  const page = await synthetic.open()
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  const copied = () => page.evaluate<string>('navigator.clipboard.readText()')
  const graph = page.getByTestId('graph')
  await expect(graph).toHaveAttribute('data-peers', '40')

  // From the graph, where the first press goes to ourselves.
  await graph.press('ArrowRight')
  await graph.press('c')
  await expect.poll(copied).toBe(peerIdAt(0))

  // From the table: those that are chosen.
  await page.getByRole('button', { name: 'Peers', exact: true }).click()
  const rows = page.locator('[data-peer-id]')
  const ids = await rows.evaluateAll((all) => all.slice(1, 3).map((one) => `${one.getAttribute('data-peer-id')}`))
  for (const index of [1, 2]) await rows.nth(index).getByRole('checkbox').check()
  await page.getByRole('grid').press('Control+c')
  await expect.poll(copied).toBe(ids.join('\n'))

  // From the inspector.
  await rows.nth(3).click()
  const inspector = page.locator('[data-inspector]')
  await inspector.getByRole('button', { name: 'Copy id', exact: true }).click()
  await expect.poll(copied).toBe(await rows.nth(3).getAttribute('data-peer-id'))

  const times = inspector.locator('time')
  expect(await times.count()).toBeGreaterThan(2)
  for (const time of await times.all()) {
    await expect(time).toHaveText(/ago|just now/)
    await expect(time).toHaveAttribute('title', /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/)
  }
  const measured = await page.locator('.ps-body .ps-end').allInnerTexts()
  expect(measured.length).toBeGreaterThan(10)
  for (const rtt of measured) expect(rtt).toMatch(/^([\d.,]+ (ms|s)|–)$/)
})

test('the theme follows the system, and nothing moves by itself where that is not wanted', async ({ synthetic }) => {
  const page = await synthetic.open()
  await expect(page.getByTestId('graph')).toHaveAttribute('data-peers', '40')
  const background = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
  const seen = new Set<string>()
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme)
    seen.add(await background())
  }
  expect(seen.size).toBe(2)
  const longest = `Math.max(...[...document.querySelectorAll('*')].flatMap((one) => {
    const { transitionDuration, animationDuration } = getComputedStyle(one)
    return [transitionDuration, animationDuration].join(', ').split(', ').map(Number.parseFloat)
  }))`
  expect(await page.evaluate<number>(longest)).toBeLessThan(0.001)
})

test.describe('thousands of peers', () => {
  test.use({ size: 3000, motion: true })

  test('arranging them tells how far it is, and can be stopped', async ({ synthetic }) => {
    const page = await synthetic.open()
    await expect(page.getByTestId('graph')).toHaveAttribute('data-peers', '3000')
    await expect(page.getByText(/^\d+ %$/)).toBeVisible()
    await page.getByRole('button', { name: 'Stop', exact: true }).click()
    await expect(page.getByText('Arranging …')).toHaveCount(0)
    await expect(page.getByRole('button', { name: 'Stop', exact: true })).toHaveCount(0)
  })
})
