import type { Page } from '@playwright/test'
import { nickname } from '../../src/shared/nickname.ts'
import { peerIdAt } from '../support/renderer/fake-network.ts'
import { expect, test } from './synthetic.ts'

/** How far the thumb of the slider is from the line of the moment in the bars above it, pixels. */
const awayFromLine = async (page: Page): Promise<number> => {
  const middle = async (selector: string): Promise<number> => {
    const box = await page.locator(selector).boundingBox()
    if (box === null) throw new Error(`${selector} is not shown`)
    return box.x + box.width / 2
  }
  return Math.abs((await middle('.ps-travel-slider [role="slider"]')) - (await middle('.ps-bars-moment')))
}
/** The bars, told as assistive technology hears them. */
const barsOf = (page: Page) => page.getByRole('slider', { name: 'Events over time' })
const laneOf = (page: Page, name: string) => page.getByRole('button', { name: new RegExp(`^${name} ?[\\d,]+$`) })
const countOf = async (page: Page, name: string): Promise<number> =>
  Number(((await laneOf(page, name).locator('b').textContent()) ?? '').replaceAll(',', ''))

test('the timeline shows lanes with counts, hides re-announcements, and filters list and bars alike', async ({
  synthetic,
}) => {
  const page = await synthetic.open()
  await expect(page.getByTestId('graph')).toHaveAttribute('data-peers', '40')
  const lines = page.locator('.ps-event')

  // In the panel below the graph as in the view: what most events are is left out, and said.
  await expect(page.getByRole('button', { name: /^\d+ rows of re-announcements hidden$/ })).toBeVisible()
  await page.getByRole('button', { name: 'Timeline', exact: true }).click()
  const again = page.getByRole('button', { name: /re-announcements (hidden|shown)$/ })
  const hidden = Number(/^\d+/.exec((await again.textContent()) ?? '')?.[0])
  expect(hidden).toBeGreaterThan(0)
  await expect(lines.first()).toBeVisible()
  await expect(page.locator('.ps-event[data-lane="again"]')).toHaveCount(0)
  await again.click()
  await expect(page.locator('.ps-event[data-lane="again"]').first()).toBeVisible()
  await again.click()
  await expect(page.locator('.ps-event[data-lane="again"]')).toHaveCount(0)

  // A lane alone, then two.
  const silent = await countOf(page, 'went silent')
  const goodbyes = await countOf(page, 'said goodbye')
  await laneOf(page, 'went silent').click()
  await expect(page.locator('.ps-event:not([data-lane="silent"])')).toHaveCount(0)
  await expect(lines.first()).toContainText('went silent')
  // The name leads to why of that departure, though the peer is here again.
  const departure = page.locator('[data-section=departure]')
  await lines.first().locator('.ps-link').nth(1).click()
  await expect(page.locator('[data-inspector]')).toContainText('here')
  await expect(departure).toContainText('It was gone then.')
  // Of the peer itself nothing is wrong.
  await expect(page.locator('[data-section=why]')).toHaveCount(0)
  // So does each departure in the lists of the inspector, at the top of which why is told.
  const here = page.url()
  await page.locator('[data-section=sessions] .ps-happened .ps-link').first().click()
  await expect(page).not.toHaveURL(here)
  await expect(departure).toBeInViewport()
  await page.locator('[data-section=timeline] .ps-happened .ps-link').first().click()
  await expect(departure).toContainText('It was gone then.')
  await expect(departure).toBeInViewport()
  await page.getByRole('button', { name: 'Close inspector' }).click()
  await laneOf(page, 'said goodbye').click()
  await expect(page.locator('.ps-event[data-lane="goodbye"]').first()).toBeVisible()
  await laneOf(page, 'went silent').click()
  await laneOf(page, 'said goodbye').click()

  // Bars and legend obey the filter: by words and by kinds.
  await page.getByLabel('Filter: fox').fill('reason:purged')
  await expect.poll(() => countOf(page, 'said goodbye')).toBe(0)
  expect(await countOf(page, 'went silent')).toBe(silent)
  await expect(again).toHaveText('0 rows of re-announcements hidden')
  await page.getByLabel('Filter: fox').fill('')
  await expect.poll(() => countOf(page, 'said goodbye')).toBe(goodbyes)

  // The engine counts longer spans by the same filter.
  await page.getByText('Hour', { exact: true }).click()
  await expect.poll(() => countOf(page, 'said goodbye')).toBe(goodbyes)
  await page.getByRole('combobox', { name: 'Kinds of events' }).click()
  await page.getByRole('option', { name: 'neighbor up' }).click()
  await expect.poll(() => countOf(page, 'said goodbye')).toBe(0)
  await expect.poll(() => countOf(page, 'other')).toBeGreaterThan(0)
})

