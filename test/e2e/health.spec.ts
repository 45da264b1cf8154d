import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, goTo, joinNetwork, takePicture, test } from './app.ts'
import { violations } from './page/axe.ts'

// Others may say nothing for seconds on a busy machine: they are not to count as silent beside the one that was killed.
test.use({ purgeAfter: 12_000 })

const FITS = join(import.meta.dirname, 'page', 'fits.js')

/** In how many columns the charts stand, and how tall one is, in pixels. */
async function charts(page: Page): Promise<readonly [columns: number, tall: number]> {
  const boxes = await Promise.all((await page.locator('[data-chart-card]').all()).map((card) => card.boundingBox()))
  const tall = (await page.locator('[data-chart=here] canvas').boundingBox())?.height ?? 0
  return [new Set(boxes.map((box) => box?.x)).size, tall]
}

/** Cut off or covered parts, in the sizes of a small and a usual window. */
async function cut(page: Page, what: string): Promise<readonly string[]> {
  const found: string[] = []
  const before = page.viewportSize()
  for (const size of [
    { width: 1024, height: 640 },
    { width: 1440, height: 900 },
  ]) {
    await page.setViewportSize(size)
    const wrong = await page.evaluate<readonly string[]>('fits()')
    found.push(...wrong.map((one) => `${size.width}, ${what}: ${one}`))
  }
  if (before !== null) await page.setViewportSize(before)
  return found
}

