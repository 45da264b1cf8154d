import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { uniqueIdFrom } from '../../src/shared/ids.ts'
import { endpointIdOf } from '../../src/shared/peer-form.ts'
import { peerIdAt } from '../support/renderer/fake-network.ts'
import { joinNetwork } from './app.ts'
import { violations } from './page/axe.ts'
import { expect, test } from './synthetic.ts'

const FITS = join(import.meta.dirname, 'page', 'fits.js')
const HEX = endpointIdOf(peerIdAt(5))

test.use({ mosaik: true })

const view = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

test('a real mosaik network is joined, shown, and left', async ({ app, peer }) => {
  const network = `mosaik-${Date.now()}`
  const first = await peer(network, '--kind', 'mosaik', '--tag', 'validator')
  const second = await peer(network, '--kind', 'mosaik', '--bootstrap', first.address)
  const { page } = app
  await page.getByRole('radio', { name: 'Peerscope' }).press('ArrowRight')
  await joinNetwork(page, network, first.address)
  await expect(page.getByTestId('graph')).toHaveAttribute('data-peers', '3')

  await view(page, 'Peers')
  const filter = page.getByLabel('Filter: fox')
  const [id, place] = first.address.split('@')
  await filter.fill('tag:validator')
  await expect(page.getByRole('button', { name: 'Here 1 of 2' })).toBeVisible()
  await page.locator('[data-peer-id]').click()
  const inspector = page.locator('[data-inspector]')
  await expect(inspector).toContainText(id ?? '')
  await expect(inspector).toContainText(place ?? '')
  // What was looked for names the tag from then on.
  await expect(inspector.locator('[data-section=tags] [data-named=true]')).toContainText('validator')
  for (const verb of ['Ping', 'Sync', 'Dial']) {
    await inspector.getByRole('button', { name: verb, exact: true }).click()
    await expect(inspector.locator('output').first()).not.toBeEmpty()
    await expect(inspector.getByRole('alert')).toHaveCount(0)
  }
  await second.process.stop()
  // The older name of a state is as good as the word.
  await filter.fill('-state:online')
  await expect(page.getByRole('button', { name: 'All 1 of 2' })).toBeVisible()

  await page.getByRole('button', { name: /^Network menu/ }).click()
  await page.getByRole('menuitem', { name: 'Leave network' }).click()
  await page.getByRole('button', { name: 'Leave', exact: true }).click()
  await view(page, 'Network')
  const recent = page.getByRole('region', { name: 'Recent networks' })
  await expect(recent).toContainText('mosaik')
  await recent.getByRole('button', { name: new RegExp(`^${network}`) }).click()
  await expect(page.getByLabel('Bootstrap addresses', { exact: true })).toHaveValue(first.address)
  await expect(page.getByRole('radio', { name: 'mosaik', exact: true })).toBeChecked()
})

test('a mosaik network is shown as its people know it, and offers nothing that it cannot do', async ({ synthetic }) => {
  const page = await synthetic.open()
  await expect(page.getByTestId('graph')).toHaveAttribute('data-peers', '40')
  await expect(page.getByTitle('A mosaik network')).toBeVisible()

  // What its graph cannot say is said, and put away for good.
  await expect(page.getByTestId('links-note')).toContainText('nothing to crawl')
  const [note, graph] = await Promise.all(['links-note', 'graph'].map((id) => page.getByTestId(id).boundingBox()))
  expect((note?.y ?? NaN) + (note?.height ?? NaN)).toBeLessThanOrEqual(graph?.y ?? NaN)
  await expect(page.getByRole('button', { name: 'Crawl', exact: true })).toHaveCount(0)
  await page.getByRole('button', { name: 'Close the note' }).click()
  await expect(page.getByTestId('links-note')).toHaveCount(0)
  await expect(page.locator('.ps-legend')).toContainText('only our own links')
  await page.getByRole('button', { name: 'Links', exact: true }).click()
  await expect(page.getByTestId('links-note')).toBeVisible()

  // A peer is found by both forms of its id, and shown by the one of its network.
  await view(page, 'Peers')
  const filter = page.getByLabel('Filter: fox')
  for (const form of [HEX, HEX.slice(0, 12), peerIdAt(5)]) {
    await filter.fill(form)
    await filter.press('Enter')
    await expect(page.getByRole('button', { name: /^Here 1 of \d+$/ })).toBeVisible()
    await expect(page.locator('[data-peer-id]')).toContainText(`${HEX.slice(0, 10)}…`)
  }
  await page.locator('[data-peer-id]').click()
  const inspector = page.locator('[data-inspector]')
  await expect(inspector).toContainText(HEX)
  await expect(inspector).toContainText('10.0.0.5:4433')
  await expect(inspector).toContainText('We can dial 2 of 2 now.')
  await filter.fill(endpointIdOf(peerIdAt(6)))
  await filter.press('Enter')
  await page.locator('[data-peer-id]').click()
  await expect(inspector).toContainText('relay https://relay.example.org/')
  await expect(inspector).toContainText('not dialed: relays are off')
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder(/^Search for/).fill(HEX)
  await expect(page.getByRole('button', { name: HEX.slice(0, 10) })).toBeVisible()
  await page.keyboard.press('Escape')

  await view(page, 'Bootstrap')
  await expect(page.getByRole('region', { name: 'Relays' })).toContainText('None: no relay is contacted.')
  await expect(page.getByRole('region', { name: 'DHT slots' })).toContainText('only read')
  await expect(page.getByRole('region', { name: 'Local network' })).toHaveCount(0)
})