test('bars are walked by keys: to a moment, and over a span that the list and all views take over', async ({
  synthetic,
}) => {
  const page = await synthetic.open()
  await expect(page.getByTestId('graph')).toHaveAttribute('data-peers', '40')
  const picture = page.getByTestId('picture')
  const bars = barsOf(page)
  const tip = page.locator('.ps-bars-tip')
  await bars.focus()
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('PageDown')
  await page.keyboard.press('ArrowLeft')
  await expect(tip).toBeVisible()
  await expect(bars).toHaveAttribute('aria-valuetext', /^\d\d:\d\d:\d\d to \d\d:\d\d:\d\d: (nothing|\d+ )/)

  // The pointer moves the same crosshair.
  const box = await bars.boundingBox()
  if (box === null) throw new Error('there are no bars')
  const before = Number(await bars.getAttribute('aria-valuenow'))
  await page.mouse.move(box.x + box.width * 0.3, box.y + 40)
  await expect.poll(async () => Number(await bars.getAttribute('aria-valuenow'))).toBeLessThan(before)
  await page.mouse.move(box.x + box.width * 0.3, 5)
  await expect(tip).toHaveCount(0)

  await page.keyboard.press('End')
  for (const _ of [1, 2]) await page.keyboard.press('PageDown')
  await page.keyboard.press('Enter')
  await expect(picture).toContainText('The past')

  // The past stays while views change, and can be scrubbed in each of them.
  for (const view of ['Peers', 'Timeline', 'Network']) {
    await page.getByRole('button', { name: view, exact: true }).click()
    await expect(page.getByRole('slider', { name: 'Moment that is shown' })).toBeVisible()
    await expect(picture).toContainText('The past')
  }
  await page.getByRole('button', { name: 'Back to now' }).first().click()
  await expect(picture).toHaveCount(0)

  // A span by keys, which becomes the range of every view.
  await page.getByRole('button', { name: 'Timeline', exact: true }).click()
  await bars.focus()
  await page.keyboard.press('End')
  await page.keyboard.press('PageDown')
  for (const _ of [1, 2, 3, 4]) await page.keyboard.press('Shift+PageDown')
  // What is selected lies behind the bars, whose colours stay as they are.
  await expect(page.locator('.ps-bars-span')).toHaveCSS('z-index', '0')
  await expect(bars.locator('canvas')).toHaveCSS('z-index', '1')
  await page.getByRole('button', { name: 'Zoom to this span' }).click()
  await expect(page.getByRole('radio', { name: 'Span', exact: true })).toBeChecked()
  await page.getByRole('button', { name: 'All times' }).click()
  for (const view of ['Network', 'Peers']) {
    await page.getByRole('button', { name: view, exact: true }).click()
    await expect(page.getByRole('radio', { name: 'Span', exact: true })).toBeChecked()
  }
  await page.getByText('Day', { exact: true }).click()
  await page.getByRole('button', { name: 'Timeline', exact: true }).click()
  await expect(page.getByRole('radio', { name: 'Day', exact: true })).toBeChecked()

  // The list of suggestions lies below what is said of the filter.
  await page.getByLabel('Filter: fox').fill('a or s')
  const note = page.locator('#timeline-filter-note')
  await expect(note).toContainText('write OR to take either')
  await expect
    .poll(async () => {
      const list = await page.getByRole('listbox', { name: 'Suggestions' }).boundingBox()
      const said = await note.boundingBox()
      return list !== null && said !== null && list.y >= said.y + said.height
    })
    .toBe(true)
})

