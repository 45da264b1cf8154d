import { randomUUID } from 'node:crypto'
import { expect, joinNetwork, test } from './app.ts'

test('the URL leads to view, filter and peer; Back, a reload, and keys from anywhere', async ({ app, peer }) => {
  const { page } = app
  const network = `e2e-${randomUUID()}`
  const { address, peerId } = await peer(network, '--tag', 'role:seed')
  await joinNetwork(page, network, address)
  const place = (): string => new URL(page.url()).hash
  const current = page.locator('nav [aria-current=page]')
  const inspector = page.locator('[data-inspector]')

  await page.keyboard.press('g')
  await page.keyboard.press('p')
  await expect(current).toHaveText(/Peers/)
  expect(place()).toBe('#/peers')

  const filter = page.locator('[data-filter]')
  // There is none while the network is being joined.
  await expect(filter).toBeVisible()
  await page.keyboard.press('/')
  await expect(filter).toBeFocused()
  // There letters are typed.
  await page.keyboard.type('tag:role:seed g')
  await page.keyboard.press('Backspace')
  await page.keyboard.press('Backspace')
  await expect(filter).toHaveValue('tag:role:seed')
  await expect.poll(place).toBe('#/peers?filter=tag%3Arole%3Aseed')

  await page.locator(`[data-peer-id="${peerId}"]`).click()
  await expect(inspector).toBeVisible()
  expect(place()).toContain(`peer=${peerId}`)

  await page.reload()
  await expect(current).toHaveText(/Peers/)
  await expect(filter).toHaveValue('tag:role:seed')
  await expect(inspector).toBeVisible()

  await page.goBack()
  await expect(inspector).toHaveCount(0)
  await page.goBack()
  await expect(current).toHaveText(/Network/)
  await page.goForward()
  await expect(current).toHaveText(/Peers/)

  // A copied link in another tab of the browser, which has no token of its own.
  if (place() !== '' && page.url().startsWith('http')) {
    const url = page.url()
    const tab = await page.context().newPage()
    await tab.goto(url)
    await expect(tab.locator('nav [aria-current=page]')).toHaveText(/Peers/)
    await expect(tab.locator('[data-filter]')).toHaveValue('tag:role:seed')
    await tab.close()
    // In another browser it says what to do.
    const other = await page.context().browser()?.newContext()
    const stranger = await other?.newPage()
    await stranger?.goto(url)
    await expect(stranger?.getByText('To let this browser in') ?? page.locator('#none')).toBeVisible()
    await other?.close()
  }

  // Another link, as somebody pastes it, and one that is about another network.
  const goTo = (text: string): Promise<unknown> => page.evaluate(`location.hash = '${text}'`)
  await goTo('/timeline')
  await expect(current).toHaveText(/Timeline/)
  await goTo(`/peers?network=${'ab'.repeat(32)}`)
  await expect(page.getByText('This link is about the network abababababab')).toBeVisible()
  await expect(current).toHaveText(/Timeline/)
})
