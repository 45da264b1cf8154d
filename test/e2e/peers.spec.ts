import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { expect, joinNetwork, takePicture, test } from './app.ts'

test('peers: columns, saved filters, many at once, a name of one’s own, the signed entry, and the search', async ({
  app,
  peer,
}, info) => {
  const { page } = app
  const shot = (name: string) => takePicture(page, info, name)
  const network = `e2e-${randomUUID()}`
  const first = await peer(network, '--tag', 'role:seed')
  const others = await Promise.all(
    [1, 2, 3].map((index) => peer(network, '--bootstrap', first.address, '--tag', `nr:${index}`)),
  )
  const row = (peerId: string) => page.locator(`[data-peer-id="${peerId}"]`)
  const [second] = others
  if (second === undefined) throw new Error('there is no second peer')
  await joinNetwork(page, network, first.address)
  await page.getByRole('button', { name: 'Peers', exact: true }).click()
  const grid = page.getByRole('grid', { name: 'Peers' })
  await expect(grid).toHaveAttribute('aria-rowcount', '6')

  // A column that was not there, still there in a window that is opened again.
  await page.getByRole('button', { name: 'Columns' }).click()
  await page.getByRole('menuitemcheckbox', { name: 'Reach' }).click()
  await shot('columns')
  await page.keyboard.press('Escape')
  await expect(row(first.peerId)).toContainText('loopback')
  await page.reload()
  await page.getByRole('button', { name: 'Peers', exact: true }).click()
  await expect(grid.getByRole('columnheader', { name: 'Reach' })).toBeVisible()

  // A filter with a name: kept, taken, renamed, removed, and had back.
  const filter = page.getByLabel('Filter: fox')
  await filter.fill('tag:nr:*')
  await expect(grid).toHaveAttribute('aria-rowcount', '4')
  // What is half-written moves nothing.
  await filter.pressSequentially(' state:')
  await expect(page.getByRole('listbox', { name: 'Suggestions' })).toBeVisible()
  await expect(grid).toHaveAttribute('aria-rowcount', '4')
  // Nor does it act as it is cleared: what acted before is had back.
  await page.getByRole('button', { name: 'Clear the filter' }).click()
  await expect(filter).toHaveValue('')
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(filter).toHaveValue('tag:nr:* ')
  await filter.fill('tag:nr:*')
  await page.getByRole('button', { name: 'Saved filters' }).click()
  await page.getByRole('button', { name: 'Save this filter …' }).click()
  await page.getByLabel('Name of the filter').fill('Numbered')
  await page.keyboard.press('Enter')
  await filter.fill('')
  await page.getByRole('button', { name: 'Saved filters' }).click()
  await shot('saved')
  await page.getByRole('button', { name: 'Remove Numbered' }).click()
  await expect(page.getByRole('button', { name: /^Numbered/ })).toHaveCount(0)
  await page.getByRole('button', { name: 'Undo' }).click()
  // A click beside the menu closes it.
  const menu = page.getByRole('button', { name: 'Saved filters' })
  await expect(menu).toHaveAttribute('aria-expanded', 'false')
  await menu.click()
  await page.getByRole('button', { name: /^Numbered/ }).click()
  await expect(filter).toHaveValue('tag:nr:*')

  // Many at once: by keys, then by the bar.
  await grid.focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('Shift+End')
  await expect(grid.locator('[role=row][aria-selected=true]')).toHaveCount(3)
  await page.getByRole('toolbar', { name: 'With the chosen peers' }).getByRole('button', { name: 'Ping' }).click()
  await expect(page.getByText(/^3 of 3 answered, median [\d.]+ ms$/)).toBeVisible()
  await shot('bulk')
  await grid.focus()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('toolbar', { name: 'With the chosen peers' })).toHaveCount(0)

  // A name and a note: in the table, in the graph, found by the search.
  await row(second.peerId).click()
  const inspector = page.locator('[data-inspector]')
  await inspector.getByRole('button', { name: 'Add a name or a note' }).click()
  await inspector.getByLabel('Your name for it').fill('Seed in Paris')
  await inspector.getByLabel('Note', { exact: true }).fill('ask Zoe about the router')
  await inspector.getByRole('button', { name: 'Save' }).click()
  await expect(row(second.peerId)).toContainText('Seed in Paris')
  await shot('named')
  await inspector
    .getByRole('button', { name: 'Verify now' })
    .or(inspector.getByRole('button', { name: 'Signed entry' }))
    .first()
    .click()
  await inspector.getByRole('button', { name: 'Verify now' }).click()
  await expect(inspector).toContainText('All checks passed')
  await expect(inspector.locator('.ps-checks > li[data-outcome=passed]')).toHaveCount(6)
  await shot('inspector')
  await filter.fill('note:router')
  await expect(grid).toHaveAttribute('aria-rowcount', '2')
  await filter.fill('')
  await page.getByRole('button', { name: 'Network', exact: true }).click()
  await page.getByRole('button', { name: 'Save the graph' }).click()
  const svg = await app.saved(() => page.getByRole('menuitem', { name: /SVG/ }).click())
  expect(await readFile(svg.path, 'utf8')).toContain('>Seed in Paris<')

  await page.getByRole('button', { name: 'Close inspector' }).click()
  await page.keyboard.press('Control+k')
  const search = page.getByPlaceholder(/search/i).last()
  await search.fill('router zoe')
  await expect(page.getByRole('button', { name: /Seed in Paris/ }).last()).toBeVisible()
  await shot('search-note')
  await page.keyboard.press('Enter')
  await expect(inspector).toContainText('ask Zoe about the router')
  await page.keyboard.press('Control+k')
  await search.fill('discovered')
  await expect(page.getByRole('button', { name: /Seed in Paris discovered by/ })).toBeVisible()
  await shot('search-events')
  await page
    .getByRole('button', { name: /discovered by/ })
    .last()
    .click()
  await expect(page.locator('.ps-event[data-kind="PeerDiscovered"]').first()).toBeVisible()
  await page.keyboard.press('Control+k')
  await search.fill('ping')
  await expect(page.locator('[data-action][data-command]').first()).toHaveAttribute(
    'data-command',
    /peerscope node .*\nping 12D3Koo/,
  )
  await shot('commands')
})