test('what is going on: a goodbye and a crash in sentence, chart, timeline and inspector', async ({
  app,
  peer,
}, info) => {
  const { page } = app
  const refused: string[] = []
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) refused.push(message.text())
  })
  await page.addInitScript({ path: FITS })
  await page.reload()
  const network = `e2e-${randomUUID()}`
  const first = await peer(network, '--tag', 'role:seed')
  const leaving = await peer(network, '--bootstrap', first.address, '--tag', 'role:light')
  const killed = await peer(network, '--bootstrap', first.address, '--tag', 'role:light')
  await joinNetwork(page, network, first.address, 'Health')

  // The first view after a join, with the sentence above it.
  const strip = page.getByTestId('health-strip')
  await expect(page.locator('nav [aria-current=page]')).toHaveText('Health')
  await expect(strip.locator('[data-phrase=here]')).toHaveText('3 here')
  await expect(strip.locator('[data-phrase=left]')).toHaveText('nobody left in 10 min')
  await expect(page.locator('[data-chart=here]')).toBeVisible()

  await leaving.process.stop('SIGTERM')
  await killed.process.stop('SIGKILL')
  const left = strip.locator('[data-phrase=left]')
  await expect(left).toContainText('1 said goodbye, 1 silent')
  await expect(strip.locator('[data-phrase=here]')).toHaveText('1 here')
  await takePicture(page, info, 'health')

  // The same figures as a table: a goodbye and silence in columns of their own.
  await page.getByText('Figures as a table').click()
  const table = page.getByRole('region', { name: 'Figures of the charts' }).getByRole('table')
  const sum = async (name: string): Promise<number> => {
    const heads = await table.getByRole('columnheader').allInnerTexts()
    const cells = table.locator(`tbody td:nth-child(${heads.indexOf(name) + 1})`)
    return (await cells.allInnerTexts()).reduce((total, text) => total + (Number(text) || 0), 0)
  }
  await expect.poll(() => sum('said goodbye')).toBe(1)
  await expect.poll(() => sum('went silent')).toBe(1)
  await page.getByText('Figures as a table').click()

  // Who they are: a click on a value filters, a second one takes it back.
  const slice = page.locator('[data-slice=seed]')
  await slice.click()
  await expect(slice).toHaveAttribute('aria-pressed', 'true')
  const filter = page.locator('[data-filter]')
  await expect(filter).toHaveValue('tag:role:seed')
  // Here all are counted, which it says beside charts that count only these.
  await expect(page.getByText('Counts all peers here, not only those that pass the filter.')).toBeVisible()
  // The charts count by it, too: both that left are none of these.
  await page.getByText('Figures as a table').click()
  await expect.poll(async () => [await sum('said goodbye'), await sum('went silent')]).toEqual([0, 0])
  await page.getByText('Figures as a table').click()
  // On the slice the keys of the window are heard, and the filter has one.
  await page.keyboard.press('/')
  await expect(filter).toBeFocused()
  await page.keyboard.press('Escape')
  await slice.click()
  await expect(slice).toHaveAttribute('aria-pressed', 'false')
  await expect(filter).toHaveValue('')

  // A choice of several has no letters of its own: from the range the keys lead on, as from anywhere.
  await page.getByText('Hour', { exact: true }).click()
  await page.keyboard.press('g')
  await page.keyboard.press('n')
  await expect(page.locator('nav [aria-current=page]')).toHaveText('Network')
  await page.keyboard.press('g')
  await page.keyboard.press('h')
  await page.getByText('10 min', { exact: true }).click()

  // One crosshair by keys; Enter goes to that moment, Escape comes back.
  const chart = page.getByRole('slider', { name: 'Peers here, moment by moment' })
  await chart.focus()
  for (let n = 0; n < 3; n++) await page.keyboard.press('ArrowLeft')
  await expect(chart).toHaveAttribute('aria-valuetext', /^\d\d:\d\d:\d\d: here /)
  await expect(page.getByRole('slider', { name: /^Joined and left/ })).toHaveAttribute(
    'aria-valuenow',
    (await chart.getAttribute('aria-valuenow')) ?? '',
  )
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('picture')).toContainText('The past')
  await expect(strip).toContainText(/As of \d\d:\d\d:\d\d/)
  expect(await violations(page, 'health, the past', ['dark'])).toEqual([])
  // The first takes the crosshair away.
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await expect(page.getByTestId('picture')).toHaveCount(0)

  // A span by the mouse, and its events.
  const box = await chart.boundingBox()
  if (box === null) throw new Error('there is no chart')
  const y = box.y + box.height / 2
  await page.mouse.move(box.x + box.width * 0.6, y)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.9, y, { steps: 5 })
  await page.mouse.up()
  const span = page.getByRole('group', { name: 'Selected span' })
  await expect(span).toBeVisible()
  await span.getByRole('button', { name: 'Clear' }).click()
  await expect(span).toHaveCount(0)

  expect(await violations(page, 'health')).toEqual([])
  expect(await cut(page, 'health')).toEqual([])

  // Each phrase opens what it is told from; the inspector of a peer that is not asked of makes room for it.
  await goTo(page, 'Peers')
  await page.locator(`[data-peer-id="${first.peerId}"]`).click()
  await expect(page.locator('[data-inspector]')).toBeVisible()
  await left.click()
  await expect(page.locator('[data-inspector]')).toHaveCount(0)
  await expect(page.locator('nav [aria-current=page]')).toHaveText('Timeline')
  const events = page.getByRole('list', { name: 'Events' })
  await expect(events.locator('[data-kind]')).toHaveCount(2)
  await expect(events.locator('[data-kind=PeerDeparted]')).toHaveCount(2)
  await strip.locator('[data-phrase=here]').click()
  await expect(page.locator('nav [aria-current=page]')).toHaveText('Peers')
  await expect(page.locator(`[data-peer-id="${first.peerId}"]`)).toBeVisible()

  // Why the one that was killed is gone: a sentence, its causes, and the events behind them.
  await page.locator('[data-filter]').fill('')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: /^All / }).click()
  await page.locator(`[data-peer-id="${killed.peerId}"]`).click()
  const why = page.locator('[data-section=why]')
  await expect(why.locator('[data-matter=silent]')).toContainText('went silent')
  await expect(why.getByRole('list', { name: 'Possible causes' }).getByRole('listitem').first()).toBeVisible()
  await page.locator(`[data-peer-id="${leaving.peerId}"]`).click()
  await expect(why.locator('[data-matter=left]')).toContainText('said goodbye')
  expect(await violations(page, 'why', ['dark'])).toEqual([])
  await why.locator('[data-cause=goodbye]').getByRole('button').click()
  await expect(page.locator('nav [aria-current=page]')).toHaveText('Timeline')
  await expect(events.locator('[data-kind=PeerDeparted]').first()).toBeVisible()

  // Charts are tall only where they stand in columns: beside the inspector there is no room for two.
  await goTo(page, 'Health')
  await page.setViewportSize({ width: 2400, height: 1400 })
  await expect(page.locator('.ps-inspector')).toBeVisible()
  await expect.poll(() => charts(page)).toEqual([1, 128])
  await page.getByRole('button', { name: 'Close inspector' }).click()
  // At least: those beside each other are as high as the highest.
  await expect.poll(async () => (await charts(page)).map((one) => Math.min(one, 256))).toEqual([2, 256])
  expect(refused).toEqual([])
})

test('alone: the page says why, what is tried, and what to hand to a second machine', async ({ app }, info) => {
  const { page } = app
  await joinNetwork(page, `e2e-${randomUUID()}`, '/ip4/127.0.0.1/tcp/1', 'Health')
  await expect(page.locator('[data-matter=alone]')).toContainText('We have met nobody yet')
  await expect(page.getByRole('region', { name: 'Alone on the network so far' })).toBeVisible()
  await expect(page.getByTestId('health-strip')).toContainText('alone')
  await takePicture(page, info, 'alone')
  expect(await violations(page, 'alone')).toEqual([])
  await goTo(page, 'Settings')
  await expect(page.getByTestId('health-strip')).toContainText('alone')
})