test('a time is typed beside the axis of each view; what is no time says what is', async ({ synthetic }) => {
  const page = await synthetic.open()
  await expect(page.getByTestId('graph')).toHaveAttribute('data-peers', '40')
  const picture = page.getByTestId('picture')
  for (const view of ['Network', 'Peers', 'Timeline']) {
    await page.getByRole('button', { name: view, exact: true }).click()
    const field = page.getByRole('textbox', { name: 'Go to a time' })
    await field.fill('soon')
    await field.press('Enter')
    await expect(page.getByRole('alert')).toContainText('Type 1h ago, 16:05, yesterday 16:05')
    // It stays beside its error while one looks elsewhere.
    await field.press('Tab')
    await expect(field).not.toBeFocused()
    await expect(field).toHaveValue('soon')
    await expect(page.getByRole('alert')).toBeVisible()
    await field.fill('90s ago')
    await expect(page.getByRole('alert')).toHaveCount(0)
    await field.press('Enter')
    await expect(picture).toContainText('The past')
    await expect(field).toHaveValue(/^\d\d:\d\d:\d\d\.\d\d\d$/)
    // From there the arrow keys step.
    await expect(page.getByRole('slider', { name: 'Moment that is shown' })).toBeFocused()
    const shown = await field.inputValue()
    await page.keyboard.press('ArrowLeft')
    await expect(field).not.toHaveValue(shown)
    // Emptied, it leads back to now.
    await field.fill('')
    await field.press('Enter')
    await expect(picture).toHaveCount(0)
  }

  // What is being typed stays while time is played.
  const far = page.getByRole('textbox', { name: 'Go to a time' })
  await far.fill('8m ago')
  await far.press('Enter')
  await page.getByRole('button', { name: 'Play from here' }).click()
  const slider = page.getByRole('slider', { name: 'Moment that is shown' })
  await far.fill('7m')
  const before = await slider.getAttribute('aria-valuenow')
  await expect(slider).not.toHaveAttribute('aria-valuenow', before ?? '')
  await expect(far).toHaveValue('7m')
  await far.fill('')
  await far.press('Enter')
  await expect(picture).toHaveCount(0)

  // Bars, slider and address follow a moment that lies outside of the range.
  await far.fill('3h ago')
  await far.press('Enter')
  await expect(page.getByRole('radio', { name: 'Span', exact: true })).toBeChecked()
  await expect(page.locator('.ps-travel-slider')).not.toContainText('outside the bars')
  await expect(page).toHaveURL(/[?&]at=.*&range=/)
  await page.getByRole('button', { name: 'Back to now' }).first().click()
  await expect(page.getByRole('radio', { name: '10 min', exact: true })).toBeChecked()

  // A row that does not keep how it was before is shown as it was first.
  const logged = { seq: 10_000, at: Date.now() - 600_000, times: 4, lastAt: Date.now() }
  synthetic.host.tell({ events: [{ ...logged, event: { kind: 'Stalled', ms: 7000 } }] })
  const stall = page.locator('.ps-event[data-kind="Stalled"]')
  await expect(stall).toContainText('4 times, last')
  const field = page.getByRole('textbox', { name: 'Go to a time' })
  await field.fill('90s ago')
  await field.press('Enter')
  await expect(picture).toContainText('The past')
  await expect(stall).toHaveText(/stalled for 7 s$/)
})

test('a moment is at the same place in the bars and in the slider below them, at any width', async ({ synthetic }) => {
  const page = await synthetic.open()
  await expect(page.getByTestId('graph')).toHaveAttribute('data-peers', '40')
  const field = page.getByRole('textbox', { name: 'Go to a time' })
  // With a panel below, with a strip, and in a view of its own.
  for (const place of ['Network', 'Peers', 'Timeline']) {
    await page.getByRole('button', { name: place, exact: true }).click()
    for (const time of ['9m ago', '4m ago', '20s ago']) {
      await field.fill(time)
      await field.press('Enter')
      for (const width of [760, 1100, 1500]) {
        await page.setViewportSize({ width, height: 800 })
        await expect(page.locator('.ps-bars-moment')).toBeVisible()
        await expect.poll(() => awayFromLine(page)).toBeLessThan(1.5)
      }
    }
  }
})

test('a dial of a given address names the peer whose entry has it', async ({ synthetic }) => {
  const page = await synthetic.open(undefined, 'Timeline')
  // The address of the eighth peer, and one that nobody has.
  const dial = (seq: number, target: string) => ({
    seq,
    at: Date.now(),
    event: { kind: 'DialFailed', target, reason: 'connection refused' } as const,
  })
  const named = page.locator('.ps-event[data-kind="DialFailed"]', { hasText: '/ip4/10.0.0.8/tcp/4001' }).first()
  const nobody = page.locator('.ps-event[data-kind="DialFailed"]', { hasText: '/ip4/10.9.9.9/tcp/4001' }).first()
  synthetic.host.tell({ events: [dial(10_000, '/ip4/10.0.0.8/tcp/4001'), dial(10_001, '/ip4/10.9.9.9/tcp/4001')] })
  const name = nickname(peerIdAt(8))
  await expect(named).toContainText(`(address of ${name})`)
  await expect(named.getByRole('button', { name, exact: true })).toBeVisible()
  await expect(nobody).toBeVisible()
  await expect(nobody).not.toContainText('address of')
})