test('ids are named: by a word in the inspector, in the settings, and by looking for it', async ({ synthetic }) => {
  const page = await synthetic.open()
  await view(page, 'Peers')
  await page.getByLabel('Filter: fox').fill(HEX)
  await page.getByLabel('Filter: fox').press('Enter')
  await page.locator('[data-peer-id]').click()
  const tags = page.locator('[data-section=tags]')
  const archive = uniqueIdFrom('archive')
  const short = `${archive.slice(0, 6)}…${archive.slice(-4)}`
  await expect(tags).toContainText(short)
  await tags.getByRole('button', { name: `Name ${short}` }).press('Enter')
  await tags.getByLabel('Its word').fill('validator')
  await page.keyboard.press('Enter')
  await expect(tags.getByText(/another one/)).toBeVisible()
  await tags.getByLabel('Its word').fill('archive')
  await page.keyboard.press('Enter')
  await expect(tags.locator('[data-named=true]')).toContainText('archive')
  await expect(page.locator('[data-peer-id]')).toContainText('archive')

  // Names that are known are offered.
  await page.getByLabel('Filter: fox').fill('rtt>0 tag:arc')
  await page.getByRole('option', { name: 'archive' }).click()
  await expect(page.getByLabel('Filter: fox')).toHaveValue('rtt>0 tag:archive')
  // A word that is looked for is known from then on.
  await page.getByLabel('Filter: fox').fill('function:transcode')
  await expect(page.getByRole('button', { name: /^All 9 of 39 \+ us$/ })).toBeVisible()

  await view(page, 'Settings')
  const names = page.getByRole('region', { name: 'Names', exact: true })
  await expect(names.getByRole('row', { name: /^archive/ })).toContainText('tag of 20 peers')
  await expect(names.getByRole('row', { name: /^transcode/ })).toContainText('function of 9 peers and of ours')
  await names.getByLabel('Word').fill('nothing')
  await names.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(names.getByRole('row', { name: /^nothing/ })).toContainText('nothing seen so far')
  await names.getByRole('button', { name: 'Remove archive' }).click()
  await expect(names.getByRole('row', { name: /^archive/ })).toHaveCount(0)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(names.getByRole('row', { name: /^archive/ })).toBeVisible()
  await names.getByRole('button', { name: 'Paste a list' }).click()
  await names.getByLabel('A list of words').fill('# of the program\nmarket.orders\nshard-1')
  await names.getByRole('button', { name: 'Add all' }).click()
  await expect(names.getByRole('row', { name: /^market.orders/ })).toContainText('stream of 7 peers and of ours')
})

test('the join page asks for the kind, and says what a relay choice contacts', async ({ synthetic }) => {
  const page = await synthetic.open()
  await expect(page.getByTestId('graph')).toHaveAttribute('data-peers', '40')
  synthetic.host.tell({ status: { state: 'none' } })
  await page.getByRole('radio', { name: 'Peerscope' }).press('ArrowRight')
  await expect(page.getByRole('radio', { name: 'Off' })).toBeChecked()
  await expect(page.getByText(/No relay is contacted/)).toBeVisible()
  // However many fields there are, what joins is in sight.
  for (const size of [
    { width: 1440, height: 900 },
    { width: 1024, height: 640 },
  ]) {
    await page.setViewportSize(size)
    await expect(page.getByRole('button', { name: 'Join', exact: true })).toBeInViewport({ ratio: 1 })
  }
  await page.getByLabel('Network', { exact: true }).fill('my-net')
  await page.getByLabel('Bootstrap addresses', { exact: true }).fill(`${HEX.slice(1)}@203.0.113.5:4433`)
  await page.getByRole('button', { name: 'Join', exact: true }).click()
  await expect(page.getByText('Line 1: an endpoint id has 64 hex digits, this one has 63')).toBeVisible()
  await page.getByLabel('Bootstrap addresses', { exact: true }).fill(`${HEX}@203.0.113.5:4433`)
  await page.getByRole('radio', { name: 'Another relay' }).check()
  await page.getByRole('button', { name: 'Join', exact: true }).click()
  await expect(page.getByText(/Give the URL of the relay/)).toBeVisible()
  await page.getByRole('button', { name: 'More' }).press('Enter')
  await page.getByLabel('Version that our entry states').fill('0.4')
  expect(await violations(page, 'joining a mosaik network')).toEqual([])
})

test('no view of a mosaik network breaks a rule of accessibility or is cut off', async ({ synthetic }) => {
  const page = await synthetic.open(async (empty) => {
    await empty.addInitScript({ path: FITS })
  })
  await expect(page.getByTestId('graph')).toHaveAttribute('data-peers', '40')
  const wrong: string[] = []
  const check = async (what: string, ...schemes: ('dark' | 'light')[]): Promise<void> => {
    wrong.push(...(await violations(page, what, schemes.length === 0 ? undefined : schemes)))
    for (const size of [
      { width: 1024, height: 640 },
      { width: 1440, height: 900 },
    ]) {
      await page.setViewportSize(size)
      wrong.push(...(await page.evaluate<readonly string[]>('fits()')).map((one) => `${size.width}, ${what}: ${one}`))
    }
  }
  await check('graph')
  await view(page, 'Peers')
  await page.locator('[data-peer-id]').nth(3).click()
  await page
    .getByRole('button', { name: /^Name / })
    .first()
    .click()
  await check('peers and inspector')
  await view(page, 'Bootstrap')
  // What is made of the same parts needs no second look in light.
  await check('bootstrap', 'dark')
  await view(page, 'Settings')
  await page.getByRole('button', { name: 'Paste a list' }).click()
  await check('names', 'dark')
  expect(wrong).toEqual([])
})
