import { fakeStatus } from '../support/renderer/fake-network.ts'
import { violations } from './page/axe.ts'
import { expect, test } from './synthetic.ts'

test('no state of a view breaks a rule of WCAG level A or AA, dark or light', async ({ synthetic }) => {
  const { host } = synthetic
  const page = await synthetic.open()
  const graph = page.getByTestId('graph')
  await expect(graph).toHaveAttribute('data-peers', '40')
  const found: string[] = []
  /** What is made of the same parts as a view needs no second look in light. */
  const check = async (what: string, ...schemes: ('dark' | 'light')[]): Promise<void> => {
    found.push(...(await violations(page, what, schemes.length === 0 ? undefined : schemes)))
  }
  const view = (name: string) => page.getByRole('button', { name, exact: true }).click()

  // The graph with all that can lie over it.
  await graph.focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('e')
  await page.getByRole('button', { name: 'Crawl', exact: true }).click()
  await page.getByRole('button', { name: /^Lines/ }).click()
  await page.getByRole('menuitemcheckbox', { name: 'Show “its catalog holds”' }).click()
  await page.getByRole('button', { name: /^Colour by/ }).click()
  await page.getByRole('menuitemradio', { name: 'Tag', exact: true }).click()
  await page.getByLabel('Filter the graph').fill('tag:')
  await expect(page.getByRole('listbox', { name: 'Suggestions' })).toBeVisible()
  await page.keyboard.press('ArrowDown')
  await check('suggestions')
  await page.keyboard.press('Escape')
  await expect(page.getByText("a value for 'tag' is missing")).toBeVisible()
  await check('cards over the graph, and a filter that cannot be meant')
  // What is said of the filter lies over the head of no card, nor do its terms.
  const crawl = page.getByTestId('crawl-card')
  const below = async (selector: string): Promise<boolean> => {
    const [said, head] = [await page.locator(selector).boundingBox(), await crawl.locator('header').boundingBox()]
    return said !== null && head !== null && head.y >= said.y + said.height
  }
  await page.setViewportSize({ width: 1440, height: 900 })
  for (const [filter, selector] of [
    ['kind:silent', '.ps-filter-note'],
    ['tag:role:* rtt>0', '.ps-terms'],
  ] as const) {
    await page.getByLabel('Filter the graph').fill(filter)
    await page.keyboard.press('Enter')
    await expect.poll(async () => await below(selector)).toBe(true)
  }
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.getByRole('button', { name: 'Save the graph' }).click()
  await expect(page.getByRole('menu')).toBeVisible()
  await check('a menu', 'dark')
  await page.keyboard.press('Escape')

  // The table where nobody is listed, and with many chosen; menus.
  await view('Peers')
  await page.getByLabel('Filter: fox').fill('nobody-is-called-so')
  await expect(page.getByText('No peer under “Here” matches the filter.')).toBeVisible()
  await check('nobody', 'dark')
  await page.getByRole('button', { name: 'Clear filter' }).click()
  await page.getByRole('checkbox', { name: 'Choose all' }).first().check()
  for (const times of [0, 1, 2]) {
    await page
      .getByRole('checkbox', { name: /^Choose / })
      .nth(times)
      .setChecked(times > 0)
    if (times === 0) await expect(page.getByRole('toolbar')).toHaveCount(0)
  }
  await page.getByRole('button', { name: 'Compare', exact: true }).click()
  await expect(page.getByRole('dialog').getByTestId('compare-list')).toBeVisible()
  await check('two peers compared')
  await page.getByText('Moments and snapshots').click()
  await page.getByRole('combobox', { name: 'Before (A)' }).fill('1h ago')
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('compare-sum')).toBeVisible()
  await check('two moments compared')
  await page.getByRole('button', { name: 'Close the comparison' }).click()
  await page.getByRole('checkbox', { name: 'Choose all' }).first().check()
  await page.getByRole('button', { name: 'Columns' }).click()
  await expect(page.getByRole('menu')).toBeVisible()
  await check('many chosen, columns', 'dark')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Saved filters' }).click()
  await check('saved filters', 'dark')
  await page.keyboard.press('Escape')

  // The past, in graph and timeline.
  await view('Timeline')
  const box = await page.locator('.ps-histogram').boundingBox()
  if (box === null) throw new Error('there is no histogram')
  await page.mouse.click(box.x + box.width * 0.8, box.y + box.height / 2)
  await expect(page.getByTestId('picture')).toContainText('The past')
  await check('the past, timeline')
  await view('Network')
  await check('the past, graph')
  await page.keyboard.press('Escape')

  // A lost network, with trouble besides.
  const status = fakeStatus(39, Date.now(), 'lost')
  host.tell({
    status: { ...status, neighbors: 0, suspectedClockSkewMs: 90_000, clocksCompared: 5 },
    store: { state: 'memory-only', reason: 'the disk is full', path: null },
  })
  await expect(page.getByText(/We lost the network/).first()).toBeVisible()
  await check('lost, graph')
  await view('Peers')
  await check('lost, table')
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog')).toBeVisible()
  await check('keys', 'dark')
  expect(found).toEqual([])
})
