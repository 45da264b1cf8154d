import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test } from './synthetic.ts'

const WALK = join(import.meta.dirname, 'page', 'walk.js')
/** Keys for more stops than any view has. */
const MOST = 200
/** Keys beyond the stops that were counted, and then each time until all of those are reached. */
const SPARE = 4

interface Stops {
  readonly stops: Readonly<Record<string, string>>
  /** Buttons that Tab never comes to. */
  readonly lost: readonly string[]
}

interface Place {
  readonly stop: string
  readonly words: string
  readonly ringed: boolean
}

/** Gives the page `walk`. */
async function walking(page: Page): Promise<void> {
  await page.addInitScript({ path: WALK })
}

test('Tab comes to everything that can be pressed or filled in, in every view, and shows where it is', async ({
  synthetic,
}) => {
  const page = await synthetic.open(walking)
  await expect(page.getByTestId('graph')).toHaveAttribute('data-peers', '40')
  const views = page.getByRole('navigation', { name: 'Views' }).getByRole('button')
  const wrong: string[] = []
  for (const view of await views.all()) {
    const name = (await view.innerText()).split('\n')[0] ?? ''
    await view.press('Enter')
    await expect(view).toHaveAttribute('aria-current', 'page')
    wrong.push(...(await walked(page)).map((one) => `${name}: ${one}`))
  }
  await page.getByRole('button', { name: 'Peers', exact: true }).press('Enter')
  await page.getByRole('grid').focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page.locator('[data-inspector]')).toBeVisible()
  wrong.push(...(await walked(page)).map((one) => `inspector: ${one}`))
  expect(wrong).toEqual([])
})

