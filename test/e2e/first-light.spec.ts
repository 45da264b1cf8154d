import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { expect, goTo, joinNetwork, takePicture, test } from './app.ts'

const row = (peerId: string): string => `[data-peer-id="${peerId}"]`

// Who is killed is silent soon; who is well is not, also where the machine is busy.
test.use({ motion: true, purgeAfter: 12_000 })

test('a swarm of four: join, tag, goodbye, kill, restart, export', async ({ app, peer }, info) => {
  let { page } = app
  const network = `e2e-${randomUUID()}`
  const shot = (name: string) => takePicture(page, info, name)
  await shot('first-run')

  const first = await peer(network, '--tag', 'role:bootstrap')
  const others = await Promise.all(
    Array.from({ length: 3 }, (_, index) => peer(network, '--bootstrap', first.address, '--tag', `number:${index}`)),
  )
  await joinNetwork(page, network, first.address)

  // Four peers and ourselves, in the graph and in the table.
  await expect(page.getByTestId('graph')).toHaveAttribute('data-peers', '5')
  await shot('graph')
  await page.getByRole('button', { name: 'Peers', exact: true }).click()
  await page.getByRole('button', { name: /^All / }).click()
  for (const { peerId } of [first, ...others])
    await expect(page.locator(row(peerId))).toHaveAttribute('data-state', 'online')
  await shot('peers')

  const [tagged, leaving, killed] = others
  if (tagged === undefined || leaving === undefined || killed === undefined) throw new Error('too few peers')

  tagged.process.say('tag add colour:green')
  await expect(page.locator(row(tagged.peerId))).toContainText('colour:green')

  await leaving.process.stop('SIGTERM')
  await expect(page.locator(row(leaving.peerId))).toHaveAttribute('data-state', 'departed')
  await killed.process.stop('SIGKILL')
  await expect(page.locator(row(killed.peerId))).toHaveAttribute('data-state', 'purged')
  await shot('departed-and-purged')

  await page.getByRole('button', { name: 'Timeline', exact: true }).click()
  const events = page.getByRole('list', { name: 'Events' })
  await expect(events.locator('[data-kind="PeerDeparted"]').first()).toBeVisible()
  await shot('timeline')

  // The app stops and starts on the same data: the peers are there at once, before any is heard of again.
  await Promise.all([first, ...others].map(({ process }) => process.stop('SIGKILL')))
  await app.stop()
  await app.start()
  page = app.page
  await joinNetwork(page, network, '')
  await page.getByRole('button', { name: 'Peers', exact: true }).click()
  await page.getByRole('button', { name: /^All / }).click()
  await expect(page.locator(row(tagged.peerId))).toHaveAttribute('data-state', 'stored')
  await expect(page.locator(row(tagged.peerId))).toContainText('colour:green')
  await shot('restarted')

  const { path } = await app.saved(() => exportJson(page))
  const file: { peers: { peerId: string; state: string }[] } = JSON.parse(await readFile(path, 'utf8'))
  const shown = await page
    .locator('[data-peer-id][data-state]:not([data-self])')
    .evaluateAll((rows) => rows.map((one) => `${one.getAttribute('data-peer-id')}`))
  expect(shown.toSorted()).toEqual([first, ...others].map((one) => one.peerId).toSorted())
  expect(new Set(file.peers.map((one) => one.peerId))).toEqual(new Set(shown))
  expect(file.peers.find((one) => one.peerId === leaving.peerId)?.state).toBe('departed')
})

test('a bootstrap address where nobody listens is said clearly', async ({ app }, info) => {
  const { page } = app
  const health = page.getByRole('button', { name: 'Health', exact: true })
  await health.focus()
  await page.getByLabel('Network', { exact: true }).fill(`e2e-${randomUUID()}`)
  await page.getByLabel('Bootstrap addresses', { exact: true }).fill('/ip4/127.0.0.1/tcp/1')
  const join = page.getByRole('button', { name: 'Join', exact: true })
  await join.press('Enter')
  await expect(join).toHaveCount(0)
  // The form is gone: the keyboard is where it was before.
  await expect(health).toBeFocused()
  await goTo(page, 'Network')
  await expect(page.getByText('/ip4/127.0.0.1/tcp/1').first()).toBeVisible()
  await expect(page.getByText(/refused|nobody|could not be reached/i).first()).toBeVisible()
  await takePicture(page, info, 'alone')
})

test('a bootstrap address that is none is refused at the field', async ({ app }) => {
  const { page } = app
  await joinNetwork(page, 'n', 'example.org:4001', 'Health')
  await expect(page.getByText(/multiaddr|\/ip4\//).first()).toBeVisible()
  await expect(page.getByRole('button', { name: 'Join', exact: true })).toBeVisible()
})

test('an invitation link that is pasted as the name fills in the form', async ({ app }, info) => {
  const { page } = app
  const name = page.getByLabel('Network', { exact: true })
  const address = '/ip4/127.0.0.1/tcp/4001'
  await name.fill(`peerscope://join?network=my%20net&bootstrap=${address}`)
  await expect(name).toHaveValue('my net')
  await expect(page.getByLabel('Bootstrap addresses', { exact: true })).toHaveValue(address)
  await expect(page.getByText('Filled in from the invitation: Peerscope network “my net”, 1 address.')).toBeVisible()
  await takePicture(page, info, 'filled')
  // Letter by letter it is read once it is whole.
  await name.fill('')
  await name.pressSequentially('peerscope://join?network=other')
  await expect(name).toHaveValue('peerscope://join?network=other')
  await page.keyboard.press('Enter')
  await expect(name).toHaveValue('other')
  await expect(page.getByRole('heading', { name: 'Join network' })).toBeVisible()
  await name.fill('peerscope://leave')
  await expect(page.getByText('This invitation link cannot be used.')).toBeVisible()

  await page.getByRole('button', { name: 'What is this: Network' }).press('Enter')
  await expect(page.getByText(/You can paste an invitation link here/)).toBeVisible()
  await takePicture(page, info, 'help')
  await page.keyboard.press('Escape')
  await expect(page.getByText(/You can paste an invitation link here/)).toBeHidden()
})

async function exportJson(page: Page): Promise<void> {
  await page.keyboard.press('Control+k')
  await page
    .getByPlaceholder(/search|find/i)
    .last()
    .fill('export')
  await page.keyboard.press('Enter')
}
