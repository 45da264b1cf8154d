import { randomUUID } from 'node:crypto'
import { demoJoined } from '../../src/main/monitor/demos.ts'
import { databasePath } from '../../src/main/store/data-dir.ts'
import { openStore } from '../../src/main/store/store.ts'
import { networkIdFrom } from '../../src/shared/ids.ts'
import { networkKeyOf } from '../../src/shared/network-kind.ts'
import { violations } from './page/axe.ts'
import { expect, goTo, joinNetwork, takeInSizes, takePicture, test } from './app.ts'

test('a network that was left is looked at without joining: graph, table, events, any moment, a reload; Escape closes', async ({
  app,
  peer,
}, info) => {
  const { page } = app
  const network = `e2e-${randomUUID()}`
  const graph = page.getByTestId('graph')
  const picture = page.getByTestId('picture')
  const shot = (name: string) => takePicture(page, info, name)
  const first = await peer(network, '--tag', 'role:seed')
  const second = await peer(network, '--bootstrap', first.address)
  await joinNetwork(page, network, first.address)
  await expect(graph).toHaveAttribute('data-peers', '3')
  await second.process.stop('SIGTERM')
  await expect(graph).toHaveAttribute('data-peers', '2')
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder(/^Search for/).fill('leave')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Leave', exact: true }).click()

  // Right after leaving, at a prominent place.
  const left = page.getByRole('region', { name: 'Left just now' })
  await expect(left).toContainText(`You left ${network}.`)
  await shot('left')
  expect(await violations(page, 'left')).toEqual([])
  await left.getByRole('button', { name: `Open history of ${network}` }).click()
  await expect(picture).toContainText(
    new RegExp(`^History of ${network}, as of .*, with 1 peer here\\. It ends here: we left the network`),
  )
  await expect(page.getByText('now: not joined', { exact: true })).toBeVisible()
  await expect(graph).toHaveAttribute('data-peers', '2')
  await shot('history')
  expect(await violations(page, 'history')).toEqual([])
  // All of the banner can be read, also in the smallest window.
  const size = page.viewportSize() ?? { width: 1280, height: 800 }
  await page.setViewportSize({ width: 1024, height: 640 })
  expect(await picture.evaluate((words) => words.scrollHeight <= words.clientHeight)).toBe(true)
  await page.setViewportSize(size)

  // Its events, up to the moment that all views are of: what was logged while we left is after it. A moment before the peer left shows it again.
  await goTo(page, 'Timeline')
  await expect(page.locator('[data-kind="PeerDeparted"]')).toHaveCount(1)
  await expect(page.locator('[data-kind="NetworkLeft"]')).toHaveCount(0)
  await page.locator('[data-kind="PeerDeparted"]').first().getByRole('button', { name: /^\d/ }).click()
  await page.getByRole('button', { name: 'To the event before' }).click()
  await expect(picture).toContainText('with 2 peers here')
  await expect(page.locator('[data-kind="PeerDeparted"]')).toHaveCount(0)
  await shot('timeline')
  await goTo(page, 'Peers')
  const row = page.locator(`[data-peer-id="${second.peerId}"]`)
  await expect(row).toHaveAttribute('data-state', 'online')
  await row.click()
  const inspector = page.locator('[data-inspector]')
  await expect(inspector).toContainText('This is history, and nothing is joined')
  await expect(inspector).toContainText('said goodbye')
  await expect(inspector.getByRole('button', { name: 'Ping', exact: true })).toHaveCount(0)
  await shot('peers')
  // Why it went is answered as of the moment after it had gone; while it was there, no more than that no link of it was known yet.
  const why = inspector.locator('.ps-why').filter({ hasText: 'it said goodbye' })
  await expect(why).toHaveCount(0)
  // How it left is a link before it did, and while time is played. It says that this is still to come, as a link to that departure does.
  const how = inspector.locator('[data-section=sessions]').getByRole('button', { name: 'said goodbye' })
  const departure = inspector.locator('[data-section=departure]')
  const moment = page.url()
  await page.getByRole('button', { name: 'Play from here' }).click()
  await how.click()
  // A step ends the play.
  await page.getByRole('button', { name: 'To the event before' }).click()
  await expect(page.getByRole('button', { name: 'Play from here' })).toBeVisible()
  await page.goto(moment.replace('peer=', `departure=${departedIn(page.url())}&peer=`))
  await expect(departure).toContainText('At this moment it had not left yet: it left at ')
  await expect(picture).toContainText('with 2 peers here')
  await takeInSizes(page, info, 'not-left-yet')
  expect(await violations(page, 'not left yet')).toEqual([])
  await departure.getByRole('button', { name: 'Show when it left' }).click()
  await expect(departure).toHaveCount(0)
  await expect(why).toContainText(/ left (just now|.* ago): it said goodbye\./)
  await page.goto(moment)
  await expect(why).toHaveCount(0)
  await page.getByRole('button', { name: 'To the event after' }).click()
  await expect(why).toContainText(/ left (just now|.* ago): it said goodbye\./)
  await shot('why')
  expect(await violations(page, 'why')).toEqual([])
  await page.getByRole('button', { name: 'To the event before' }).click()
  await expect(why).toHaveCount(0)
  await goTo(page, 'Health')
  await expect(page.getByTestId('health-strip')).toContainText('2 here')
  await expect(page.locator('[data-chart-card="here"] canvas').first()).toBeVisible()
  await shot('health')

  // Two of its moments are compared without joining: this one, and its last, which is what "now" means here.
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder(/^Search for/).fill('Compare two moments')
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Compare' })
  await expect(dialog).toContainText('now is its last moment')
  await expect(dialog.getByTestId('compare-sum')).toHaveText('0 came, 1 left (1 said goodbye), 0 changed, 1 the same')
  await expect(dialog.getByTestId('compare-list')).toContainText('said goodbye; last seen')
  await takeInSizes(page, info, 'compare')
  expect(await violations(page, 'compare in a history')).toEqual([])
  // The one that left: in this history, at the moment that is shown.
  await dialog.getByTestId('compare-list').getByRole('button').first().click()
  await expect(dialog).toHaveCount(0)
  await expect(inspector).toBeVisible()
  await expect(picture).toContainText('with 2 peers here')
  await page.getByRole('button', { name: 'Close inspector' }).click()

  // A reload shows the same moment; the URL names it.
  expect(page.url()).toContain('history=')
  await page.reload()
  await expect(picture).toContainText(new RegExp(`History of ${network}, as of .*, with 2 peers here`))

  // An export is of it.
  await goTo(page, 'Snapshots')
  await expect(page.getByText(`What is exported is of the history that you look at: ${network}`)).toBeVisible()
  await page.getByText('Events', { exact: true }).first().click()
  const { name } = await app.saved(() => page.getByRole('button', { name: 'Export', exact: true }).click())
  expect(name.startsWith(network)).toBe(true)

  // Escape closes it; Back leads to it again.
  await page.keyboard.press('Escape')
  await expect(picture).toHaveCount(0)
  await goTo(page, 'Network')
  const recent = page.getByRole('region', { name: 'Recent networks' })
  await expect(recent).toContainText(/known peers? · joined .* · left/)
  await recent.getByRole('button', { name: `Open history of ${network}` }).press('Enter')
  await expect(picture).toContainText('with 1 peer here')
  await page.getByRole('button', { name: 'Close', exact: true }).first().click()
  await expect(picture).toHaveCount(0)
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder(/^Search for/).fill('open history')
  await page.keyboard.press('Enter')
  await expect(picture).toContainText('with 1 peer here')

  // Its banner joins it again, and the history gives way to the network as it is.
  await page.getByRole('button', { name: 'Join', exact: true }).click()
  await expect(picture).toHaveCount(0)
  await expect(page.getByLabel('Network status')).toHaveText('online')
  await goTo(page, 'Timeline')
  await expect(page.locator('[data-kind="NeighborUp"]').first()).toBeVisible()
})