test('dialogs keep the keyboard within, close by Escape, and give the focus back', async ({ synthetic }) => {
  const page = await synthetic.open(walking)
  await expect(page.getByTestId('graph')).toHaveAttribute('data-peers', '40')

  // The palette, from anywhere.
  const theme = page.getByRole('button', { name: 'Switch between dark and light' })
  await theme.focus()
  await page.keyboard.press('Control+k')
  const search = page.getByPlaceholder(/^Search for/)
  await expect(search).toBeFocused()
  await search.fill('go to peers')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Peers', exact: true })).toHaveAttribute('aria-current', 'page')
  await theme.focus()
  await page.keyboard.press('Control+k')
  await expect(search).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(search).toBeHidden()
  await expect(theme).toBeFocused()

  // A menu by arrows, and each dialog that it opens.
  const menu = page.getByRole('button', { name: /^Network menu/ })
  for (const item of ['Dial an address …', 'My tags …', 'Leave network']) {
    await menu.press('Enter')
    await expect(page.getByRole('menu')).toBeVisible()
    const wanted = page.locator('[role=menuitem]:focus', { hasText: item })
    for (let n = 0; n < 12 && (await wanted.count()) === 0; n++) await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog')
    await expect(dialog).toBeVisible()
    // What cannot be undone is not one Enter away.
    if (item === 'Leave network') await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused()
    for (let n = 0; n < 8; n++) {
      await page.keyboard.press('Tab')
      await expect(dialog.locator(':focus')).toHaveCount(1)
    }
    await page.keyboard.press('Escape')
    await expect(dialog).toHaveCount(0)
    await expect(menu).toBeFocused()
  }

  await page.getByRole('button', { name: /^Alerts/ }).press('Enter')
  const add = page.getByRole('button', { name: 'New rule' })
  await add.press('Enter')
  await expect(page.getByRole('dialog', { name: 'New rule' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(add).toBeFocused()
})

test('what goes away leaves the keyboard where it was before, or near', async ({ synthetic }) => {
  const page = await synthetic.open()
  const graph = page.getByTestId('graph')
  await expect(graph).toHaveAttribute('data-peers', '40')

  // A card over the graph, by its button and by Escape.
  await graph.focus()
  await page.keyboard.press('ArrowRight')
  for (const close of ['Close', 'Escape']) {
    await graph.press('e')
    const card = page.getByTestId('edge-card')
    await card.getByRole('button', { name: 'Close' }).focus()
    if (close === 'Close') await page.keyboard.press('Enter')
    else await page.keyboard.press('Escape')
    await expect(card).toHaveCount(0)
    await expect(graph).toBeFocused()
  }

  // The inspector, opened from the table; its verbs work a while and are switched off meanwhile.
  await page.getByRole('button', { name: 'Peers', exact: true }).press('Enter')
  const grid = page.getByRole('grid')
  await grid.focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  const inspector = page.locator('[data-inspector]')
  await expect(inspector).toBeFocused()
  const ping = inspector.getByRole('button', { name: 'Ping', exact: true })
  await ping.press('Enter')
  await expect(inspector.locator('output')).not.toHaveText('')
  await expect(ping).toBeFocused()
  await page.getByRole('button', { name: 'Close inspector' }).press('Enter')
  await expect(grid).toBeFocused()
  // However far one walked in it.
  await grid.press('Enter')
  for (let n = 0; n < 15; n++) await page.keyboard.press('Tab')
  await expect(inspector.locator(':focus')).toHaveCount(1)
  await page.keyboard.press('Escape')
  await expect(grid).toBeFocused()
  // The field of the filter gives the focus back.
  await page.keyboard.press('/')
  await expect(page.locator('[data-filter]:focus')).toHaveCount(1)
  await expect(page.getByRole('listbox')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('listbox')).toBeHidden()
  await page.keyboard.press('Escape')
  await expect(grid).toBeFocused()
  // So does that of an export.
  await page.keyboard.press('g')
  await page.keyboard.press('s')
  await page.keyboard.press('/')
  const exported = page.getByRole('combobox', { name: 'Filter' })
  await expect(exported).toBeFocused()
  await page.keyboard.type('sta')
  await page.keyboard.press('Tab')
  await expect(exported).toHaveValue('state:')
  // A whole value stays as it is, though a longer one is offered: Tab leads on.
  await page.keyboard.type('here')
  await expect(page.getByRole('option', { name: 'state:"was here"' })).toBeVisible()
  await page.keyboard.press('Tab')
  await expect(exported).not.toBeFocused()
  await expect(exported).toHaveValue('state:here')
  await exported.fill('state:')
  await expect(page.getByRole('listbox')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('listbox')).toBeHidden()
  await page.keyboard.press('Escape')
  await expect(exported).not.toBeFocused()
  await expect(exported).toHaveValue('state:')
  await page.keyboard.press('g')
  await page.keyboard.press('p')
  await grid.focus()
  // From outside of it, in another view, Escape closes it too; a dialog first.
  for (const view of ['Timeline', 'Network', 'Health']) {
    await page.getByRole('button', { name: 'Peers', exact: true }).press('Enter')
    await grid.focus()
    await page.keyboard.press('Enter')
    await expect(inspector).toBeVisible()
    await page.getByRole('button', { name: view, exact: true }).press('Enter')
    if (view === 'Timeline') {
      await page.keyboard.press('?')
      await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible()
      await page.keyboard.press('Escape')
      await expect(inspector).toBeVisible()
      await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeHidden()
    }
    await page.keyboard.press('Escape')
    await expect(inspector).toHaveCount(0)
  }

  // A filter that is taken away in the timeline.
  await page.getByRole('button', { name: 'Network', exact: true }).press('Enter')
  await page.getByLabel('Filter the graph').fill('tag:role:*')
  await page.getByRole('button', { name: 'Clear filter' }).press('Enter')
  await expect(page.locator(':focus')).toHaveCount(1)

  // The list of all keys.
  await graph.focus()
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toContainText('Freeze the layout')
  await page.keyboard.press('Escape')
  await expect(graph).toBeFocused()
})

test('panels are resized by keys, and keep their size', async ({ synthetic }) => {
  const page = await synthetic.open()
  await expect(page.getByTestId('graph')).toHaveAttribute('data-peers', '40')
  const handle = page.getByRole('separator', { name: 'Timeline' })
  const before = Number(await handle.getAttribute('aria-valuenow'))
  await handle.press('ArrowUp')
  await handle.press('ArrowUp')
  await expect(handle).toHaveAttribute('aria-valuenow', String(before + 32))
  await page.reload()
  await expect(page.getByRole('separator', { name: 'Timeline' })).toHaveAttribute('aria-valuenow', String(before + 32))
})

/** Walks once around by Tab. What was not reached, as where the keyboard is caught, and what shows no focus. */
async function walked(page: Page): Promise<readonly string[]> {
  const { stops, lost } = await page.evaluate<Stops>('walk.stops()')
  const reached = new Set<string>()
  const wrong = lost.map((words) => `not reachable: ${words}`)
  await page.evaluate('walk.start()')
  let places: readonly Place[] = []
  // What is loaded while one walks, such as a history, makes the way longer than it was counted.
  for (let pressed = 0, until = Object.keys(stops).length; pressed < MOST && !isWalked(stops, places);) {
    until = Math.min(MOST, until + SPARE)
    for (; pressed < until; pressed++) await page.keyboard.press('Tab')
    // Asked for once: a question after each key took as long as the keys.
    places = await page.evaluate<readonly Place[]>('walk.seen')
  }
  for (const { stop, words, ringed } of places) {
    if (reached.has(stop)) break
    reached.add(stop)
    if (!ringed) wrong.push(`no visible focus: ${words}`)
  }
  if (Object.keys(stops).length < 8) wrong.push('there is hardly anything to reach')
  for (const [stop, words] of Object.entries(stops)) if (!reached.has(stop)) wrong.push(`not reached: ${words}`)
  return wrong
}

/** Whether a walk came to all stops, or to one for the second time: then it comes to no others. */
function isWalked(stops: Stops['stops'], places: readonly Place[]): boolean {
  const reached = new Set(places.map(({ stop }) => stop))
  return reached.size < places.length || Object.keys(stops).every((stop) => reached.has(stop))
}
