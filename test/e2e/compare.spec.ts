import { readFile } from 'node:fs/promises'
import { AxeBuilder } from '@axe-core/playwright'
import { expect, goTo, ownNetwork, takePicture, test } from './app.ts'

test('two peers: who knows whom, how that is known, and what differs; a list is a filter, and leads to the inspector', async ({
  app,
  peer,
}, info) => {
  const { page } = app
  const { first, more, join } = await ownNetwork(page, peer, '--tag', 'role:seed')
  const second = await more('--tag', 'role:worker')
  const third = await more()
  await join('Peers')
  const row = (id: string) => page.locator(`[data-peer-id="${id}"]`)
  await expect(row(third.peerId)).toHaveAttribute('data-state', 'online')
  await expect(row(second.peerId)).toHaveAttribute('data-state', 'online')

  // From two rows of the table.
  const choice = (id: string) => row(id).getByRole('checkbox')
  await choice(first.peerId).check()
  await choice(second.peerId).check()
  await page.getByRole('button', { name: 'Compare', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Compare' })
  await expect(dialog.locator('tr[data-field=tags]')).toContainText('role:seed')
  await expect(dialog.locator('tr[data-field=tags]')).toContainText('different')
  await expect(dialog.locator('tr[data-field=protocol]')).not.toContainText('different')

  // Asked, both tell their links: then it is known whole.
  for (const button of await dialog.getByRole('button', { name: /^Ask .* who its neighbors are$/ }).all())
    await button.click()
  await expect(dialog.getByText(/^It named \d+ neighbors? and \d+ connections?\.$/)).toHaveCount(2)
  const scope = dialog.getByRole('radiogroup', { name: 'What counts' })
  await scope.getByText('Links', { exact: true }).click()
  await expect(dialog.getByText(/may know more than is listed/)).toHaveCount(0)
  await expect(dialog.getByText(/ knows, .* doesn’t \(\d+\)$/)).toHaveCount(2)
  // Synced, both told their catalogs, too.
  await scope.getByText('Catalogs', { exact: true }).click()
  for (const button of await dialog.getByRole('button', { name: /^Sync catalogs with / }).all()) await button.click()
  await expect(dialog.getByText(/^Before the sync it knew /)).toHaveCount(2)
  await expect(dialog.getByText(/its catalog was not read|may too/)).toHaveCount(0)
  await expect(dialog.getByText(/ knows, .* doesn’t \(\d+\)$/)).toHaveCount(2)
  await scope.getByText('Links', { exact: true }).click()
  await takePicture(page, info, 'peers')

  // Whoever only the first is linked to, or both are.
  const both = dialog.getByText(/^Both know/)
  await both.click()
  const list = dialog.getByTestId('compare-list')
  await expect(list).toHaveAttribute('data-list', 'both')
  await expect(list).toContainText(/live connection.*told by/)
  await dialog.getByRole('button', { name: 'Swap A and B' }).click()
  await dialog.getByText(/^Both know/).click()
  await dialog.getByRole('button', { name: 'Show in the table' }).click()
  await expect(dialog).toHaveCount(0)
  await expect(page.locator('[data-filter]')).toHaveValue(/^id:\*/)

  // From the inspector, by keyboard alone: the other peer is typed.
  await page.locator('[data-filter]').fill('')
  await row(first.peerId).click()
  await page.getByRole('button', { name: 'Compare with …' }).press('Enter')
  const other = dialog.getByRole('combobox', { name: 'Peer B' })
  await expect(other).toBeFocused()
  await other.pressSequentially('worker')
  await other.press('Enter')
  await expect(dialog.locator('tr[data-field=tags]')).toContainText('role:worker')
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)

  // From the graph.
  await goTo(page, 'Network')
  await page.getByTestId('graph').focus()
  await page.keyboard.press('v')
  await expect(dialog.getByRole('combobox', { name: 'Peer A' })).toHaveValue(/ · 12D3Ko/)
  // The head of a dialog is no second banner, and the inspector behind it leaves out no heading.
  const axe = await new AxeBuilder({ page }).withRules(['landmark-no-duplicate-banner', 'heading-order']).analyze()
  expect(axe.violations).toEqual([])
  await dialog.getByRole('button', { name: 'Close the comparison' }).click()

  // From the palette: once one is chosen, the other is next.
  await page.getByRole('button', { name: 'Close inspector' }).click()
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder(/^Search for a command/).fill('Compare two peers')
  await page.keyboard.press('Enter')
  await expect(dialog.getByRole('combobox', { name: 'Peer A' })).toBeFocused()
  await page.keyboard.type('seed')
  await page.keyboard.press('Enter')
  await expect(dialog.getByRole('combobox', { name: 'Peer B' })).toBeFocused()
  await page.keyboard.type('worker')
  await page.keyboard.press('Enter')
  await expect(dialog.locator('tr[data-field=tags]')).toContainText('role:worker')
})

test('two moments: who left is counted, with the reason; the list is saved, and leads to the peer', async ({
  app,
  peer,
}, info) => {
  const { page } = app
  const { more, join } = await ownNetwork(page, peer)
  const second = await more()
  await join()
  await expect(page.getByTestId('graph')).toHaveAttribute('data-peers', '3')
  // A moment with both.
  await page.waitForTimeout(1500)
  await second.process.stop('SIGTERM')
  await expect(page.getByTestId('graph')).toHaveAttribute('data-peers', '2')

  // The moment before it left, and now: from the palette.
  await goTo(page, 'Timeline')
  await page.locator('[data-kind="PeerDeparted"]').first().getByRole('button', { name: /^\d/ }).click()
  await page.getByRole('button', { name: 'To the event before' }).click()
  await expect(page.getByTestId('picture')).toContainText('with 2 peers here')
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder(/^Search for a command/).fill('Compare two moments')
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Compare' })
  const sum = dialog.getByTestId('compare-sum')
  await expect(sum).toHaveText('0 came, 1 left (1 said goodbye), 0 changed, 1 the same')
  await expect(dialog.getByTestId('compare-list')).toContainText(/said goodbye; last seen .* ago/)
  // Both sides are chosen: the result is what is read, and Enter closes nothing.
  await expect(dialog.getByRole('button', { name: 'Close' }).first()).not.toBeFocused()
  await expect(dialog.locator('.ps-compare')).toBeFocused()
  await takePicture(page, info, 'moments')
  const { path } = await app.saved(() => dialog.getByRole('button', { name: 'Save as CSV' }).click())
  expect((await readFile(path, 'utf8')).split('\r\n')[1]).toMatch(
    new RegExp(`^${second.peerId},.*,Left,said goodbye; last seen,\\d{4}-.*Z$`),
  )

  // Another list is in the link: it is there again after a reload.
  await dialog.getByText(/^The same/).click()
  await expect(dialog.getByTestId('compare-list')).toHaveAttribute('data-list', 'same')
  await page.reload()
  await expect(dialog.getByTestId('compare-list')).toHaveAttribute('data-list', 'same')

  // The other way round it came back.
  await dialog.getByRole('button', { name: 'Swap A and B' }).click()
  await expect(sum).toHaveText('1 came, 0 left, 0 changed, 1 the same')
  // A time that is none, and one of which nothing is known.
  const before = dialog.getByRole('combobox', { name: 'Before (A)' })
  await before.fill('soonish')
  await before.press('Enter')
  const wrong = dialog.getByText(/is not a time|Write/).first()
  await expect(wrong).toBeVisible()
  // Both stay while one looks elsewhere.
  await before.press('Tab')
  await expect(before).not.toBeFocused()
  await expect(before).toHaveValue('soonish')
  await expect(wrong).toBeVisible()
  // What is typed is chosen when one goes on, too.
  await before.fill('2001-02-03 04:05')
  await before.press('Tab')
  await expect(dialog.getByRole('alert').first()).toContainText('Nothing is known of')
  await before.fill('now')
  await before.press('Enter')
  await expect(sum).toHaveText('1 came, 0 left, 0 changed, 1 the same')
  await dialog.getByTestId('compare-list').getByRole('button').first().click()
  await expect(page.locator('[data-inspector]')).toBeVisible()
  await expect(dialog).toHaveCount(0)
})
