import { randomUUID } from 'node:crypto'
import { expect, goTo, joinNetwork, test } from './app.ts'

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
  await expect(page).toHaveTitle(`Peers · ${network} – Peerscope`)

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
  await expect(filter).toHaveValue('')
  await expect(current).toHaveText(/Peers/)
  await page.goBack()
  await expect(current).toHaveText(/Network/)
  // How the graph looks is part of the place.
  const colours = page.getByRole('button', { name: /^Colour by/ })
  await page.getByTestId('graph').press('o')
  await expect.poll(place).toBe('#/network?colour=rtt')
  await page.reload()
  await expect(colours).toHaveAccessibleName(/Round trip/)
  await page.goBack()
  await expect(colours).toHaveAccessibleName(/State/)
  expect(place()).toBe('#/network')
  // And so is the evidence of what Health says: which events, and of which time.
  await page.getByTestId('health-strip').locator('[data-phrase=left]').click()
  await expect(current).toHaveText(/Timeline/)
  const evidence = place()
  expect(evidence).toMatch(/^#\/timeline\?kinds=PeerDeparted&span=/)
  await page.reload()
  await expect(page.getByText('departed', { exact: true }).first()).toBeVisible()
  expect(place()).toBe(evidence)
  await page.goBack()
  await expect(current).toHaveText(/Network/)
  expect(place()).toBe('#/network')
  await goTo(page, 'Timeline')
  await expect.poll(place).toBe('#/timeline')
  await goTo(page, 'Peers')
  await filter.fill('tag:role:seed')
  await expect.poll(place).toBe('#/peers?filter=tag%3Arole%3Aseed')
  await goTo(page, 'Network')
  await page.goBack()
  await expect(current).toHaveText(/Peers/)

  // A copied link in another tab of the browser, which has no token of its own.
  if (place() !== '' && page.url().startsWith('http')) {
    const url = page.url()
    const tab = await page.context().newPage()
    await tab.goto(url)
    await expect(tab.locator('nav [aria-current=page]')).toHaveText(/Peers/)
    await expect(tab.locator('[data-filter]')).toHaveValue('tag:role:seed')
    await tab.close()
    // One to a file that only the first tab holds says so, though the page is loaded again with the token.
    const without = await page.context().newPage()
    await without.goto(url.replace(/#.*/, '#/network?file=moment'))
    await expect(without.getByText('is not held by this window')).toBeVisible()
    await without.close()
    // In another browser it says what to do.
    const other = await page.context().browser()?.newContext()
    const stranger = await other?.newPage()
    await stranger?.goto(url)
    await expect(stranger?.getByText('To let this browser in') ?? page.locator('#none')).toBeVisible()
    await other?.close()
  }

  // Another link, as somebody pastes it, and one that is about another network.
  const paste = (text: string): Promise<unknown> => page.evaluate(`location.hash = '${text}'`)
  await paste('/timeline')
  await expect(current).toHaveText(/Timeline/)
  // A link names a departure, and so does the address after a reload. Where none is recorded then, nothing is explained.
  const departed = `peer=${peerId}&departure=${encodeURIComponent(new Date().toISOString())}`
  await paste(`/timeline?${departed}`)
  const departure = page.locator('[data-section=departure]')
  await expect(departure).toContainText('No departure of this peer is recorded at ')
  await page.reload()
  await expect(departure).toContainText('No departure of this peer is recorded at ')
  expect(place()).toBe(`#/timeline?${departed}`)
  await departure.getByRole('button', { name: 'Show it as it is now' }).click()
  await expect(departure).toHaveCount(0)
  await expect.poll(place).toBe(`#/timeline?peer=${peerId}`)
  await paste(`/peers?network=${'ab'.repeat(32)}`)
  await expect(page.getByText('This link is about the network abababababab')).toBeVisible()
  await expect(current).toHaveText(/Timeline/)
})
