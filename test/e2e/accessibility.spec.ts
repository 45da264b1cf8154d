import { randomUUID } from 'node:crypto'
import { expect, joinNetwork, test } from './app.ts'
import { violations } from './page/axe.ts'

test('no view, dialog or menu breaks a rule of WCAG level A or AA, dark or light', async ({ app, peer }) => {
  const { page } = app
  const found: string[] = []
  const check = async (what: string): Promise<void> => {
    found.push(...(await violations(page, what)))
  }

  await check('first run')
  await page.getByRole('button', { name: 'Join', exact: true }).click()
  await expect(page.getByText('Give the network a name or an id.')).toBeVisible()
  await check('join with an error')

  const network = `e2e-${randomUUID()}`
  const { address, peerId } = await peer(network, '--tag', 'role:seed')
  await joinNetwork(page, network, address)
  await expect(page.getByTestId('graph')).toHaveAttribute('data-peers', '2')

  // Whatever stands in the navigation, so that a new view is checked from its first day.
  const views = page.getByRole('navigation', { name: 'Views' }).getByRole('button')
  for (const view of await views.all()) {
    await view.click()
    await expect(view).toHaveAttribute('aria-current', 'page')
    await check((await view.innerText()).split('\n')[0] ?? '')
  }

  await page.getByRole('button', { name: 'Peers', exact: true }).click()
  await page.locator(`[data-peer-id="${peerId}"]`).click()
  await expect(page.locator('[data-inspector]')).toBeVisible()
  for (const summary of await page.locator('[data-inspector] summary').all()) await summary.click()
  await check('inspector')

  await page.getByRole('button', { name: /^Alerts/ }).click()
  await page.getByRole('button', { name: 'New rule' }).first().click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await check('rule editor')
  await page.keyboard.press('Escape')

  await page.keyboard.press('Control+k')
  await page
    .getByPlaceholder(/search/i)
    .last()
    .fill('p')
  await check('palette')
  await page.keyboard.press('Escape')

  const menu = page.getByRole('button', { name: /^Network menu/ })
  await menu.click()
  await check('network menu')
  for (const item of ['Dial an address …', 'My tags …', 'Leave network']) {
    if (!(await page.getByRole('menuitem', { name: item }).isVisible())) await menu.click()
    await page.getByRole('menuitem', { name: item }).click()
    await expect(page.getByRole('dialog')).toBeVisible()
    await check(item)
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toHaveCount(0)
  }
  expect(found).toEqual([])
})