test('a demo that is over is listed by its time, is looked at, cannot be joined, and is forgotten', async ({
  app,
}, info) => {
  const { page, dataDir } = app
  await app.stop()
  const id = networkIdFrom('demo-0a1b')
  const key = networkKeyOf({ kind: 'peerscope', id })
  const store = openStore({ path: databasePath(dataDir, process.platform), now: Date.now })
  const at = Date.now() - 60_000
  const peerId = '12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5' as never
  store.append(key, at, { kind: 'NetworkJoined', networkId: id, peerId, addresses: [] })
  demoJoined(store, { kind: 'peerscope', id, name: 'demo-0a1b' }, at)
  store.close()
  await app.start()
  const recent = page.getByRole('region', { name: 'Recent networks' })
  await expect(recent).toContainText(/Demo, \d{4}-\d\d-\d\d/)
  await takePicture(page, info, 'demo')
  await recent.getByRole('button', { name: /^Open history of Demo, / }).click()
  const picture = page.getByTestId('picture')
  await expect(picture).toContainText('History of the demo demo-0a1b, as of')
  await expect(page.getByRole('button', { name: 'Join', exact: true })).toHaveCount(0)
  await page.keyboard.press('Escape')
  await expect(picture).toHaveCount(0)
  await recent.getByRole('button', { name: /^Forget Demo, / }).click()
  await page.getByRole('button', { name: 'Forget it' }).click()
  await expect(recent).toContainText('Networks you join appear here.')
})

/** The departure that a link names, as it stands there. */
function departedIn(url: string): string {
  return /[?&]departure=([^&]*)/.exec(url)?.[1] ?? ''
}
